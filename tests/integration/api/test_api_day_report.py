"""The day report through the real API: what stands in it, in both languages, and for whom."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import httpx
import pypdfium2
import pytest

from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.priority import Priority
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.domain.watching import WatchedTime
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.storage.watched import Watched
from tests.integration.api.conftest import MakeStack
from tests.integration.api.stack import Stack, problem, suggestion, wait_until
from tests.integration.api.test_api_decisions import give


@pytest.fixture
def night(make_stack: MakeStack) -> Stack:
    """One camera offline, one that looked elsewhere for 25 minutes, four suggestions, and a note."""
    stack = make_stack("sqlite")
    stack.add_person("narrow", Role.OBSERVER, Scope(cameras=frozenset({"station"})))
    notices, now = Notices(stack.redis.url), datetime.now(UTC)
    notices.set_camera_status(CameraStatus("market", "Grote Markt", "online", now, None))
    silence = Reason(ReasonCode.NO_PICTURE_FOR, {"duration": "8 s"})
    notices.set_camera_status(CameraStatus("station", "Station", "offline", now, silence))
    notices.close()
    hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    Watched(stack.engine).keep(
        [
            WatchedTime("run", hour, "market", "home", "parking", "watched", 2100.0),
            WatchedTime("run", hour, "market", "home", "parking", "elsewhere", 1500.0),
        ]
    )
    stack.put(
        *(
            suggestion(f"s-{n}", camera="market", priority=Priority.P3, raised_at=now - timedelta(minutes=n))
            for n in range(4)
        )
    )
    with stack.signed_in("colleague") as client:
        wait_until(lambda: client.get("/incidents/s-3").status_code == 200, "all are there")
        for name in ("s-0", "s-1"):
            give(client, name, "claim", 1)
        give(client, "s-0", "reject", 2, reason="in_motion")
        give(client, "s-1", "escalate", 2, recipient="enforcement", priority="P3")
        assert client.post("/handovers", json={"note": "kraan bij de kerk"}).status_code == 201
    return stack


def read(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")
    finally:
        document.close()


def test_it_tells_faults_blind_time_what_is_open_notes_and_figures(night: Stack) -> None:
    with night.signed_in("observer") as client:
        dutch, english = (read(client.get(f"/day-report?language={one}")) for one in ("nl", "en"))
    for fact in (
        "Dagrapport",
        "Station offline",
        "geen beeld gedurende 8 s",
        "kraan bij de kerk",
        "colleague",
    ):
        assert fact in dutch
    assert "keek ergens anders 25" in dutch
    assert "looked elsewhere 25" in english
    assert "no picture for 8 s" in english
    assert "Grote Markt online" not in english, "what works is no fault"
    # came, open, confirmed, rejected, told, resolved, not looked at
    assert "Vehicle standing 4 2 0 1 1 0 0" in english
    assert english.count("market, square") == 3, "the rejected one is not open"


def test_it_is_of_what_a_person_may_see_and_not_for_desks(night: Stack) -> None:
    with night.signed_in("narrow") as client:
        text = read(client.get("/day-report?language=en"))
    assert "Nothing is open." in text
    assert "Nothing came in." in text
    assert "market" not in text
    with night.signed_in("room") as room:
        assert problem(room.get("/day-report")) == (403, "not_allowed")


def test_many_open_ones_go_over_several_pages_and_end_in_a_number(night: Stack) -> None:
    now = datetime.now(UTC)
    night.put(*(suggestion(f"m-{n:03}", camera="market", raised_at=now) for n in range(100)))
    with night.signed_in("observer") as client:
        wait_until(lambda: client.get("/incidents/m-099").status_code == 200, "all are there")
        answer = client.get("/day-report?language=en")
    assert "and 43 more" in read(answer)
    assert len(pypdfium2.PdfDocument(io.BytesIO(answer.content))) > 1
