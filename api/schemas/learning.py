"""What presets look like."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from almere_vision.scene.learnt import Variant


class Learn(BaseModel):
    """Learn what a preset looks like, in the light that there is now."""

    model_config = ConfigDict(extra="forbid")

    variant: Variant = Variant.DAY


class LearntPreset(BaseModel):
    """What was kept, and what an operator should know about it."""

    preset: str
    variant: Variant
    token: str | None = Field(description="Of the preset in the camera.")
    warnings: list[str]


class PresetLook(BaseModel):
    """How well a preset can be recognised."""

    preset: str
    variants: list[Variant] = Field(description="In which light it was learnt; empty while it was not.")
    objection: str | None = Field(description="Why it is hard to recognise.")
    alike: list[str] = Field(description="Presets that look like it: neither is recognised.")
    has_position: bool = Field(description="The camera told where it looks, and must agree.")


class PresetLookList(BaseModel):
    """In the order of the zone file."""

    items: list[PresetLook]
