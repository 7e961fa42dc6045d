"""What runs a network. Three runtimes stand behind one small interface."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.candidates import Arrays
from almere_vision.detection.manifest import BackendKind, ModelInput
from almere_vision.domain.errors import ModelError

SUFFIXES: dict[BackendKind, tuple[str, ...]] = {
    "openvino": (".onnx", ".xml"),
    "onnxruntime": (".onnx",),
    "ultralytics": (".pt",),
}
"""Which files each runtime opens."""


class Backend(Protocol):
    """A network that is loaded and ready. Not safe for use by two threads at once."""

    @property
    def input_px(self) -> tuple[int, int]:
        """Width and height that `infer` takes."""
        ...

    @property
    def at_once(self) -> int:
        """Pictures that it is best given together, when they are there; 1 where more gain nothing."""
        ...

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says about itself; exports of Ultralytics give `names` and `task`."""
        ...

    def infer(self, pictures: NDArray[np.uint8]) -> Arrays:
        """Run (N, height, width, 3) uint8, BGR; the outputs have N as their first dimension.

        They hold until the next call. Colour order and scale of the network are the runtime's care.

        Raises:
            ModelError: the runtime failed.
        """
        ...


def open_backend(
    kind: BackendKind,
    path: Path,
    spec: ModelInput,
    input_px: tuple[int, int] | None,
    threads: int | None,
    *,
    bfloat16: bool = False,
) -> Backend:
    """Load a network.

    Args:
        kind: the runtime.
        path: .onnx, .xml or .pt file; opening a .pt runs code in it, so the caller has checked it.
        spec: the colour order and scale that it wants; its width and height do not matter here.
        input_px: width and height wanted; None takes the network's own, or 640x384 when it takes any.
        threads: threads for one picture; None or 0 leaves it to the runtime.
        bfloat16: compute in it, which only OpenVINO does.

    Raises:
        ModelError: the runtime is not installed, cannot read the file, or the network takes another size.
    """
    if path.suffix not in SUFFIXES[kind]:
        can = ", ".join(name for name, suffixes in SUFFIXES.items() if path.suffix in suffixes)
        raise ModelError(
            f"{path}: {kind} cannot open a {path.suffix or 'bare'} file; use {can or 'an ONNX file'}"
        )
    # each runtime takes up to a second to import: only the chosen one is
    if kind == "openvino":
        from almere_vision.detection.openvino import OpenVinoBackend

        return OpenVinoBackend(path, spec, input_px, threads, bfloat16=bfloat16)
    if kind == "onnxruntime":
        from almere_vision.detection.onnxruntime import OnnxRuntimeBackend

        return OnnxRuntimeBackend(path, spec, input_px, threads)
    from almere_vision.detection.ultralytics import UltralyticsBackend

    return UltralyticsBackend(path, spec, input_px, threads)
