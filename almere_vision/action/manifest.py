"""The forms of `models/<name>/manifest.yaml` for what judges tubes."""

from __future__ import annotations

from typing import Literal

from almere_vision.networks import NetworkManifest


class PoseManifest(NetworkManifest):
    """A network that finds the joints of one person, as MoveNet does; see `pose.PoseNet`."""

    kind: Literal["pose"]


class FightManifest(NetworkManifest):
    """A classifier of tubes; `pose` names the pose network in the store that it was trained with."""

    kind: Literal["fight"]
    pose: str
