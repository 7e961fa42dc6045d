"""Frame -> Detections: the whole of this package behind one class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from almere_vision.detection.backend import SUFFIXES, Backend, open_backend
from almere_vision.detection.candidates import Arrays, Decoder, choose
from almere_vision.detection.classes import our_columns
from almere_vision.detection.letterbox import Placement, fit
from almere_vision.detection.manifest import AS_THEY_ARE, BackendKind, DecoderKind, Manifest
from almere_vision.detection.nanodet import decode_nanodet
from almere_vision.detection.precision import Precision, gains_from_bytes
from almere_vision.detection.probe import probe
from almere_vision.detection.resolve import resolve
from almere_vision.detection.yolo import decode_yolo, decode_yolo_end2end
from almere_vision.domain.detections import Detections
from almere_vision.domain.errors import ModelError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.networks import ModelFiles

DEFAULT_MODEL: Final = "nanodet-416"

DECODERS: Final[dict[DecoderKind, Decoder]] = {
    "nanodet": decode_nanodet,
    "yolo": decode_yolo,
    "yolo-end2end": decode_yolo_end2end,
}


class Detector:
    """A network that is ready to look at pictures. Not safe for use by two threads at once.

    Attributes:
        identity: `name@sha8`, first eight digits of the sha256 of its content.
        min_score: lowest score of a detection, 0..1.
        input_px: width and height of what the network sees.
    """

    def __init__(self, identity: str, manifest: Manifest, backend: Backend, min_score: float) -> None:
        self.identity = identity
        self.min_score = min_score
        self._manifest = manifest
        self._backend = backend
        self._decode = DECODERS[manifest.decoder]
        self._columns = our_columns(manifest.class_names)
        self._canvases = np.empty((0, 0, 0, 3), np.uint8)

    @property
    def input_px(self) -> tuple[int, int]:
        return self._backend.input_px

    @property
    def at_once(self) -> int:
        """Pictures that it is best given together, when they are there."""
        return self._backend.at_once

    def detect(self, frame: Frame) -> Detections:
        """People and vehicles in one picture, best first.

        Raises:
            ModelError: the runtime failed, or the outputs are not those that the manifest promises.
        """
        return self.detect_many([frame])[0]

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        """People and vehicles in several pictures at once: much faster on a GPU, the same on a CPU.

        Raises:
            ModelError: as `detect`.
        """
        if not frames:
            return []
        canvases = self._room_for(len(frames))
        placements = [
            fit(frame.image, canvas, letterbox=self._manifest.input.letterbox)
            for frame, canvas in zip(frames, canvases, strict=True)
        ]
        outputs = self._backend.infer(canvases)
        return [
            self._read(tuple(array[index : index + 1] for array in outputs), placement, frame.moment)
            for index, (frame, placement) in enumerate(zip(frames, placements, strict=True))
        ]

    def _room_for(self, pictures: int) -> NDArray[np.uint8]:
        """(pictures, height, width, 3), the same memory each time: new memory of that size is slow."""
        if len(self._canvases) < pictures:
            self._canvases = np.empty((pictures, self.input_px[1], self.input_px[0], 3), np.uint8)
        return self._canvases[:pictures]

    def _read(self, outputs: Arrays, placement: Placement, moment: Moment) -> Detections:
        candidates = self._decode(outputs, self.input_px, self._columns, self.min_score)
        boxes_px, scores, classes = choose(candidates, self.min_score, self._manifest.nms_iou)
        boxes = placement.to_fractions(boxes_px)
        # a box that lies wholly in the padding has no area left
        seen = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        return Detections(moment, boxes[seen], scores[seen], classes[seen], self.identity)


def load_detector(
    ref: str,
    models_dir: Path,
    backend: BackendKind | Literal["auto"] = "auto",
    input_size: tuple[int, int] | None = None,
    threads: int | None = None,
    trust: bool = False,
    min_score: float | None = None,
    precision: Precision = "exact",
) -> Detector:
    """Load a network.

    Args:
        ref: a name in the store, or the path of a network; see `resolve`.
        models_dir: the store.
        backend: runtime; `auto` takes the first that its manifest names.
        input_size: width and height of the input, multiples of 32; None takes the manifest's, or 640x384.
        threads: threads for one picture; None or 0 leaves it to the runtime.
        trust: open a .pt file whose hash no manifest lists; that runs code in it.
        min_score: lowest score of a detection, 0..1; None takes the manifest's, or 0.2.
        precision: `fast` computes in what suits this processor, with OpenVINO; scores then differ a little.

    Raises:
        ModelError: not found, wrong hash, not trusted, runtime missing or failing, or of no known form.
    """
    files = resolve(ref, models_dir, trust)
    bfloat16 = False
    if precision == "fast" and _kind_of(files, backend) == "openvino":
        bfloat16 = _computes_bfloat16()
        twin = files.manifest.quantised if files.manifest and input_size is None else None
        if twin and not bfloat16 and gains_from_bytes():
            files = resolve(twin, models_dir, trust)
    manifest = files.manifest or _probed(files, backend, input_size)
    known = replace(files, manifest=manifest)
    _, opened = open_files(known, backend, input_size, threads, bfloat16=bfloat16)
    score = manifest.score_threshold if min_score is None else min_score
    return Detector(files.identity, manifest, opened, score)


def _probed(
    files: ModelFiles[Manifest], backend: BackendKind | Literal["auto"], input_size: tuple[int, int] | None
) -> Manifest:
    """What a network without a manifest is."""
    kind, opened = open_files(files, backend, input_size)
    return probe(files.path, opened, name=files.name, files=files.files, backends=(kind,))


def open_files(
    files: ModelFiles[Manifest],
    backend: BackendKind | Literal["auto"] = "auto",
    input_size: tuple[int, int] | None = None,
    threads: int | None = None,
    *,
    bfloat16: bool = False,
) -> tuple[BackendKind, Backend]:
    """Load the files of a network into a runtime; arguments and errors as in `load_detector`."""
    manifest = files.manifest
    if input_size is None and manifest is not None:
        input_size = (manifest.input.width, manifest.input.height)
    kind = _kind_of(files, backend)
    spec = AS_THEY_ARE if manifest is None else manifest.input
    return kind, open_backend(kind, files.path, spec, input_size, threads, bfloat16=bfloat16)


def _kind_of(files: ModelFiles[Manifest], backend: BackendKind | Literal["auto"]) -> BackendKind:
    if backend != "auto":
        return backend
    return (files.manifest.backends if files.manifest is not None else runtimes_for(files.path))[0]


def _computes_bfloat16() -> bool:
    from almere_vision.detection.openvino import computes_bfloat16  # loads slowly, as every runtime

    return computes_bfloat16()


def runtimes_for(path: Path) -> tuple[BackendKind, ...]:
    """Runtimes that open a file, best first.

    Raises:
        ModelError: none does.
    """
    kinds = tuple(kind for kind, suffixes in SUFFIXES.items() if path.suffix in suffixes)
    if not kinds:
        raise ModelError(f"{path}: no runtime opens it; give an .onnx, .xml or .pt file")
    return kinds
