"""Tube -> fight score: how tubes are cut, what is measured in them, and what judges that.

    frames, tracks ── cut ──► Tube ── features ──► numbers ── model ──► score 0..1

Start at `cut_tube` and `load_fight_model`.
"""

from almere_vision.action.cut import TUBE_FPS, TUBE_S, cut_tube
from almere_vision.action.manifest import FightManifest, PoseManifest
from almere_vision.action.model import FightModel, load_fight_model

__all__ = [
    "TUBE_FPS",
    "TUBE_S",
    "FightManifest",
    "FightModel",
    "PoseManifest",
    "cut_tube",
    "load_fight_model",
]
