"""The tables of a site as documents: priorities and protocol, checked as `almere zones check` does."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from almere_vision.scene.advice import advice, one_line
from almere_vision.scene.choices import Chosen, strangers
from almere_vision.scene.drawing import Fault
from almere_vision.scene.files import Site, load_zone_file
from almere_vision.scene.priorities import PrioritiesFile
from almere_vision.scene.protocol import ProtocolFile


class TableName(StrEnum):
    """Which table."""

    PRIORITIES = "priorities"
    PROTOCOL = "protocol"


_FORMS: Final[dict[TableName, tuple[type[BaseModel], str]]] = {
    TableName.PRIORITIES: (PrioritiesFile, "rows"),
    TableName.PROTOCOL: (ProtocolFile, "routes"),
}


def table_path(site: Site, name: TableName) -> Path | None:
    """Where the file of a table is; None where the site file names none."""
    return site.priorities if name is TableName.PRIORITIES else site.protocol


def table_faults(site: Site, name: TableName, value: Any) -> list[Fault]:
    """Everything that is wrong with a table, alone and against the cameras and zones of its site.

    Raises:
        ZoneFileError: a zone file of the site cannot be used.
    """
    form, rows = _FORMS[name]
    try:
        table = form.model_validate(value)
    except ValidationError as error:
        return [Fault(detail["loc"], one_line(advice(detail))) for detail in error.errors(include_url=False)]
    zones = {
        camera.id: [zone.id for preset in load_zone_file(camera.zones).presets for zone in preset.zones]
        for camera in site.cameras
    }
    chosen: list[Chosen] = getattr(table, rows) or []
    return [Fault(where, one_line(message)) for where, message in strangers(rows, chosen, zones)]
