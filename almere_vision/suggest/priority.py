"""RuleHit -> Assessment: priority by the table of the site, likelihood by the calibration of the network."""

from __future__ import annotations

from collections.abc import Callable

from almere_vision.domain.assessment import DEFAULT_PRIORITIES, Assessment, PriorityRow, PriorityTable
from almere_vision.domain.priority import BANDS, Band, Priority
from almere_vision.domain.suggestion import Kind, RuleHit
from almere_vision.suggest.likelihood import Likelihood

Assess = Callable[[RuleHit], Assessment]


def assessor(table: PriorityTable, detector: Likelihood | None, fights: Likelihood | None = None) -> Assess:
    """How the hits of a site are assessed; a calibration is None where there is none.

    Scores of fights are those of their classifier, which has a calibration of its own.

    A hit is judged as it stands at its moment, and nothing is remembered: an update can come out lower
    than the hit before it, as when a window closed. Where both are known the higher priority holds
    (`domain.priority.higher`); the store of incidents sees to that, so it also holds over a restart.
    """

    def assess(hit: RuleHit) -> Assessment:
        likelihood = fights if hit.kind is Kind.FIGHT else detector
        probability = None if likelihood is None else likelihood.of(hit)
        band = None if probability is None else table.limits.band(probability)
        return Assessment(
            priority=priority_of(hit, band, table),
            likelihood=probability,
            band=band,
            priorities=table.version,
            calibration=None if probability is None or likelihood is None else likelihood.version,
        )

    return assess


def priority_of(hit: RuleHit, band: Band | None, table: PriorityTable) -> Priority:
    """That of the first row that matches, or the default of its kind."""
    matching = (row.priority for row in table.rows if _matches(row, hit, band))
    return next(matching, DEFAULT_PRIORITIES[hit.kind])


def _matches(row: PriorityRow, hit: RuleHit, band: Band | None) -> bool:
    at = hit.moment.captured_at
    until_s = hit.moment.clock_s if hit.ended_s is None else hit.ended_s
    return (
        (not row.kinds or hit.kind in row.kinds)
        and (not row.cameras or hit.moment.camera in row.cameras)
        and (not row.zones or hit.zone in row.zones)
        and (not row.when or (at is not None and any(window.covers(at) for window in row.when)))
        and until_s - hit.onset_s >= row.dwell_at_least_s
        and (row.band_at_least is None or (band is not None and _at_least(band, row.band_at_least)))
    )


def _at_least(band: Band, least: Band) -> bool:
    return BANDS.index(band) >= BANDS.index(least)
