"""What live cameras send when they are broken: nothing crashes, no smear is shown for long, time goes on."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from almere_vision.cli.streams_bench.rtsp import Show, pack
from almere_vision.domain.errors import CameraError
from almere_vision.domain.frame import Frame
from almere_vision.sources import Camera, Options, State, read_address
from tests.integration.sources.footage_stage import (
    FPS,
    GROUP,
    HEIGHT_PX,
    WIDTH_PX,
    RtspServer,
    index_of,
    make_video,
    until,
)
from tests.integration.sources.odd_camera import HANG, RESET, Sent, as_it_is, odd_camera

OFFLINE_WITHIN_S = 10.0
SHORT = Options(offline_after_s=4)
"""Half of what is usual, so that the tests wait less."""
ODD_S = 2
"""A stream is odd from its second second on, for so long."""


def with_odd(change: Callable[[int, Sent], Sent | None]) -> Callable[[Show], Iterator[Sent | str]]:
    """A stream whose pictures of the odd seconds are changed, or left out."""

    def script(show: Show) -> Iterator[Sent | str]:
        for number, sent in enumerate(as_it_is(show)):
            if GROUP <= number < GROUP * (1 + ODD_S):
                changed = change(number, sent)
                yield Sent([], sent.stamp_s) if changed is None else changed
            else:
                yield sent

    return script


def damaged(number: int, sent: Sent) -> Sent:
    """Rubbish in the middle of each second payload; kinds of units and headers stay."""
    chance = np.random.default_rng(number)
    made = [
        payload[:8] + chance.bytes(len(payload) - 8) if index % 2 == 0 and len(payload) > 40 else payload
        for index, payload in enumerate(sent.payloads)
    ]
    return Sent(made, sent.stamp_s)


def without_keys(number: int, sent: Sent) -> Sent | None:
    return None if number % GROUP == 0 else sent


def is_whole(frame: Frame) -> bool:
    """Whether its ground is even, as it is on all that the camera shows, and of one of its levels."""
    ground = frame.image[:20].astype(float)
    level = (ground.mean() - 20) / 10
    return bool(ground.std() < 4 and abs(level - round(level)) < 0.45)


def watch(camera: Camera, media_s: float) -> list[Frame]:
    """All frames up to so many seconds after the first."""
    frames: list[Frame] = []

    def come() -> bool:
        frame = camera.next_frame(0.5)
        frames.extend([frame] if frame else [])
        return bool(frames) and frames[-1].moment.clock_s - frames[0].moment.clock_s >= media_s

    until(come, media_s + 40, f"pictures of {media_s:g} s")
    return frames


@pytest.mark.parametrize("change", [damaged, without_keys], ids=["corrupt NAL units", "lost key pictures"])
def test_fault_03_what_is_damaged_is_passed_over_and_the_next_whole_pictures_are_right(
    media: Path, change: Callable[[int, Sent], Sent | None]
) -> None:
    with (
        odd_camera(media / "camera.mp4", with_odd(change)) as odd,
        Camera("odd", read_address(odd.url), Options(fps=FPS)) as camera,
    ):
        until(lambda: camera.next_frame(0.2), 30, "it begins")
        pid = camera.decoder_pid
        frames = watch(camera, ODD_S + 3.5)
        assert camera.decoder_pid == pid, "its decoder bears that"
        assert camera.status.state is State.ONLINE
    last_s = frames[-1].moment.media_time_s
    late = [frame for frame in frames if last_s - frame.moment.media_time_s < 1.5]
    assert len(late) > FPS / 2
    assert all(is_whole(frame) for frame in late)
    for one, after in pairwise(late):
        passed = round((after.moment.media_time_s - one.moment.media_time_s) * FPS)
        assert (index_of(after.image) - index_of(one.image)) % 20 == passed % 20
    smeared = [frame for frame in frames if not is_whole(frame)]
    assert len(smeared) <= FPS * ODD_S / 5, "at the most a few are given to those who look"


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_fault_04_stamps_that_jump_either_way_move_no_clock(media: Path, jump_s: float) -> None:
    def jump(show: Show) -> Iterator[Sent | str]:
        for number, sent in enumerate(as_it_is(show)):
            yield Sent(sent.payloads, 7200 + sent.stamp_s + (jump_s if number >= 2 * GROUP else 0.0))

    with (
        odd_camera(media / "camera.mp4", jump) as odd,
        Camera("odd", read_address(odd.url)) as camera,
    ):
        moments = [frame.moment for frame in watch(camera, 4)]
    for one, after in pairwise(moments):
        assert 0 < after.clock_s - one.clock_s < 3
        assert 0 < after.media_time_s - one.media_time_s < 3
    assert moments[-1].media_time_s - moments[0].media_time_s == pytest.approx(
        moments[-1].clock_s - moments[0].clock_s, abs=1.5
    )


def test_fault_03_another_size_in_the_middle_is_taken_over(media: Path, tmp_path: Path) -> None:
    large = pack(make_video(tmp_path / "large.mp4", 4, reordered=False, scale=2))

    def switch(show: Show) -> Iterator[Sent | str]:
        for number in range(100_000):
            pictures = show.pictures if number < 5 * GROUP else large.pictures
            yield Sent(pictures[number % len(pictures)], number * show.step_s)

    def stay(show: Show) -> Iterator[Sent | str]:
        yield from as_it_is(large)

    with (
        odd_camera(media / "camera.mp4", switch, stay) as odd,
        Camera("odd", read_address(odd.url)) as camera,
    ):
        first = camera.next_frame(30)
        assert first is not None
        assert first.image.shape == (HEIGHT_PX, WIDTH_PX, 3)
        seen: list[Frame] = []

        def is_large() -> bool:
            frame = camera.next_frame(0.5)
            seen.extend([frame] if frame else [])
            return bool(seen) and seen[-1].image.shape == (2 * HEIGHT_PX, 2 * WIDTH_PX, 3)

        until(is_large, 40, "pictures of the new size")
        assert all(is_whole(frame) for frame in seen)
        assert seen[-1].moment.clock_s > first.moment.clock_s
        assert seen[-1].moment.media_time_s > first.moment.media_time_s


def test_fault_03_another_codec_after_a_break_is_taken_over(tmp_path: Path) -> None:
    make_video(tmp_path / "camera.mp4", 3, reordered=False)
    server = RtspServer(tmp_path)
    server.start()
    try:
        with Camera("odd", read_address(server.url("camera.mp4"))) as camera:
            before = watch(camera, 1)[-1]
            server.kill()
            make_video(tmp_path / "camera.mp4", 3, codec="libx265", reordered=False)
            server.start()
            frames: list[Frame] = []

            def back() -> bool:
                frame = camera.next_frame(0.5)
                frames.extend([frame] if frame else [])
                return len(frames) > 3 and camera.status.state is State.ONLINE

            until(back, 60, "pictures of the new codec")
            assert all(is_whole(frame) for frame in frames[-2:])
            assert frames[-1].moment.clock_s > before.moment.clock_s
    finally:
        server.kill()


@pytest.mark.parametrize("how", [HANG, RESET])
def test_fault_01_a_line_that_is_cut_or_goes_dead_is_told_and_the_other_camera_goes_on(
    media: Path, street: Path, how: str
) -> None:
    def breaks(show: Show) -> Iterator[Sent | str]:
        for number, sent in enumerate(as_it_is(show)):
            if number == 2 * GROUP:
                yield how
                return
            yield sent

    other = Camera("other", read_address(str(street)), Options(play=True))
    with (
        odd_camera(media / "camera.mp4", breaks, as_it_is) as odd,
        Camera("odd", read_address(odd.url), SHORT) as camera,
        other,
    ):
        until(lambda: camera.next_frame(0.2) and other.next_frame(0.2), 30, "both give pictures")
        until(lambda: camera.status.state is State.ONLINE, 5, "it is online")
        offline_s = until(lambda: camera.status.state is State.OFFLINE, OFFLINE_WITHIN_S + 3, "it is offline")
        assert offline_s <= OFFLINE_WITHIN_S + 2.5, "two seconds of pictures came first"
        assert isinstance(camera.status.fault, CameraError)
        frame = other.next_frame(2)
        assert frame is not None
        assert other.status.state is State.ONLINE
        until(lambda: camera.next_frame(0.2), 40, "it comes back by itself")
        assert odd.clients >= 2


def test_fault_01_a_black_hole_is_offline_in_time() -> None:
    """Whoever knocks is not answered, not even refused: the queue of the listener is full."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        port = hole.getsockname()[1]
        guests = [socket.socket() for _ in range(4)]
        try:
            for guest in guests:
                guest.setblocking(False)
                guest.connect_ex(("127.0.0.1", port))
            with Camera("gone", read_address(f"rtsp://127.0.0.1:{port}/s"), SHORT) as camera:
                until(lambda: camera.status.state is State.OFFLINE, OFFLINE_WITHIN_S, "it is offline")
                assert isinstance(camera.status.fault, CameraError)
                assert "\n" not in str(camera.status.reason)
        finally:
            for guest in guests:
                guest.close()


def test_fault_06_a_decoder_that_gets_no_more_memory_is_replaced_and_its_neighbour_goes_on(
    street: Path, tmp_path: Path
) -> None:
    with (
        Camera("one", read_address(str(street)), Options(play=True)) as one,
        Camera("two", read_address(str(street)), Options(play=True)) as two,
    ):
        until(lambda: one.next_frame(0.2) and two.next_frame(0.2), 40, "both give pictures")
        victim, neighbour = one.decoder_pid, two.decoder_pid
        assert victim is not None
        resource.prlimit(victim, resource.RLIMIT_AS, (2**20, 2**20))
        one.cut(0.0, 100.0, tmp_path / "clip.mp4", timeout_s=2.0)  # needs memory
        until(lambda: one.decoder_pid not in (None, victim), 40, "another decoder is made")
        until(lambda: one.next_frame(0.5), 40, "pictures again")
        assert two.decoder_pid == neighbour
        assert two.next_frame(5) is not None
