"""What may be named as a source, and what is never shown or opened."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from almere_vision.domain.errors import FootageError, SettingsError
from almere_vision.domain.network import refused_network
from almere_vision.sources import Address, expand, read_address, read_addresses

PASSWORD = "Gehe1m!"


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"not looked into here")
    return path


def shown(address: Address) -> str:
    return f"{address} {address!r} {address.label}"


def test_a_file_is_opened_by_its_absolute_path(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(video.parent)
    address = read_address("clip.mp4")
    assert not address.live
    assert str(address) == "clip.mp4"
    assert address.secret.get_secret_value() == str(video)


def test_a_file_whose_name_looks_like_an_option_or_protocol_is_opened_as_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-i.mp4", "./concat:a.mp4"):
        Path(name).write_bytes(b"x")
        assert read_address(name).secret.get_secret_value() == str(tmp_path / Path(name).name)


def test_a_folder_gives_its_videos_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.MP4", "a.avi", "notes.txt", ".hidden.mp4", "c.mkv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deeper.mp4").mkdir()
    names = [Path(address.label).name for address in read_addresses(str(tmp_path))]
    assert names == ["a.avi", "b.MP4", "c.mkv"]


def test_one_file_or_camera_is_one_address(video: Path) -> None:
    assert read_addresses(str(video)) == (read_address(str(video)),)
    assert len(read_addresses("rtsp://camera/stream")) == 1


def test_bad_files_are_told_in_one_line_with_their_name(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    (tmp_path / "folder").mkdir()
    for path, words in (
        (tmp_path / "missing.mp4", "no such file"),
        (empty, "is empty"),
        (pipe, "not a regular file"),
        (tmp_path / "folder", "holds no video files"),
    ):
        with pytest.raises(FootageError, match=words) as caught:
            read_addresses(str(path))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "a\0.mp4", "\0"])
def test_names_that_name_nothing_are_refused(text: str) -> None:
    with pytest.raises(FootageError):
        read_addresses(text)


@pytest.mark.parametrize(
    "text",
    [
        "concat:a.mp4|b.mp4",
        "file:/etc/passwd",
        "http://host/a.mp4",
        "https://host/a.m3u8",
        "subfile,,start,0,end,9,,:/etc/passwd",
        "crypto+file:/etc/passwd",
        "data:video/mp4;base64,AAAA",
        "pipe:0",
        "rtmp://host/live",
        "rtp://239.0.0.1:5000",
        "udp://@239.0.0.1:5000",
        "HTTP://host/a.mp4",
    ],
)
def test_fault_16_only_files_and_rtsp_are_opened(text: str) -> None:
    with pytest.raises(SettingsError, match="not opened"):
        read_address(text)


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
        "0.0.0.0",
        "239.1.2.3",
        "255.255.255.255",
        "0x7f000001",
        "0xa9.0xfe.0xa9.0xfe",
        "2852039166",
        "0251.0376.0251.0376",
        "127.1",
        "-oProxyCommand",
        "a..b",
        "host,other",
    ],
)
def test_fault_16_hosts_that_cannot_be_one_camera_are_refused(host: str) -> None:
    with pytest.raises(SettingsError):
        read_address(f"rtsp://{host}/stream")


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://host/stream\r\nTEARDOWN *",
        "rtsp://host/a b",
        "rtsp://host/stream?udp",
        "rtsp://host/stream?channel=1&multicast",
        "rtsp://host/stream?filter_src=1",
        f"rtsp://user:{PASSWORD}%0d%0aX-Evil%3a1@host/stream",
        f"rtsp://us%3Aer:{PASSWORD}@host/stream",
        "rtsp:///stream",
        f"rtsp://user:{PASSWORD}/x@host/stream",
        f"rtsp://user:{PASSWORD * 20}@host/stream",
        "rtsp://host/" + "x" * 2000,
    ],
)
def test_fault_16_and_21_nothing_can_be_slipped_in_and_refusals_show_no_password(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_address(text)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None


def test_fault_21_login_and_query_are_never_shown() -> None:
    address = read_address(f"rtsp://admin:{PASSWORD}@10.0.0.5:8554/Streaming/1?token={PASSWORD}")
    assert address.live
    assert str(address) == "rtsp://10.0.0.5:8554/Streaming/1"
    assert PASSWORD not in shown(address)
    assert "admin" not in shown(address)
    assert PASSWORD not in shown(read_address(f"rtsp://h/user=admin_password={PASSWORD}_channel=1"))


def test_login_is_percent_encoded_once_whatever_way_it_was_written() -> None:
    plain = read_address("rtsp://us er:p@ss:w!rd@host/s".replace(" ", "%20"))
    encoded = read_address("rtsp://us%20er:p%40ss%3Aw%21rd@host/s")
    assert plain == encoded
    assert plain.secret.get_secret_value() == "rtsp://us%20er:p%40ss%3Aw%21rd@host/s"


def test_addresses_travel_over_a_pipe() -> None:
    address = read_address("rtsps://u:p@[2001:db8::1]:322/s")
    assert pickle.loads(pickle.dumps(address)) == address
    assert str(address) == "rtsps://[2001:db8::1]:322/s"


def test_variables_are_filled_in_and_secrets_encoded() -> None:
    values = {"PLAZA_USER": "kees", "PLAZA_PASSWORD": "a/b@c:d%", "HOST": "10.0.0.5", "ALL": "rtsp://u:p@h/s"}
    text = expand("rtsp://${PLAZA_USER}:${PLAZA_PASSWORD}@${HOST}/stream", values)
    assert text == "rtsp://kees:a%2Fb%40c%3Ad%25@10.0.0.5/stream"
    assert read_address(text).secret.get_secret_value() == text
    assert expand("${ALL}", values) == "rtsp://u:p@h/s"
    assert expand("videos/$HOST.mp4", values) == "videos/$HOST.mp4"


@pytest.mark.parametrize("values", [{}, {"PLAZA_PASSWORD": ""}])
def test_a_variable_that_is_not_set_is_named(values: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="PLAZA_PASSWORD is not set"):
        expand("rtsp://u:${PLAZA_PASSWORD}@h/s", values)


def test_private_and_loopback_addresses_may_be_cameras() -> None:
    assert all(refused_network(host) is None for host in ("127.0.0.1", "10.0.0.5", "192.168.1.2", "::1"))
