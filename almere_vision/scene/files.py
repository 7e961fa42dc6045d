"""Zone and site files from disk: what is wrong with them, and what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from almere_vision.domain.assessment import PriorityTable
from almere_vision.domain.delivery import Channel
from almere_vision.domain.errors import InputError, ZoneFileError
from almere_vision.domain.overview import NO_MAP, Cone, Macro, SiteMap
from almere_vision.domain.position import Position
from almere_vision.domain.protocol import Protocol
from almere_vision.domain.scene import SamePlace
from almere_vision.scene.advice import advice, one_line
from almere_vision.scene.channels import ChannelsFile
from almere_vision.scene.choices import Chosen, strangers
from almere_vision.scene.document import Document, Problem, Unreadable, read_document
from almere_vision.scene.form import texts
from almere_vision.scene.models import CameraEntry, SiteFile, ZoneFile
from almere_vision.scene.priorities import PrioritiesFile
from almere_vision.scene.protocol import ProtocolFile

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SiteCamera:
    """A camera of a site; `name` by language, `zones` resolved, `source` and `onvif` exactly as written.

    `position` is where it stands and `cone` what it looks at from there, if the site file says so.
    """

    id: str
    name: dict[str, str]
    source: str
    play: bool
    zones: Path
    onvif: str | None = None
    tour: tuple[tuple[str, float], ...] = ()
    position: Position | None = None
    cone: Cone | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """All cameras of a site; relative paths in a camera's `source` start at `folder`.

    `priorities` is its table of priorities, `protocol` says who is told; None means the default one.
    `channels` are the ways to tell recipients outside; without it they have their inbox only.
    """

    id: str
    name: dict[str, str]
    folder: Path
    cameras: tuple[SiteCamera, ...]
    same_place: tuple[SamePlace, ...] = ()
    priorities: Path | None = None
    protocol: Path | None = None
    channels: Path | None = None
    map: SiteMap = NO_MAP
    macros: tuple[Macro, ...] = ()


def _problems(document: Document, model: type[BaseModel]) -> Iterator[Problem]:
    for where, line in document.repeated:
        yield Problem(document.path, line, one_line(f"`{where[-1]}` stands here twice: keep one"))
    try:
        model.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            yield Problem(document.path, document.line(detail["loc"]), one_line(advice(detail)))


def _is_site(document: Document) -> bool:
    return isinstance(document.value, dict) and bool({"site", "cameras"} & document.value.keys())


def _site_problems(document: Document) -> Iterator[Problem]:
    """The site file itself; when it is well formed, also the zone files that it names."""
    own = list(_problems(document, SiteFile))
    yield from own
    if own:
        return
    site = SiteFile.model_validate(document.value)
    for field, model, rows in (("priorities", PrioritiesFile, "rows"), ("protocol", ProtocolFile, "routes")):
        if getattr(site, field) is not None:
            yield from _table_problems(document, site, field, model, rows)
    if site.channels is not None:
        yield from _channels_problems(document, site.channels)
    known: dict[str, set[str]] = {}
    for index, entry in enumerate(site.cameras):
        line = document.line(("cameras", index, "zones"))
        path = document.path.parent / entry.zones
        try:
            zones = read_document(path)
        except Unreadable as unreadable:
            problem = unreadable.problem
            missing = not path.exists()
            yield Problem(document.path, line, f"{path}: {problem.message}") if missing else problem
            continue
        found = list(_problems(zones, ZoneFile))
        yield from found
        if not found and zones.value["camera"] != entry.id:
            yield Problem(
                document.path,
                line,
                f"camera '{entry.id}' names {path}, which is drawn for camera '{zones.value['camera']}': "
                "correct one of them",
            )
        if not found:
            presets = ZoneFile.model_validate(zones.value).presets
            known[entry.id] = {zone.id for preset in presets for zone in preset.zones}
    yield from _wrong_zones(document, site, known)


def _wrong_zones(document: Document, site: SiteFile, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    """Views of a shared place that name a zone which the camera does not have."""
    for index, place in enumerate(site.same_place):
        for number, view in enumerate(place.views):
            zones = known.get(view.camera)
            if zones is not None and view.zone not in zones:
                yield Problem(
                    document.path,
                    document.line(("same_place", index, "views", number, "zone")),
                    f"camera '{view.camera}' has no zone '{view.zone}': it has {', '.join(sorted(zones))}",
                )


def _table_problems(
    document: Document, site: SiteFile, field: str, model: type[BaseModel], rows: str
) -> Iterator[Problem]:
    """A table that a site file names, also held against the cameras and zones of the site."""
    path = document.path.parent / getattr(site, field)
    try:
        table = read_document(path)
    except Unreadable as unreadable:
        missing, problem = not path.exists(), unreadable.problem
        line = document.line((field,))
        yield Problem(document.path, line, f"{path}: {problem.message}") if missing else problem
        return
    found = list(_problems(table, model))
    yield from found
    if found:
        return
    try:
        zones = {entry.id: _zone_ids(document.path.parent / entry.zones) for entry in site.cameras}
    except ZoneFileError:
        return  # its own problems are told; unknown zones would only follow from them
    chosen: list[Chosen] = getattr(model.model_validate(table.value), rows) or []
    for where, message in strangers(rows, chosen, zones):
        yield Problem(path, table.line(where), one_line(message))


def _channels_problems(document: Document, name: str) -> Iterator[Problem]:
    path = document.path.parent / name
    try:
        channels = read_document(path)
    except Unreadable as unreadable:
        line = document.line(("channels",))
        told = Problem(document.path, line, f"{path}: {unreadable.problem.message}")
        yield unreadable.problem if path.exists() else told
        return
    yield from _problems(channels, ChannelsFile)


def _zone_ids(path: Path) -> list[str]:
    return [zone.id for preset in load_zone_file(path).presets for zone in preset.zones]


def _model_of(document: Document) -> type[BaseModel]:
    fields = document.value.keys() if isinstance(document.value, dict) else set()
    for model, own in (
        (PrioritiesFile, {"rows", "bands"}),
        (ProtocolFile, {"recipients", "routes", "deadlines"}),
        (ChannelsFile, {"channels"}),
    ):
        if own & fields:
            return model
    return ZoneFile


def check(path: Path) -> list[Problem]:
    """Everything that is wrong with a file of a site, or with a site file and all that it names.

    Args:
        path: a zone, priority, protocol or site file, or a folder that holds a `site.yaml`.

    Returns:
        All problems at once, by file and line; empty when the files can be used.
    """
    if (path / "site.yaml").is_file():
        path = path / "site.yaml"
    try:
        document = read_document(path)
    except Unreadable as unreadable:
        return [unreadable.problem]
    found = _site_problems(document) if _is_site(document) else _problems(document, _model_of(document))
    return sorted(found, key=lambda problem: (str(problem.file), problem.line))


def _load(path: Path, model: type[_Model]) -> tuple[_Model, Document]:
    return load_form(path, model, ZoneFileError, ": run `almere zones check`")


def load_form(
    path: Path, model: type[_Model], error: type[InputError], then: str = ""
) -> tuple[_Model, Document]:
    """A file in a form; raises `error` with file, line and what to do, and `then` when there is more."""
    try:
        document = read_document(path)
    except Unreadable as unreadable:
        raise error(str(unreadable.problem)) from None
    problems = sorted(_problems(document, model), key=lambda problem: problem.line)
    if problems:
        more = f" ({len(problems) - 1} more{then})" if len(problems) > 1 else ""
        raise error(f"{problems[0]}{more}")
    return model.model_validate(document.value), document


def read_zones(path: Path) -> tuple[ZoneFile, str]:
    """A zone file and its version: the first eight digits of the sha256 of its bytes.

    Raises:
        ZoneFileError: with file, line and what to do.
    """
    zones, document = _load(path, ZoneFile)
    return zones, sha8(document.content)


def sha8(content: bytes) -> str:
    """Version of a file: the first eight digits of the sha256 of its bytes."""
    return hashlib.sha256(content).hexdigest()[:8]


def load_zone_file(path: Path) -> ZoneFile:
    """Read a zone file; raises `ZoneFileError` with file, line and what to do."""
    return read_zones(path)[0]


def load_priorities(path: Path) -> PriorityTable:
    """A table of priorities; its version is the first eight digits of the sha256 of its bytes.

    Raises:
        ZoneFileError: with file, line and what to do.
    """
    table, document = _load(path, PrioritiesFile)
    return table.table(sha8(document.content))


def load_protocol(path: Path) -> Protocol:
    """The protocol of a site; its version is the first eight digits of the sha256 of its bytes.

    Raises:
        ZoneFileError: with file, line and what to do.
    """
    file, document = _load(path, ProtocolFile)
    return file.protocol(sha8(document.content))


def load_channels(path: Path) -> tuple[Channel, ...]:
    """The channels of a site; raises `ZoneFileError` with file, line and what to do."""
    file, _document = _load(path, ChannelsFile)
    return tuple(entry.channel() for entry in file.channels)


def _tour(entry: CameraEntry) -> tuple[tuple[str, float], ...]:
    return tuple((stop.preset, stop.dwell_s) for stop in entry.tour)


def load_site(path: Path) -> Site:
    """Read a site file. The zone files that it names are read later, by `Scene.load`, unless the site
    declares places that several zones share: then they are checked now.

    Raises:
        ZoneFileError: with file, line and what to do.
    """
    site, document = _load(path, SiteFile)
    if site.same_place and (problem := next(_site_problems(document), None)):
        raise ZoneFileError(str(problem))
    folder = path.parent
    cameras = tuple(
        SiteCamera(
            entry.id,
            texts(entry.name),
            entry.source,
            entry.play,
            folder / entry.zones,
            entry.onvif,
            _tour(entry),
            None if entry.position is None else entry.position.position(),
            None if entry.position is None else entry.position.cone(),
        )
        for entry in site.cameras
    )
    places = tuple(entry.place() for entry in site.same_place)
    return Site(
        site.site,
        texts(site.name),
        folder,
        cameras,
        places,
        priorities=None if site.priorities is None else folder / site.priorities,
        protocol=None if site.protocol is None else folder / site.protocol,
        channels=None if site.channels is None else folder / site.channels,
        map=site.map.map(),
        macros=tuple(entry.macro() for entry in site.macros),
    )
