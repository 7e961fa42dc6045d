"""Learns a preset: turns the camera to it, looks for a while, and keeps what it will be recognised by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from almere_vision.config import Settings
from almere_vision.detection import Detector, load_detector
from almere_vision.domain.detections import CLASSES, ObjectClass
from almere_vision.domain.errors import CameraError, CameraUnable, InputError
from almere_vision.domain.frame import Frame
from almere_vision.domain.geometry import Box
from almere_vision.domain.ptz import Position
from almere_vision.onvif.address import OnvifAddress, read_onvif_address
from almere_vision.scene import Site, SiteCamera
from almere_vision.scene.learning import objection, still_picture, without_people
from almere_vision.scene.learnt import Place, Stored, Variant, load_known, load_stored, places, save
from almere_vision.scene.recognition import alike
from almere_vision.scene.reference import Eye
from almere_vision.sources import Camera, Options, camera_address
from almere_vision.sources.address import expand

if TYPE_CHECKING:
    from almere_vision.onvif.camera import OnvifCamera

_PICTURES: Final = 8
_PICTURES_FPS: Final = 2.0
_ARRIVE_S: Final = 30.0
_LATE_S: Final = 20.0
_SAME: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was kept: the picture's path, how the camera knows the preset, and what to tell the operator."""

    picture: Path
    stored: Stored
    warnings: tuple[str, ...]


def learn(settings: Settings, site: Site, entry: SiteCamera, preset: str, variant: Variant) -> Learnt:
    """Learn one preset of one camera as it looks now.

    Raises:
        InputError: no such preset, or its view is too plain.
        CameraError: the camera does not turn, or gives no pictures.
    """
    known_places = places(entry.zones)
    if preset not in known_places:
        raise InputError(
            f"{entry.zones}: no preset '{preset}' with a `reference`: name the picture there first"
        )
    place, warnings = known_places[preset], []
    stored = load_stored(place)
    if entry.onvif is not None:
        address = read_onvif_address(expand(entry.onvif, settings.camera_values()))
        stored = asyncio.run(_turn(address, preset, stored.token))
        twin = _same_position(stored.position, preset, known_places)
        if twin is not None:
            warnings.append(
                f"the camera says that {preset} and {twin} are at one position: it is not believed"
            )
            stored = Stored(stored.token, None)
        elif stored.position is None:
            warnings.append("the camera does not say where it looks: its picture alone will decide")
    frames = _look(settings, site, entry)
    still = still_picture([frame.image for frame in frames])
    detector = load_detector(settings.model, settings.models_dir, settings.backend, threads=1)
    still = without_people(still, _people(detector, Frame(frames[0].moment, still)))
    if reason := objection(Eye().reference(still), [frame.image for frame in frames]):
        raise InputError(f"preset '{preset}' of {entry.id}: {reason}")
    path = save(place, variant, still, stored)
    pairs = [pair for pair in alike(load_known(entry.zones)[0]) if preset in pair]
    warnings += [f"presets {one} and {other} look alike: neither will be recognised" for one, other in pairs]
    return Learnt(path, stored, tuple(warnings))


async def _turn(address: OnvifAddress, preset: str, token: str | None) -> Stored:
    """Turn to the preset, or save it where the camera looks if it does not keep it; gives how it knows it."""
    from almere_vision.onvif.camera import OnvifCamera

    async with OnvifCamera(address) as camera:
        kept = {stored.token: stored for stored in await camera.presets()}
        by_name = next((stored.token for stored in kept.values() if stored.name == preset), None)
        token = token if token in kept else by_name
        if token is None:
            token = await camera.save_preset(preset)
        else:
            await camera.go_to_preset(token)
        return Stored(token, await _arrive(camera))


async def _arrive(camera: OnvifCamera) -> Position | None:
    """Wait until it stands still as far as it tells; gives where."""
    deadline_s, before = time.monotonic() + _ARRIVE_S, None
    while time.monotonic() < deadline_s:
        await asyncio.sleep(0.5)
        try:
            heading = await camera.heading()
        except CameraUnable:
            await asyncio.sleep(_ARRIVE_S / 6)
            return None
        if not heading.moving and heading.position is not None and heading.position == before:
            return heading.position
        if heading.position is None and heading.moving is False:
            return None
        before = heading.position
    raise CameraError(f"{camera.address}: it does not come to rest within {_ARRIVE_S:g} s")


def _same_position(position: Position | None, preset: str, known: dict[str, Place]) -> str | None:
    """Another preset that was learnt at the same position; a camera whose status is honest has none."""
    if position is None:
        return None
    for other, place in known.items():
        theirs = load_stored(place).position
        if other != preset and theirs is not None and theirs.distance(position) < _SAME:
            return other
    return None


def _look(settings: Settings, site: Site, entry: SiteCamera) -> list[Frame]:
    address = camera_address(entry.source, site.folder, settings.camera_values())
    options = Options(fps=_PICTURES_FPS, play=entry.play)
    frames: list[Frame] = []
    deadline_s = time.monotonic() + _LATE_S
    with Camera(entry.id, address, options) as camera:
        while len(frames) < _PICTURES:
            frame = camera.next_frame(timeout_s=0.5)
            if frame is not None and (not frames or frame.image.shape == frames[0].image.shape):
                frames.append(frame)
            if time.monotonic() > deadline_s:
                raise CameraError(
                    f"{entry.id}: {len(frames)} pictures in {_LATE_S:g} s: {camera.status.fault}"
                )
    return frames


def _people(detector: Detector, frame: Frame) -> Sequence[Box]:
    found = detector.detect(frame)
    people = found.boxes[found.classes == CLASSES.index(ObjectClass.PERSON)]
    return [_box(row) for row in people]


def _box(row: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Box:
    x1, y1, x2, y2 = (float(edge) for edge in row)
    return x1, y1, x2, y2
