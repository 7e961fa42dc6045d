"""Tube -> fight score: how tubes are cut, what is measured in them, and what judges that.

    frames, tracks ── cut ──► Tube ── measure ──► numbers ── classifier ──► score 0..1

Start at `cut_tube` and `load_fight_model`; `training` makes the classifier.
"""

from almere_vision.action.cut import TUBE_FPS, TUBE_S, cut_tube
from almere_vision.action.groups import near_groups
from almere_vision.action.manifest import FightManifest, PoseManifest
from almere_vision.action.model import (
    DEFAULT_FIGHT_MODEL,
    FightModel,
    load_fight_model,
    load_pose_net,
)

__all__ = [
    "DEFAULT_FIGHT_MODEL",
    "TUBE_FPS",
    "TUBE_S",
    "FightManifest",
    "FightModel",
    "PoseManifest",
    "cut_tube",
    "load_fight_model",
    "load_pose_net",
    "near_groups",
]
