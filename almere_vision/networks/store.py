"""The model store: a folder with one folder for each network, and what may be loaded from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from almere_vision.domain.errors import ModelError
from almere_vision.networks.manifest import (
    MANIFEST_NAME,
    AnyManifest,
    CommonPart,
    ModelFile,
    NetworkManifest,
    read_manifest,
)

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFiles(Generic[AnyManifest]):
    """A network that may be loaded: its files are there and have the right content.

    Attributes:
        name: name in the store, or made from the file's name.
        path: the file that a runtime is given.
        sha256: hash of its content; of several files, the hash of their hashes in the order of their paths.
        files: all of them, paths relative to the folder of `path`.
        manifest: what it is; None for a file that no manifest describes.
    """

    name: str
    path: Path
    sha256: str
    files: tuple[ModelFile, ...]
    manifest: AnyManifest | None

    @property
    def identity(self) -> str:
        """`name@sha8`, as events and suggestions carry it."""
        return f"{self.name}@{self.sha256[:8]}"


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A line of `almere models list`; `problem` is None when the network can be loaded."""

    name: str
    identity: str | None
    licence: str | None
    kind: str | None
    size_bytes: int | None
    problem: str | None


def file_sha256(path: Path) -> str:
    """Hash of a file's content, 64 hexadecimal digits.

    Raises:
        ModelError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}; give the path of a network") from error
    return digest.hexdigest()


def describe_file(path: Path, fetched_as: str | None = None) -> ModelFile:
    """Hash and size of a file, under its own name or another.

    Raises:
        ModelError: it cannot be read, or is empty.
    """
    sha256 = file_sha256(path)
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise ModelError(f"{path}: is empty; get the file again")
    return ModelFile(path=fetched_as or path.name, sha256=sha256, bytes=size_bytes)


def identity_sha256(files: tuple[ModelFile, ...]) -> str:
    """One hash for all files of a network; see `ModelFiles`."""
    if len(files) == 1:
        return files[0].sha256
    hashes = "".join(file.sha256 for file in sorted(files, key=lambda file: file.path))
    return hashlib.sha256(hashes.encode()).hexdigest()


def model_names(models_dir: Path) -> list[str]:
    """Names of the networks in the store, sorted."""
    return sorted(path.parent.name for path in models_dir.glob(f"*/{MANIFEST_NAME}"))


def no_such_model(name: str, models_dir: Path) -> ModelError:
    """The error for a name that the store does not know; it names those that there are."""
    known = ", ".join(model_names(models_dir)) or "none"
    return ModelError(
        f"no model named {name!r} in {models_dir} (there: {known}); give one of these names, or the path of "
        "an .onnx, .xml or .pt file"
    )


def find_model(name: str, models_dir: Path, form: type[AnyManifest]) -> AnyManifest:
    """The manifest of a network in the store.

    Raises:
        ModelError: there is none of that name, or its manifest is wrong or of another kind.
    """
    if name not in model_names(models_dir):
        raise no_such_model(name, models_dir)
    return read_manifest(models_dir / name / MANIFEST_NAME, form)


def verify(manifest: AnyManifest, folder: Path) -> ModelFiles[AnyManifest]:
    """Check that all files of a network are there with the content that its manifest promises.

    Raises:
        ModelError: a file is missing or has another hash.
    """
    for file in manifest.files:
        path = folder / file.path
        cure = (
            f"get it with `almere models pull {manifest.name}`"
            if file.fetch
            else "restore it from its source"
        )
        if not path.is_file():
            raise ModelError(f"{path}: is missing; {cure}")
        actual = file_sha256(path)
        if actual != file.sha256:
            raise ModelError(
                f"{path}: sha256 is {actual[:8]}, the manifest says {file.sha256[:8]}; it is damaged or not "
                f"the file that was checked: {cure}"
            )
    return ModelFiles(
        name=manifest.name,
        path=folder / manifest.main_file.path,
        sha256=identity_sha256(manifest.files),
        files=manifest.files,
        manifest=manifest,
    )


def list_models(models_dir: Path, forms: Mapping[str, type[NetworkManifest]]) -> list[ListedModel]:
    """All networks in the store, sorted by name, with what is wrong with those that cannot be loaded.

    Args:
        models_dir: the store.
        forms: what a manifest of each kind must be; of other kinds the common part is checked.
    """
    return [_listed(name, models_dir / name, forms) for name in model_names(models_dir)]


def _listed(name: str, folder: Path, forms: Mapping[str, type[NetworkManifest]]) -> ListedModel:
    try:
        kind = read_manifest(folder / MANIFEST_NAME, CommonPart).kind
        manifest = read_manifest(folder / MANIFEST_NAME, forms.get(kind, CommonPart))
    except ModelError as error:
        return ListedModel(name, None, None, None, None, str(error))
    problem = None
    try:
        verify(manifest, folder)
    except ModelError as error:
        problem = str(error)
    return ListedModel(
        name=name,
        identity=f"{name}@{identity_sha256(manifest.files)[:8]}",
        licence=manifest.licence,
        kind=manifest.kind,
        size_bytes=sum(file.bytes for file in manifest.files),
        problem=problem,
    )


def manifest_of_hash(sha256: str, models_dir: Path, form: type[AnyManifest]) -> AnyManifest | None:
    """The manifest in the store that lists a file of this content; a broken one vouches for nothing."""
    for name in model_names(models_dir):
        try:
            manifest = read_manifest(models_dir / name / MANIFEST_NAME, form)
        except ModelError:
            continue
        if any(file.sha256 == sha256 for file in manifest.files):
            return manifest
    return None
