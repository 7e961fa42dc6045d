"""The tables of the site: priorities and protocol, changed by supervisors."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path

from almere_vision.domain.audit import Subject
from almere_vision.scene import Site, load_site
from almere_vision.scene.tables import TableName, table_faults, table_path
from api.access import Caller, GuardedRoute, Person
from api.deps import Parts, Services
from api.problems import Problem
from api.schemas.fields import MAX_VERSION
from api.schemas.tables import SiteTable
from api.schemas.zones import (
    Draft,
    DrawingChange,
    DrawingCheck,
    DrawingFault,
    DrawingVersion,
    EarlierDrawing,
)
from api.versions import Held, KeptFile

router = APIRouter(prefix="/tables/{table}", tags=["tables"], route_class=GuardedRoute)

TableInPath = Annotated[TableName, Path(description="Which table.")]
_KINDS: Final = {TableName.PRIORITIES: Subject.PRIORITY_TABLE, TableName.PROTOCOL: Subject.PROTOCOL}


@router.get("", operation_id="getTable")
def get_table(table: TableInPath, parts: Parts, person: Person) -> SiteTable:
    """The table that holds now, all versions, and the cameras and zones that rows may name."""
    site, file = _file(table, parts, person)
    return _told(parts, site, parts.versions.read(file))


@router.get("/versions/{version}", operation_id="getEarlierTable")
def get_earlier_table(
    table: TableInPath,
    version: Annotated[int, Path(ge=1, le=MAX_VERSION, description="Number of the version.")],
    parts: Parts,
    person: Person,
) -> EarlierDrawing:
    """A table as it was."""
    _, file = _file(table, parts, person)
    return EarlierDrawing(version=version, document=parts.versions.earlier(file, version))


@router.post("/check", operation_id="checkTable")
def check_table(table: TableInPath, body: Draft, parts: Parts, person: Person) -> DrawingCheck:
    """Everything that is wrong with a changed table; nothing is kept."""
    site, _ = _file(table, parts, person)
    return DrawingCheck(faults=[DrawingFault.of(one) for one in table_faults(site, table, body.document)])


@router.put("", operation_id="saveTable")
def save_table(table: TableInPath, body: DrawingChange, parts: Parts, person: Person) -> SiteTable:
    """Put a changed table in force: it holds for what comes from a few seconds later on."""
    site, file = _file(table, parts, person)
    if found := table_faults(site, table, body.document):
        raise Problem("invalid", f"The table cannot be used: {found[0].message}.")
    document: dict[str, Any] = body.document
    return _told(parts, site, parts.versions.save(file, document, body.version, body.note, person.actor))


def _file(table: TableName, parts: Services, person: Caller) -> tuple[Site, KeptFile]:
    site = None if parts.settings.site is None else load_site(parts.settings.site)
    path = None if site is None else table_path(site, table)
    if site is None or path is None:
        raise Problem("not_found", f"The site file names no table: add `{table}: {table}.yaml` to it.")
    if person.actor.scope.cameras is not None or person.actor.scope.kinds is not None:
        raise Problem("not_allowed", "A table holds for all cameras and kinds, and this account has some.")
    return site, KeptFile(path, _KINDS[table], site.id)


def _told(parts: Services, site: Site, held: Held) -> SiteTable:
    return SiteTable(
        version=held.version,
        document=held.document,
        history=[DrawingVersion.of(version) for version in held.history],
        zones={camera.id: list(parts.places.zones(camera.id)) for camera in site.cameras},
    )
