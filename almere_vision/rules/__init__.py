"""Rules: tracks on a scene become hits. Rules judge; they do not look, keep or send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from almere_vision.domain.scene import (
    LoiteringSettings,
    ParkingSettings,
    PresentSettings,
    RuleSettings,
    SceneView,
)
from almere_vision.rules.loitering import LoiteringRule
from almere_vision.rules.parking import ParkingRule
from almere_vision.rules.present import PresentRule
from almere_vision.rules.rule import Rule

__all__ = ["LoiteringRule", "ParkingRule", "PresentRule", "Rule", "rules_for"]

_RULES: Final[Mapping[type[RuleSettings], Callable[[], Rule]]] = {
    ParkingSettings: ParkingRule,
    PresentSettings: PresentRule,
    LoiteringSettings: LoiteringRule,
}


def rules_for(view: SceneView) -> list[Rule]:
    """Fresh rules for the zones of one preset, one of each kind that a zone asks for."""
    wanted = {type(settings) for zone in view.zones for settings in zone.rules}
    return [rule() for settings, rule in _RULES.items() if settings in wanted]
