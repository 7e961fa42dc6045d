"""Frame -> Detections: networks, the runtimes that run them, and the store that they come from.

    files ── store, resolve ──► ModelFiles ── backend ──► raw outputs ── decoder, choose ──► Detections

Start at `load_detector`; `registry.pull_model` and `adding.add_model` fill the store.
"""

from almere_vision.detection.adding import add_model
from almere_vision.detection.backend import Backend
from almere_vision.detection.detector import Detector, load_detector
from almere_vision.detection.manifest import Manifest, read_manifest
from almere_vision.detection.registry import pull_model
from almere_vision.detection.resolve import resolve
from almere_vision.detection.store import DEFAULT_MODEL, ListedModel, ModelFiles, list_models

__all__ = [
    "DEFAULT_MODEL",
    "Backend",
    "Detector",
    "ListedModel",
    "Manifest",
    "ModelFiles",
    "add_model",
    "list_models",
    "load_detector",
    "pull_model",
    "read_manifest",
    "resolve",
]
