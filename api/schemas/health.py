"""Answers for load balancers and start-up checks."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Whether requests can be served, and which parts are missing.

    `degraded`: people can look and decide, but nothing new arrives until the queue is back.
    """

    status: Literal["ready", "degraded", "not_ready"]
    missing: list[str]


class Backlog(BaseModel):
    """What lies in the queue between workers and review."""

    waiting: int = Field(description="Suggestions that wait to be stored; 0 is usual.")
    dead_letters: int = Field(description="Messages that could not be handled: see `almere queue dead`.")
