"""Snapshots and clips in parts, as players ask for them (RFC 9110, section 14)."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.types import ASGIApp

from almere_vision.storage.blobs import FolderBlobs
from api.files import PrivateBlob
from tests.unit.api.conftest import Call, problem_of

NAME = "2026/05/04/plaza-1-17/clip.mp4"
DATA = bytes(range(256)) * 1000


@pytest.fixture
def clip(tmp_path: Path) -> ASGIApp:
    blobs = FolderBlobs(tmp_path)
    blobs.put(NAME, DATA)

    return PrivateBlob(blobs, NAME, "video/mp4")


def test_the_whole_file(call: Call, clip: ASGIApp) -> None:
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
        ("bytes=255990-" + "9" * 5000, DATA[-10:], "bytes 255990-255999/256000"),
        ("bytes=-999999", DATA, "bytes 0-255999/256000"),
        ("Bytes = 5-6", DATA[5:7], "bytes 5-6/256000"),
    ],
)
def test_a_part(call: Call, clip: ASGIApp, asked: str, expected: bytes, said: str) -> None:
    response = call(clip, "GET", "/", headers={"Range": asked})
    assert (response.status_code, response.headers["Content-Range"]) == (206, said)
    assert response.content == expected
    assert int(response.headers["Content-Length"]) == len(expected)


@pytest.mark.parametrize(
    "asked", ["bytes=256000-", "bytes=256000-256001", "bytes=-0", f"bytes={'9' * 5000}-"]
)
def test_a_part_behind_the_end_is_refused(call: Call, clip: ASGIApp, asked: str) -> None:
    response = call(clip, "GET", "/", headers={"Range": asked})
    assert (problem_of(response), response.status_code) == ("range_not_satisfiable", 416)
    assert response.headers["Content-Range"] == "bytes */256000"


@pytest.mark.parametrize(
    "asked", ["bytes=x-y", "bytes=", "bytes=-", "bytes=9-5", "bytes=1-2-3", "bytes=+1-2"]
)
def test_a_range_that_makes_no_sense_is_refused(call: Call, clip: ASGIApp, asked: str) -> None:
    response = call(clip, "GET", "/", headers={"Range": asked})
    assert (problem_of(response), response.status_code) == ("bad_request", 400)


def test_the_cache_of_the_browser_can_ask_whether_it_changed(call: Call, clip: ASGIApp) -> None:
    tag = call(clip, "GET", "/").headers["ETag"]
    stale = call(clip, "GET", "/", headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (stale.status_code, len(stale.content)) == (200, len(DATA))
    fresh = call(clip, "GET", "/", headers={"Range": "bytes=0-9", "If-Range": tag})
    assert (fresh.status_code, fresh.content) == (206, DATA[:10])


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "bytes=" + "0-9," * 5000 + "0-9", "lines=1-2", ""])
def test_ranges_that_are_not_supported_give_the_whole_file(call: Call, clip: ASGIApp, asked: str) -> None:
    response = call(clip, "GET", "/", headers={"Range": asked})
    assert (response.status_code, response.content) == (200, DATA)
