"""OpenVINO: the fastest runtime on a CPU, and our default."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov  # type: ignore[import-untyped]
import yaml
from numpy.typing import NDArray
from openvino.preprocess import PrePostProcessor  # type: ignore[import-untyped]

from almere_vision.detection.candidates import Arrays
from almere_vision.detection.manifest import ModelInput
from almere_vision.detection.runtimes import agree_on_size, first_line
from almere_vision.domain.errors import ModelError


def computes_bfloat16() -> bool:
    """Whether this processor multiplies matrices of bfloat16 in hardware (AMX, AVX512-BF16)."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class OpenVinoBackend:
    """A network compiled for the CPU with a fixed input of one picture.

    Batches run one picture after the other: a fixed shape is faster, and two pictures together took as long
    in a worker of 40 cameras as one after the other (docs/adr/0022).
    """

    at_once = 1

    def __init__(
        self,
        path: Path,
        spec: ModelInput,
        input_px: tuple[int, int] | None,
        threads: int | None,
        *,
        bfloat16: bool = False,
    ) -> None:
        """Load an .onnx or .xml file; arguments and errors as in `open_backend`."""
        core = ov.Core()
        # Some processors compute in bfloat16 unless told otherwise; only who asks for that gets it.
        config: dict[str, str | int] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
        }
        if threads:
            config["INFERENCE_NUM_THREADS"] = threads
            # Several networks side by side would be pinned to the same core.
            config["ENABLE_CPU_PINNING"] = False
        try:
            model = core.read_model(path)
            self.input_px = agree_on_size(path, _fixed_size(path, model), input_px)
            model.reshape([1, 3, self.input_px[1], self.input_px[0]])
            self._outputs = len(model.outputs)
            self.metadata = _metadata(path, model)
            self._request = core.compile_model(_fed(model, spec), "CPU", config).create_infer_request()
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"{path}: OpenVINO cannot load it ({first_line(error)}); is it a network, and whole?"
            ) from error
        # The very first exchange of arrays is not safe for threads: two at once wait for each other for ever.
        self._infer(np.zeros((1, self.input_px[1], self.input_px[0], 3), np.uint8))

    def infer(self, pictures: NDArray[np.uint8]) -> Arrays:
        """Run (N, height, width, 3) uint8, BGR; see `Backend.infer`."""
        if len(pictures) == 1:
            return self._infer(np.ascontiguousarray(pictures))
        alone = [tuple(map(np.copy, self.infer(pictures[n : n + 1]))) for n in range(len(pictures))]
        return tuple(np.concatenate(arrays) for arrays in zip(*alone, strict=True))

    def _infer(self, picture: NDArray[np.uint8]) -> Arrays:
        try:
            # Nothing is copied on its way in, since nobody changes it until this returns, nor on its way out.
            results = self._request.infer({0: picture}, share_inputs=True, share_outputs=True)
        except RuntimeError as error:
            raise ModelError(f"OpenVINO failed: {first_line(error)}; try another backend") from error
        return tuple(results[number] for number in range(self._outputs))


def _fed(model: ov.Model, spec: ModelInput) -> ov.Model:
    """The network with our pictures as its input.

    Colour order and scale are computed within it: the same numbers, a tenth quicker than floats made before.
    """
    before = PrePostProcessor(model)
    before.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    before.input().model().set_layout(ov.Layout("NCHW"))
    steps = before.input().preprocess().convert_element_type(ov.Type.f32)
    if spec.colour == "rgb":
        steps = steps.reverse_channels()
    steps.mean(list(spec.mean)).scale([1 / factor for factor in spec.factors])
    return before.build()


def _fixed_size(path: Path, model: ov.Model) -> tuple[int | None, int | None]:
    """Width and height that the network takes, None where it takes any."""
    shape = model.inputs[0].get_partial_shape()
    if len(model.inputs) != 1 or shape.rank.is_dynamic or len(shape) != 4:
        raise ModelError(f"{path}: takes {len(model.inputs)} inputs or no picture; this is not a detector")
    height, width = shape[2], shape[3]
    return (
        None if width.is_dynamic else width.get_length(),
        None if height.is_dynamic else height.get_length(),
    )


def _metadata(path: Path, model: ov.Model) -> dict[str, str]:
    """From metadata.yaml beside an .xml (Ultralytics writes it), or what the file itself holds."""
    beside = path.with_name("metadata.yaml")
    if path.suffix == ".xml" and beside.is_file():
        try:
            data = yaml.safe_load(beside.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ModelError(f"{beside}: this is not YAML; correct or remove it") from error
        return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}
    if not model.has_rt_info("framework"):
        return {}
    info = model.get_rt_info("framework").value
    return {str(key): _text(value) for key, value in info.items()} if isinstance(info, dict) else {}


def _text(value: object) -> str:
    inner = getattr(value, "value", value)
    return inner if isinstance(inner, str) else str(inner)
