"""Telling somebody outside: over which channel, what, and how far it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from almere_vision.domain.incident import Recipient, Role
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Fact, Kind

Language = Literal["nl", "en"]


class ChannelKind(StrEnum):
    """In which form a message goes out."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    CAP = "cap"
    MQTT = "mqtt"


class MailSecurity(StrEnum):
    """How the connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """Where to post; `secret_env` names the environment variable of the key that signs."""

    url: str
    secret_env: str | None


@dataclass(frozen=True, slots=True)
class MailTarget:
    """A mail server and who gets the mail; `secret_env` names the variable of the password of `user`."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    to: tuple[str, ...]
    user: str | None
    secret_env: str | None


@dataclass(frozen=True, slots=True)
class MqttTarget:
    """A topic of an MQTT broker; `secret_env` names the variable of the password of `user`."""

    host: str
    port: int
    tls: bool
    topic: str
    user: str | None
    secret_env: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach some recipients.

    Attributes:
        name: unique in a site; also names the rows of the outbox.
        kind: in which form. `WEBHOOK` has an `HttpTarget`, `EMAIL` a `MailTarget`, `MQTT` an `MqttTarget`,
            and `CAP` either of `HttpTarget` and `MqttTarget`.
        recipients: who is reached by it.
        language: of the text for people.
        sender: who we are to the other side; in CAP the sender, unique in the world.
        exercise: what goes out is marked as an exercise.
    """

    name: str
    kind: ChannelKind
    recipients: frozenset[Recipient]
    target: HttpTarget | MailTarget | MqttTarget
    language: Language = "nl"
    sender: str = "almere-vision"
    exercise: bool = False


class MessageEvent(StrEnum):
    """What a message says of an incident."""

    ESCALATED = "escalated"
    UPDATED = "updated"
    """Escalated again over a channel that was told of it before."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Message:
    """What recipients are told, fixed at the moment of the decision. Names nobody: roles only.

    `version` is that of the incident after the decision; `picture` the name of a blob. `type` and its
    `type_names` by language are those of an incident that a person entered; else None and empty.
    """

    event: MessageEvent
    incident: str
    version: int
    kind: Kind
    camera: str
    zone: str
    started_at: datetime
    raised_at: datetime
    at_least: bool
    people: int
    recipient: Recipient | None = None
    priority: Priority | None = None
    note: str = ""
    decided_role: Role | None = None
    decided_at: datetime | None = None
    picture: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    type: str | None = None
    type_names: Mapping[Language, str] = field(default_factory=dict)


class DeliveryState(StrEnum):
    """How far a delivery got."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Tried in vain; it is tried again."""
    DEAD = "dead"
    """Given up, until a person asks for it again."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message about the same incident over the same channel that came before: its id and moment."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way over one channel.

    `id` is the same in every attempt, so that the other side can tell a repetition. `attempts` counts those
    that were begun. `last_error` is one line for people, without secrets.
    """

    id: str
    channel: str
    kind: ChannelKind
    message: Message
    created_at: datetime
    next_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    last_error: str | None = None
    delivered_at: datetime | None = None
    earlier: tuple[Earlier, ...] = ()
