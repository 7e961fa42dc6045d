"""Whether fights are looked for, and by which classifier."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from almere_vision.action import FightModel, load_fight_model
from almere_vision.domain.scene import FightSettings
from almere_vision.scene import Scene

_THREADS: Final = 1
"""A tube takes the same time with more, and more of the processor; other looks have the other cores."""


def wants_fights(scenes: Iterable[Scene]) -> bool:
    """Whether any zone is watched for fights."""
    return any(
        isinstance(settings, FightSettings)
        for scene in scenes
        for preset in scene.presets
        for zone in scene.view(preset).zones
        for settings in zone.rules
    )


def find_fight_model(name: str, models_dir: Path) -> FightModel | str:
    """The classifier; or, where there is none, a line that says so: then fights are not looked for.

    Raises:
        ModelError: it is there, and cannot be used.
    """
    if not name:
        return "fights are not looked for: ALMERE_FIGHT_MODEL is empty"
    if not (models_dir / name).is_dir():
        return (
            f"fights are not looked for: {models_dir / name} is not there; "
            "make it with `almere train fight`, or name another in ALMERE_FIGHT_MODEL"
        )
    return load_fight_model(name, models_dir, _THREADS)
