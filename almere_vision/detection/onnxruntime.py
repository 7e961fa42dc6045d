"""ONNX Runtime: runs the same ONNX files elsewhere, and on an NVIDIA GPU when its GPU build is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from numpy.typing import NDArray

from almere_vision.detection.candidates import Arrays
from almere_vision.detection.letterbox import to_floats
from almere_vision.detection.manifest import ModelInput
from almere_vision.detection.runtimes import ON_A_GPU, agree_on_size, first_line
from almere_vision.domain.errors import ModelError

_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
_ERRORS_ONLY = 3


class OnnxRuntimeBackend:
    """A network in an ONNX Runtime session; whole batches run at once where the network allows it."""

    def __init__(
        self, path: Path, spec: ModelInput, input_px: tuple[int, int] | None, threads: int | None
    ) -> None:
        """Load an .onnx file; arguments and errors as in `open_backend`."""
        options = ort.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        if threads:
            options.intra_op_num_threads = threads
        available = ort.get_available_providers()
        providers = [name for name in _PROVIDERS if name in available]
        try:
            self._session: Any = ort.InferenceSession(path, options, providers=providers)
        except Exception as error:  # the runtime's own errors share no other base
            raise ModelError(
                f"{path}: ONNX Runtime cannot load it ({first_line(error)}); is it a network, and whole?"
            ) from error
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4:
            raise ModelError(f"{path}: takes {len(inputs)} inputs or no picture; this is not a detector")
        batch, _, height, width = (side if isinstance(side, int) else None for side in inputs[0].shape)
        self._input_name = inputs[0].name
        self._one_by_one = batch == 1
        on_a_gpu = "CUDAExecutionProvider" in self._session.get_providers()
        self.at_once = ON_A_GPU if on_a_gpu and not self._one_by_one else 1
        self._spec = spec
        self.input_px = agree_on_size(path, (width, height), input_px)
        self.metadata: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)

    def infer(self, pictures: NDArray[np.uint8]) -> Arrays:
        """Run (N, height, width, 3) uint8, BGR; see `Backend.infer`."""
        batch = to_floats(pictures, self._spec)
        size = 1 if self._one_by_one else len(batch)
        try:
            parts = [
                self._session.run(None, {self._input_name: batch[start : start + size]})
                for start in range(0, len(batch), size)
            ]
        except Exception as error:  # as above
            raise ModelError(f"ONNX Runtime failed: {first_line(error)}; try another backend") from error
        return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))
