"""Frame -> Detections: networks and the runtimes that run them.

    files ── store, resolve ──► ModelFiles ── backend ──► raw outputs ── decoder, choose ──► Detections

Start at `load_detector`; `adding.add_model` and `almere_vision.networks.pull_model` fill the store.
"""

from almere_vision.detection.adding import add_model
from almere_vision.detection.backend import Backend
from almere_vision.detection.detector import DEFAULT_MODEL, Detector, load_detector
from almere_vision.detection.manifest import Manifest
from almere_vision.detection.resolve import resolve

__all__ = [
    "DEFAULT_MODEL",
    "Backend",
    "Detector",
    "Manifest",
    "add_model",
    "load_detector",
    "resolve",
]
