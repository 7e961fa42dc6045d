"""Signals over HTTP: from decided incidents and what workers counted, within the scope of who asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.incident import RejectReason, Role, Scope
from almere_vision.domain.suggestion import Kind, Suggestion
from almere_vision.domain.watching import WatchedTime
from almere_vision.storage.watched import Watched
from tests.integration.api.conftest import MakeStack
from tests.integration.api.stack import Stack, problem, suggestion
from tests.integration.decided import decide_all

DAYS = 14 + 12 * 7


def days_ago(days: int) -> datetime:
    """Noon of a local day."""
    today = datetime.now(UTC).astimezone(CITY_TIME).date()
    return datetime.combine(today - timedelta(days=days), time(12), CITY_TIME).astimezone(UTC)


def fill_street(stack: Stack) -> None:
    """Each day one confirmed at the market, three in the last two weeks; and many that were rejected."""

    def made(name: str, each_now: int) -> Iterator[Suggestion]:
        for day in range(1, DAYS + 1):
            for n in range(each_now if day <= 14 else 1):
                yield suggestion(f"{name}-{day}-{n}", camera=name, raised_at=days_ago(day), kind=Kind.PARKING)

    decide_all(
        stack.engine,
        {
            None: [*made("market", 3), *made("harbour", 1)],
            RejectReason.WRONG_OBJECT: [*made("wrong", 9)],
        },
        datetime.now(UTC),
    )
    Watched(stack.engine).keep(
        [
            WatchedTime("run", days_ago(day), camera, "home", "parking", "watched", 3600)
            for day in range(1, DAYS + 1)
            for camera in ("market", "harbour")
        ]
    )


def test_what_rises_is_told_within_the_scope_of_who_asks(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite")
    fill_street(stack)
    stack.add_person("of-harbour", Role.SUPERVISOR, Scope(cameras=frozenset({"harbour"})))
    with stack.signed_in("supervisor") as chief, stack.signed_in("of-harbour") as other:
        told = chief.get("/signals?days=14").json()
        market = next(one for one in told["items"] if (one["about"], one["camera"]) == ("camera", "market"))
        assert (market["turn"], market["basis"], market["now"], market["before"]) == (
            "rises",
            "watched",
            42,
            84,
        )
        assert (market["now_h"], market["before_h"], market["expected"]) == (14, 84, 14)
        assert market["low"] > 1
        assert told["items"][0]["turn"] == "rises"
        assert told["tests"] == len(told["items"])
        assert "wrong" not in {one["camera"] for one in told["items"]}

        seen = other.get("/signals?days=14").json()["items"]
        assert {one["camera"] for one in seen} == {None, "harbour"}
        assert {one["turn"] for one in seen} == {"steady"}
        assert problem(chief.get("/signals?days=13")) == (422, "invalid")
    with stack.signed_in("observer") as observer:
        assert problem(observer.get("/signals")) == (403, "not_allowed")


def test_today_is_not_in_yet(stack: Stack) -> None:
    with stack.signed_in("supervisor") as chief:
        told = chief.get("/signals").json()
        assert told["until"] == days_ago(0).astimezone(CITY_TIME).date().isoformat()
        assert told["tests"] <= len(told["items"])
