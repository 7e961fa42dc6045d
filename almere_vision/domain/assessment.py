"""The table of priorities that supervisors edit, and what it makes of a hit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from almere_vision.domain.clock import TimeWindow
from almere_vision.domain.priority import BANDS, Band, Priority
from almere_vision.domain.suggestion import Kind


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """One row of the table; an empty set or tuple restricts nothing.

    Attributes:
        priority: what a hit gets that meets all of the following.
        kinds: kinds of hit.
        cameras: ids of cameras.
        zones: ids of zones.
        when: local time windows; a hit of unknown date lies in none.
        dwell_at_least_s: it goes on for at least so many seconds, onset included.
        band_at_least: it is at least so likely; a hit of unknown likelihood is not.
    """

    priority: Priority
    kinds: frozenset[Kind] = frozenset()
    cameras: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    when: tuple[TimeWindow, ...] = ()
    dwell_at_least_s: float = 0.0
    band_at_least: Band | None = None


@dataclass(frozen=True, slots=True)
class BandLimits:
    """Least likelihood of the three upper bands, 0..1, rising.

    Quarters by default: of what is called very likely, at least three in four should turn out to be so.
    """

    possible: float = 0.25
    likely: float = 0.5
    very_likely: float = 0.75

    def band(self, likelihood: float) -> Band:
        """The band of a likelihood; a limit itself belongs to the upper band.

        >>> BandLimits().band(0.5)
        <Band.LIKELY: 'likely'>
        """
        return BANDS[sum(likelihood >= limit for limit in (self.possible, self.likely, self.very_likely))]


DEFAULT_PRIORITIES: Final[Mapping[Kind, Priority]] = {
    Kind.FIGHT: Priority.P2,
    Kind.PARKING: Priority.P3,
    Kind.LOITERING: Priority.P3,
}
"""What a hit gets that no row matches."""

DEFAULT_VERSION: Final = "default"
"""Version of the table of a site that has no file."""


@dataclass(frozen=True, slots=True)
class PriorityTable:
    """Rows in order, the first match wins; `version` is the first eight digits of the file's sha256."""

    rows: tuple[PriorityRow, ...] = ()
    limits: BandLimits = field(default_factory=BandLimits)
    version: str = DEFAULT_VERSION


@dataclass(frozen=True, slots=True)
class Assessment:
    """What table and calibration make of a hit.

    Attributes:
        priority: how soon somebody should look.
        likelihood: probability that it is right, 0..1; None without a calibration.
        band: the likelihood in words; None without a calibration.
        priorities: version of the table.
        calibration: first eight digits of the sha256 of the calibration that was used, or None.
    """

    priority: Priority
    likelihood: float | None
    band: Band | None
    priorities: str
    calibration: str | None
