"""Pictures that are decoded once more: from a recording, from the ring of a camera, or not at all."""

from __future__ import annotations

import os
import signal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from almere_vision.sources import Camera, Film, NoClip, Options, read_address
from tests.integration.sources.footage_stage import (
    HEIGHT_PX,
    WIDTH_PX,
    RtspServer,
    index_of,
    make_video,
    until,
)

WHOLE = (0.0, 0.0, 1.0, 1.0)
LEFT_TOP = (0.0, 0.0, 0.5, 0.25)


def camera_of(path: Path, **options: object) -> Camera:
    return Camera("plaza-1", read_address(str(path)), Options(**options), preset="home")  # type: ignore[arg-type]


def last_media_s(camera: Camera, count: int) -> float:
    frames = [frame for _ in range(count) if (frame := camera.next_frame(20.0)) is not None]
    assert len(frames) == count, camera.status
    return frames[-1].moment.media_time_s


@pytest.mark.parametrize("start_s", [0.0, 3.3, 7.0])
def test_a_recording_is_filmed_at_any_time_at_another_rate(street: Path, start_s: float) -> None:
    with camera_of(street) as camera:
        assert camera.next_frame(20.0) is not None
        film = camera.film(start_s, start_s + 2.0, 12.5, WHOLE)
        pictures = len(list(camera))
    assert isinstance(film, Film)
    times_s = [frame.moment.media_time_s for frame in film.frames]
    assert times_s[0] == pytest.approx(start_s, abs=0.041)
    assert np.diff(times_s) == pytest.approx(0.08, abs=0.041)
    assert times_s[-1] == pytest.approx(start_s + 2.0, abs=0.09)
    assert [index_of(frame.image) for frame in film.frames] == [round(t * 25) % 20 for t in times_s]
    assert pictures == 59  # and its own reading goes on undisturbed


def test_a_part_of_the_picture_is_cut_out_of_the_whole(street: Path) -> None:
    with camera_of(street) as camera:
        assert camera.next_frame(20.0) is not None
        whole, part = camera.film(2.0, 3.0, 5.0, WHOLE), camera.film(2.0, 3.0, 5.0, LEFT_TOP)
    assert isinstance(whole, Film)
    assert isinstance(part, Film)
    assert part.region == LEFT_TOP
    for frame, cut in zip(whole.frames, part.frames, strict=True):
        assert (frame.moment.width_px, frame.moment.height_px) == (WIDTH_PX, HEIGHT_PX)
        assert np.array_equal(frame.image[: HEIGHT_PX // 4, : WIDTH_PX // 2], cut.image)


def test_a_live_camera_is_filmed_from_its_ring(server: RtspServer) -> None:
    with Camera("plaza-1", read_address(server.url("camera.mp4")), Options(fps=5)) as camera:
        end_s = last_media_s(camera, 20)
        film = camera.film(end_s - 2.0, end_s, 12.5, WHOLE)
    assert isinstance(film, Film)
    times_s = [frame.moment.media_time_s for frame in film.frames]
    assert len(times_s) >= 20
    assert times_s[-1] <= end_s + 0.01
    steps = [round((b - a) * 25) for a, b in pairwise(times_s)]
    shown = [index_of(frame.image) for frame in film.frames]
    assert [(b - a) % 20 for a, b in pairwise(shown)] == [step % 20 for step in steps]


def test_a_recording_that_is_played_is_filmed_over_the_seam(tmp_path: Path) -> None:
    path = make_video(tmp_path / "short.mp4", 2)
    with camera_of(path, play=True, ring_s=5) as camera:
        end_s = last_media_s(camera, 20)
        film = camera.film(end_s - 2.5, end_s, 10.0, WHOLE)
    assert isinstance(film, Film)
    assert len(film.frames) == pytest.approx(25, abs=2)


def test_what_is_not_kept_cannot_be_filmed(street: Path) -> None:
    with camera_of(street) as camera:
        assert camera.next_frame(20.0) is not None
        assert isinstance(camera.film(100.0, 102.0, 10.0, WHOLE), NoClip)
    assert isinstance(camera.film(1.0, 2.0, 10.0, WHOLE), NoClip)


def test_who_waits_for_a_film_is_told_when_the_decoder_dies(street: Path) -> None:
    with camera_of(street, play=True) as camera:
        end_s = last_media_s(camera, 3)
        before = camera.decoder_pid
        assert before is not None
        os.kill(before, signal.SIGSTOP)
        os.kill(before, signal.SIGKILL)
        assert isinstance(camera.film(end_s - 1.0, end_s, 10.0, WHOLE, timeout_s=5.0), NoClip | Film)
        until(lambda: camera.decoder_pid not in (None, before), 20, "another decoder")
        assert camera.next_frame(20.0) is not None
