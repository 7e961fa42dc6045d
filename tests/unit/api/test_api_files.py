"""Snapshots and clips in parts, as players ask for them (RFC 9110, section 14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.files import PrivateFile
from tests.unit.api.conftest import Call, problem_of

DATA = bytes(range(256)) * 1000


@pytest.fixture
def clip(tmp_path: Path) -> PrivateFile:
    file = tmp_path / "clip.mp4"
    file.write_bytes(DATA)
    return PrivateFile(file, "video/mp4")


def test_the_whole_file(call: Call, clip: PrivateFile) -> None:
    response = call(clip, "GET", "/")
    assert (response.status_code, response.content) == (200, DATA)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("asked", "expected", "said"),
    [
        ("bytes=0-0", DATA[:1], "bytes 0-0/256000"),
        ("bytes=100-299", DATA[100:300], "bytes 100-299/256000"),
        ("bytes=255000-", DATA[255000:], "bytes 255000-255999/256000"),
        ("bytes=-10", DATA[-10:], "bytes 255990-255999/256000"),
        ("bytes=255990-999999", DATA[-10:], "bytes 255990-255999/256000"),
    ],
)
def test_a_part(call: Call, clip: PrivateFile, asked: str, expected: bytes, said: str) -> None:
    response = call(clip, "GET", "/", headers={"Range": asked})
    assert (response.status_code, response.headers["Content-Range"]) == (206, said)
    assert response.content == expected
    assert int(response.headers["Content-Length"]) == len(expected)


def test_a_part_behind_the_end_is_refused(call: Call, clip: PrivateFile) -> None:
    response = call(clip, "GET", "/", headers={"Range": "bytes=256000-"})
    assert (problem_of(response), response.status_code) == ("range_not_satisfiable", 416)
    assert response.headers["Content-Range"] == "bytes */256000"


def test_a_range_that_makes_no_sense_is_refused(call: Call, clip: PrivateFile) -> None:
    response = call(clip, "GET", "/", headers={"Range": "bytes=x-y"})
    assert (problem_of(response), response.status_code) == ("bad_request", 400)


def test_the_cache_of_the_browser_can_ask_whether_it_changed(call: Call, clip: PrivateFile) -> None:
    tag = call(clip, "GET", "/").headers["ETag"]
    stale = call(clip, "GET", "/", headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (stale.status_code, len(stale.content)) == (200, len(DATA))
    fresh = call(clip, "GET", "/", headers={"Range": "bytes=0-9", "If-Range": tag})
    assert (fresh.status_code, fresh.content) == (206, DATA[:10])
