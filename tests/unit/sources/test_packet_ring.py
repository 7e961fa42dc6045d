"""What the ring keeps and what it lets go."""

from __future__ import annotations

from fractions import Fraction

from av import Packet

from almere_vision.sources.clips import PacketRing, VideoPacket, packet_time_s


def packet(index: int, *, key: bool, size: int = 100) -> VideoPacket:
    made: VideoPacket = Packet(bytes(size))
    made.time_base = Fraction(1, 10)
    made.pts = made.dts = index
    made.is_keyframe = key
    return made


def fill(ring: PacketRing, count: int, *, group: int, size: int = 100) -> None:
    for index in range(count):
        ring.add(packet(index, key=index % group == 0, size=size), index / 10)


def times(ring: PacketRing) -> list[float]:
    return [packet_time_s(kept) for kept in ring.packets()]


def test_it_reaches_back_the_whole_length_from_a_key_picture() -> None:
    ring = PacketRing(length_s=5.0, limit_bytes=10**6)
    fill(ring, 100, group=10)
    kept = times(ring)
    assert ring.packets()[0].is_keyframe
    assert kept[-1] == 9.9
    assert 5.0 <= kept[-1] - kept[0] < 6.0


def test_packets_before_the_first_key_picture_are_of_no_use() -> None:
    ring = PacketRing(length_s=5.0, limit_bytes=10**6)
    for index in range(5):
        ring.add(packet(index, key=False), index / 10)
    assert ring.packets() == []
    ring.add(packet(5, key=True), 0.5)
    assert times(ring) == [0.5]


def test_it_never_holds_more_bytes_than_allowed() -> None:
    ring = PacketRing(length_s=1000.0, limit_bytes=5000)
    for index in range(500):
        ring.add(packet(index, key=index % 10 == 0), index / 10)
        assert ring.size_bytes <= 5000
    assert ring.packets()[0].is_keyframe
    assert times(ring)[-1] == 49.9


def test_one_group_that_is_too_large_is_dropped_and_the_next_one_kept() -> None:
    ring = PacketRing(length_s=1000.0, limit_bytes=500)
    fill(ring, 20, group=1000)
    assert ring.size_bytes <= 500
    ring.add(packet(20, key=True), 2.0)
    assert times(ring) == [2.0]
