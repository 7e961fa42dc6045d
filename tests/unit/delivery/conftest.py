"""A message as it leaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from almere_vision.delivery.names import Names
from almere_vision.domain.delivery import (
    Channel,
    ChannelKind,
    Delivery,
    HttpTarget,
    Message,
    MessageEvent,
)
from almere_vision.domain.incident import Recipient, Role
from almere_vision.domain.position import Position
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind

MESSAGE = Message(
    event=MessageEvent.ESCALATED,
    incident="plaza-1-17",
    version=4,
    kind=Kind.PARKING,
    camera="plaza-1",
    zone="bay",
    started_at=datetime(2026, 7, 1, 10, 0, tzinfo=UTC),
    raised_at=datetime(2026, 7, 1, 10, 1, tzinfo=UTC),
    at_least=True,
    people=0,
    recipient=Recipient.ENFORCEMENT,
    priority=Priority.P3,
    note="Bestelwagen op het plein",
    decided_role=Role.OBSERVER,
    decided_at=datetime(2026, 7, 1, 10, 2, tzinfo=UTC),
    facts={"object": "car", "dwell_s": 64.0, "limit_s": 60},
)

Make = Callable[..., Message]


@pytest.fixture
def message() -> Make:
    """Makes a message; any field can be given."""
    return lambda **changes: replace(MESSAGE, **changes)


@pytest.fixture
def delivery() -> Callable[..., Delivery]:
    """Makes a delivery of the message; any field can be given."""

    def make(**changes: Any) -> Delivery:
        at = datetime(2026, 7, 1, 10, 2, 3, 456000, tzinfo=UTC)
        return replace(Delivery("msg_1", "desk", ChannelKind.WEBHOOK, MESSAGE, at, at), **changes)

    return make


@pytest.fixture
def channel() -> Callable[..., Channel]:
    """Makes a channel; any field can be given."""

    def make(**changes: Any) -> Channel:
        target = HttpTarget("https://desk.example/hook", "KEY")
        return replace(
            Channel("desk", ChannelKind.WEBHOOK, frozenset({Recipient.ENFORCEMENT}), target), **changes
        )

    return make


@pytest.fixture
def names() -> Names:
    return Names({"plaza-1": {"nl": "Plein noord", "en": "Square north"}})


@pytest.fixture
def mapped(names: Names) -> Names:
    """The same, and where three cameras stand: the second 222 m north of ours, the third 222 m west."""
    positions = {
        "plaza-1": Position(52.3700, 5.2200),
        "north": Position(52.3720, 5.2200),
        "west": Position(52.3700, 5.2200 - 0.0020 / math.cos(math.radians(52.37))),
    }
    return replace(names, positions=positions)
