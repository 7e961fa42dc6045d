"""What is kept of presets beside a zone file: reference pictures by variant, and the position.

`reference: square.jpg` in the zone file names the picture of the day; `square.night.jpg` and `square.ir.jpg`
lie beside it when they were learnt, and `square.json` tells the token and the position of the camera.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.ptz import Position
from almere_vision.scene.files import load_zone_file
from almere_vision.scene.reference import Eye, Picture
from almere_vision.scene.search import Known

_QUALITY: Final = 92
_LARGEST_BYTES: Final = 20 * 2**20


class Variant(StrEnum):
    """The light in which a reference picture was taken."""

    DAY = "day"
    NIGHT = "night"
    IR = "ir"


@dataclass(frozen=True, slots=True)
class Stored:
    """How the camera knows a preset; both None for a camera that is not turned by us, or does not tell."""

    token: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reference pictures of one preset lie: `day` is the path that the zone file names."""

    day: Path

    def picture(self, variant: Variant) -> Path:
        return self.day if variant is Variant.DAY else self.day.with_suffix(f".{variant}.jpg")

    @property
    def stored(self) -> Path:
        return self.day.with_suffix(".json")


def places(zones: Path) -> dict[str, Place]:
    """The places of all presets of a zone file that name a reference picture.

    Raises:
        ZoneFileError: the file cannot be used, or a picture is to lie outside of its folder.
    """
    found = {}
    for preset in load_zone_file(zones).presets:
        if preset.reference is None:
            continue
        path = zones.parent / preset.reference
        if zones.parent.resolve() not in path.resolve().parents:
            raise ZoneFileError(f"{zones}: the picture of preset '{preset.id}' must lie beside the zone file")
        found[preset.id] = Place(path)
    return found


def load_known(zones: Path) -> tuple[dict[str, Known], list[str]]:
    """What a recogniser needs of the presets that were learnt, and the ids of those that were not.

    Raises:
        ZoneFileError: the zone file or what lies beside it cannot be used.
    """
    eye, known = Eye(), {}
    for preset, place in places(zones).items():
        references = {
            variant.value: eye.reference(_read(path))
            for variant in Variant
            if (path := place.picture(variant)).is_file()
        }
        if references:
            known[preset] = Known(references, load_stored(place).position)
    return known, [preset.id for preset in load_zone_file(zones).presets if preset.id not in known]


def stamp(zones: Path) -> tuple[tuple[str, int], ...]:
    """Changes whenever something is learnt. Raises `ZoneFileError`, as `places`."""
    files = [
        path
        for place in places(zones).values()
        for path in (*(place.picture(variant) for variant in Variant), place.stored)
    ]
    return tuple((path.name, path.stat().st_mtime_ns) for path in files if path.is_file())


def load_stored(place: Place) -> Stored:
    """How the camera knows a preset. Raises `ZoneFileError`: the file is not what was written."""
    try:
        told: Mapping[str, Any] = json.loads(place.stored.read_text(encoding="utf-8"))
        position = None if told["position"] is None else Position(**told["position"])
        return Stored(None if told["token"] is None else str(told["token"]), position)
    except FileNotFoundError:
        return Stored()
    except (OSError, ValueError, KeyError, TypeError):
        raise ZoneFileError(f"{place.stored}:1: cannot be read: learn the preset again") from None


def save(place: Place, variant: Variant, picture: Picture, stored: Stored) -> Path:
    """Keep a reference picture, whole or not at all; gives its path.

    Raises:
        ZoneFileError: it cannot be written.
    """
    path = place.picture(variant)
    ok, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not ok:
        raise ZoneFileError(f"{path}: the picture cannot be written as JPEG")
    told = {"token": stored.token, "position": None if stored.position is None else asdict(stored.position)}
    try:
        for target, content in ((path, data.tobytes()), (place.stored, json.dumps(told).encode())):
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(content)
            fresh.replace(target)
    except OSError as error:
        raise ZoneFileError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _read(path: Path) -> Picture:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ZoneFileError(f"{path}: is larger than 20 MiB: this is not a reference picture")
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error):
        picture = None
    if picture is None:
        raise ZoneFileError(f"{path}: cannot be read as a picture: learn the preset again")
    return picture.astype(np.uint8, copy=False)
