"""What no store could keep is refused at the door."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from almere_vision.domain.incident import Command, Order, Recipient, RejectReason
from almere_vision.domain.priority import Priority
from api.schemas.commands import Claim, Confirm, Escalate, Reject
from api.schemas.fields import IncidentId, Moment, Name
from api.schemas.session import Credentials


class Sample(BaseModel):
    moment: Moment = datetime(2026, 1, 1, tzinfo=UTC)
    id: IncidentId = "x"
    zone: Name = "x"


def test_bodies_become_orders() -> None:
    assert Claim(version=3).order() == Order(Command.CLAIM, 3)
    assert Confirm(version=1, note="n").order() == Order(Command.CONFIRM, 1, note="n")
    rejected = Reject.model_validate({"version": 1, "reason": "exempt"}).order()
    assert rejected == Order(Command.REJECT, 1, reason=RejectReason.EXEMPT)
    escalated = Escalate.model_validate({"version": 1, "recipient": "police", "priority": "P2"}).order()
    assert escalated == Order(Command.ESCALATE, 1, recipient=Recipient.POLICE, priority=Priority.P2)


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (Claim, {}),
        (Claim, {"version": -1}),
        (Claim, {"version": 2**31}),
        (Claim, {"version": 1.5}),
        (Claim, {"version": 1, "reason": "exempt"}),
        (Confirm, {"version": 1, "note": "a\x00b"}),
        (Confirm, {"version": 1, "note": "\ud800"}),
        (Confirm, {"version": 1, "note": "x" * 2001}),
        (Reject, {"version": 1}),
        (Reject, {"version": 1, "reason": "mood"}),
        (Escalate, {"version": 1, "recipient": "police"}),
        (Escalate, {"version": 1, "recipient": "mayor", "priority": "P1"}),
        (Credentials, {"username": "a\x00", "password": "x"}),
        (Credentials, {"username": "a", "password": "x" * 1025}),
        (Credentials, {"username": "", "password": "x"}),
        (Sample, {"moment": "2026-01-01T00:00:00"}),
        (Sample, {"moment": "0001-01-01T00:00:00+14:00"}),
        (Sample, {"moment": "9999-12-31T23:59:59-12:00"}),
        (Sample, {"id": "a/b"}),
        (Sample, {"id": ".."}),
        (Sample, {"id": "a\n"}),
        (Sample, {"id": ""}),
        (Sample, {"id": "x" * 129}),
        (Sample, {"zone": "a\x00"}),
        (Sample, {"zone": ""}),
    ],
)
def test_unusable_input_is_refused(model: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(body)


def test_moments_are_turned_into_utc_and_written_with_z() -> None:
    sample = Sample.model_validate({"moment": "2026-07-01T12:00:00+02:00"})
    assert '"2026-07-01T10:00:00Z"' in sample.model_dump_json()


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in repr(Credentials.model_validate({"username": "a", "password": "geheim"}))
