"""The permit under which a vehicle is in a zone: told with a suggestion, never a reason to keep silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.scene import VehicleSettings
from almere_vision.domain.suggestion import Fact


@dataclass(slots=True)
class Leave:
    """What is known of the permit of one vehicle.

    Attributes:
        what: words of the last permit that held, or None.
        until: its end in UTC, as ISO 8601.
        holds: it held when it was judged last.
    """

    what: str | None = None
    until: str | None = None
    holds: bool = False

    def judge(self, settings: VehicleSettings, kind: ObjectClass, moment: Moment) -> bool:
        """Note which permit holds now; gives whether one has ended since the last time."""
        if not settings.permits and self.what is None:
            return False
        at = moment.captured_at
        permit = None if at is None else settings.permit(kind, at)
        held, self.holds = self.holds, permit is not None
        if permit is not None:
            self.what, self.until = permit.what, permit.end.astimezone(UTC).isoformat()
        elif all(self.what != known.what for known in settings.permits):
            self.what = self.until = None  # somebody took it out of the file
        return held and not self.holds

    def facts(self) -> dict[str, Fact]:
        return {} if self.what is None else {"permit": self.what, "permit_until": self.until}
