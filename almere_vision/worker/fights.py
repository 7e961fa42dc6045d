"""Whether fights are looked for, and by which classifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import structlog

from almere_vision.action import FightModel, load_fight_model
from almere_vision.config import Settings
from almere_vision.domain.scene import FightSettings
from almere_vision.scene import Scene
from almere_vision.worker.looking import Looker

log = structlog.get_logger()

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


def looker_for(
    settings: Settings, scenes: Iterable[Scene], tell: Callable[[str, str, float], None]
) -> Looker | None:
    """What carries out closer looks, where a zone asks for them and the classifier is there.

    `tell` hears of each look, as in `Looker`. Raises `ModelError`, as `find_fight_model`.
    """
    if not wants_fights(scenes):
        return None
    found = find_fight_model(settings.fight_model, settings.models_dir)
    if isinstance(found, str):
        log.warning(found)
        return None
    log.info("fights are looked for", classifier=found.identity)
    return Looker(found, tell=tell)
