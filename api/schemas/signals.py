"""Signals: what rises or falls against the weeks before."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from almere_vision.domain.suggestion import Kind
from almere_vision.review import signals
from almere_vision.review.signals import About, Basis, Turn
from api.schemas.incident import EnteredType, entered_type


class Signal(BaseModel):
    """How often something happened in the last days, against the weeks before."""

    about: About
    kind: Kind
    camera: str | None = Field(description="Of a camera or zone.")
    zone: str | None = Field(description="Of a zone.")
    hour: int | None = Field(description="Of hours: the first of the block, local, 0..23.")
    type: EnteredType | None = Field(description="Of what people entered by hand.")
    turn: Turn = Field(description="`too_little`: too few incidents, or hardly watched.")
    basis: Basis = Field(description="Rates are per hour watched, or per hour of the calendar.")
    now: int = Field(description="In the last days.")
    before: int = Field(description="In the weeks before.")
    now_h: float = Field(description="Hours of the basis in the last days; of all cameras together.")
    before_h: float
    expected: float | None = Field(description="In the last days at the rate of before; null if unknown.")
    ratio: float | None = Field(description="Of the two rates; null where nothing happened before.")
    low: float | None = Field(description="95 % limits of the ratio.")
    high: float | None
    p_value: float | None = Field(description="Two-sided, of equal rates.")
    adjusted: float | None = Field(description="After correction for all tests (Benjamini and Hochberg).")
    clustering: float | None = Field(description="By which weeks differ more than by chance, 1 or more.")

    @classmethod
    def of(cls, one: signals.Signal) -> Self:
        topic, compared = one.topic, one.compared
        return cls(
            about=topic.about,
            kind=topic.kind,
            camera=topic.camera,
            zone=topic.zone,
            hour=topic.hour,
            type=None if topic.type is None else EnteredType.model_validate(entered_type(topic.type)),
            turn=one.turn,
            basis=one.basis,
            now=one.now,
            before=one.before,
            now_h=one.now_h,
            before_h=one.before_h,
            expected=one.expected,
            ratio=None if compared is None else compared.ratio,
            low=None if compared is None else compared.low,
            high=None if compared is None else compared.high,
            p_value=None if compared is None else compared.p_value,
            adjusted=one.adjusted,
            clustering=None if compared is None else compared.clustering,
        )


class SignalList(BaseModel):
    """Signals first, the surest first; then what is steady; then what is too little to say."""

    items: list[Signal]
    reference_from: date = Field(description="First day of the weeks before.")
    recent_from: date = Field(description="First of the last days, the first after the weeks before.")
    until: date = Field(description="First day that is not in any more: today.")
    tests: int = Field(description="How many lines were tested.")
    reference_weeks: int
    block_hours: int = Field(description="Hours of the day that are taken together.")
    least_incidents: int = Field(description="Now and before together; fewer are too little to say.")
    least_weeks: int = Field(description="Weeks before in which was watched; fewer are too little to say.")
    most_chance: float = Field(description="Share of the signals that may be chance.")

    @classmethod
    def of(cls, period: signals.Period, found: tuple[signals.Signal, ...]) -> Self:
        return cls(
            items=[Signal.of(one) for one in found],
            reference_from=period.begin,
            recent_from=period.turn,
            until=period.end,
            tests=sum(one.compared is not None for one in found),
            reference_weeks=signals.REFERENCE_WEEKS,
            block_hours=signals.BLOCK_H,
            least_incidents=signals.LEAST_INCIDENTS,
            least_weeks=signals.LEAST_WEEKS,
            most_chance=signals.MOST_CHANCE,
        )
