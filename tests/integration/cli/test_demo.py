"""`almere demo` with a source or zones that cannot be used: told before anything is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ZONES_OF_TWO_POINTS = """
camera: own
presets: [{id: home, zones: [{id: z, polygon: [[0.1, 0.1], [0.9, 0.1]], rules: {parking: {limit_s: 5}}}]}]
"""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch.mp4"], "nosuch.mp4: no such file"),
        (["."], "is a folder; name a video file in it"),
        (["rtsp://${NO_SUCH_USER}@192.0.2.1/"], "NO_SUCH_USER is not set"),
        (["rtsp://me:secret@192.0.2.1/"], "a password on the command line can be seen by everybody"),
        (["video.mp4", "--zones", "nosuch.yaml"], "nosuch.yaml"),
        (["video.mp4", "--zones", "two.yaml"], "a polygon needs at least 3 points"),
    ],
)
def test_a_source_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, words: list[str], told: str
) -> None:
    (tmp_path / "video.mp4").write_bytes(b"not read yet")
    (tmp_path / "two.yaml").write_text(ZONES_OF_TWO_POINTS)
    done = subprocess.run(
        [sys.executable, "-m", "almere_vision", "demo", "--port", "0", *words],
        cwd=tmp_path,
        env={**os.environ, "ALMERE_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
