"""Tube -> fight score."""

from __future__ import annotations

from pathlib import Path

from almere_vision.domain.tube import Tube


class FightModel:
    """A classifier that is ready to judge tubes. Not safe for use by two threads at once.

    Attributes:
        identity: `name@sha8`, as events and suggestions carry it.
    """

    def __init__(self, identity: str) -> None:
        self.identity = identity

    def score(self, tube: Tube) -> float:
        """How much a tube looks like a fight, 0..1; 0 where nobody is seen."""
        raise NotImplementedError


def load_fight_model(name: str, models_dir: Path) -> FightModel:
    """Load a classifier from the store.

    Args:
        name: name of its folder in the store, as `fight-1`.
        models_dir: the store.

    Raises:
        ModelError: no such classifier, or a file of it is missing, damaged or of another form.
    """
    raise NotImplementedError
