"""Which messages follow from a decision: to the channels of whoever is told, or need not come any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from almere_vision.domain.delivery import Channel, Delivery, Message, MessageEvent
from almere_vision.domain.incident import Actor, Command, Incident, Role, State
from almere_vision.review.types import incident_types

_IDS: Final = UUID("6f0c5a56-2f1c-4a55-9a0e-0c1d7f5d8f37")
_TOLD: Final = frozenset({State.ESCALATED, State.NO_CAPACITY})


def message_of(incident: Incident, event: MessageEvent, role: Role | None) -> Message:
    """What can be told of an incident as it is now; `role` is that of who decided."""
    seen = incident.suggestion
    known = None if incident.type is None else incident_types().get(incident.type)
    return Message(
        event=event,
        incident=seen.id,
        version=incident.version,
        kind=seen.kind,
        camera=seen.camera,
        zone=seen.zone,
        started_at=seen.started_at,
        raised_at=seen.raised_at,
        at_least=seen.at_least,
        people=seen.people,
        recipient=incident.recipient,
        priority=incident.priority,
        note=incident.note,
        decided_role=role,
        decided_at=incident.decided_at,
        picture=seen.evidence.annotated or seen.evidence.snapshot,
        facts=dict(seen.facts),
        type=incident.type,
        type_names={"nl": known.names["nl"], "en": known.names["en"]} if known else {},
    )


def delivery_id(incident: str, version: int, channel: str) -> str:
    """The same for the same decision and channel, wherever and however often it is made."""
    name = f"{incident}\n{version}\n{channel}"
    return f"msg_{uuid5(_IDS, name).hex}"


def deliveries_of(
    before: Incident,
    after: Incident,
    command: Command,
    actor: Actor,
    channels: Iterable[Channel],
    now: datetime,
) -> tuple[Delivery, ...]:
    """What has to go out because of one decision; empty for those that nobody outside hears of.

    An escalation goes to every channel of its recipient. When it is taken back, or given to somebody else,
    the channels of the one who was told hear that it is withdrawn.
    """
    return tuple(
        Delivery(
            id=delivery_id(message.incident, after.version, channel.name),
            channel=channel.name,
            kind=channel.kind,
            message=message,
            created_at=now,
            next_at=now,
        )
        for channel, message in _messages(before, after, command, actor, tuple(channels))
    )


def _messages(
    before: Incident, after: Incident, command: Command, actor: Actor, channels: tuple[Channel, ...]
) -> Iterator[tuple[Channel, Message]]:
    was_told = before.recipient if before.state in _TOLD else None
    is_told = after.recipient if command is Command.ESCALATE else None
    if is_told is None and (command is not Command.UNDO or was_told is None):
        return
    for channel in channels:
        knew = was_told in channel.recipients
        if is_told in channel.recipients:
            event = MessageEvent.UPDATED if knew else MessageEvent.ESCALATED
            yield channel, message_of(after, event, actor.role)
        elif knew:
            # What is withdrawn is described as it was told, but for the version.
            withdrawn = message_of(before, MessageEvent.WITHDRAWN, actor.role)
            yield channel, replace(withdrawn, version=after.version)
