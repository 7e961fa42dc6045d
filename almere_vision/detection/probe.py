"""What a network without a manifest is, told from its outputs and from what its file says about itself."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from almere_vision.detection.backend import Backend
from almere_vision.detection.classes import COCO80
from almere_vision.detection.manifest import BackendKind, DecoderKind, Manifest, ModelInput
from almere_vision.domain.errors import ModelError
from almere_vision.networks import ModelFile

_NANODET_MEAN_BGR = (103.53, 116.28, 123.675)
_NANODET_STD_BGR = (57.375, 57.12, 58.395)
_ADD = "give its class names to `almere models add`, or write a manifest"


def probe(
    path: Path,
    backend: Backend,
    *,
    name: str,
    files: Sequence[ModelFile],
    backends: tuple[BackendKind, ...],
    classes: Sequence[str] | None = None,
    licence: str = "unknown",
    source: str = "a file of the user",
) -> Manifest:
    """Describe a network by running it once on an empty picture.

    Args:
        path: the network, for messages.
        backend: the network, loaded.
        name: name for it.
        files: its files.
        backends: runtimes that open it, best first.
        classes: class names in the order of its outputs; None takes those in its metadata, or COCO when the
            outputs count 80.
        licence: terms of the weights.
        source: where they come from.

    Raises:
        ModelError: it is no detector that we can read, or its class names are unknown.
    """
    task = backend.metadata.get("task", "detect")
    if task != "detect":
        raise ModelError(f"{path}: this is a network for {task}, not for detection; use a detection network")
    names = list(classes) if classes else _names(path, backend.metadata)
    width, height = backend.input_px
    outputs = backend.infer(np.zeros((1, height, width, 3), np.uint8))
    shapes = [array.shape for array in outputs]
    decoder = _decoder(shapes, None if names is None else len(names))
    if decoder is None:
        raise ModelError(
            f"{path}: outputs {', '.join(map(str, shapes))} are of no form that we know (NanoDet, YOLO v8, "
            f"11 or 26), or its class names {'are unknown' if names is None else 'do not fit'}; {_ADD}"
        )
    if names is None and decoder == "yolo-end2end":
        raise ModelError(f"{path}: does not say what its classes are; {_ADD}")
    coco = names is None or tuple(names) == COCO80
    kept: Literal["coco80"] | tuple[str, ...] = "coco80" if coco else tuple(names or ())
    try:
        return Manifest(
            name=name,
            files=tuple(files),
            licence=licence,
            source=source,
            input=_input(decoder, width, height),
            classes=kept,
            decoder=decoder,
            backends=backends,
        )
    except ValueError as error:
        raise ModelError(
            f"{path}: none of its classes is a person or a vehicle; use another network"
        ) from error


def _decoder(shapes: list[tuple[int, ...]], n_classes: int | None) -> DecoderKind | None:
    """Which decoder reads outputs of these shapes; without class names only 80 classes are taken for COCO."""
    count = n_classes or len(COCO80)
    if any(len(shape) != 3 for shape in shapes):
        return None
    if len(shapes) == 1:
        if shapes[0][1] == 4 + count:
            return "yolo"
        return "yolo-end2end" if shapes[0][2] == 6 else None
    scores = sorted(shape[1] for shape in shapes if shape[2] == count)
    bins = sorted(shape[1] for shape in shapes if shape[2] != count and shape[2] % 4 == 0)
    return "nanodet" if scores == bins and len(scores) * 2 == len(shapes) else None


def _input(decoder: DecoderKind, width: int, height: int) -> ModelInput:
    """How networks of this kind are fed."""
    if decoder == "nanodet":
        return ModelInput(
            width=width, height=height, colour="bgr", mean=_NANODET_MEAN_BGR, std=_NANODET_STD_BGR
        )
    return ModelInput(width=width, height=height, colour="rgb", scale=1 / 255)


def _names(path: Path, metadata: dict[str, str]) -> list[str] | None:
    """Class names as Ultralytics writes them: the text of a Python dict from number to name."""
    text = metadata.get("names")
    if text is None:
        return None
    try:
        value = ast.literal_eval(text)
        if isinstance(value, dict):
            return [str(value[number]) for number in range(len(value))]
        return [str(name) for name in value]
    except (ValueError, SyntaxError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: its class names cannot be read ({text[:40]!r}); {_ADD}") from error
