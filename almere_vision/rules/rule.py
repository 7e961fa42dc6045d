"""What a rule is to the pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.look import Answer, Look
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import RuleHit
from almere_vision.domain.tracks import Tracks


class Rule(Protocol):
    """One kind of incident on one preset of one camera, judged picture by picture.

    A rule knows no other clock than `moment.clock_s` and no other date than `moment.captured_at`. Not
    being called for a while (a reconnect, a PTZ tour, another worker) is something that it notices.
    """

    @property
    def name(self) -> str:
        """Name and version, as `parking@1`."""
        ...

    @property
    def rate_fps(self) -> float:
        """Pictures a second that it needs while one of those that concern it is in view (docs/adr/0009)."""
        ...

    @property
    def concerns(self) -> frozenset[ObjectClass]:
        """What it judges."""
        ...

    def update(self, tracks: Tracks, view: SceneView) -> list[RuleHit]:
        """Judge the next picture; a view without zones (unknown preset) counts as not looking."""
        ...

    def dump(self) -> dict[str, Any]:
        """All memory, as JSON values, for `load` in another process."""
        ...

    def load(self, state: Mapping[str, Any], clock_s: float) -> None:
        """Go on where another process stopped.

        Args:
            state: what `dump` gave; a state of another rule version is ignored.
            clock_s: the clock now. Time since the dump counts as not looking; where the clock went
                back (a recording played again), the memory is moved along with it.
        """
        ...


@runtime_checkable
class LookingRule(Rule, Protocol):
    """A rule whose tracks only tell where a closer look is worth it; the answer may come late, or never."""

    def looks(self) -> Sequence[Look]:
        """Closer looks that the last picture asks for."""
        ...

    def hear(self, answer: Answer) -> list[RuleHit]:
        """Judge by what came of a look; one that is not its own says nothing."""
        ...
