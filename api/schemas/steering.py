"""Steering cameras."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from almere_vision.domain.audit import Detail
from almere_vision.domain.ptz import StoredPreset
from almere_vision.domain.steering import Lease
from api.schemas.fields import Moment

Token = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]
Signed = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Unsigned = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Take(_Input):
    """Take a camera; with `takeover` a supervisor takes it from another."""

    takeover: bool = False


class To(_Input):
    """A position in the generic spaces of ONVIF."""

    pan: Signed
    tilt: Signed
    zoom: Unsigned


class Speed(_Input):
    """Shares of the full speed, until `stop`."""

    pan: Signed = 0.0
    tilt: Signed = 0.0
    zoom: Signed = 0.0


class Move(_Input):
    """Exactly one of them."""

    preset: Token | None = Field(None, description="Token of a preset, as `listPresets` gives it.")
    to: To | None = None
    speed: Speed | None = None
    stop: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = (self.preset is not None) + (self.to is not None) + (self.speed is not None) + self.stop
        if given != 1:
            raise ValueError("give exactly one of preset, to, speed and stop")
        return self

    def details(self) -> dict[str, Detail]:
        """For the audit log, which keeps no fractions: in thousandths."""
        if self.preset is not None:
            return {"preset": self.preset}
        values = self.to or self.speed
        if values is None:
            return {"stop": True}
        what = "to" if self.to is not None else "speed"
        return {f"{what}_{name}": round(1000 * value) for name, value in values.model_dump().items()}


class Control(BaseModel):
    """Who steers a camera now, and until when; nobody where both are null."""

    holder: str | None
    until: Moment | None

    @classmethod
    def of(cls, lease: Lease | None) -> Self:
        return cls(holder=None, until=None) if lease is None else cls(holder=lease.holder, until=lease.until)


class StoredPresetOut(BaseModel):
    """A preset as the camera keeps it."""

    token: str
    name: str

    @classmethod
    def of(cls, preset: StoredPreset) -> Self:
        return cls(token=preset.token, name=preset.name)


class StoredPresetList(BaseModel):
    """In the order of the camera."""

    home: str | None = Field(description="Token of the one that it returns to, once that is learnt.")
    tour: bool = Field(description="Left alone it goes round, instead of home.")
    items: list[StoredPresetOut]
