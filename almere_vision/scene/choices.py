"""What the tables of a site choose by: kinds, cameras, zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from almere_vision.domain.suggestion import Kind
from almere_vision.scene.document import Location
from almere_vision.scene.form import Name, Strict

ANY: Final = "any"


def choice(what: str, choices: type[StrEnum], *others: str) -> BeforeValidator:
    """Turns text into a choice, or says which there are."""

    def convert(value: Any) -> Any:
        if isinstance(value, str) and value in set(choices):
            return choices(value)
        raise PydanticCustomError(
            "unknown_choice",
            "'{given}' is no {what}: known are {known}",
            {"given": str(value)[:40], "what": what, "known": ", ".join([*choices, *others])},
        )

    return BeforeValidator(convert)


def one_or_more(value: Any) -> Any:
    """A list, also of what is written alone."""
    if value is None or value == []:
        raise PydanticCustomError("empty_list", "this is empty: name at least one, or leave it out")
    return value if isinstance(value, list) else [value]


def _kinds(value: Any) -> Any:
    return [] if value == ANY else one_or_more(value)


Kinds = Annotated[
    list[Annotated[Kind, choice("kind", Kind, ANY)]],
    BeforeValidator(_kinds, json_schema_input_type=Kind | Literal["any"] | list[Kind]),
]
Names = Annotated[list[Name], BeforeValidator(one_or_more, json_schema_input_type=Name | list[Name])]


class Chosen(Strict):
    """A row of a table that holds for some kinds and places."""

    kind: Kinds = Field([], description="One kind or a list; all when left out, or `any`.")
    camera: Names = Field([], description="One camera or a list; all when left out.")
    zone: Names = Field([], description="One zone or a list; all when left out.")


def strangers(
    table: str, rows: Sequence[Chosen], zones: Mapping[str, Iterable[str]]
) -> Iterator[tuple[Location, str]]:
    """Cameras and zones of the table that the site does not have.

    Args:
        table: name of the list of rows in its file.
        rows: the rows.
        zones: by camera of the site, the ids of its zones.
    """
    for index, row in enumerate(rows):
        for place, camera in enumerate(row.camera):
            if camera not in zones:
                where = (table, index, "camera", place)
                yield where, f"the site has no camera '{camera}': known are {_some(zones)}"
        named = [camera for camera in row.camera or zones if camera in zones]
        known = {zone for camera in named for zone in zones[camera]}
        for place, zone in enumerate(row.zone if named else []):
            if zone not in known:
                owner = f"camera {', '.join(named)}" if row.camera else "the site"
                where = (table, index, "zone", place)
                yield where, f"{owner} has no zone '{zone}': known are {_some(known)}"


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:10]) + (", ..." if len(listed) > 10 else "")
