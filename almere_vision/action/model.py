"""Tube -> fight score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from almere_vision.action.manifest import FightManifest, PoseManifest
from almere_vision.action.measures import Numbers
from almere_vision.action.numbers import as_row, measure, measure_some
from almere_vision.action.pose import PoseNet
from almere_vision.action.runtime import Classifier, open_pose_net
from almere_vision.domain.tube import Tube
from almere_vision.networks import find_model, verify

DEFAULT_FIGHT_MODEL: Final = "fight-motion"


class FightModel:
    """A classifier that is ready to judge tubes. Not safe for use by two threads at once.

    Attributes:
        identity: `name@sha8`, as events and suggestions carry it.
        clip: calibrates clips, see `FightManifest`.
    """

    def __init__(
        self, identity: str, classifier: Classifier, pose_net: PoseNet, clip: tuple[float, float] = (1.0, 0.0)
    ) -> None:
        self.identity, self.clip = identity, clip
        self._classifier = classifier
        self._pose_net = pose_net

    def score(self, tube: Tube) -> float:
        """How much a tube looks like a fight, 0..1; 0 where nobody can be measured."""
        numbers = measure(tube, self._pose_net)
        if numbers is None:
            return 0.0
        return self._judge([numbers])[0]

    def scores(self, tubes: Sequence[Tube]) -> list[float]:
        """Scores of those that move the most, of tubes that were cut at one time; others are left out."""
        return self._judge([numbers for _, numbers in measure_some(tubes, self._pose_net)])

    def _judge(self, measured: Sequence[Numbers]) -> list[float]:
        if not measured:
            return []
        rows = np.stack([as_row(numbers, self._classifier.names) for numbers in measured])
        return [float(score) for score in self._classifier.scores(rows)]


def load_fight_model(name: str, models_dir: Path, threads: int = 1) -> FightModel:
    """Load a classifier, and the pose network that it was trained with, from the store.

    Args:
        name: name of its folder in the store, as `fight-motion`.
        models_dir: the store.
        threads: threads of the pose network. It is so small that more of them cost more than they bring.

    Raises:
        ModelError: no such classifier, or a file of it is missing, damaged or of another form.
    """
    manifest = find_model(name, models_dir, FightManifest)
    files = verify(manifest, models_dir / name)
    pose_net = load_pose_net(manifest.pose, models_dir, threads)
    return FightModel(files.identity, Classifier(files.path), pose_net, manifest.clip)


def load_pose_net(name: str, models_dir: Path, threads: int = 1) -> PoseNet:
    """Load a pose network from the store; arguments and errors as in `load_fight_model`."""
    files = verify(find_model(name, models_dir, PoseManifest), models_dir / name)
    return open_pose_net(files.path, threads)
