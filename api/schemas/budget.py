"""The alert budget, and what it holds back."""

from __future__ import annotations

from pydantic import BaseModel, Field

from almere_vision.domain.incident import Held
from almere_vision.domain.priority import Priority


class HeldCount(BaseModel):
    """How many suggestions are held back for one reason, with one priority."""

    why: Held
    priority: Priority | None
    count: int


class Budget(BaseModel):
    """How the alert budget stands, and what is held back of what this person may see."""

    per_observer_hour: int | None = Field(description="Null where the protocol sets no budget.")
    holds: list[Priority] = Field(description="Priorities that may be held back.")
    observers: int = Field(description="Signed on now.")
    shown: int = Field(description="Suggestions put before people within the last hour.")
    allowed: int | None = Field(description="So many may be shown within an hour now.")
    held: list[HeldCount]
