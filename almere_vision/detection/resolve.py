"""From what a person typed to a network that may be loaded."""

from __future__ import annotations

import re
from pathlib import Path

from almere_vision.detection.manifest import Manifest
from almere_vision.domain.errors import ModelError
from almere_vision.networks import MANIFEST_NAME, ModelFile, ModelFiles, read_manifest
from almere_vision.networks.store import (
    describe_file,
    find_model,
    identity_sha256,
    manifest_of_hash,
    model_names,
    no_such_model,
    verify,
)

_SUFFIXES = (".onnx", ".xml", ".pt")


def resolve(ref: str, models_dir: Path | None, trust: bool = False) -> ModelFiles[Manifest]:
    """Find a network by name or path, and check that it may be loaded.

    Args:
        ref: a name in the store; or a path of a model folder, an .onnx file, an OpenVINO folder or its .xml,
            or a .pt file.
        models_dir: the store; None looks at no manifests of a store.
        trust: take a .pt file whose hash no manifest lists. Loading it runs code that is in it.

    Raises:
        ModelError: not found, damaged, of no known kind, or not to be trusted. No .pt file is opened here
            other than to take its hash.
    """
    if models_dir is not None and ref in model_names(models_dir):
        return verify(find_model(ref, models_dir, Manifest), models_dir / ref)
    path = Path(ref)
    if not path.exists():
        if models_dir is None or path.suffix in _SUFFIXES or len(path.parts) > 1:
            raise ModelError(f"{path}: no such file; give a model's name or the path of a network")
        raise no_such_model(ref, models_dir)
    if path.is_dir():
        if (path / MANIFEST_NAME).is_file():
            return verify(read_manifest(path / MANIFEST_NAME, Manifest), path)
        path = _the_xml(path)
    if path.suffix not in _SUFFIXES:
        raise ModelError(f"{path}: not a network; give an .onnx file, an OpenVINO folder, or a .pt file")
    return _unlisted(path, models_dir, trust)


def model_name(path: Path) -> str:
    """A name for a file that has no manifest: its own name, in the characters that names may have."""
    return re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:64] or "model"


def network_files(path: Path) -> tuple[ModelFile, ...]:
    """All files that belong to an .onnx, .xml or .pt file, paths relative to its folder.

    Raises:
        ModelError: an .xml without its .bin, or a file that cannot be read.
    """
    if path.suffix != ".xml":
        return (describe_file(path),)
    weights = path.with_suffix(".bin")
    if not weights.is_file():
        raise ModelError(f"{weights}: is missing; an OpenVINO network is an .xml and a .bin of the same name")
    metadata = path.with_name("metadata.yaml")
    others = [metadata] if metadata.is_file() else []
    return tuple(describe_file(each) for each in (path, weights, *others))


def _unlisted(path: Path, models_dir: Path | None, trust: bool) -> ModelFiles[Manifest]:
    """A file given by path: with the manifest that lists its content, if there is one."""
    files = network_files(path)
    manifest = manifest_of_hash(files[0].sha256, models_dir, Manifest) if models_dir is not None else None
    if manifest is not None and identity_sha256(manifest.files) != identity_sha256(files):
        manifest = None  # a folder of which only one file is the same is another network
    if manifest is None and path.suffix == ".pt" and not trust:
        raise ModelError(
            f"{path}: opening a .pt file runs code that is in it, and no manifest knows sha256 "
            f"{files[0].sha256[:8]}; use --trust only for a file that you made or whose origin you know"
        )
    return ModelFiles(
        name=manifest.name if manifest else model_name(path),
        path=path,
        sha256=identity_sha256(files),
        files=files,
        manifest=manifest,
    )


def _the_xml(folder: Path) -> Path:
    networks = sorted(folder.glob("*.xml"))
    if len(networks) != 1:
        raise ModelError(
            f"{folder}: holds {len(networks)} .xml files, an OpenVINO folder has one; give the .xml itself"
        )
    return networks[0]
