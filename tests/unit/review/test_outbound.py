"""Which messages follow from which decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from almere_vision.domain.delivery import Channel, ChannelKind, Delivery, HttpTarget
from almere_vision.domain.incident import (
    Actor,
    Command,
    Incident,
    Order,
    Recipient,
    RejectReason,
    Result,
    Role,
)
from almere_vision.domain.priority import Priority
from almere_vision.review.decide import decide
from almere_vision.review.outbound import deliveries_of

ANNA = Actor("anna", Role.OBSERVER)
BOSS = Actor("boss", Role.SUPERVISOR)


def channel(name: str, *recipients: Recipient) -> Channel:
    return Channel(name, ChannelKind.WEBHOOK, frozenset(recipients), HttpTarget("https://x.example/", "K"))


CHANNELS = (
    channel("desk", Recipient.ENFORCEMENT, Recipient.CITY_WARDENS),
    channel("mail", Recipient.ENFORCEMENT),
    channel("police", Recipient.POLICE),
)


@pytest.fixture
def follow(
    new_incident: Callable[[], Incident], noon: datetime
) -> Callable[..., list[list[tuple[str, str, int]]]]:
    """For each order, (channel, event, version) of what goes out."""

    def run(*orders: tuple[Actor, Command, dict[str, object]]) -> list[list[tuple[str, str, int]]]:
        incident, told = new_incident(), []
        for actor, command, fields in orders:
            order = Order(command, incident.version, **fields)  # type: ignore[arg-type]
            after, _ = decide(incident, order, actor, noon, 120)
            found = deliveries_of(incident, after, command, actor, CHANNELS, noon)
            told.append([(one.channel, str(one.message.event), one.message.version) for one in found])
            incident = after
        return told

    return run


Follow = Callable[..., list[list[tuple[str, str, int]]]]
CLAIM = (ANNA, Command.CLAIM, {})
UNDO = (ANNA, Command.UNDO, {})


def escalate(recipient: Recipient) -> tuple[Actor, Command, dict[str, object]]:
    return (ANNA, Command.ESCALATE, {"recipient": recipient, "priority": Priority.P3})


def test_an_escalation_goes_to_every_channel_of_its_recipient(follow: Follow) -> None:
    assert follow(CLAIM, escalate(Recipient.ENFORCEMENT)) == [
        [],
        [("desk", "escalated", 3), ("mail", "escalated", 3)],
    ]


def test_a_recipient_without_a_channel_has_the_inbox(follow: Follow) -> None:
    assert follow(CLAIM, escalate(Recipient.CONTROL_ROOM)) == [[], []]


def test_what_nobody_was_told_is_not_withdrawn(follow: Follow) -> None:
    reject = (ANNA, Command.REJECT, {"reason": RejectReason.OTHER})
    assert follow(CLAIM, reject, UNDO, (ANNA, Command.CONFIRM, {}), UNDO) == [[]] * 5


def test_an_escalation_that_is_taken_back_is_withdrawn(follow: Follow) -> None:
    *_, undone = follow(CLAIM, escalate(Recipient.ENFORCEMENT), UNDO)
    assert undone == [("desk", "withdrawn", 4), ("mail", "withdrawn", 4)]


def test_given_to_somebody_else_those_who_were_told_hear_of_it(follow: Follow) -> None:
    decline = (BOSS, Command.DECLINE, {})
    *_, declined, again = follow(
        CLAIM, escalate(Recipient.ENFORCEMENT), decline, escalate(Recipient.CITY_WARDENS)
    )
    assert declined == []
    assert again == [("desk", "updated", 5), ("mail", "withdrawn", 5)]
    *_, other = follow(CLAIM, escalate(Recipient.ENFORCEMENT), decline, escalate(Recipient.POLICE))
    assert other == [("desk", "withdrawn", 5), ("mail", "withdrawn", 5), ("police", "escalated", 5)]


def test_what_is_resolved_is_not_withdrawn(follow: Follow) -> None:
    *_, undone = follow(
        CLAIM,
        escalate(Recipient.ENFORCEMENT),
        (BOSS, Command.ACKNOWLEDGE, {}),
        (BOSS, Command.RESOLVE, {"result": Result.WARNED}),
        (BOSS, Command.UNDO, {}),
    )
    assert undone == []


def test_an_id_is_the_same_for_the_same_decision_and_no_other(
    new_incident: Callable[[], Incident], noon: datetime
) -> None:
    def ids(version: int) -> list[str]:
        incident = replace(new_incident(), recipient=Recipient.ENFORCEMENT, version=version)
        found: tuple[Delivery, ...] = deliveries_of(
            new_incident(), incident, Command.ESCALATE, ANNA, CHANNELS, noon
        )
        return [one.id for one in found]

    assert ids(3) == ids(3)
    assert len({*ids(3), *ids(4)}) == 4
