"""Suites: which footage, which labels, which network, and what counts as found."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.marked import MarkedFile, read_marked

Seconds = Annotated[float, Field(ge=0, le=3600)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Alpha = Annotated[float, Field(gt=0, le=1000)]
Rate = Annotated[float, Field(gt=0, le=30)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventsSettings(_Strict):
    """Alarms against labelled events.

    The alarm window is that of KISA's certification of intelligent CCTV: an alarm counts from 2 s before
    it is due until 10 s after.
    """

    clips: str = Field(description="Folder of the clips, relative to the suite file.")
    labels: str = Field(description="Folder of label files, relative to the suite file.")
    zones: str = Field(description="Folder of zone files, relative to the suite file.")
    kinds: tuple[Kind, ...] = tuple(Kind)
    before_s: Seconds = 2.0
    after_s: Seconds = 10.0
    overlap_min: Fraction = Field(0.3, description="Least temporal IoU of alarm and event.")
    place_min: Fraction = Field(
        0.1, description="Least IoU of the alarm's box with a labelled box; a centre inside also counts."
    )
    label_error_s: Seconds = Field(0.5, description="How exact the labelled times are.")
    score_min: Fraction = Field(0.0, description="The working point: weaker alarms are dropped.")
    alphas: tuple[Alpha, ...] = (0.35, 1.0, 60.0)
    cameras: Annotated[int, Field(ge=1)] = 87
    observers: Annotated[int, Field(ge=1)] = Field(2, description="Observers on duty.")
    replicates: Annotated[int, Field(ge=100, le=100_000)] = Field(2000, description="Of the bootstrap.")
    groups: Mapping[str, str] = Field(
        {}, description="Camera by pattern of clip name, where the zone files do not tell which are the same."
    )

    def group(self, clip: str, otherwise: str) -> str:
        """The camera of a clip: the first pattern that fits, or `otherwise`."""
        return next((group for glob, group in self.groups.items() if fnmatch.fnmatch(clip, glob)), otherwise)


class ClipsSettings(_Strict):
    """Fight or not: the score of each short clip against its label."""

    splits: str = Field(description="CSV with file, label, group and split; relative to the suite file.")
    scores: str | None = Field(
        None, description="JSON lines of `almere score`; can also be given on the command line."
    )
    positive: str = "fight"
    test: tuple[str, ...] = Field(("val",), description="Splits on which the figures are made.")
    threshold: Fraction = Field(0.5, description="The working point.")
    sources: Mapping[str, str] = Field({}, description="Name of the source by prefix of the group.")
    replicates: Annotated[int, Field(ge=100, le=100_000)] = 2000


class TrackingSettings(_Strict):
    """Detections and tracks of persons against boxes with identities."""

    clip: str = Field(description="Video, relative to the suite file.")
    truth: str = Field(description="Boxes in MOTChallenge form: frame, id, left, top, width, height, ...")
    rates_fps: tuple[Rate, ...] = (1.0, 2.0, 5.0, 10.0)
    iou_min: Fraction = Field(0.5, description="Least IoU for MOTA and IDF1.")


class Tolerance(_Strict):
    """How far a figure may fall (or rise, for rates of false alarms and delays) before the gate closes."""

    worse_by: Annotated[float, Field(ge=0)]
    better: Literal["higher", "lower"]


class SuiteFile(_Strict):
    """One benchmark. A suite has at least one of the three levels."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]
    needs: str = Field("", description="What must be there, told when it is not.")
    model: str = Field("nanodet-416", description="Name in the model store, or path of a network.")
    rate_fps: Rate | None = Field(None, description="Pictures a second; else what the rules need.")
    seed: Annotated[int, Field(ge=0)] = 1
    events: EventsSettings | None = None
    clips: ClipsSettings | None = None
    tracking: TrackingSettings | None = None
    gate: Mapping[str, Tolerance] = Field({}, description="Figures that a baseline of this suite guards.")

    @model_validator(mode="after")
    def _has_a_level(self) -> Self:
        if self.events is None and self.clips is None and self.tracking is None:
            raise ValueError("a suite needs at least one of events, clips and tracking")
        return self


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite with the file it came from, to find what it names and to tell mistakes at their line."""

    settings: SuiteFile
    marked: MarkedFile

    def find(self, level: str, field: str) -> Path:
        """A file or folder that the suite names.

        Raises:
            LabelFileError: it is not there.
        """
        name = getattr(getattr(self.settings, level), field)
        path = Path(self.marked.path.parent, name)
        if not path.exists():
            needs = f"; this suite needs {self.settings.needs}" if self.settings.needs else ""
            raise self.marked.refuse([level, field], f"{name} is not there{needs}")
        return path


def load_suite(path: Path) -> Suite:
    """Read a suite.

    Raises:
        LabelFileError: the first mistake, as `file:line: what`.
    """
    marked = read_marked(path)
    return Suite(marked.parse(SuiteFile), marked)
