"""From the queue into the database, while both come and go."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import Engine

from almere_vision.domain.errors import QueueUnavailable, StoreUnavailable
from almere_vision.domain.incident import Incident
from almere_vision.domain.suggestion import Suggestion
from almere_vision.review import Query
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.ingest import run_ingest
from almere_vision.storage.messages import encode
from almere_vision.storage.stream import SuggestionStream
from tests.integration.storage.conftest import RedisServer, Suggest, Until


@pytest.fixture
def stream(redis_server: RedisServer) -> Iterator[SuggestionStream]:
    stream = SuggestionStream(redis_server.url, claim_idle_s=0.3)
    yield stream
    stream.close()


@contextmanager
def ingesting(store: SqlIncidents, stream: SuggestionStream, heard: list[Incident]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run_ingest, args=(store, stream, heard.extend, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def test_fault_11_duplicates_and_late_messages_make_each_incident_once(
    engine: Engine, stream: SuggestionStream, suggest: Suggest, until: Until
) -> None:
    store = SqlIncidents(engine)
    sent = [suggest(f"incident-{n}", revision=revision) for n in range(10) for revision in (1, 2, 3)] * 3
    random.Random(5).shuffle(sent)
    heard: list[Incident] = []
    with ingesting(store, stream, heard), ingesting(store, stream, heard):
        for suggestion in sent:
            stream.publish(encode(suggestion))
        until(lambda: _revisions(store) == {f"incident-{n}": 3 for n in range(10)}, limit_s=60)
    told = Counter((incident.suggestion.id, incident.suggestion.revision) for incident in heard)
    assert set(told.values()) == {1}
    assert all(told[f"incident-{n}", 3] == 1 for n in range(10))
    assert all(len(store.history(f"incident-{n}")) == 1 for n in range(10))
    assert stream.dead_letters() == ()


def _revisions(store: SqlIncidents) -> dict[str, int]:
    page = store.page(Query(limit=200))
    return {incident.suggestion.id: incident.suggestion.revision for incident in page.incidents}


def test_fault_12_rubbish_between_suggestions_is_set_aside_and_seen(
    engine: Engine, stream: SuggestionStream, suggest: Suggest, until: Until
) -> None:
    store = SqlIncidents(engine)
    good = encode(suggest("good"))
    rubbish = [
        b"\xff",
        good.replace(b"0.8", b"NaN"),
        good.replace(b'"schema_version":1', b'"schema_version":9'),
    ]
    heard: list[Incident] = []
    with ingesting(store, stream, heard):
        for payload in (*rubbish, good):
            stream.publish(payload)
        until(lambda: len(heard) == 1)
    reasons = [letter.reason for letter in reversed(stream.dead_letters())]
    assert len(reasons) == 3
    assert "score" in reasons[1]
    assert "schema_version" in reasons[2]


class Flaky(SqlIncidents):
    """A database that is away for a while."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.away = threading.Event()
        self.refused = 0

    def receive_all(self, suggestions: Sequence[Suggestion], at: datetime) -> tuple[Incident, ...]:
        if self.away.is_set():
            self.refused += 1
            raise StoreUnavailable("the database is away")
        return super().receive_all(suggestions, at)


def test_fault_9_suggestions_wait_for_the_database(
    engine: Engine, stream: SuggestionStream, suggest: Suggest, until: Until
) -> None:
    store = Flaky(engine)
    store.away.set()
    heard: list[Incident] = []
    with ingesting(store, stream, heard):
        for number in range(3):
            stream.publish(encode(suggest(f"incident-{number}")))
        until(lambda: store.refused > 8)
        assert heard == []
        store.away.clear()
        until(lambda: len(heard) == 3)
    assert stream.dead_letters() == ()


def test_fault_8_a_redis_killed_under_way_loses_no_suggestion(
    engine: Engine, redis_server: RedisServer, stream: SuggestionStream, suggest: Suggest, until: Until
) -> None:
    store = SqlIncidents(engine)
    heard: list[Incident] = []
    with ingesting(store, stream, heard):
        for number in range(20):
            stream.publish(encode(suggest(f"incident-{number}")))
        redis_server.kill()
        redis_server.start()
        until(lambda: len(heard) == 20)
    assert len(_revisions(store)) == 20


def test_an_incident_is_kept_even_if_nobody_can_be_told(
    engine: Engine, stream: SuggestionStream, suggest: Suggest, until: Until
) -> None:
    store = SqlIncidents(engine)
    told: list[str] = []

    def deaf(incidents: Sequence[Incident]) -> None:
        told.extend(incident.suggestion.id for incident in incidents)
        if told[-1] == "incident-0":
            raise QueueUnavailable("Redis is away")

    stop = threading.Event()
    thread = threading.Thread(target=run_ingest, args=(store, stream, deaf, stop))
    thread.start()
    for number in range(2):
        stream.publish(encode(suggest(f"incident-{number}")))
        until(lambda: len(told) == number + 1)  # noqa: B023
    stop.set()
    thread.join(30)
    assert set(_revisions(store)) == {"incident-0", "incident-1"}
    assert stream.dead_letters() == ()
