"""The tables of the site in the console."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.schemas.zones import DrawingVersion

Table = Annotated[
    dict[str, Any],
    Field(description="The file as JSON; its form is priorities or protocol.schema.json in zones/schema."),
]


class SiteTable(BaseModel):
    """A table as it holds now."""

    version: int
    document: Table
    history: list[DrawingVersion] = Field(description="Newest first.")
    zones: dict[str, list[str]] = Field(description="By camera, the zones that rows may name.")
