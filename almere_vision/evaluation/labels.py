"""Label files: what really happened in a clip, written down by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Self

import av
from pydantic import BaseModel, ConfigDict, Field, model_validator

from almere_vision.domain.errors import FootageError
from almere_vision.domain.scene import (
    FightSettings,
    LoiteringSettings,
    ParkingSettings,
    PresentSettings,
    SceneView,
)
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.marked import MarkedFile, read_marked
from almere_vision.scene import Scene
from almere_vision.sources.address import read_address
from almere_vision.sources.opening import open_file, video_stream
from almere_vision.sources.opening import video_duration_s as header_duration_s
from almere_vision.sources.reasons import SourceFault

_DURATION_SLACK_S: Final = 0.5
"""Labels are right to about half a second, and so may end that much after the last picture."""

Fraction = Annotated[float, Field(ge=0, le=1)]


class Label(BaseModel):
    """One thing that happened. Times are media seconds of the clip; `start_s` is the onset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    zone: str
    start_s: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    end_s: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    ignore: bool = Field(False, description="Counts neither for nor against.")
    box: tuple[Fraction, Fraction, Fraction, Fraction] | None = Field(
        None, description="Where: x1, y1, x2, y2 as fractions; without it time and zone decide alone."
    )
    note: str = ""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_s <= self.start_s:
            raise ValueError(f"end_s {self.end_s:g} is not after start_s {self.start_s:g}")
        if self.box and (self.box[2] <= self.box[0] or self.box[3] <= self.box[1]):
            raise ValueError("box must be x1, y1, x2, y2 with x1 < x2 and y1 < y2")
        return self


class LabelFile(BaseModel):
    """The labels of one clip, as they stand in the file."""

    model_config = ConfigDict(frozen=True)

    clip: str
    zones: str
    conditions: tuple[str, ...] = ()
    duration_s: Annotated[float, Field(gt=0)] | None = None
    group: str | None = Field(None, description="Camera or place; clips of one group are not independent.")
    events: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """A clip with its labels, checked.

    Attributes:
        name: the clip's path below the folder of clips; it names the clip in reports.
        path: the video.
        zones_path: the zone file.
        group: the camera; clips of one group are resampled together.
        conditions: words to slice by, as `night` or `wet`.
        duration_s: length of the video, in seconds.
        limits_s: what is watched in this clip: how long until an alarm is due, by kind and zone.
        labels: what happened.
    """

    name: str
    path: Path
    zones_path: Path
    group: str
    conditions: tuple[str, ...]
    duration_s: float
    limits_s: Mapping[tuple[Kind, str], float]
    labels: tuple[Label, ...]


def load_labels(path: Path, clips_dir: Path, zones_dir: Path) -> LabelledClip:
    """Read one label file and check it against the clip and the zone file that it names.

    Raises:
        LabelFileError: the first mistake, as `file:line: what`.
        ZoneFileError: the zone file is there but cannot be used.
    """
    marked = read_marked(path)
    file = marked.parse(LabelFile)
    clip_path = _inside(marked, "clip", file.clip, clips_dir)
    zones_path = _inside(marked, "zones", file.zones, zones_dir)
    try:
        duration_s = video_duration_s(clip_path)
    except FootageError as error:
        raise marked.refuse(["clip"], str(error)) from None
    scene = Scene.load(zones_path)
    limits_s = watched(scene.view(None))
    _check_events(marked, file, duration_s, limits_s)
    return LabelledClip(
        name=file.clip,
        path=clip_path,
        zones_path=zones_path,
        group=file.group or scene.camera,
        conditions=file.conditions,
        duration_s=duration_s,
        limits_s=limits_s,
        labels=file.events,
    )


def watched(view: SceneView) -> dict[tuple[Kind, str], float]:
    """What the zones watch for: seconds from onset until an alarm is due, by kind and zone."""
    limits_s: dict[tuple[Kind, str], float] = {}
    for zone in view.zones:
        for rule in zone.rules:
            match rule:
                case ParkingSettings() | PresentSettings():
                    limits_s[Kind.PARKING, zone.id] = rule.limit_s
                case LoiteringSettings():
                    limits_s[Kind.LOITERING, zone.id] = rule.limit_s
                case FightSettings():
                    limits_s[Kind.FIGHT, zone.id] = 0.0
    return limits_s


def video_duration_s(path: Path) -> float:
    """Length of a video in seconds, by its header.

    Raises:
        FootageError: not a video.
    """
    try:
        with open_file(read_address(str(path))) as container:
            duration_s = header_duration_s(container, video_stream(container))
    except (av.FFmpegError, SourceFault):
        raise FootageError(f"{path} is not a video that can be read") from None
    if not duration_s:
        raise FootageError(f"{path} does not say how long it lasts: remux it, for instance as mp4")
    return duration_s


def video_rate_fps(path: Path) -> float:
    """Pictures per second of a video, by its header.

    Raises:
        FootageError: not a video.
    """
    try:
        with open_file(read_address(str(path))) as container:
            rate = video_stream(container).average_rate
    except (av.FFmpegError, SourceFault):
        raise FootageError(f"{path} is not a video that can be read") from None
    if not rate:
        raise FootageError(f"{path} does not say its rate of pictures: remux it, for instance as mp4")
    return float(rate)


def _inside(marked: MarkedFile, field: str, name: str, folder: Path) -> Path:
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise marked.refuse([field], f"{field} {name!r} leads out of {folder}")
    if not path.is_file():
        raise marked.refuse([field], f"{field} {name!r} is missing in {folder}")
    return path


def _check_events(
    marked: MarkedFile, file: LabelFile, duration_s: float, limits_s: Mapping[tuple[Kind, str], float]
) -> None:
    zones: Sequence[str] = sorted({zone for _, zone in limits_s})
    for index, event in enumerate(file.events):
        if event.start_s >= duration_s or event.end_s > duration_s + _DURATION_SLACK_S:
            field = "start_s" if event.start_s >= duration_s else "end_s"
            raise marked.refuse(
                ["events", index, field],
                f"event {event.start_s:g}-{event.end_s:g} s lies outside the clip, which lasts "
                f"{duration_s:.2f} s",
            )
        if event.zone not in zones:
            raise marked.refuse(
                ["events", index, "zone"],
                f"zone {event.zone!r} is not in {file.zones}; it has {', '.join(zones) or 'none'}",
            )
        if (event.kind, event.zone) not in limits_s:
            raise marked.refuse(
                ["events", index, "kind"],
                f"zone {event.zone!r} of {file.zones} has no rule {event.kind.value}",
            )
