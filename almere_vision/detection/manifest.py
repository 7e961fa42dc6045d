"""The form of `models/<name>/manifest.yaml` for a detector: how to feed and read it."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from almere_vision.detection.classes import COCO80, our_columns
from almere_vision.networks import NetworkManifest
from almere_vision.networks.manifest import Part

DecoderKind = Literal["nanodet", "yolo", "yolo-end2end"]
BackendKind = Literal["openvino", "onnxruntime", "ultralytics"]
Triple = tuple[float, float, float]
Side = Annotated[int, Field(ge=32, le=4096, multiple_of=32)]


class ModelInput(Part):
    """What a network wants to see: (batch, 3, height, width) float32.

    A pixel value v in 0..255 becomes (v - mean) / std, or v * scale; `mean` and `std` are given in the colour
    order of the input. With `letterbox` the picture keeps its proportions and is padded.
    """

    width: Side
    height: Side
    layout: Literal["NCHW"] = "NCHW"
    colour: Literal["rgb", "bgr"]
    mean: Triple = (0.0, 0.0, 0.0)
    std: Triple | None = None
    scale: Annotated[float, Field(gt=0)] | None = None
    letterbox: bool = True

    @model_validator(mode="after")
    def _one_of_std_and_scale(self) -> Self:
        if (self.std is None) == (self.scale is None):
            raise ValueError("give either std (three numbers) or scale (one number)")
        if self.std is not None and min(self.std) <= 0:
            raise ValueError("std must be above 0")
        return self

    @property
    def factors(self) -> Triple:
        """What a pixel value is multiplied by after the mean is taken off, per channel."""
        if self.std is not None:
            return 1 / self.std[0], 1 / self.std[1], 1 / self.std[2]
        scale = self.scale if self.scale is not None else 1.0
        return scale, scale, scale


AS_THEY_ARE: Final = ModelInput(width=640, height=384, colour="bgr", scale=1.0)
"""Pixel values as cameras give them, for a network of which nothing is known yet."""


class Manifest(NetworkManifest):
    """One detector. `backends` is in order of preference; scores lie in 0..1.

    `nms_iou`: boxes of one kind that overlap more than this are one thing.
    `quantised`: name of the network in the store that is this one in 8 bits.
    """

    kind: Literal["detector"] = "detector"
    input: ModelInput
    classes: Literal["coco80"] | Annotated[tuple[str, ...], Field(min_length=1)]
    decoder: DecoderKind
    backends: Annotated[tuple[BackendKind, ...], Field(min_length=1)]
    score_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.2
    nms_iou: Annotated[float, Field(gt=0, lt=1)] = 0.5
    quantised: str | None = None

    @model_validator(mode="after")
    def _knows_a_class_that_we_keep(self) -> Self:
        if (our_columns(self.class_names) < 0).all():
            raise ValueError("classes: none of them is a person or a vehicle, so nothing would be detected")
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class names in the order of the network's outputs."""
        return COCO80 if self.classes == "coco80" else self.classes
