"""The tables. Change them together with a migration: a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments, kept in UTC; SQLite has no time zones, so it gets them without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone does not go into the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

INCIDENTS: Final = Table(
    "incidents",
    METADATA,
    Column("id", String(128), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("camera", String(128), nullable=False),
    Column("zone", String(128), nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # Of the suggested priority: 3 is P1, 2 P2, 1 P3, 0 none. A number that grows like the other columns that
    # the queue is sorted by, so that one index serves it and paging compares whole tuples.
    Column("urgency", Integer, nullable=False, server_default="0"),
    # The suggestion as it came over the queue; the columns above are copies to select by.
    Column("suggestion", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("claimed_by", String(64)),
    Column("claim_until", UtcDateTime),
    Column("decided_by", String(64)),
    Column("decided_at", UtcDateTime),
    Column("reason", String(32)),
    Column("recipient", String(32)),
    Column("priority", String(8)),
    Column("note", Text, nullable=False),
    Column("answered_by", String(64)),
    Column("result", String(16)),
    Column("answer", Text, nullable=False, server_default=text("''")),
    # Of an incident that a person entered; NULL in a suggestion.
    Column("type", String(64)),
    Column("entered_by", String(64)),
    # Why it is held back; NULL where it is not. Only a suggestion that nobody touched can be.
    Column("held", String(16)),
    # The highest of its revisions: what a threshold is held against.
    Column("score", Float),
    # The threshold under which it lay when it came, and the share of such that were drawn to be shown all
    # the same; NULL where it lay under none, or was not drawn.
    Column("below", Float),
    Column("sample_share", Float),
    # When it was put before people; NULL while it is held back, and of what a person entered.
    Column("shown_at", UtcDateTime),
    Column("looked_at", UtcDateTime),
    Column("claimed_at", UtcDateTime),
    Column("escalated_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("on_scene_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Index(None, "raised_at", "id"),
    Index(None, "held", "urgency", "raised_at", "id"),
    Index(None, "shown_at"),
    Index(None, "decided_at"),
    Index(None, "recipient", "raised_at", "id"),
    Index(None, "urgency", "raised_at", "id"),
    # Each filter in each order (storage/paging.py), so that no filter walks through everything.
    Index(None, "state", "raised_at", "id"),
    Index(None, "state", "urgency", "raised_at", "id"),
    Index(None, "kind", "raised_at", "id"),
    Index(None, "kind", "urgency", "raised_at", "id"),
    Index(None, "camera", "raised_at", "id"),
    Index(None, "camera", "urgency", "raised_at", "id"),
    Index(None, "zone", "raised_at", "id"),
    Index(None, "zone", "urgency", "raised_at", "id"),
)

AUDIT_CHAIN: Final = Table(
    "audit_chain",
    METADATA,
    # Given by us, one more than the line before: a gap is a line that was removed.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("purpose", String(200)),
    Column("from_state", String(16)),
    Column("to_state", String(16)),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("form", Integer, nullable=False),
    Index(None, "kind", "subject", "id"),
    Index(None, "actor", "id"),
    Index(None, "action", "id"),
    Index(None, "at"),
)
"""Append only: triggers of the database refuse to change or remove a line, and each holds the hash of the
one before (`domain.audit`). No foreign key: the log outlives what it tells of.
"""

DELIVERIES: Final = Table(
    "deliveries",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("incident", ForeignKey("incidents.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("channel", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("state", String(16), nullable=False),
    # Grows with every attempt that is begun, so that it also tells one lease from the next.
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Not before this moment; while somebody sends it, when their lease runs out.
    Column("next_at", UtcDateTime, nullable=False),
    Column("last_error", String(256)),
    Column("delivered_at", UtcDateTime),
    Index(None, "incident", "channel", "version", unique=True),
    Index(None, "channel", "state", "next_at"),
)
"""Messages to recipients outside, written in the transaction of the decision that they follow from."""

DOCUMENTS: Final = Table(
    "documents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha8", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "kind", "subject", "version", unique=True),
)

THRESHOLDS: Final = Table(
    "thresholds",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("camera", String(128), nullable=False),
    Column("zone", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("did", String(16), nullable=False),
    # In force from this version on; 0 is none.
    Column("threshold", Float, nullable=False),
    Column("proposed", Float),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("figures", JSON, nullable=False),
    Index(None, "camera", "zone", "kind", "version", unique=True),
)
"""Every decision about a threshold; rows are only ever added. The newest of a place is in force."""

USERS: Final = Table(
    "users",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("folded_name", String(256), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Names of what the person may see; NULL is all.
    Column("cameras", JSON(none_as_null=True)),
    Column("kinds", JSON(none_as_null=True)),
    # Of a password that an administrator gave: the person chooses another at the first sign-in.
    Column("one_time_until", UtcDateTime),
    # The second factor: encrypted; in force once `totp_step`, the last step of time that was used, is there.
    Column("totp_secret", String(256)),
    Column("totp_step", BigInteger),
    Column("recovery_hashes", JSON(none_as_null=True)),
    UniqueConstraint("folded_name"),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    # The identity provider checked a second factor, and its word is taken.
    Column("second_factor", Boolean, nullable=False, server_default=text("false")),
)

IDENTITIES: Final = Table(
    "identities",
    METADATA,
    Column("issuer", String(512), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    # The scope that the groups gave last; what differs from it in the account, an administrator set.
    Column("cameras", JSON(none_as_null=True)),
    Column("kinds", JSON(none_as_null=True)),
)
"""Who at the identity provider an account belongs to. Only ever matched by both parts of the key."""

STEERING: Final = Table(
    "steering",
    METADATA,
    Column("camera", String(128), primary_key=True),
    # Who has it; NULL while nobody does.
    Column("holder", String(64)),
    Column("role", String(16)),
    Column("until", UtcDateTime),
    # How many things the service did with it, and when it looks again.
    Column("step", Integer, nullable=False),
    Column("next_at", UtcDateTime),
)

HANDOVERS: Final = Table(
    "handovers",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("author", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    # The colleague who got the claims; NULL is whoever comes.
    Column("colleague", String(64)),
    Column("note", Text, nullable=False),
    # How many claims went to the colleague, and back to the queue.
    Column("handed", Integer, nullable=False),
    Column("released", Integer, nullable=False),
)

HANDOVER_READS: Final = Table(
    "handover_reads",
    METADATA,
    Column("handover_id", ForeignKey("handovers.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

SCREENS: Final = Table(
    "screens",
    METADATA,
    Column("screen", Integer, primary_key=True, autoincrement=False),
    Column("camera", String(128), nullable=False),
    Column("name", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""What the regional control room is shown, and who put it there; a dark screen has no row."""

CAMERA_FAULTS: Final = Table(
    "camera_faults",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("camera", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reported_by", String(64), nullable=False),
    Column("what", Text, nullable=False),
    # Number at the helpdesk; empty while there is none.
    Column("ticket", String(64), nullable=False),
    # These three are NULL while it is open.
    Column("result", Text),
    Column("ended_at", UtcDateTime, index=True),
    Column("ended_by", String(64)),
    Column("version", Integer, nullable=False),
)

WATCHED: Final = Table(
    "watched",
    METADATA,
    Column("camera", String(128), primary_key=True),
    Column("preset", String(128), primary_key=True),
    Column("rule", String(32), primary_key=True),
    Column("what", String(16), primary_key=True),
    # Its start, and the run of the worker that counted: the row only grows.
    Column("hour", UtcDateTime, primary_key=True),
    Column("run", String(32), primary_key=True),
    Column("seconds", Float, nullable=False),
    Index(None, "hour"),
)
"""How long each rule was watched, and how long not, and why."""

ATTEMPTS: Final = Table(
    "attempts",
    METADATA,
    Column("id", Integer, primary_key=True),
    # Hashed: people sometimes type their password where the name should go.
    Column("name_sha256", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index(None, "name_sha256", "at"),
    Index(None, "address", "at"),
    Index(None, "at"),
)
"""Tries to sign in, kept for a day (good ones for a month)."""
