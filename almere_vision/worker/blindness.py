"""How long each rule of each preset was watched, and how long not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.rules import rules_for
from almere_vision.scene import Scene

Count = Callable[[str, str, str, str, float], None]
"""Camera, preset, rule, what ("watched", or why not) and seconds."""


@dataclass(slots=True)
class Blindness:
    """The account of one camera: watched and blind seconds of each rule add up to the time that passes."""

    scene: Scene
    count: Count
    _at_s: float | None = None
    _rules: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._rules = tuple(
            (preset, rule.name.partition("@")[0])
            for preset in self.scene.presets
            for rule in rules_for(self.scene.view(preset))
        )

    def pass_to(self, clock_s: float, whereabouts: Whereabouts | None) -> None:
        """Count the time since the last call.

        Args:
            clock_s: a clock that never goes back.
            whereabouts: where the camera looks now; None while no pictures come.
        """
        before_s, self._at_s = self._at_s, clock_s
        if before_s is None or clock_s <= before_s:
            return
        for preset, rule in self._rules:
            self.count(self.scene.camera, preset, rule, _what(whereabouts, preset), clock_s - before_s)


def _what(whereabouts: Whereabouts | None, preset: str) -> str:
    if whereabouts is None:
        return "offline"
    if whereabouts.sight is not Sight.AT_PRESET:
        return whereabouts.sight.value
    return "watched" if whereabouts.preset == preset else "elsewhere"
