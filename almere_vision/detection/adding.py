"""`almere models add`: a network of the user's own becomes a member of the store."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from almere_vision.detection.detector import open_files, runtimes_for
from almere_vision.detection.manifest import Manifest
from almere_vision.detection.probe import probe
from almere_vision.detection.resolve import resolve
from almere_vision.domain.errors import ModelError
from almere_vision.networks import MANIFEST_NAME, write_manifest


def add_model(
    path: Path,
    models_dir: Path,
    name: str,
    licence: str,
    source: str = "a file of the user",
    classes: Sequence[str] | None = None,
    input_size: tuple[int, int] | None = None,
    trust: bool = False,
) -> Manifest:
    """Copy a network into the store and write its manifest, once it has run on an empty picture.

    Args:
        path: an .onnx file, an OpenVINO folder or its .xml, or a .pt file.
        models_dir: the store.
        name: name for it: small letters, digits, dot, dash and underscore.
        licence: terms of its weights, e.g. `AGPL-3.0`; they are shown wherever it is listed.
        source: where it comes from.
        classes: class names in the order of its outputs, when the file does not say them.
        input_size: width and height to run it at; None takes its own, or 640x384.
        trust: needed for a .pt file: opening it runs code in it.

    Raises:
        ModelError: the name is taken or not allowed, the file is not usable or not trusted, or the store
            cannot be written. The store is then as it was.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        raise ModelError(
            f"{name!r} cannot be a model's name; use small letters, digits, dot, dash, underscore"
        )
    target = models_dir / name
    if target.exists():
        raise ModelError(f"{target}: exists already; choose another name or remove that folder")
    files = resolve(str(path), None, trust)
    kinds = runtimes_for(files.path)
    _, backend = open_files(files, kinds[0], input_size)
    manifest = probe(
        files.path,
        backend,
        name=name,
        files=files.files,
        backends=kinds,
        classes=classes,
        licence=licence,
        source=source,
    )
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models_dir, prefix=".adding-") as scratch:
            # built aside and renamed, so that the store never shows half a network
            folder = Path(scratch) / name
            folder.mkdir()
            for file in manifest.files:
                shutil.copyfile(files.path.parent / file.path, folder / file.path)
            write_manifest(manifest, folder / MANIFEST_NAME)
            folder.rename(target)
    except OSError as error:
        raise ModelError(f"{target}: {error.strerror or error}; make the models folder writable") from error
    return manifest
