"""Zone files in the console: what is drawn, what is wrong with it, its versions, and dry runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from almere_vision.domain.document import DocumentVersion
from almere_vision.domain.incident import Role
from almere_vision.evaluation.dry_run import DryRun
from almere_vision.scene.drawing import Fault
from api.schemas.fields import MAX_VERSION, Moment, Note

Document = Annotated[
    dict[str, Any], Field(description="A zone file as JSON; its form is zones/schema/zones.schema.json.")
]
Why = Annotated[Note, StringConstraints(min_length=1), Field(description="Why, in a line.")]


class DrawnPreset(BaseModel):
    """A preset that zones are drawn on."""

    id: str
    picture: bool = Field(description="There is a reference picture to draw on.")


class DrawnCamera(BaseModel):
    """A camera of the site."""

    id: str
    name: dict[str, str] = Field(description="By language: nl, en.")
    turns: bool
    presets: list[DrawnPreset]


class DrawnCameraList(BaseModel):
    """In the order of the site file; empty where the service has no site."""

    items: list[DrawnCamera]
    detections_days: int = Field(description="Days that detections are kept for dry runs; 0 is none.")


class DrawingVersion(BaseModel):
    """Who saved a version, when and why."""

    version: int
    sha8: str = Field(description="As suggestions carry it.")
    at: Moment
    by: str
    outside: bool = Field(description="The file was changed outside of the console.")
    note: str

    @classmethod
    def of(cls, version: DocumentVersion) -> Self:
        return cls(
            version=version.version,
            sha8=version.sha8,
            at=version.at,
            by=version.by,
            outside=version.role == Role.SYSTEM,
            note=version.note,
        )


class Drawing(BaseModel):
    """The zones of a camera as they hold now."""

    camera: str
    version: int
    document: Document
    history: list[DrawingVersion] = Field(description="Newest first.")


class EarlierDrawing(BaseModel):
    """The zones of a camera as they were."""

    version: int
    document: Document


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Draft(_Input):
    """Zones that do not hold yet."""

    document: Document


class DrawingChange(Draft):
    """Zones that are to hold from now on."""

    version: int = Field(ge=0, le=MAX_VERSION, description="The version that the person was looking at.")
    note: Why


class DrawingFault(BaseModel):
    """Something that must be mended."""

    where: list[str | int] = Field(description="Keys and indices from the root of the document.")
    message: str

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(where=list(fault.where), message=fault.message)


class DrawingCheck(BaseModel):
    """All that is wrong; empty when it can be saved."""

    faults: list[DrawingFault]


class DryRunOrder(Draft):
    """Try zones on what was seen."""

    days: int = Field(1, ge=1, le=90, description="So many days back from now.")
    limit_s: float = Field(120.0, ge=5, le=900, description="Begin no other hour after so long.")


class DryRunStep(BaseModel):
    """One line of a dry run; the last one says `done`, `failed` or `busy`."""

    state: Literal["running", "done", "failed", "busy"]
    result: DryRun | None = Field(description="How it stands; null before the first hour, or when busy.")
