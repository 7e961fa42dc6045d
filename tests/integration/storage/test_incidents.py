"""Incidents on both databases: once each, in order, one winner, and nothing acknowledged is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Engine

from almere_vision.domain.errors import IncidentMissing, InputError, MessageError, VersionConflict
from almere_vision.domain.incident import (
    Actor,
    Command,
    Incident,
    Order,
    Recipient,
    RejectReason,
    Role,
    State,
)
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import Protocol
from almere_vision.domain.suggestion import Kind
from almere_vision.review import Desk, Query, Sort
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.incidents import SqlIncidents
from tests.integration.storage.conftest import Suggest

ANNA = Actor("anna", Role.OBSERVER)
BRAM = Actor("bram", Role.OBSERVER)
ID = "plaza-1-17"


@pytest.fixture
def incidents(engine: Engine) -> SqlIncidents:
    return SqlIncidents(engine)


@pytest.fixture
def desk(incidents: SqlIncidents, noon: datetime) -> Desk:
    return Desk(incidents, 120.0, Protocol(), lambda: noon)


def test_a_suggestion_becomes_an_incident_with_a_history(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    received = incidents.receive(suggest(), noon)
    assert received == Incident(suggest(), State.SUGGESTED, 1, received_at=noon, shown_at=noon)
    assert incidents.get(ID) == received
    (line,) = incidents.history(ID)
    assert (line.incident, line.actor, line.command, line.at) == (ID, "almere", "suggested", noon)
    assert (line.from_state, line.to_state) == (None, State.SUGGESTED)


def test_fault_11_a_duplicate_changes_nothing(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    first = incidents.receive(suggest(), noon)
    assert incidents.receive(suggest(), noon + timedelta(hours=1)) is None
    assert incidents.get(ID) == first
    assert len(incidents.history(ID)) == 1


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_fault_11_revisions_in_any_order_end_in_the_last(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime, order: tuple[int, ...]
) -> None:
    for revision in order:
        incidents.receive(suggest(revision=revision, facts={"dwell_s": 60.0 * revision}), noon)
    kept = incidents.get(ID)
    assert (kept.suggestion.revision, kept.suggestion.facts["dwell_s"]) == (3, 180.0)
    assert len(incidents.history(ID)) == 1


def test_fault_11_the_same_suggestion_from_many_threads_is_one_incident(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    start = threading.Barrier(8)

    def receive(_: int) -> Incident | None:
        start.wait()
        return incidents.receive(suggest(), noon)

    with ThreadPoolExecutor(8) as pool:
        news = [incident for incident in pool.map(receive, range(8)) if incident is not None]
    assert len(news) == 1
    assert len(incidents.history(ID)) == 1


def test_an_update_never_touches_what_people_did(
    incidents: SqlIncidents, desk: Desk, suggest: Suggest, noon: datetime
) -> None:
    incidents.receive(suggest(), noon)
    claimed = desk.carry_out(ID, Order(Command.CLAIM, 1), ANNA)
    updated = incidents.receive(suggest(revision=2, ended_at=noon, score=0.5), noon)
    assert updated == replace(claimed, suggestion=suggest(revision=2, ended_at=noon, score=0.5))
    reject = Order(Command.REJECT, claimed.version, reason=RejectReason.EXEMPT, note="markt ✓")
    rejected = desk.carry_out(ID, reject, ANNA)
    assert incidents.get(ID) == rejected
    assert (rejected.state, rejected.suggestion.ended_at) == (State.REJECTED, noon)


def test_a_decision_made_on_an_older_revision_does_not_take_it_back(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    before = incidents.receive(suggest(), noon)
    assert before is not None
    incidents.receive(suggest(revision=2, ended_at=noon), noon)
    claimed = replace(before, state=State.CLAIMED, version=2, claimed_by="anna", claim_until=noon)
    (line,) = incidents.history(ID)
    incidents.replace(claimed, 1, replace(line, command="claim"))
    assert incidents.get(ID) == replace(claimed, suggestion=suggest(revision=2, ended_at=noon))


def test_every_field_of_a_decision_is_kept(
    incidents: SqlIncidents, desk: Desk, suggest: Suggest, noon: datetime
) -> None:
    incidents.receive(suggest(), noon)
    desk.carry_out(ID, Order(Command.CLAIM, 1), ANNA)
    escalate = Order(Command.ESCALATE, 2, None, Recipient.ENFORCEMENT, Priority.P3, "twee bussen")
    escalated = desk.carry_out(ID, escalate, ANNA)
    assert incidents.get(ID) == escalated
    assert dict(incidents.history(ID)[-1].details)["note"] == "twee bussen"
    undone = desk.carry_out(ID, Order(Command.UNDO, 3), ANNA)
    assert incidents.get(ID) == undone
    history = incidents.history(ID)
    assert [line.command for line in history] == ["suggested", "claim", "escalate", "undo"]
    assert dict(history[2].details) == {
        "version": 3,
        "recipient": "enforcement",
        "priority": "P3",
        "note_length": 11,  # the text went with the decision that was undone
    }


def test_fault_13_of_claims_at_the_same_moment_one_wins(
    incidents: SqlIncidents, desk: Desk, suggest: Suggest, noon: datetime
) -> None:
    for turn in range(10):
        incident_id = f"plaza-1-{turn}"
        incidents.receive(suggest(incident_id), noon)
        start = threading.Barrier(6)

        def claim(name: str, incident_id: str = incident_id, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                desk.carry_out(incident_id, Order(Command.CLAIM, 1), Actor(name, Role.OBSERVER))
            except VersionConflict:
                return False
            return True

        names = [f"observer-{number}" for number in range(6)]
        with ThreadPoolExecutor(6) as pool:
            winners = [name for name, won in zip(names, pool.map(claim, names), strict=True) if won]
        assert len(winners) == 1
        kept = incidents.get(incident_id)
        assert (kept.claimed_by, kept.version) == (winners[0], 2)
        assert [line.actor for line in incidents.history(incident_id)] == ["almere", winners[0]]


def test_a_decision_on_an_old_version_leaves_no_audit_line(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    incident = incidents.receive(suggest(), noon)
    assert incident is not None
    (line,) = incidents.history(ID)
    with pytest.raises(VersionConflict, match="version 1"):
        incidents.replace(replace(incident, version=9), 8, line)
    assert (incidents.get(ID), incidents.history(ID)) == (incident, (line,))


@pytest.mark.parametrize("incident_id", ["nobody", "", "a\x00b", "x" * 500, "../x"])
def test_an_unknown_incident_is_missing(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime, incident_id: str
) -> None:
    incidents.receive(suggest(), noon)
    for ask in (incidents.get, incidents.history):
        with pytest.raises(IncidentMissing):
            ask(incident_id)


def test_an_unknown_incident_cannot_be_replaced(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    incident = incidents.receive(suggest(), noon)
    assert incident is not None
    (line,) = incidents.history(ID)
    with pytest.raises(IncidentMissing):
        incidents.replace(replace(incident, suggestion=suggest("nobody")), 1, line)


def test_fault_12_a_suggestion_out_of_range_is_not_kept(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    with pytest.raises(MessageError):
        incidents.receive(suggest(score=float("nan")), noon)
    assert incidents.page(Query()).incidents == ()


def _fill(incidents: SqlIncidents, suggest: Suggest, noon: datetime) -> None:
    """30 incidents on 3 cameras; three of each moment, so that the id has to break the tie."""
    for number in range(30):
        incidents.receive(
            suggest(
                f"incident-{number:02d}",
                camera=f"camera-{number % 3}",
                zone="square" if number < 20 else "street",
                kind=Kind.PARKING if number % 2 else Kind.FIGHT,
                raised_at=noon + timedelta(minutes=number // 3),
            ),
            noon,
        )


def _ids(incidents: SqlIncidents, query: Query) -> list[str]:
    return [incident.suggestion.id for incident in incidents.page(query).incidents]


def test_pages_show_every_incident_once_newest_first(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    _fill(incidents, suggest, noon)
    seen: list[str] = []
    query = Query(limit=7)
    while True:
        page = incidents.page(query)
        seen += [incident.suggestion.id for incident in page.incidents]
        if page.after is None:
            break
        assert len(page.incidents) == 7
        query = replace(query, after=page.after)
        new = suggest(f"newer-{len(seen)}", raised_at=noon + timedelta(hours=1))
        incidents.receive(new, noon)  # what comes in meanwhile does not shift the pages
    assert seen == [f"incident-{number:02d}" for number in reversed(range(30))]


def test_a_last_page_that_is_full_says_that_it_is_the_last(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    _fill(incidents, suggest, noon)
    assert incidents.page(Query(limit=30)).after is None
    assert incidents.page(Query(limit=29)).after == "incident-01"


def test_filters_narrow_the_page(
    incidents: SqlIncidents, desk: Desk, suggest: Suggest, noon: datetime
) -> None:
    _fill(incidents, suggest, noon)
    desk.carry_out("incident-04", Order(Command.CLAIM, 1), ANNA)
    minute = timedelta(minutes=1)
    assert _ids(incidents, Query(states=(State.CLAIMED,))) == ["incident-04"]
    assert len(_ids(incidents, Query(states=(State.CLAIMED, State.SUGGESTED)))) == 30
    assert _ids(incidents, Query(states=(State.CONFIRMED,))) == []
    assert len(_ids(incidents, Query(kinds=(Kind.FIGHT,)))) == 15
    assert len(_ids(incidents, Query(cameras=("camera-0", "camera-1")))) == 20
    assert len(_ids(incidents, Query(zones=("street",), kinds=(Kind.PARKING,)))) == 5
    between = Query(since=noon + minute, until=noon + 2 * minute)
    assert _ids(incidents, between) == ["incident-05", "incident-04", "incident-03"]
    assert _ids(incidents, Query(cameras=("x' OR 1=1",))) == []


def test_a_query_that_cannot_be_answered_is_told(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    incidents.receive(suggest(), noon)
    with pytest.raises(InputError, match="after"):
        incidents.page(Query(after="nobody"))
    with pytest.raises(InputError, match="limit"):
        incidents.page(Query(limit=0))


def test_a_filter_with_nul_finds_nothing_or_is_refused(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    incidents.receive(suggest(), noon)
    try:
        found = _ids(incidents, Query(cameras=("plaza-1\x00",)))
    except InputError:
        found = []
    assert found == []


def test_an_acknowledged_decision_survives_a_kill(
    database_url: str, engine: Engine, suggest: Suggest, noon: datetime, tmp_path: Path
) -> None:
    """A process decides again and again, saying so each time; it is killed in the middle of that."""
    incidents = SqlIncidents(engine)
    for number in range(200):
        incidents.receive(suggest(f"incident-{number:03d}"), noon)
    script = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from almere_vision.domain.incident import Actor, Command, Order, Role\n"
        "from almere_vision.review import Desk\n"
        "from almere_vision.storage.database import open_database\n"
        "from almere_vision.storage.incidents import SqlIncidents\n"
        "from almere_vision.domain.protocol import Protocol\n"
        "store = SqlIncidents(open_database(sys.argv[1]))\n"
        "desk = Desk(store, 120.0, Protocol(), lambda: datetime.now(UTC))\n"
        "for number in range(200):\n"
        "    name = f'incident-{number:03d}'\n"
        "    desk.carry_out(name, Order(Command.CLAIM, 1), Actor('anna', Role.OBSERVER))\n"
        "    print(name, flush=True)\n"
    )
    decider = subprocess.Popen(
        [sys.executable, "-c", script, database_url], stdout=subprocess.PIPE, text=True
    )
    assert decider.stdout is not None
    acknowledged = [decider.stdout.readline().strip() for _ in range(20)]
    decider.send_signal(signal.SIGKILL)
    acknowledged += decider.stdout.read().split()
    decider.wait()
    decider.stdout.close()
    assert len(acknowledged) < 200, "it was over before the kill"
    again = open_database(database_url)
    migrate(again)
    kept = SqlIncidents(again)
    for name in acknowledged:
        assert kept.get(name).claimed_by == "anna"
    for number in range(200):
        name = f"incident-{number:03d}"
        assert len(kept.history(name)) == kept.get(name).version
    again.dispose()


def test_the_most_urgent_come_first_then_the_newest(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    priorities = [Priority.P3, Priority.P1, None, Priority.P2, Priority.P3, Priority.P1, None]
    for minute, priority in enumerate(priorities):
        raised = noon + timedelta(minutes=minute // 2)  # pairs share a moment
        incidents.receive(suggest(f"i-{minute}", raised_at=raised, priority=priority), noon)
    expected = ["i-5", "i-1", "i-3", "i-4", "i-0", "i-6", "i-2"]
    for limit in (1, 2, 3, 7):
        found: list[str] = []
        page = incidents.page(Query(sort=Sort.PRIORITY, limit=limit))
        found += [one.suggestion.id for one in page.incidents]
        while page.after is not None:
            page = incidents.page(Query(sort=Sort.PRIORITY, limit=limit, after=page.after))
            found += [one.suggestion.id for one in page.incidents]
        assert found == expected
    newest = incidents.page(Query())
    assert [one.suggestion.id for one in newest.incidents] == [f"i-{n}" for n in range(6, -1, -1)]


def test_the_suggested_priority_selects_and_that_of_an_escalation_does_not(
    incidents: SqlIncidents, desk: Desk, suggest: Suggest, noon: datetime
) -> None:
    for name, priority in (("a", Priority.P1), ("b", Priority.P2), ("c", Priority.P3), ("d", None)):
        incidents.receive(suggest(name, priority=priority), noon)
    desk.carry_out("c", Order(Command.CLAIM, 1), ANNA)
    desk.carry_out("c", Order(Command.ESCALATE, 2, None, Recipient.POLICE, Priority.P1), ANNA)

    def ids(*wanted: Priority) -> list[str]:
        page = incidents.page(Query(suggested_priorities=wanted))
        return sorted(one.suggestion.id for one in page.incidents)

    assert ids(Priority.P1) == ["a"]
    assert ids(Priority.P3) == ["c"]
    assert ids(Priority.P1, Priority.P2) == ["a", "b"]
    assert ids() == ["a", "b", "c", "d"]
    assert incidents.get("c").priority is Priority.P1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_update_raises_the_priority_and_never_lowers_it(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime, order: tuple[int, ...]
) -> None:
    messages = [
        suggest(revision=1, priority=Priority.P3),
        suggest(revision=2, priority=Priority.P2),
        suggest(revision=3, priority=Priority.P3, ended_at=noon),
    ]
    for index in order:
        incidents.receive(messages[index], noon)
    kept = incidents.get(ID).suggestion
    assert (kept.revision, kept.ended_at, kept.priority) == (3, noon, Priority.P2)
    (listed,) = incidents.page(Query(suggested_priorities=(Priority.P2,))).incidents
    assert listed.suggestion == kept
    assert incidents.receive(messages[0], noon) is None


def test_an_old_worker_beside_a_new_one_takes_no_priority_away(
    incidents: SqlIncidents, suggest: Suggest, noon: datetime
) -> None:
    incidents.receive(suggest(priority=Priority.P2), noon)
    incidents.receive(suggest(revision=2), noon)
    assert incidents.get(ID).suggestion.priority is Priority.P2
