"""What the network saw, kept for some days without any picture, so that other zones can be tried on it.

One file for each hour of each camera: `<camera>/<yyyymmddThh>.seen`, in UTC. It is a row of pieces, each
the letters AVS1, its length (4 bytes, little endian) and as many bytes of zlib. A piece holds about half a
minute: a line of JSON, and then for all pictures the time (ms since the begin of the piece, uint32), the
preset (index, uint8), the number of objects (uint16), and for all objects the box (4 x uint16, fractions of
the picture times 65535), the score (uint8, times 255) and the class (uint8, index in `CLASSES`).

A piece is appended whole; what a crash left of the last one is passed over.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.detections import Detections
from almere_vision.domain.errors import StorageError
from almere_vision.domain.frame import Moment

_MAGIC: Final = b"AVS1"
_HEAD_BYTES: Final = 8
_NAME: Final = "%Y%m%dT%H"
_EDGE: Final = 65535
_SCORE: Final = 255
_ARRAYS: Final = (
    ("at", "<u4"),
    ("preset", "u1"),
    ("count", "<u2"),
    ("boxes", "<u2"),
    ("scores", "u1"),
    ("classes", "u1"),
)


class Seen:
    """The folder of kept detections, with a folder for each camera by its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, detections: Sequence[Detections]) -> None:
        """Keep the pictures of one camera, in order and all within one hour.

        Raises:
            StorageError: the folder cannot be written.
        """
        first = detections[0].moment
        path = self._path(first.camera, _wall(first))
        payload = zlib.compress(_pack(detections), level=6)
        try:
            path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(_MAGIC + len(payload).to_bytes(4, "little") + payload)
        except OSError as error:
            raise StorageError(f"{path}: detections cannot be kept: {error.strerror}") from None

    def hours(self, camera: str) -> list[datetime]:
        """Hours (UTC) of which something is kept, oldest first."""
        names = sorted(path.stem for path in (self._folder / camera).glob("*.seen"))
        return [datetime.strptime(name, _NAME).replace(tzinfo=UTC) for name in names]

    def read(self, camera: str, hour: datetime) -> Iterator[Detections]:
        """The pictures of an hour, in order; times are UTC epoch seconds, as of a live camera."""
        try:
            content = self._path(camera, hour).read_bytes()
        except OSError:
            return
        at = 0
        while content[at : at + 4] == _MAGIC:
            start = at + _HEAD_BYTES
            at = start + int.from_bytes(content[at + 4 : start], "little")
            if at > len(content):
                return
            try:
                piece = zlib.decompress(content[start:at])
            except zlib.error:
                return
            yield from _unpack(camera, piece)

    def forget(self, camera: str, before: datetime) -> None:
        """Remove the hours that ended before a moment. Raises `StorageError`."""
        for hour in self.hours(camera):
            if hour + timedelta(hours=1) <= before:
                try:
                    self._path(camera, hour).unlink(missing_ok=True)
                except OSError as error:
                    raise StorageError(f"old detections cannot be removed: {error.strerror}") from None

    def _path(self, camera: str, hour: datetime) -> Path:
        return self._folder / camera / f"{hour.astimezone(UTC):{_NAME}}.seen"


def _wall(moment: Moment) -> datetime:
    return datetime.fromtimestamp(moment.clock_s, UTC)


def _pack(detections: Sequence[Detections]) -> bytes:
    first = detections[0]
    from_ms = round(first.moment.clock_s * 1000)
    presets = sorted({d.moment.preset or "" for d in detections})
    head = {
        "from_ms": from_ms,
        "model": first.model,
        "size_px": [first.moment.width_px, first.moment.height_px],
        "presets": presets,
        "pictures": len(detections),
    }
    values: dict[str, Any] = {
        "at": [round(d.moment.clock_s * 1000) - from_ms for d in detections],
        "preset": [presets.index(d.moment.preset or "") for d in detections],
        "count": [len(d) for d in detections],
        "boxes": np.rint(np.clip(np.concatenate([d.boxes for d in detections]), 0, 1) * _EDGE),
        "scores": np.rint(np.clip(np.concatenate([d.scores for d in detections]), 0, 1) * _SCORE),
        "classes": np.concatenate([d.classes for d in detections]),
    }
    parts = [np.asarray(values[name]).astype(kind).tobytes() for name, kind in _ARRAYS]
    return json.dumps(head).encode() + b"\n" + b"".join(parts)


def _unpack(camera: str, piece: bytes) -> Iterator[Detections]:
    line, _, rest = piece.partition(b"\n")
    head = json.loads(line)
    arrays: dict[str, NDArray[Any]] = {}
    at, pictures, objects = 0, int(head["pictures"]), 0
    for name, kind in _ARRAYS:
        length = pictures if name in ("at", "preset", "count") else objects * (4 if name == "boxes" else 1)
        arrays[name] = np.frombuffer(rest, kind, length, at)
        at += arrays[name].nbytes
        if name == "count":
            objects = int(arrays[name].sum(dtype=np.int64))
    boxes = (arrays["boxes"].reshape(-1, 4) / _EDGE).astype(np.float32)
    scores = (arrays["scores"] / _SCORE).astype(np.float32)
    classes = arrays["classes"].astype(np.int64)
    ends = np.cumsum(arrays["count"], dtype=np.int64)
    width_px, height_px = head["size_px"]
    for index, end in enumerate(ends):
        part = slice(int(end) - int(arrays["count"][index]), int(end))
        clock_s = (head["from_ms"] + int(arrays["at"][index])) / 1000
        preset = head["presets"][arrays["preset"][index]] or None
        moment = Moment(
            camera, preset, clock_s, clock_s, datetime.fromtimestamp(clock_s, UTC), width_px, height_px
        )
        yield Detections(moment, boxes[part], scores[part], classes[part], head["model"])
