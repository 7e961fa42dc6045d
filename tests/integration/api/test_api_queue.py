"""List, filter, page, look at one, and see its picture and clip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from almere_vision.domain.priority import Band, Priority
from almere_vision.domain.suggestion import Evidence, Kind, Piece
from almere_vision.storage.blobs import FolderBlobs
from tests.integration.api.conftest import arrive
from tests.integration.api.stack import Stack, problem, suggestion, wait_until

START = datetime(2026, 3, 1, tzinfo=UTC)


PRIORITIES = [Priority.P3, Priority.P2, None, Priority.P3, Priority.P1, Priority.P3, Priority.P2]


@pytest.fixture(scope="module")
def seven(stack: Stack) -> list[str]:
    """Seven incidents a minute apart, oldest first; two pairs share a moment."""
    made = []
    for i, minute in enumerate((0, 1, 1, 2, 3, 3, 4)):
        made.append(
            suggestion(
                f"page-{i}",
                camera=f"Grote Markt/{i % 2}",
                zone="square" if i < 5 else "street",
                kind=Kind.PARKING if i < 6 else Kind.FIGHT,
                raised_at=START + timedelta(minutes=minute),
                priority=PRIORITIES[i],
                likelihood=0.5 if i == 6 else None,
                band=Band.LIKELY if i == 6 else None,
            )
        )
    stack.put(*made)
    with stack.signed_in("observer") as client:
        wait_until(lambda: client.get("/incidents/page-6").status_code == 200, "the last one is there")
    return [one.id for one in made]


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


MINE = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}


def test_newest_first(stack: Stack, seven: list[str]) -> None:
    with stack.signed_in("observer") as client:
        assert ids(client.get("/incidents", params=MINE)) == seven[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_the_most_urgent_first_then_the_newest_page_by_page(
    stack: Stack, seven: list[str], limit: int
) -> None:
    found: list[str] = []
    after: dict[str, str] = {}
    with stack.signed_in("observer") as client:
        for _ in range(10):
            page = client.get("/incidents", params={**MINE, "sort": "priority", "limit": limit, **after})
            found += ids(page)
            if page.json()["after"] is None:
                break
            after = {"after": page.json()["after"]}
    assert found == [seven[i] for i in (4, 6, 1, 5, 3, 0, 2)]


def test_priority_and_likelihood_are_told_and_unknown_is_null(stack: Stack, seven: list[str]) -> None:
    with stack.signed_in("observer") as client:
        known, unknown = (client.get(f"/incidents/{seven[i]}").json() for i in (6, 2))
    told = ("suggested_priority", "likelihood", "band", "priority")
    assert [known[name] for name in told] == ["P2", 0.5, "likely", None]
    assert [unknown[name] for name in told] == [None, None, None, None]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_join_without_gap_or_double(stack: Stack, seven: list[str], limit: int) -> None:
    found: list[str] = []
    after: dict[str, str] = {}
    with stack.signed_in("observer") as client:
        for _ in range(10):
            page = client.get("/incidents", params={**MINE, "limit": limit, **after})
            assert len(ids(page)) <= limit
            found += ids(page)
            if page.json()["after"] is None:
                break
            after = {"after": page.json()["after"]}
    assert found == seven[::-1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"camera": "Grote Markt/1"}, {1, 3, 5}),
        ({"camera": ["Grote Markt/1", "Grote Markt/0"]}, set(range(7))),
        ({"zone": "street"}, {5, 6}),
        ({"kind": "fight"}, {6}),
        ({"suggested_priority": "P2"}, {1, 6}),
        ({"suggested_priority": ["P1", "P3"], "zone": "square"}, {0, 3, 4}),
        ({"kind": ["fight", "parking"], "zone": "street", "camera": "Grote Markt/1"}, {5}),
        ({"state": "suggested"}, set(range(7))),
        ({"state": ["claimed", "rejected"]}, set()),
        ({"since": "2026-03-01T00:03:00Z"}, {4, 5, 6}),
        ({"until": "2026-03-01T01:01:00+01:00"}, {0}),
        ({"id": ["page-2", "page-6", "nobody-1"]}, {2, 6}),
        ({"id": ["page-1", "page-2"], "suggested_priority": "P2", "sort": "priority"}, {1}),
    ],
)
def test_filters(stack: Stack, seven: list[str], filters: dict[str, Any], expected: set[int]) -> None:
    with stack.signed_in("observer") as client:
        found = ids(client.get("/incidents", params={**MINE, **filters}))
    assert set(found) == {seven[i] for i in expected}


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "many"},
        {"state": "lost"},
        {"kind": "theft"},
        {"suggested_priority": "P4"},
        {"sort": "oldest"},
        {"since": "yesterday"},
        {"since": "2026-03-01T00:00:00"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"camera": "a\x00b"},
        {"camera": ["a"] * 101},
        {"after": "../x"},
        {"after": "unknown-id"},
    ],
)
def test_unusable_filters_are_told(stack: Stack, params: dict[str, Any]) -> None:
    with stack.signed_in("observer") as client:
        answer = client.get("/incidents", params=params)
    assert problem(answer) == (422, "invalid")
    assert next(iter(params)) in answer.json()["detail"]


def test_one_incident_is_told_in_full(stack: Stack) -> None:
    name = arrive(stack)
    with stack.signed_in("observer") as client:
        told = client.get(f"/incidents/{name}").json()
    history, received = told.pop("history"), datetime.fromisoformat(told.pop("received_at"))
    assert told["clocks"].pop("looked_at") is not None  # this was a look
    assert received <= datetime.now(UTC)
    assert datetime.fromisoformat(told.pop("shown_at")) == received
    due = told.pop("due")
    assert (due["step"], datetime.fromisoformat(due["at"])) == ("claim", received + timedelta(minutes=10))
    assert told == {
        "id": name,
        "state": "suggested",
        "version": 1,
        "deliveries": [],
        "undelivered": False,
        "kind": "parking",
        "camera": "plaza-1",
        "preset": "home",
        "zone": "square",
        "started_at": "2026-07-01T10:00:00Z",
        "raised_at": "2026-07-01T10:01:00Z",
        "ended_at": None,
        "at_least": True,
        "score": 0.91,
        "box": [0.1, 0.2, 0.3, 0.4],
        "people": 0,
        "facts": {"object": "car", "dwell_s": 64.0, "limit_s": 60, "sure": False},
        "suggested_priority": None,
        "likelihood": None,
        "band": None,
        "provenance": {
            "model": "nanodet-416@5d0e4f8c",
            "rule": "parking@1",
            "zones": "0badc0de",
            "priorities": None,
            "calibration": None,
        },
        "has_snapshot": False,
        "has_annotated": False,
        "has_clip": False,
        "has_closeup": False,
        "pieces": [
            {
                "index": 0,
                "camera": "plaza-1",
                "preset": "home",
                "zone": "square",
                "at": "2026-07-01T10:01:00Z",
                "box": [0.1, 0.2, 0.3, 0.4],
                "has_snapshot": False,
                "has_annotated": False,
                "has_clip": False,
                "has_closeup": False,
            }
        ],
        "claimed_by": None,
        "claim_until": None,
        "decided_by": None,
        "decided_at": None,
        "reason": None,
        "recipient": None,
        "priority": None,
        "note": "",
        "clocks": {
            "claimed_at": None,
            "escalated_at": None,
            "acknowledged_at": None,
            "on_scene_at": None,
            "closed_at": None,
        },
        "answered_by": None,
        "result": None,
        "answer": "",
        "type": None,
        "entered_by": None,
        "held": None,
        "below": None,
        "sample": False,
        "commands": ["claim"],
    }
    assert told["facts"]["sure"] is False
    (line,) = history
    assert (line["from_state"], line["to_state"], line["at"][-1]) == (None, "suggested", "Z")


def test_fault_17_an_id_that_cannot_be_is_not_found(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        for path in ("no-such", "..%2f..%2fetc%2fpasswd", "%2e%2e", "a%00b", "..%5c..%5cx", "x" * 300, "%ff"):
            for what in ("", "/snapshot", "/clip"):
                assert problem(client.get(f"/incidents/{path}{what}")) == (404, "not_found")


PICTURE, DRAWN, CLIP = b"\xff\xd8picture\xff\xd9", b"\xff\xd8drawn\xff\xd9", bytes(range(256)) * 2000
CLOSEUP = bytes(range(255, -1, -1)) * 20


@pytest.fixture(scope="module")
def with_evidence(stack: Stack) -> str:
    blobs = FolderBlobs(stack.data_dir / "blobs")
    parts = ("snapshot.jpg", "annotated.jpg", "clip.mp4", "closeup.mp4")
    names = [f"2026/07/01/shown-1/{part}" for part in parts]
    for name, data in zip(names, (PICTURE, DRAWN, CLIP, CLOSEUP), strict=True):
        blobs.put(name, data)
    kept = Evidence(*names)
    return arrive(stack, evidence=kept)


def test_pictures(stack: Stack, with_evidence: str) -> None:
    with stack.signed_in("observer") as client:
        told = client.get(f"/incidents/{with_evidence}").json()
        assert (told["has_snapshot"], told["has_annotated"], told["has_clip"]) == (True, True, True)
        for query, expected in (("", PICTURE), ("?annotated=false", PICTURE), ("?annotated=true", DRAWN)):
            answer = client.get(f"/incidents/{with_evidence}/snapshot{query}")
            assert (answer.status_code, answer.content) == (200, expected)
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers["Cache-Control"].startswith("private")


def test_the_clip_comes_whole_or_in_parts(stack: Stack, with_evidence: str) -> None:
    with stack.signed_in("observer") as client:
        address = f"/incidents/{with_evidence}/clip"
        whole = client.get(address)
        assert (whole.status_code, whole.content) == (200, CLIP)
        assert (whole.headers["Content-Type"], whole.headers["Accept-Ranges"]) == ("video/mp4", "bytes")
        part = client.get(address, headers={"Range": "bytes=500-1499"})
        assert (part.status_code, part.content) == (206, CLIP[500:1500])
        assert part.headers["Content-Range"] == f"bytes 500-1499/{len(CLIP)}"
        assert part.headers["Cache-Control"].startswith("private")
        behind = client.get(address, headers={"Range": f"bytes={len(CLIP)}-"})
        assert problem(behind) == (416, "range_not_satisfiable")
        assert behind.headers["Content-Range"] == f"bytes */{len(CLIP)}"


def test_the_people_close_up_come_as_the_clip_does(stack: Stack, with_evidence: str) -> None:
    with stack.signed_in("observer") as client:
        assert client.get(f"/incidents/{with_evidence}").json()["has_closeup"]
        whole = client.get(f"/incidents/{with_evidence}/closeup")
        assert (whole.status_code, whole.content) == (200, CLOSEUP)
        assert whole.headers["Content-Type"] == "video/mp4"
        part = client.get(f"/incidents/{with_evidence}/closeup", headers={"Range": "bytes=5-9"})
        assert (part.status_code, part.content) == (206, CLOSEUP[5:10])
        none = client.get(f"/incidents/{with_evidence}/pieces/1/closeup")
        assert problem(none)[0] == 404


def test_each_piece_of_evidence_has_its_own_pictures_and_clip(stack: Stack, with_evidence: str) -> None:
    folder = f"2026/07/01/{with_evidence}"
    blobs = FolderBlobs(stack.data_dir / "blobs")
    parts = ("snapshot-b.jpg", "annotated-b.jpg", "clip-b.mp4", "closeup-b.mp4")
    names = [f"{folder}/{what}" for what in parts]
    for name in names:
        blobs.put(name, name.encode())
    at = datetime(2026, 7, 1, 10, 1, 9, tzinfo=UTC)
    piece = Piece("b", "plaza-2", None, "corner", at, (0.5, 0.5, 0.75, 0.75), Evidence(*names))
    stack.put(suggestion(with_evidence, revision=2, more=(piece,)))
    with stack.signed_in("observer") as client:
        address = f"/incidents/{with_evidence}"
        told = wait_until(lambda: client.get(address).json()["pieces"][1:], "the piece is there")
        assert told == [
            {
                "index": 1,
                "camera": "plaza-2",
                "preset": None,
                "zone": "corner",
                "at": "2026-07-01T10:01:09Z",
                "box": [0.5, 0.5, 0.75, 0.75],
                "has_snapshot": True,
                "has_annotated": True,
                "has_clip": True,
                "has_closeup": True,
            }
        ]
        for path, expected in (
            ("pieces/0/snapshot", PICTURE),
            ("pieces/0/clip", CLIP),
            ("snapshot", PICTURE),
            ("pieces/1/snapshot", names[0].encode()),
            ("pieces/1/snapshot?annotated=true", names[1].encode()),
            ("pieces/1/clip", names[2].encode()),
            ("pieces/1/closeup", names[3].encode()),
        ):
            answer = client.get(f"{address}/{path}")
            assert (answer.status_code, answer.content) == (200, expected), path
        for index in ("2", "9", "-1", "x"):
            assert problem(client.get(f"{address}/pieces/{index}/clip")) == (404, "not_found")


def test_pictures_that_are_not_there_are_not_found(stack: Stack) -> None:
    none_yet = arrive(stack)
    lost = arrive(stack, evidence=Evidence(clip="2026/07/01/lost-1/clip.mp4"))
    with stack.signed_in("observer") as client:
        assert problem(client.get(f"/incidents/{none_yet}/snapshot")) == (404, "not_found")
        assert problem(client.get(f"/incidents/{none_yet}/clip")) == (404, "not_found")
        assert problem(client.get(f"/incidents/{lost}/clip")) == (404, "not_found")


def test_fault_17_a_link_out_of_the_blobs_is_not_followed(stack: Stack) -> None:
    folder = stack.data_dir / "blobs" / "2026" / "07" / "01" / "link-1"
    folder.mkdir(parents=True, exist_ok=True)
    (stack.data_dir / "outside.mp4").write_bytes(b"outside")
    (folder / "clip.mp4").unlink(missing_ok=True)
    (folder / "clip.mp4").symlink_to(stack.data_dir / "outside.mp4")
    name = arrive(stack, evidence=Evidence(clip="2026/07/01/link-1/clip.mp4"))
    with stack.signed_in("observer") as client:
        assert problem(client.get(f"/incidents/{name}/clip")) == (404, "not_found")


def test_the_catalogue_holds_all_words(stack: Stack) -> None:
    with stack.signed_in("observer") as client:
        words = client.get("/catalogue").json()
    assert words["states"] == [
        "suggested", "claimed", "confirmed", "rejected", "escalated",
        "acknowledged", "on_scene", "resolved", "no_capacity", "expired",
    ]  # fmt: skip
    assert "dispersed" in words["results"]
    assert words["priorities"] == ["P1", "P2", "P3"]
    assert "exempt" in words["reject_reasons"]
    assert "police" in words["recipients"]
    assert words["kinds"] == ["parking", "loitering", "fight", "other"]
