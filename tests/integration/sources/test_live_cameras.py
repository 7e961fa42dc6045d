"""Cameras that work: recordings played as cameras, and a real RTSP server."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import av
import pytest

from almere_vision.domain.frame import Frame
from almere_vision.sources import Camera, Clip, NoClip, Options, State, read_address
from tests.integration.sources.footage_stage import FPS, RtspServer, index_of, make_video, until


def take(camera: Camera, count: int, within_s: float = 30.0) -> list[Frame]:
    frames: list[Frame] = []
    deadline_s = time.monotonic() + within_s
    while len(frames) < count:
        frame = camera.next_frame(1.0)
        if frame is not None:
            frames.append(frame)
        assert time.monotonic() < deadline_s, f"{len(frames)} of {count} frames; {camera.status}"
    return frames


def assert_times_go_on(frames: list[Frame]) -> None:
    moments = [frame.moment for frame in frames]
    assert all(a.clock_s < b.clock_s and a.media_time_s < b.media_time_s for a, b in pairwise(moments))


def assert_plays(clip: Clip, seconds: float, slack_s: float) -> list[int]:
    """Decode a clip again. Returns which pictures it shows.

    Without the last ones: a picture there may be still missing one that is decoded after it.
    """
    with av.open(str(clip.path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert packets[0].is_keyframe
        assert stream.codec_context.name == clip.codec == "h264"
    with av.open(str(clip.path)) as container:
        frames = list(container.decode(video=0))
    times = [frame.time for frame in frames]
    assert len(frames) == len(packets)
    assert times[0] == 0.0
    assert all(earlier < later for earlier, later in pairwise(times))
    assert times[-1] == pytest.approx(seconds, abs=slack_s)
    assert clip.end_s - clip.start_s == pytest.approx(times[-1] + 0.04, abs=0.1)
    return [index_of(frame.to_ndarray(format="bgr24")) for frame in frames[:-3]]


def test_an_rtsp_camera_gives_frames_on_the_clock_and_clips_from_its_ring(
    server: RtspServer, tmp_path: Path
) -> None:
    with Camera("plaza-1", read_address(server.url("camera.mp4"))) as camera:
        assert camera.status.state is State.STARTING
        frames = take(camera, 25)
        assert camera.status.state is State.ONLINE
        assert camera.status.reason is None
        assert not camera.ended
        end_s = frames[-1].moment.media_time_s
        clip = camera.cut(end_s - 3, end_s, tmp_path / "clip.mp4")
    assert_times_go_on(frames)
    first, last = frames[0].moment, frames[-1].moment
    # A camera may begin with a burst, of which only the newest pictures are taken.
    assert last.clock_s - first.clock_s == pytest.approx(24 / 5, abs=1.5)
    assert last.media_time_s - first.media_time_s == pytest.approx(24 / 5, abs=1.5)
    assert last.clock_s == pytest.approx(datetime.now(UTC).timestamp(), abs=2.0)
    assert last.captured_at == datetime.fromtimestamp(last.clock_s, UTC)
    for frame in frames:
        passed = round((frame.moment.media_time_s - first.media_time_s) * FPS)
        assert (index_of(frame.image) - index_of(frames[0].image)) % 20 == passed % 20
    assert isinstance(clip, Clip)
    assert clip.start_s <= end_s - 3 < clip.start_s + 1.1
    shown = assert_plays(clip, 3.5, 0.7)
    assert all((b - a) % 20 == 1 for a, b in pairwise(shown))


def test_a_recording_played_as_a_camera_goes_on_over_the_seam_and_so_do_its_clips(tmp_path: Path) -> None:
    path = make_video(tmp_path / "short.mp4", 2)
    with Camera("demo", read_address(str(path)), Options(play=True, ring_s=5)) as camera:
        frames = take(camera, 25)
        end_s = frames[-1].moment.media_time_s
        clip = camera.cut(end_s - 3.5, end_s, tmp_path / "clip.mp4")
    assert_times_go_on(frames)
    moments = [frame.moment for frame in frames]
    steps_s = [b.media_time_s - a.media_time_s for a, b in pairwise(moments)]
    assert steps_s == pytest.approx([0.2] * 24, abs=0.05)
    assert moments[-1].clock_s - moments[0].clock_s == pytest.approx(4.8, abs=0.7)
    assert moments[0].clock_s == pytest.approx(datetime.now(UTC).timestamp(), abs=30)
    assert isinstance(clip, Clip)
    assert clip.start_s <= end_s - 3.5
    shown = assert_plays(clip, 4.0, 0.7)
    seams = [(a, b) for a, b in pairwise(shown) if (b - a) % 20 != 1]
    assert set(seams) == {(49 % 20, 0)}


def test_a_slow_reader_gets_the_newest_picture_and_not_a_queue(street: Path) -> None:
    with Camera("demo", read_address(str(street)), Options(play=True)) as camera:
        first = take(camera, 2)[-1]
        looked_away_s = time.monotonic()
        until(lambda: time.monotonic() - looked_away_s > 2.5, 5, "time goes by")
        second = take(camera, 1)[0]
        assert second.moment.clock_s == pytest.approx(datetime.now(UTC).timestamp(), abs=0.7)
        assert second.moment.clock_s - first.moment.clock_s > 2.0
        assert camera.status.state is State.ONLINE


def test_a_camera_is_asked_for_no_more_than_its_options_say(street: Path) -> None:
    with Camera("plaza-1", read_address(str(street)), Options(play=True, fps=1)) as camera:
        camera.set_rate(5)
        moments_s = [
            frame.moment.media_time_s for frame in (camera.next_frame(30) for _ in range(4)) if frame
        ]
    assert len(moments_s) == 4
    assert moments_s[-1] - moments_s[0] >= 2.0


def test_the_ring_holds_no_more_than_asked(street: Path, tmp_path: Path) -> None:
    with Camera("demo", read_address(str(street)), Options(play=True, ring_s=2)) as camera:
        end_s = take(camera, 22)[-1].moment.media_time_s
        clip = camera.cut(0, end_s, tmp_path / "clip.mp4")
    assert isinstance(clip, Clip)
    assert 2.0 <= clip.end_s - clip.start_s <= 3.3
    assert_plays(clip, 2.5, 0.8)


def test_no_clip_before_anything_came(tmp_path: Path, server: RtspServer) -> None:
    with Camera("plaza-1", read_address(server.url("none.mp4"))) as camera:
        assert isinstance(camera.cut(0, 5, tmp_path / "clip.mp4"), NoClip)
    assert list(tmp_path.iterdir()) == []


def test_pictures_on_which_nothing_moves_are_told_and_a_change_is_never_lost(tmp_path: Path) -> None:
    path = make_video(tmp_path / "still.mp4", 4, moving=False)
    options = Options(play=True, keep_alive_s=60)
    with Camera("demo", read_address(str(path)), options) as camera:
        first = camera.next_frame(30)
        second = camera.next_frame(10)
        assert first is not None
        assert second is not None
        assert (first.unchanged, second.unchanged) == (False, True)
        assert second.image is first.image
        assert second.moment.clock_s > first.moment.clock_s
        # Nobody looked at the first: the next one has to be looked at in its place.
        camera.ask()
        instead = first

        def newer_came() -> bool:
            nonlocal instead
            instead = camera.fresher(first)
            return instead is not first

        until(newer_came, 10, "a newer picture")
        assert not instead.unchanged
        assert instead.moment.clock_s > second.moment.clock_s
        assert camera.dropped >= 1
        after = camera.next_frame(10)
        assert after is not None
        assert after.unchanged
