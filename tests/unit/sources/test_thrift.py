"""Which pictures of a live stream are decoded, and which are handed over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import pytest

from almere_vision.sources.thrift import Thrift


@dataclass
class Packet:
    """A packet as far as `Thrift` looks at it."""

    pts: int
    is_keyframe: bool


def stream(seconds: float, fps: int, key_every: int) -> list[Packet]:
    return [Packet(1000 * i // fps, i % key_every == 0) for i in range(round(seconds * fps))]


def watch(thrift: Thrift, packets: list[Packet]) -> tuple[list[float], list[Packet]]:
    """Moments of the pictures handed over, and what was decoded; a decoder that never fails."""
    taken, decoded = [], []
    for packet in packets:
        now = cast(list[Packet], thrift.decode_now(cast(Any, packet), packet.pts / 1000))
        decoded += now
        if now and thrift.wanted(now[-1].pts / 1000):
            taken.append(now[-1].pts / 1000)
    return taken, decoded


@pytest.mark.parametrize("fps", [5.0, 2.0, 1.0, 0.5])
def test_every_rate_is_kept_in_the_mean(fps: float) -> None:
    taken, _ = watch(Thrift(fps), stream(60, 10, 20))
    assert len(taken) == pytest.approx(60 * fps, abs=2)
    assert max(b - a for a, b in pairwise(taken)) <= 1.5 / fps + 0.11


def test_a_fast_rate_has_a_steady_beat() -> None:
    taken, _ = watch(Thrift(5), stream(10, 25, 30))
    assert [b - a for a, b in pairwise(taken)] == pytest.approx([0.2] * (len(taken) - 1), abs=0.001)


def test_at_the_pace_of_key_pictures_only_they_are_decoded() -> None:
    thrift = Thrift(0.5)
    packets = stream(60, 10, 20)
    watch(thrift, packets[:7])  # it begins somewhere
    _, decoded = watch(thrift, packets[7:])
    assert all(packet.is_keyframe for packet in decoded)


def test_what_is_decoded_hangs_together() -> None:
    """A picture is decoded only if all since the key picture before it were."""
    _, decoded = watch(Thrift(1.5), stream(30, 10, 20))
    assert len(decoded) < 0.95 * 300
    last = -1
    for packet in decoded:
        number = packet.pts // 100
        assert packet.is_keyframe or number == last + 1
        last = number


def test_a_new_rate_counts_from_the_last_picture() -> None:
    thrift = Thrift(0.5)
    packets = stream(20, 10, 20)
    slow, _ = watch(thrift, packets[:100])
    thrift.fps = 5
    fast, _ = watch(thrift, packets[100:])
    assert len(slow) == 5
    assert fast[0] == 10.0
    steps_s = [b - a for a, b in pairwise(fast)]
    assert 0.09 < steps_s[0] < 0.21
    assert steps_s[1:] == pytest.approx([0.2] * (len(fast) - 2))


def test_a_picture_that_could_not_be_decoded_is_replaced_by_the_next() -> None:
    thrift = Thrift(1)
    packets = stream(4, 10, 20)
    watch(thrift, packets[:10])
    assert thrift.decode_now(cast(Any, packets[10]), 1.0)  # due, and damaged: nothing came of it
    assert thrift.decode_now(cast(Any, packets[11]), 1.1) == [packets[11]]
    assert thrift.wanted(1.1)


def test_a_stream_without_key_pictures_does_not_pile_up() -> None:
    thrift = Thrift(0.01)
    packets = stream(100, 10, 10_000)
    decoded = watch(thrift, packets)[1]
    assert len(packets) - len(decoded) <= 125
