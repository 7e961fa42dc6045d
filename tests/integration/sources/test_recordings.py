"""Recorded files in, sampled frames and clips out; and files that are not what they seem."""

from __future__ import annotations

import http.server
import threading
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import av
import numpy as np
import psutil
import pytest

from almere_vision.domain.errors import FootageError
from almere_vision.domain.frame import Frame
from almere_vision.sources import Camera, Clip, Options, read_address
from almere_vision.sources.status import State
from tests.integration.sources.footage_stage import FPS, HEIGHT_PX, WIDTH_PX, index_of, make_video, until


def recording(path: Path, **options: object) -> Camera:
    return Camera("plaza-1", read_address(str(path)), Options(**options), preset="home")  # type: ignore[arg-type]


def read_until_broken(path: Path) -> tuple[list[Frame], FootageError]:
    frames: list[Frame] = []
    with recording(path) as camera, pytest.raises(FootageError) as caught:
        frames.extend(camera)
    return frames, caught.value


def test_every_sampled_picture_is_given_with_its_media_time(street: Path) -> None:
    with recording(street) as camera:
        frames = list(camera)
        assert camera.ended
        assert camera.duration_s == pytest.approx(12.0, abs=0.05)
        assert camera.frame_count == 12 * FPS
        assert camera.status.reason is None
    moments = [frame.moment for frame in frames]
    assert [moment.media_time_s for moment in moments] == pytest.approx([i / 5 for i in range(60)])
    assert [index_of(frame.image) for frame in frames] == [i * 5 % 20 for i in range(60)]
    assert all(moment.clock_s == moment.media_time_s for moment in moments)
    assert {moment.captured_at for moment in moments} == {None}
    assert {(moment.camera, moment.preset) for moment in moments} == {("plaza-1", "home")}
    assert {(moment.width_px, moment.height_px) for moment in moments} == {(WIDTH_PX, HEIGHT_PX)}
    assert frames[0].image.shape == (HEIGHT_PX, WIDTH_PX, 3)
    assert frames[0].image.dtype == np.uint8


def test_colours_come_in_the_order_blue_green_red(street: Path) -> None:
    with recording(street) as camera:
        frame = next(iter(camera))
    assert frame.image[120, 260, 2] > 180 > 80 > frame.image[120, 260, 0]


def test_frames_own_their_pictures(street: Path) -> None:
    with recording(street) as camera:
        frames = list(islice(camera, 12))
        before = [index_of(frame.image) for frame in frames]
    assert [index_of(frame.image) for frame in frames] == before == [i * 5 % 20 for i in range(12)]


def test_a_recording_of_known_date_carries_wall_time(street: Path) -> None:
    began = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    with recording(street, started_at=began, fps=1) as camera:
        taken = [frame.moment.captured_at for frame in camera]
    assert taken[:3] == [began + timedelta(seconds=i) for i in range(3)]


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "mpeg4"), ("a.mkv", "libx264"), ("a.ts", "libx264")])
def test_other_containers_and_codecs_begin_at_zero_too(tmp_path: Path, name: str, codec: str) -> None:
    with recording(make_video(tmp_path / name, 3, codec=codec)) as camera:
        frames = list(camera)
    assert [frame.moment.media_time_s for frame in frames] == pytest.approx(
        [i / 5 for i in range(15)], abs=0.01
    )
    assert [index_of(frame.image) for frame in frames] == [i * 5 % 20 for i in range(15)]


def test_a_slow_reader_holds_the_decoder_back_and_loses_nothing(street: Path) -> None:
    with recording(street, fps=25) as camera:
        frames = list(islice(camera, 1))
        assert camera.decoder_pid is not None
        process = psutil.Process(camera.decoder_pid)
        until(lambda: process.cpu_percent(interval=0.3) == 0, 10, "the decoder waits for its reader")
        frames += list(camera)
    assert [index_of(frame.image) for frame in frames] == [i % 20 for i in range(12 * FPS)]


def test_a_clip_of_a_recording_is_copied_from_the_key_picture_on(street: Path, tmp_path: Path) -> None:
    with recording(street) as camera:
        next(iter(camera))
        clip = camera.cut(3.4, 6.0, tmp_path / "clip.mp4")
    assert isinstance(clip, Clip)
    assert (clip.start_s, clip.codec) == (pytest.approx(3.0), "h264")
    assert clip.end_s == pytest.approx(6.0, abs=0.2)
    with av.open(str(clip.path)) as container:
        first, *_ = container.decode(video=0)
        assert first.time == 0.0
        assert index_of(first.to_ndarray(format="bgr24")) == 75 % 20
    assert packets_of(clip.path)[:30] == packets_of(street)[75:105]
    assert clip.path.read_bytes().index(b"moov") < clip.path.read_bytes().index(b"mdat")
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_clips_can_be_cut_after_the_end_and_sound_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = container.add_stream("aac", rate=48_000)
        for _ in range(50):
            container.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
        for index in range(90):
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            sound.sample_rate, sound.pts = 48_000, index * 1024
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    with recording(path) as camera:
        assert len(list(camera)) == 10
        clip = camera.cut(0, 60, tmp_path / "clip.mp4")
    assert isinstance(clip, Clip)
    with av.open(str(clip.path)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_a_clip_that_cannot_be_written_says_why(street: Path, tmp_path: Path) -> None:
    with recording(street) as camera:
        next(iter(camera))
        nowhere = camera.cut(0, 5, tmp_path / "no" / "such" / "folder.mp4")
        beyond = camera.cut(1000, 1005, tmp_path / "beyond.mp4")
    assert "cannot be written" in str(nowhere)
    assert isinstance(beyond, Clip) or "no picture" in str(beyond)
    closed = camera.cut(0, 5, tmp_path / "closed.mp4")
    assert not isinstance(closed, Clip)


def test_a_title_in_another_encoding_does_not_matter(tmp_path: Path) -> None:
    path = make_video(tmp_path / "titled.mp4", 1)
    plain = path.read_bytes()
    path.write_bytes(plain.replace(b"VideoHandler", b"V\xeddeoHandler"))
    assert path.read_bytes() != plain
    with recording(path) as camera:
        assert len(list(camera)) == 5


def test_a_text_named_mp4_is_not_a_video(tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("These are the minutes of the meeting.\n" * 100)
    frames, error = read_until_broken(path)
    assert frames == []
    assert str(error).startswith(f"{path}: is not a video")
    assert "\n" not in str(error)


def test_sound_alone_is_not_a_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    _, error = read_until_broken(path)
    assert "holds no video" in str(error)


def test_an_mp4_cut_off_before_its_index_is_told(street: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    whole = street.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    frames, error = read_until_broken(path)
    assert frames == []
    assert "broken off before its index" in str(error)


def test_a_truncated_mp4_gives_what_it_has_and_then_says_where_it_breaks_off(tmp_path: Path) -> None:
    path = make_video(tmp_path / "t.mp4", 12, options={"movflags": "+faststart"})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    frames, error = read_until_broken(path)
    assert 15 <= len(frames) <= 45
    assert [index_of(frame.image) for frame in frames] == [i * 5 % 20 for i in range(len(frames))]
    assert "broken off at" in str(error)
    assert "of 12.0 s" in str(error)
    assert "\n" not in str(error)


def test_fault_03_damage_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    path = make_video(tmp_path / "t.mp4", 12, options={"movflags": "+faststart"})
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 2000] = np.random.default_rng(1).bytes(2000)
    path.write_bytes(whole)
    with recording(path) as camera:
        frames = list(camera)
    assert 40 <= len(frames) <= 60
    assert frames[-1].moment.media_time_s > 11


def test_fault_03_and_04_size_and_time_may_change_in_the_middle(tmp_path: Path) -> None:
    parts = [make_video(tmp_path / f"{scale}.ts", 2, scale=scale) for scale in (1, 2)]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    with recording(path) as camera:
        frames = list(camera)
    moments = [frame.moment for frame in frames]
    assert [moment.width_px for moment in moments] == [WIDTH_PX] * 10 + [2 * WIDTH_PX] * 10
    assert [index_of(frame.image) for frame in frames[:10]] == [i * 5 % 20 for i in range(10)]
    assert frames[-1].image.shape == (2 * HEIGHT_PX, 2 * WIDTH_PX, 3)
    times = [moment.media_time_s for moment in moments]
    assert times == pytest.approx([i / 5 for i in range(20)], abs=0.13)


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "mpeg4"), ("a.mkv", "libx264"), ("a.ts", "libx264")])
def test_clips_of_other_containers_begin_with_a_key_picture(tmp_path: Path, name: str, codec: str) -> None:
    with recording(make_video(tmp_path / name, 5, codec=codec)) as camera:
        next(iter(camera))
        clip = camera.cut(2.5, 4.0, tmp_path / "clip.mp4")
    assert isinstance(clip, Clip)
    assert clip.start_s <= 2.5
    assert clip.end_s >= 4.0
    with av.open(str(clip.path)) as container:
        first, *others = container.decode(video=0)
    assert (index_of(first.to_ndarray(format="bgr24")) - round(clip.start_s * FPS)) % 20 == 0
    assert len(others) + 1 == pytest.approx((clip.end_s - clip.start_s) * FPS, abs=3)


def test_fault_16_a_play_list_in_disguise_opens_nothing_else(street: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever, daemon=True)
        thread.start()
        port = web.server_address[1]
        for name, text in (
            ("hls.mp4", f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:{port}/secret.ts\n"),
            ("hls2.mp4", f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{street}\n#EXT-X-ENDLIST\n"),
            ("list.mp4", f"ffconcat version 1.0\nfile 'http://127.0.0.1:{port}/secret.mp4'\n"),
            ("list2.mp4", f"ffconcat version 1.0\nfile '{street.name}'\n"),
        ):
            (street.parent / name).write_text(text)
            frames, error = read_until_broken(street.parent / name)
            (street.parent / name).unlink()
            assert frames == []
            assert "is not a video" in str(error)
        web.shutdown()
        thread.join()
    assert asked == []


def test_a_decoder_that_dies_gives_an_error_and_not_an_end(street: Path) -> None:
    with recording(street) as camera:
        frames = list(islice(camera, 2))
        assert camera.decoder_pid is not None
        psutil.Process(camera.decoder_pid).kill()
        with pytest.raises(FootageError, match="ended unexpectedly, by signal 9"):
            frames += list(camera)
    assert [index_of(frame.image) for frame in frames] == [i * 5 % 20 for i in range(len(frames))]


def test_closing_early_ends_the_decoder_and_waiting_readers(street: Path) -> None:
    camera = recording(street).open()
    next(iter(camera))
    pid = camera.decoder_pid
    assert pid is not None
    camera.close()
    assert not psutil.pid_exists(pid)
    assert camera.next_frame() is None
    assert camera.status.state is State.ONLINE or camera.status.reason is None
