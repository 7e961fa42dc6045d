"""Zones that were drawn in the console: the checks of `almere zones check`, and the file that comes of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from almere_vision.domain.errors import InputError, StorageError, ZoneFileError
from almere_vision.scene.advice import advice, one_line
from almere_vision.scene.choices import Chosen, strangers
from almere_vision.scene.document import Location, Unreadable, parse_document, plain_value
from almere_vision.scene.files import load_form, load_zone_file, sha8
from almere_vision.scene.models import SiteFile, ZoneFile
from almere_vision.scene.priorities import PrioritiesFile
from almere_vision.scene.protocol import ProtocolFile
from almere_vision.scene.scene import Scene

_WIDTH: Final = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must be mended: keys and indices from the root of the document, and what to do."""

    where: Location
    message: str


def faults(site_file: Path, camera: str, value: Any) -> list[Fault]:
    """Everything that is wrong with a zone document, alone and as a part of its site.

    Args:
        site_file: of the site that the camera belongs to.
        camera: id of the camera that the document is to be for.
        value: the document, as YAML or JSON give it.

    Raises:
        ZoneFileError: the files of the site cannot be used.
    """
    try:
        zones = ZoneFile.model_validate(value)
    except ValidationError as error:
        return [Fault(detail["loc"], one_line(advice(detail))) for detail in error.errors(include_url=False)]
    if zones.camera != camera:
        return [Fault(("camera",), one_line(f"drawn for camera '{zones.camera}', not for '{camera}'"))]
    return list(_missed(site_file, zones))


def _missed(site_file: Path, zones: ZoneFile) -> Iterator[Fault]:
    """Zones that other files of the site name and that would not be there any more."""
    site, _ = load_form(site_file, SiteFile, ZoneFileError)
    now = {entry.id: _ids(load_zone_file(site_file.parent / entry.zones)) for entry in site.cameras}
    then = now | {zones.camera: _ids(zones)}
    for place in site.same_place:
        for view in place.views:
            if view.camera == zones.camera and view.zone not in then[zones.camera]:
                yield Fault(
                    (), f"place '{place.id}' in {site_file.name} names zone '{view.zone}': keep its name"
                )
    for name, model, table in (
        (site.priorities, PrioritiesFile, "rows"),
        (site.protocol, ProtocolFile, "routes"),
    ):
        if name is None:
            continue
        rows: list[Chosen] = getattr(load_form(site_file.parent / name, model, ZoneFileError)[0], table) or []
        before = set(strangers(table, rows, now))
        for where, message in strangers(table, rows, then):
            if (where, message) not in before:
                yield Fault((), one_line(f"row {int(where[1]) + 1} in {name}: {message}"))


def _ids(zones: ZoneFile) -> set[str]:
    return {zone.id for preset in zones.presets for zone in preset.zones}


class _Dumper(yaml.SafeDumper):
    """Writes so that our reader (YAML 1.2) and others (1.1) read the same."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    plain = isinstance(plain_value(value), str) and ":" not in value
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def file_of(value: Any, head: str) -> bytes:
    """The text of a zone file, with a line of comment above it.

    Raises:
        InputError: it holds something that the file cannot say.
    """
    text = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=_WIDTH
    )
    content = f"# {one_line(head)}\n{text}".encode()
    if value_of(content) != value:
        raise InputError("the document holds something that a zone file cannot say")
    return content


def value_of(content: bytes) -> Any:
    """What a file holds, as JSON values. Raises `InputError`: it cannot be read."""
    try:
        return parse_document(Path("zones.yaml"), content).value
    except Unreadable as unreadable:
        raise InputError(str(unreadable.problem)) from None


def scene_of(content: bytes) -> Scene:
    """The scene that a worker would make of these bytes. Raises `InputError`: it cannot be used."""
    try:
        return Scene(ZoneFile.model_validate(value_of(content)), sha8(content))
    except ValidationError as error:
        raise InputError(one_line(advice(error.errors(include_url=False)[0]))) from None


def write(path: Path, content: bytes) -> None:
    """Put a file in place, whole or not at all.

    Raises:
        StorageError: the folder cannot be written.
    """
    path = path.resolve()
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path.name} cannot be written: {error.strerror}; let the API write in the folder of the site"
        ) from None
