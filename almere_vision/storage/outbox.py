"""Messages to the outside in the database: written with the decision, taken by whoever sends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, insert, select, update

from almere_vision.domain.delivery import ChannelKind, Delivery, DeliveryState, Earlier, Message
from almere_vision.domain.errors import DeliveryMissing, TransitionRefused
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import DELIVERIES

LATE_AFTER: Final = timedelta(seconds=10)
"""What nobody has tried to send for so long counts as not delivered."""

ERROR_LIMIT: Final = 200
_MESSAGE: Final = TypeAdapter(Message)
_WAITING: Final = (DeliveryState.PENDING, DeliveryState.FAILED)


def put_deliveries(connection: Connection, deliveries: Iterable[Delivery]) -> None:
    """Write messages, in the transaction of the decision that they follow from."""
    for delivery in deliveries:
        connection.execute(
            insert(DELIVERIES).values(
                id=delivery.id,
                incident=delivery.message.incident,
                version=delivery.message.version,
                channel=delivery.channel,
                kind=delivery.kind,
                message=_MESSAGE.dump_json(delivery.message).decode(),
                state=delivery.state,
                attempts=0,
                created_at=delivery.created_at,
                next_at=delivery.next_at,
            )
        )


class SqlOutbox:
    """`delivery.ports.Outbox` on SQL. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, channel: str, now: datetime, lease_s: float) -> Delivery | None:
        """The next due message of a channel, for the caller alone for `lease_s` seconds; None without one.

        Raises `StoreUnavailable`.
        """
        rows, before = DELIVERIES, DELIVERIES.alias("before")
        blocked = select(before.c.id).where(
            before.c.incident == rows.c.incident,
            before.c.channel == rows.c.channel,
            before.c.version < rows.c.version,
            before.c.state.in_(_WAITING),
        )
        due = (
            select(rows)
            .where(rows.c.channel == channel, rows.c.state.in_(_WAITING), rows.c.next_at <= now)
            .where(~blocked.exists())
            .order_by(rows.c.next_at, rows.c.id)
            .limit(1)
        )
        with reading(self._engine) as connection:  # mostly there is nothing, and that should cost no lock
            if connection.execute(due).first() is None:
                return None
        with writing(self._engine) as connection:
            row = connection.execute(due.with_for_update(skip_locked=True, of=rows)).first()
            if row is None:
                return None
            connection.execute(
                update(rows)
                .where(rows.c.id == row.id)
                .values(attempts=row.attempts + 1, next_at=now + timedelta(seconds=lease_s))
            )
            taken = connection.execute(select(rows).where(rows.c.id == row.id)).one()
            return _delivery(taken, _earlier(connection, row))

    def delivered(self, delivery: Delivery, at: datetime) -> bool:
        """Mark it; False if the lease ran out and somebody else took it since. Raises `StoreUnavailable`."""
        return self._mark(
            delivery, {"state": DeliveryState.DELIVERED, "delivered_at": at, "last_error": None}
        )

    def failed(self, delivery: Delivery, reason: str, next_at: datetime | None) -> bool:
        """Put it back until `next_at`, or give it up where that is None; False as `delivered`.

        Raises `StoreUnavailable`.
        """
        state = DeliveryState.DEAD if next_at is None else DeliveryState.FAILED
        values = {"state": state, "last_error": reason[:ERROR_LIMIT]}
        return self._mark(delivery, values if next_at is None else {**values, "next_at": next_at})

    def _mark(self, delivery: Delivery, values: Mapping[str, Any]) -> bool:
        mine = (
            update(DELIVERIES)
            .where(
                DELIVERIES.c.id == delivery.id,
                DELIVERIES.c.attempts == delivery.attempts,  # every lease counts one up
                DELIVERIES.c.state.in_(_WAITING),
            )
            .values(values)
        )
        with writing(self._engine) as connection:
            return connection.execute(mine).rowcount == 1

    def get(self, delivery_id: str) -> Delivery:
        """Raises `DeliveryMissing`, `StoreUnavailable`."""
        with reading(self._engine) as connection:
            return _delivery(_find(connection, delivery_id), ())

    def of_incident(self, incident: str) -> tuple[Delivery, ...]:
        """Oldest decision first. Raises `StoreUnavailable`."""
        rows = select(DELIVERIES).where(DELIVERIES.c.incident == incident)
        with reading(self._engine) as connection:
            found = connection.execute(rows.order_by(DELIVERIES.c.version, DELIVERIES.c.channel)).all()
        return tuple(_delivery(row, ()) for row in found)

    def undelivered(self, incidents: Sequence[str], now: datetime) -> frozenset[str]:
        """Which of some incidents have a message that failed, or that nobody tried to send for 10 s.

        Raises `StoreUnavailable`.
        """
        if not incidents:
            return frozenset()
        table = DELIVERIES.c
        late = (table.state == DeliveryState.PENDING) & (table.created_at < now - LATE_AFTER)
        failed = table.state.in_((DeliveryState.FAILED, DeliveryState.DEAD))
        rows = select(table.incident).distinct().where(table.incident.in_(incidents), late | failed)
        with reading(self._engine) as connection:
            return frozenset(connection.execute(rows).scalars())

    def retry(self, delivery_id: str, now: datetime) -> Delivery:
        """Send what was given up once more, under the same id.

        Raises:
            DeliveryMissing: there is none of this id.
            TransitionRefused: it was not given up, or the channel was told of a later decision since.
            StoreUnavailable: nothing was changed.
        """
        table = DELIVERIES.c
        with writing(self._engine) as connection:
            row = _find(connection, delivery_id)
            if row.state != DeliveryState.DEAD:
                raise TransitionRefused(
                    f"this delivery is {row.state}; only one that was given up is sent again"
                )
            later = select(table.id).where(
                table.incident == row.incident, table.channel == row.channel, table.version > row.version
            )
            if connection.execute(later.limit(1)).first() is not None:
                raise TransitionRefused("a later message about this incident has taken its place")
            connection.execute(
                update(DELIVERIES)
                .where(table.id == row.id, table.state == DeliveryState.DEAD)
                .values(state=DeliveryState.FAILED, next_at=now)
            )
            return _delivery(_find(connection, delivery_id), ())


def _find(connection: Connection, delivery_id: str) -> Row[Any]:
    row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == delivery_id)).one_or_none()
    if row is None:
        raise DeliveryMissing(f"there is no delivery {delivery_id[:64]!r}")
    return row


def _earlier(connection: Connection, row: Row[Any]) -> tuple[Earlier, ...]:
    table = DELIVERIES.c
    before = (
        select(table.id, table.created_at)
        .where(table.incident == row.incident, table.channel == row.channel, table.version < row.version)
        .order_by(table.version)
    )
    return tuple(Earlier(one.id, one.created_at) for one in connection.execute(before))


def _delivery(row: Row[Any], earlier: tuple[Earlier, ...]) -> Delivery:
    return Delivery(
        id=row.id,
        channel=row.channel,
        kind=ChannelKind(row.kind),
        message=_MESSAGE.validate_json(row.message),
        created_at=row.created_at,
        next_at=row.next_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        delivered_at=row.delivered_at,
        earlier=earlier,
    )
