"""Cameras as the console sees them."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, Self

from pydantic import BaseModel, Field

from almere_vision.domain.reason import ENGLISH, Reason, ReasonCode
from almere_vision.domain.watching import UNCOUNTED, WATCHED, RuleTime
from almere_vision.storage.notices import CameraStatus
from api.schemas.fields import Moment

_WHATS: Final = (WATCHED, "elsewhere", "moving", "blind", "unknown", "offline", UNCOUNTED)

_SENTENCES: Final = "\n".join(
    ["`other` is what a worker of another version told as a sentence."]
    + [f"- `{code}`: {sentence}" for code, sentence in ENGLISH.items() if code is not ReasonCode.OTHER]
)


class CameraReason(BaseModel):
    """What is wrong with a camera, or why it is not watched; word it by its code."""

    code: ReasonCode = Field(description=_SENTENCES)
    values: dict[str, str] = Field(description="What stands in braces in its sentence, with units.")
    text: str = Field(description="The sentence in English.")

    @classmethod
    def of(cls, reason: Reason | None) -> Self | None:
        if reason is None:
            return None
        return cls(code=reason.code, values=dict(reason.values), text=reason.text)


class Camera(BaseModel):
    """A camera, since when it is in its state, and why when that is known."""

    id: str
    name: str
    state: Literal["online", "offline", "starting"]
    since: Moment
    reason: CameraReason | None = Field(description="What is wrong with it, or should be done about it.")
    preset: str | None = Field(description="The preset that its rules watch now.")
    not_watching: CameraReason | None = Field(description="Why its rules do not look although pictures come.")

    @classmethod
    def of(cls, status: CameraStatus) -> Self:
        return cls(
            id=status.id,
            name=status.name,
            state=status.state,
            since=status.since,
            reason=CameraReason.of(status.reason),
            preset=status.preset,
            not_watching=CameraReason.of(status.not_watching),
        )


class RuleBlind(BaseModel):
    """How long a rule was not watched today (since midnight in the city), for whatever reason."""

    preset: str
    rule: str
    blind_s: float


class ListedCamera(Camera):
    """A camera of the list, with what was not watched today."""

    turns: bool = Field(description="It can be steered.")
    blind_today: list[RuleBlind] = Field(description="Of each rule; empty while nothing was counted.")


class CameraList(BaseModel):
    """All cameras that a worker has told about, by id."""

    items: list[ListedCamera]


class WatchedRule(BaseModel):
    """Seconds of one rule; together they make the period, as far as the rule was there."""

    preset: str
    rule: str
    watched_s: float
    elsewhere_s: float = Field(description="The camera looked at another preset.")
    moving_s: float = Field(description="It moved.")
    blind_s: float = Field(description="Its pictures showed nothing true.")
    unknown_s: float = Field(description="It was not proven where it looked.")
    offline_s: float = Field(description="No pictures came.")
    uncounted_s: float = Field(description="No worker counted.")

    @classmethod
    def of(cls, time: RuleTime) -> Self:
        told = {f"{what}_s": round(time.seconds.get(what, 0.0), 1) for what in _WHATS}
        return cls(preset=time.preset, rule=time.rule, **told)


class WatchedDay(BaseModel):
    """How long the rules of a camera were watched on one day of the city, and how long not, and why."""

    camera: str
    day: date
    begin: Moment
    end: Moment = Field(description="Of the day, or now.")
    rules: list[WatchedRule]
