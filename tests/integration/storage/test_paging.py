"""Pages of the queue against the same question answered by hand, whatever is asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from almere_vision.domain.incident import AuditLine, Incident, Recipient, Scope, State
from almere_vision.domain.priority import Priority, urgency
from almere_vision.domain.suggestion import Kind
from almere_vision.review.ports import Query, Sight, Sort
from almere_vision.storage.incidents import SqlIncidents
from tests.integration.storage.conftest import Suggest

PRIORITIES = (None, Priority.P1, Priority.P2, Priority.P3)
CAMERAS, ZONES = ("c1", "c2", "c3"), ("z1", "z2")


@pytest.fixture
def kept(engine: Engine, suggest: Suggest, noon: datetime) -> list[Incident]:
    """150 incidents of every state, kind, camera, zone and priority, some of them of the same moment."""
    store, chance = SqlIncidents(engine), random.Random(7)
    for number in range(150):
        store.receive(
            suggest(
                f"i-{number:03d}",
                kind=chance.choice(list(Kind)),
                camera=chance.choice(CAMERAS),
                zone=chance.choice(ZONES),
                raised_at=noon + timedelta(minutes=chance.randrange(60)),
                priority=chance.choice(PRIORITIES),
            ),
            noon,
        )
    found = []
    for before in store.page(Query(limit=200)).incidents:
        state = chance.choice(list(State))
        sent = state not in (State.SUGGESTED, State.CLAIMED, State.REJECTED, State.CONFIRMED, State.EXPIRED)
        after = replace(
            before, state=state, version=2, recipient=chance.choice(list(Recipient)) if sent else None
        )
        line = AuditLine(before.suggestion.id, noon, "a", "observer", "claim", before.state, state)
        store.replace(after, 1, line)
        found.append(after)
    return found


def by_hand(kept: list[Incident], query: Query) -> list[str]:
    def fits(one: Incident) -> bool:
        seen, scope, sight = one.suggestion, query.scope, query.sight
        return (
            (not query.states or one.state in query.states)
            and (not query.kinds or seen.kind in query.kinds)
            and (not query.cameras or seen.camera in query.cameras)
            and (not query.zones or seen.zone in query.zones)
            and (not query.suggested_priorities or seen.priority in query.suggested_priorities)
            and (query.since is None or seen.raised_at >= query.since)
            and (query.until is None or seen.raised_at < query.until)
            and scope.covers(seen)
            and (sight.states is None or one.state in sight.states)
            and (sight.recipients is None or one.recipient in sight.recipients)
        )

    def place(one: Incident) -> tuple[int, datetime, str]:
        first = urgency(one.suggestion.priority) if query.sort is Sort.PRIORITY else 0
        return first, one.suggestion.raised_at, one.suggestion.id

    return [one.suggestion.id for one in sorted(filter(fits, kept), key=place, reverse=True)]


def queries(noon: datetime) -> Iterator[Query]:
    chance = random.Random(11)

    def some(values: object, most: int = 3) -> tuple[object, ...]:
        choices = list(values)  # type: ignore[call-overload]
        return tuple(chance.choices(choices, k=chance.choice((0, 0, 1, 2, most))))  # also the same one twice

    for _ in range(60):
        yield Query(
            states=some(State, 8),  # type: ignore[arg-type]
            kinds=some(Kind),  # type: ignore[arg-type]
            cameras=some(CAMERAS),  # type: ignore[arg-type]
            zones=some(ZONES),  # type: ignore[arg-type]
            suggested_priorities=some(Priority),  # type: ignore[arg-type]
            since=chance.choice((None, noon + timedelta(minutes=20))),
            until=chance.choice((None, noon + timedelta(minutes=50))),
            sort=chance.choice(list(Sort)),
            limit=chance.choice((3, 50)),
            scope=chance.choice(
                (Scope(), Scope(frozenset(CAMERAS[:2])), Scope(None, frozenset({Kind.FIGHT})))
            ),
            sight=chance.choice(
                (
                    Sight(),
                    Sight(),
                    Sight(recipients=frozenset({Recipient.POLICE, Recipient.ENFORCEMENT})),
                    Sight(states=frozenset({State.ESCALATED, State.RESOLVED})),
                    Sight(states=frozenset()),
                )
            ),
        )


def test_every_question_is_answered_in_order_page_by_page(
    engine: Engine, kept: list[Incident], noon: datetime
) -> None:
    store, answered = SqlIncidents(engine), 0
    for query in queries(noon):
        expected, found, after = by_hand(kept, query), [], None
        while True:
            page = store.page(replace(query, after=after))
            assert len(page.incidents) <= query.limit
            found += [one.suggestion.id for one in page.incidents]
            if page.after is None:
                break
            after = page.after
        assert found == expected, query
        answered += bool(expected)
    assert answered > 20
