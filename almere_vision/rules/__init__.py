"""Rules: tracks on a scene become hits. Rules judge; they do not look, keep or send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from almere_vision.domain.scene import (
    FightSettings,
    LoiteringSettings,
    ParkingSettings,
    PresentSettings,
    RuleSettings,
    SceneView,
)
from almere_vision.rules.fight import FightRule
from almere_vision.rules.loitering import LoiteringRule
from almere_vision.rules.parking import ParkingRule
from almere_vision.rules.present import PresentRule
from almere_vision.rules.rule import LookingRule, Rule

__all__ = [
    "FightRule",
    "LoiteringRule",
    "LookingRule",
    "ParkingRule",
    "PresentRule",
    "Rule",
    "rules_for",
]

_RULES: Final[Mapping[type[RuleSettings], Callable[[], Rule]]] = {
    ParkingSettings: ParkingRule,
    PresentSettings: PresentRule,
    LoiteringSettings: LoiteringRule,
    FightSettings: FightRule,
}

_LOOKING: Final = frozenset({FightSettings})
"""Rules that are of no use where closer looks cannot be had."""


def rules_for(view: SceneView, *, looking: bool = False) -> list[Rule]:
    """Fresh rules for the zones of one preset, one of each kind that a zone asks for.

    `looking` tells whether closer looks can be had; without them fights are not looked for.
    """
    wanted = {type(settings) for zone in view.zones for settings in zone.rules}
    if not looking:
        wanted -= _LOOKING
    return [rule() for settings, rule in _RULES.items() if settings in wanted]
