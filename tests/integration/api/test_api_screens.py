"""Cameras on the screens of the control room, and macros for the wall, through the real API."""

from __future__ import annotations

from datetime import UTC, datetime

from almere_vision.domain.incident import Role, Scope
from almere_vision.storage.audit import Audit, AuditQuery
from tests.integration.api.conftest import MakeStack
from tests.integration.api.listener import Listener
from tests.integration.api.stack import ROOT, Stack, problem, wait_until

SITE = str(ROOT / "zones" / "almere" / "site.yaml")


def test_the_control_room_is_told_at_once_and_the_log_says_who_did_it(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_SITE=SITE)
    with stack.signed_in("observer") as client, stack.signed_in("room") as room:
        assert [one["camera"] for one in room.get("/screens").json()["items"]] == [None] * 4
        assert client.put("/screens/2", json={"camera": "grote-markt"}).status_code == 200
        shown = room.get("/screens").json()["items"][1]
        assert (shown["camera"], shown["by"]) == ("grote-markt", "observer")
        assert abs((datetime.now(UTC) - datetime.fromisoformat(shown["at"])).total_seconds()) < 60
        for camera in ("grote-markt", "stationsstraat", None):  # the first one is there already
            assert room.put("/screens/2", json={"camera": camera}).status_code == 200
        assert room.get("/screens").json()["items"][1]["camera"] is None
    lines = Audit(stack.engine).page(AuditQuery(action="show")).lines
    assert [(one.entry.actor, one.entry.subject, one.entry.details["dark"]) for one in lines] == [
        ("room", "stationsstraat", True),
        ("room", "stationsstraat", False),
        ("observer", "grote-markt", False),
    ]
    assert lines[1].entry.details["instead_of"] == "grote-markt"


def test_who_may_look_hears_of_it_at_once(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_SITE=SITE)

    def heard_by(name: str) -> bool | None:
        """None where the stream was cut, as streams are once the service has found its queue."""
        with stack.signed_in("observer") as client, stack.signed_in(name) as ears, Listener(ears) as listener:
            shown = client.get("/screens").json()["items"][0]["camera"]
            other = "grote-markt" if shown == "stationsstraat" else "stationsstraat"
            assert client.put("/screens/1", json={"camera": other}).status_code == 200
            wait_until(lambda: listener.heard("screens") or listener.ended.is_set(), "heard, or cut")
            return None if listener.ended.is_set() else True

    wait_until(lambda: heard_by("room"), "the control room hears of it")
    assert heard_by("supervisor")


def test_what_is_not_there_or_not_ones_own_comes_on_no_screen(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_SITE=SITE)
    stack.add_person("narrow", Role.OBSERVER, Scope(cameras=frozenset({"festivalplein"})))
    with stack.signed_in("narrow") as narrow, stack.signed_in("observer") as client:
        assert problem(narrow.put("/screens/1", json={"camera": "grote-markt"})) == (422, "invalid")
        assert problem(client.put("/screens/1", json={"camera": "nowhere"})) == (422, "invalid")
        assert problem(client.put("/screens/5", json={"camera": "grote-markt"})) == (404, "not_found")
        client.put("/screens/1", json={"camera": "grote-markt"})
        assert narrow.get("/screens").json()["items"][0]["camera"] is None
        assert [one["id"] for one in narrow.get("/macros").json()["items"]] == ["nightlife"]
        macros = client.get("/macros").json()["items"]
        assert macros[0] == {
            "id": "market",
            "name": {"nl": "Markt", "en": "Market"},
            "cameras": ["grote-markt", "stationsstraat"],
        }


def test_the_municipal_desk_puts_nothing_on_screens(stack: Stack) -> None:
    with stack.signed_in("wardens") as wardens:
        assert problem(wardens.get("/screens")) == (403, "not_allowed")
        assert problem(wardens.put("/screens/1", json={"camera": None})) == (403, "not_allowed")
        assert problem(wardens.get("/macros")) == (403, "not_allowed")
