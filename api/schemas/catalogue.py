"""The words that the console may offer; their labels live in the console."""

from __future__ import annotations

from pydantic import BaseModel

from almere_vision.domain.incident import Recipient, RejectReason, Result, State
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind


class Catalogue(BaseModel):
    """All values of each list."""

    reject_reasons: list[RejectReason]
    recipients: list[Recipient]
    results: list[Result]
    priorities: list[Priority]
    states: list[State]
    kinds: list[Kind]
