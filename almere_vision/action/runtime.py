"""Opening the networks that judge tubes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
import openvino as ov  # type: ignore[import-untyped]
from numpy.typing import NDArray

from almere_vision.action.pose import SIDE_PX, PoseNet
from almere_vision.domain.errors import ModelError

_ERRORS_ONLY: Final = 3


def open_pose_net(path: Path, threads: int) -> PoseNet:
    """Load MoveNet. Not safe for use by two threads at once.

    Args:
        path: its .onnx file.
        threads: threads for one picture.

    Raises:
        ModelError: the file is no such network.
    """
    # Where the processor can, in bfloat16: half the time, and scores move in the third digit (ADR 30).
    config: dict[str, str | int] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    try:
        request = ov.Core().compile_model(path, "CPU", config).create_infer_request()
        # The first one here and not in a thread, as in detection/openvino.py.
        request.infer({0: np.zeros((1, SIDE_PX, SIDE_PX, 3), np.int32)})
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"{path}: OpenVINO cannot load it; is it a network, and whole?") from error

    def joints(square: NDArray[np.int32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.array(request.infer({0: np.ascontiguousarray(square)})[0])
        return found

    return joints


class Classifier:
    """The trained part: rows of numbers -> scores.

    Attributes:
        names: the numbers that it wants, in its order.
    """

    def __init__(self, path: Path) -> None:
        """Load an .onnx file that `training` wrote.

        Raises:
            ModelError: it is no such file.
        """
        options = ort.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = 1  # one row at a time: threads cost more than they bring
        try:
            self._session: Any = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime's own errors share no other base
            raise ModelError(
                f"{path}: ONNX Runtime cannot load it; is it a classifier, and whole?"
            ) from error
        told = self._session.get_modelmeta().custom_metadata_map
        self.names = tuple(told.get("numbers", "").split())
        (taken,) = self._session.get_inputs()
        if not self.names or taken.shape[-1] != len(self.names):
            raise ModelError(f"{path}: does not say which numbers it judges; train it again")

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, len(names)) -> (N,) 0..1."""
        (found,) = self._session.run(None, {self._session.get_inputs()[0].name: rows})
        flat: NDArray[np.float32] = np.asarray(found, np.float32).reshape(len(rows))
        return flat
