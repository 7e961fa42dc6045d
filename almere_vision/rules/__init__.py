"""Rules: tracks on a scene become hits. Rules judge; they do not look, keep or send."""

from __future__ import annotations

from almere_vision.domain.scene import ParkingSettings, SceneView
from almere_vision.rules.parking import ParkingRule
from almere_vision.rules.rule import Rule

__all__ = ["ParkingRule", "Rule", "rules_for"]


def rules_for(view: SceneView) -> list[Rule]:
    """Fresh rules for the zones of one preset, one of each kind that a zone asks for."""
    wanted = {type(settings) for zone in view.zones for settings in zone.rules}
    return [ParkingRule()] if ParkingSettings in wanted else []
