"""Where a camera's name leads to is judged before anything is sent there."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from almere_vision.sources.opening import checked_url
from almere_vision.sources.reasons import SourceFault


def answer(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """Have the name server say this of every name."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 554))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)


def test_the_number_that_was_judged_is_the_one_that_is_asked() -> None:
    assert checked_url("rtsp://u:p%40@localhost:8554/s?a=1") in (
        "rtsp://u:p%40@127.0.0.1:8554/s?a=1",
        "rtsp://u:p%40@[::1]:8554/s?a=1",
    )


def test_the_certificate_of_a_camera_is_for_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "10.0.0.5")
    assert checked_url("rtsps://u:p@camera.example/s") == "rtsps://u:p@camera.example/s"


@pytest.mark.parametrize("number", ["169.254.169.254", "224.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["rtsp", "rtsps"])
def test_fault_16_a_name_that_leads_to_a_forbidden_place_is_refused(
    monkeypatch: pytest.MonkeyPatch, number: str, scheme: str
) -> None:
    answer(monkeypatch, number)
    with pytest.raises(SourceFault) as caught:
        checked_url(f"{scheme}://u:geheim@camera.example/s")
    assert caught.value.refused
    assert "geheim" not in str(caught.value)


def test_a_name_that_is_not_known_is_told() -> None:
    with pytest.raises(SourceFault, match="host name is not known"):
        checked_url("rtsp://u:geheim@no-such-host.invalid/s")


def test_fault_21_a_crash_of_the_decoder_tells_no_password() -> None:
    code = (
        "import sys; from almere_vision.sources import decoding\n"
        "def crash(_): raise RuntimeError('cannot open rtsp://kees:geheim@host/s')\n"
        "decoding.Connection = crash; decoding.main(0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "cannot open rtsp://***@host/s" in ended.stderr
    assert "geheim" not in ended.stderr.replace(code, "")
