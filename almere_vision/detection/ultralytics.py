"""Ultralytics .pt files in torch, on a GPU when there is one. Needs the `gpu` extra.

Opening a .pt file unpickles it, and a pickle can run any code: only `load_detector` opens one, and only after
the store knows its hash or a person said `--trust`.
"""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.candidates import Arrays
from almere_vision.detection.manifest import ModelInput
from almere_vision.detection.runtimes import ON_A_GPU, agree_on_size, first_line
from almere_vision.domain.errors import ModelError


class UltralyticsBackend:
    """A YOLO network in torch; half precision and whole batches on a GPU.

    The raw outputs of the network are handed on, as from its exports: `YOLO.predict` would choose boxes
    before our vehicle classes are merged.
    """

    def __init__(
        self, path: Path, spec: ModelInput, input_px: tuple[int, int] | None, threads: int | None
    ) -> None:
        """Load a .pt file; arguments and errors as in `open_backend`."""
        self._torch = _need("torch")
        yolo = _need("ultralytics").YOLO
        # its log goes to the standard output, where our event lines go
        logging.getLogger("ultralytics").setLevel(logging.ERROR)
        if threads:
            self._torch.set_num_threads(threads)
        try:
            model = yolo(path).model.fuse().eval()
        except Exception as error:  # unpickling can raise anything
            raise ModelError(
                f"{path}: ultralytics cannot load it ({first_line(error)}); is it a YOLO network, and whole?"
            ) from error
        self.input_px = agree_on_size(path, (None, None), input_px)
        self.metadata = {"names": str(dict(model.names)), "task": str(getattr(model, "task", "detect"))}
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self.at_once = ON_A_GPU if self._device == "cuda" else 1
        self._dtype = self._torch.float16 if self._device == "cuda" else self._torch.float32
        self._model: Any = model.to(self._device, self._dtype)
        self._turned = spec.colour == "rgb"
        self._mean, self._factors = (
            self._torch.tensor(values, device=self._device).view(1, 3, 1, 1)
            for values in (spec.mean, spec.factors)
        )

    def infer(self, pictures: NDArray[np.uint8]) -> Arrays:
        """Run (N, height, width, 3) uint8, BGR; see `Backend.infer`."""
        with self._torch.inference_mode():
            bytes_bgr = self._torch.from_numpy(pictures).to(self._device).permute(0, 3, 1, 2)
            seen = bytes_bgr.flip(1) if self._turned else bytes_bgr
            output = self._model(((seen - self._mean) * self._factors).to(self._dtype).contiguous())
        # in evaluation mode the network returns (what we want, what the loss wants)
        raw = output[0] if isinstance(output, (tuple, list)) else output
        array: NDArray[np.float32] = raw.float().cpu().numpy()
        return (array,)


def _need(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError(
            f".pt files need {name}: install the gpu extra (pip install 'almere-vision[gpu]'), "
            "or export the network to ONNX where you made it"
        ) from error
