"""`almere bench streams`, small: every figure is there, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import psutil

from almere_vision.cli.streams_bench.footage import FPS, HEIGHT_PX, WIDTH_PX, make_streams
from almere_vision.sources import Camera, State, read_address
from tests.integration.sources.footage_stage import free_port, make_video, until

STAYING_FIELDS = {
    "cameras",
    "kept_up",
    "frame_age_ms_p95",
    "alert_late_ms_p95",
    "worker_cpu_s_per_camera_s",
    "rss_mb",
    "naive_cpu_s_per_camera_s",
    "limit_cpu_s_per_camera_s",
    "detector_frames_per_s",
    "share_gated",
}


def words(footage: Path) -> list[str]:
    options = ["--cameras", "2", "--seconds", "5", "--quiet", "0.5", "--footage", str(footage)]
    return [sys.executable, "-m", "almere_vision", "bench", "streams", *options]


def test_all_figures_are_told(tmp_path: Path) -> None:
    video = make_video(tmp_path / "ball.mp4", 6)
    done = subprocess.run(words(video), capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.keys() >= STAYING_FIELDS
    assert found["cameras"] == 2
    assert 0 < found["detector_frames_per_s"] <= 10.5
    assert 0 <= found["share_gated"] <= 1
    assert found["frame_age_ms_p50"] <= found["frame_age_ms_p95"]
    assert found["rss_mb"] > 50
    assert found["naive_cpu_s_per_camera_s"] > found["decode_cpu_s_per_camera_s"] > 0
    assert found["limit_cpu_s_per_camera_s"] > found["decode_cpu_s_per_camera_s"]


def test_stopped_half_way_it_leaves_no_process_behind(tmp_path: Path) -> None:
    video = make_video(tmp_path / "ball.mp4", 6)
    with subprocess.Popen(words(video), stderr=subprocess.PIPE, text=True) as bench:
        assert bench.stderr is not None
        for line in bench.stderr:
            if "online" in line:
                break
        below = psutil.Process(bench.pid).children(recursive=True)
        assert len(below) >= 3
        bench.terminate()
        assert bench.wait(40) == 143
        assert psutil.wait_procs(below, 20)[1] == []


def test_footage_that_is_not_there_is_told() -> None:
    done = subprocess.run(words(Path("none.mp4")), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "none.mp4: no such file" in done.stderr


def passing_bar(path: Path) -> Path:
    """Four seconds in which a bright bar goes from left to right, 10 px a picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        for number in range(4 * FPS):
            image = np.full((HEIGHT_PX, WIDTH_PX, 3), 60, np.uint8)
            image[:, 100 + 10 * number :][:, :20] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def test_a_stream_of_short_footage_has_no_cuts(tmp_path: Path) -> None:
    stream = make_streams(str(passing_bar(tmp_path / "bar.mp4")), tmp_path, 1)[0]
    with av.open(str(stream)) as container:
        shown = [frame.to_ndarray(format="gray").mean(axis=0) for frame in container.decode(video=0)]
    places_px = np.array([np.flatnonzero(columns > 150).mean() for columns in shown])
    assert np.ptp(places_px) > 350, "the bar goes all the way"
    assert np.abs(np.diff([*places_px, places_px[0]])).max() < 15, "also from the last picture to the first"


def test_streams_have_a_key_picture_as_often_as_asked(tmp_path: Path) -> None:
    stream = make_streams(str(passing_bar(tmp_path / "bar.mp4")), tmp_path, 1, key_every_s=1.0)[0]
    with av.open(str(stream)) as container:
        keys = [number for number, packet in enumerate(container.demux(video=0)) if packet.is_keyframe]
    assert keys == list(range(0, 600, FPS))


def test_the_server_shows_a_stream_over_its_end(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    made = make_streams(str(make_video(tmp_path / "ball.mp4", 6)), media, 1)
    assert [path.name for path in made] == ["stream-0.mp4", "quiet.mp4"]
    with av.open(str(made[0])) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.average_rate, video.frames) == (640, 360, 10, 600)
    port = free_port()
    command = [sys.executable, "-m", "almere_vision.cli.streams_bench.rtsp", str(media), str(port)]
    with subprocess.Popen(command) as server:
        try:
            address = read_address(f"rtsp://127.0.0.1:{port}/stream-0.mp4?from_s=57")
            with Camera("c", address) as camera:
                times_s: list[float] = []

                def three_seconds_later() -> bool:
                    frame = camera.next_frame(1.0)
                    times_s.extend([frame.moment.media_time_s] if frame else [])
                    return bool(times_s) and times_s[-1] > times_s[0] + 5

                until(three_seconds_later, 30, "pictures beyond the end of the file")
                assert camera.status.state is State.ONLINE
                assert times_s == sorted(times_s)  # a busy machine may drop some, but time goes on
        finally:
            server.kill()
