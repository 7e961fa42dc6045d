"""The forms of `models/<name>/manifest.yaml` for what judges tubes."""

from __future__ import annotations

from typing import Literal

from almere_vision.networks import NetworkManifest


class PoseManifest(NetworkManifest):
    """A network that finds the joints of one person, as MoveNet does; see `pose.PoseNet`."""

    kind: Literal["pose"]


class FightManifest(NetworkManifest):
    """A classifier of tubes.

    Attributes:
        pose: name of the pose network in the store that it was trained with.
        clip: scale and offset that calibrate the log odds of a clip; see `moments.clip_score`.
    """

    kind: Literal["fight"]
    pose: str
    clip: tuple[float, float] = (1.0, 0.0)
