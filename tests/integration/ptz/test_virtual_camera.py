"""The virtual camera is a camera: its stream is taken in as any other, and shows what it is turned to."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import cv2
import numpy as np

from almere_vision.domain.errors import CameraRefused
from almere_vision.domain.frame import Frame
from almere_vision.sources import Camera, Options, read_address
from tests.integration.ptz.stage import PASSWORD, USER, VirtualPtz
from tests.integration.sources.footage_stage import until


def address(camera: VirtualPtz, password: str = PASSWORD) -> str:
    return camera.rtsp.replace("rtsp://", f"rtsp://{USER}:{quote(password, safe='')}@")


def picture(source: Camera) -> Frame:
    frame = source.next_frame(timeout_s=20)
    assert frame is not None
    return frame


def difference(one: Frame, other: Frame) -> float:
    small = [cv2.resize(frame.image, (64, 36), interpolation=cv2.INTER_AREA) for frame in (one, other)]
    return float(np.abs(small[0].astype(int) - small[1]).mean())


def test_turning_it_changes_what_the_stream_shows_and_turning_back_shows_it_again(camera: VirtualPtz) -> None:
    with Camera("ptz", read_address(address(camera)), Options(fps=10)) as source:
        before = picture(source)
        assert before.image.shape == (360, 640, 3)
        camera.tell(nudge=[0.5, 0, 0])
        until(lambda: difference(before, picture(source)) > 12, 10, "the stream shows another place")
        camera.tell(nudge=[-0.5, 0, 0])
        until(lambda: difference(before, picture(source)) < 8, 10, "the stream shows the first place again")


def test_without_its_password_it_shows_nothing(camera: VirtualPtz) -> None:
    with Camera("ptz", read_address(address(camera, "wrong"))) as source:
        until(lambda: isinstance(source.status.fault, CameraRefused), 20, "it refuses")
        assert "wrong" not in str(source.status.reason)


def test_its_password_is_in_no_argument(camera: VirtualPtz) -> None:
    words = Path(f"/proc/{camera.pid}/cmdline").read_bytes()
    assert b"simulate" in words
    assert PASSWORD.encode() not in words
