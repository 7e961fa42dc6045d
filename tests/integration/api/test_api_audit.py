"""What the API writes into the audit log, and who may read it."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from almere_vision.domain.audit import Action, Subject
from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import Evidence
from almere_vision.scene import load_site
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.verify import verify
from tests.integration.api.conftest import MakeStack, arrive, on_sqlite
from tests.integration.api.listener import Listener
from tests.integration.api.stack import PASSWORD, Stack, problem, suggestion, wait_until

CLIP = bytes(range(256)) * 40


@pytest.fixture(scope="session")
def auditors(stack: Stack) -> Stack:
    for name, role in (
        ("auditor", Role.AUDITOR),
        ("admin", Role.ADMINISTRATOR),
        ("detective", Role.INVESTIGATOR),
    ):
        stack.add_person(name, role)
    return stack


@pytest.fixture
def seen(auditors: Stack) -> str:
    """An incident with a snapshot and a clip."""
    name = arrive(
        auditors, evidence=Evidence(snapshot="2026/07/01/audit-1/s.jpg", clip="2026/07/01/audit-1/c.mp4")
    )
    folder = auditors.data_dir / "blobs/2026/07/01/audit-1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "s.jpg").write_bytes(b"picture")
    (folder / "c.mp4").write_bytes(CLIP)
    return name


def lines(stack: Stack, incident: str, action: str) -> list[dict[str, Any]]:
    with stack.signed_in("auditor") as client:
        query = {"kind": "incident", "subject": incident, "action": action}
        told = client.get("/audit", params=query)
    assert told.status_code == 200, told.text
    items: list[dict[str, Any]] = told.json()["items"]
    return items[::-1]


def test_every_look_at_a_picture_has_its_line(auditors: Stack, seen: str) -> None:
    with auditors.signed_in("observer") as client:
        for _ in range(2):
            assert client.get(f"/incidents/{seen}/snapshot").status_code == 200
        assert client.get(f"/incidents/{seen}/pieces/0/clip").status_code == 200
    told = [(line["actor"], line["role"], line["details"]["what"]) for line in lines(auditors, seen, "view")]
    assert told == [("observer", "observer", what) for what in ("snapshot", "snapshot", "clip")]


def test_the_parts_of_one_playback_are_one_look(auditors: Stack, seen: str) -> None:
    for name in ("observer", "colleague"):
        with auditors.signed_in(name) as client:
            for part in ("bytes=0-", "bytes=100-199", "bytes=200-"):
                answer = client.get(f"/incidents/{seen}/clip", headers={"Range": part})
                assert answer.status_code == 206
    assert [line["actor"] for line in lines(auditors, seen, "view")] == ["observer", "colleague"]


def test_an_investigator_says_what_for(auditors: Stack, seen: str) -> None:
    with auditors.signed_in("observer") as client:
        for version, command in ((1, "claim"), (2, "confirm")):
            assert client.post(f"/incidents/{seen}/{command}", json={"version": version}).status_code == 200
    address = f"/incidents/{seen}/snapshot"
    with auditors.signed_in("detective") as client:
        for told in ({}, {"X-Purpose": "short"}, {"X-Purpose": "x" * 201}):
            assert problem(client.get(address, headers=told)) == (403, "purpose_needed")
        assert lines(auditors, seen, "view") == []
        assert client.get(address, headers={"X-Purpose": "onderzoek 2026-17"}).content == b"picture"
        assert client.get(address, params={"purpose": "onderzoek 2026-18 é"}).content == b"picture"
    purposes = [line["purpose"] for line in lines(auditors, seen, "view")]
    assert purposes == ["onderzoek 2026-17", "onderzoek 2026-18 é"]
    assert [line["details"]["code"] for line in lines(auditors, seen, "refused")] == ["purpose_needed"] * 3


def test_fault_13_the_claim_that_came_second_is_audited(auditors: Stack, seen: str) -> None:
    start, answers = threading.Barrier(2), {}

    def claim(who: str) -> None:
        with auditors.signed_in(who) as client:
            start.wait()
            answers[who] = client.post(f"/incidents/{seen}/claim", json={"version": 1}).status_code

    threads = [threading.Thread(target=claim, args=(who,)) for who in ("observer", "colleague")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (loser,) = [who for who, status in answers.items() if status == 409]
    (refused,) = lines(auditors, seen, "refused")
    assert (refused["actor"], refused["details"]["code"]) == (loser, "version_conflict")
    assert refused["details"]["operation"] == "claimIncident"
    assert len(lines(auditors, seen, "claim")) == 1


def test_refused_commands_and_foreign_incidents_are_audited(auditors: Stack, seen: str) -> None:
    with auditors.signed_in("observer") as client:
        assert (
            problem(client.post(f"/incidents/{seen}/confirm", json={"version": 1}))[1] == "transition_refused"
        )
        assert problem(client.post(f"/incidents/{seen}/resolve", json={"version": 1}))[1] == "not_allowed"
    with auditors.signed_in("room") as client:
        assert problem(client.get(f"/incidents/{seen}")) == (404, "not_found")
    told = [(line["actor"], line["details"]["code"]) for line in lines(auditors, seen, "refused")]
    assert told == [("observer", "transition_refused"), ("observer", "not_allowed"), ("room", "not_found")]


@pytest.mark.parametrize(
    "path", ["..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/x", "a%00b/snapshot", "..;/snapshot"]
)
def test_fault_17_a_path_that_leads_out_is_refused_and_audited(auditors: Stack, path: str) -> None:
    audit = Audit(auditors.engine)
    before = audit.head()
    with auditors.signed_in("observer") as client:
        answer = client.get(
            httpx.URL(str(client.base_url)).copy_with(raw_path=f"/api/v1/incidents/{path}".encode())
        )
        assert problem(answer)[0] in (403, 404)
    newest = audit.page(AuditQuery(limit=1)).lines[0]
    assert newest.id > (before.id if before else 0)
    assert (newest.entry.action, newest.entry.actor) == (Action.REFUSED, "observer")
    assert "passwd" not in repr(newest)


def test_fault_17_a_link_out_of_the_folder_is_refused_and_audited(auditors: Stack) -> None:
    (auditors.data_dir / "secret.mp4").write_bytes(b"secret")
    folder = auditors.data_dir / "blobs/2026/07/01/linked-audit"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "c.mp4").is_symlink():
        (folder / "c.mp4").symlink_to(auditors.data_dir / "secret.mp4")
    name = arrive(auditors, evidence=Evidence(clip="2026/07/01/linked-audit/c.mp4"))
    with auditors.signed_in("observer") as client:
        assert problem(client.get(f"/incidents/{name}/clip")) == (404, "not_found")
    assert [line["details"]["operation"] for line in lines(auditors, name, "refused")] == ["getClip"]
    assert lines(auditors, name, "view") == []


def test_signing_in_and_out_is_audited_without_what_was_typed(auditors: Stack) -> None:
    typed = "Per ongeluk mijn wachtwoord"
    with auditors.browser() as client:
        wrong = client.post("/session", json={"username": typed, "password": "x" * 12})
        assert problem(wrong) == (401, "bad_credentials")
        told = client.post("/session", json={"username": "observer", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = told.json()["csrf_token"]
        assert client.delete("/session").status_code == 204
    newest = Audit(auditors.engine).page(AuditQuery(limit=3)).lines[::-1]
    assert [line.entry.action for line in newest] == [Action.SIGN_IN_FAILED, Action.SIGN_IN, Action.SIGN_OUT]
    assert [line.entry.actor for line in newest] == ["", "observer", "observer"]
    assert typed.casefold() not in repr(newest).casefold()


def test_the_first_look_of_a_watcher_is_kept_and_heard(auditors: Stack, seen: str) -> None:
    # `arrive` asks as an observer, and that is the first look
    with auditors.signed_in("observer") as client:
        first = client.get(f"/incidents/{seen}").json()["clocks"]["looked_at"]
        assert first is not None
    with auditors.signed_in("colleague") as client:
        told = client.get(f"/incidents/{seen}").json()
    assert (told["clocks"]["looked_at"], told["version"]) == (first, 1)


@on_sqlite
def test_consoles_hear_of_the_first_look(auditors: Stack) -> None:
    with auditors.signed_in("observer") as one, Listener(one) as listener:
        auditors.put(suggestion("looked-at-1"))
        listener.wait_for("incident", id="looked-at-1")
        count = len(listener.events)
        with auditors.signed_in("colleague") as client:
            assert client.get("/incidents/looked-at-1").status_code == 200
        wait_until(lambda: len(listener.events) > count, "the first look is heard")
        assert listener.events[count][1]["id"] == "looked-at-1"


@pytest.mark.parametrize("name", ["observer", "supervisor", "room", "wardens", "detective"])
def test_only_auditors_and_administrators_read_the_log(auditors: Stack, name: str) -> None:
    with auditors.signed_in(name) as client:
        assert problem(client.get("/audit")) == (403, "not_allowed")


def test_the_log_is_read_in_pages(auditors: Stack, seen: str) -> None:
    with auditors.signed_in("observer") as client:
        for _ in range(5):
            client.get(f"/incidents/{seen}/snapshot")
    with auditors.signed_in("admin") as client:
        query: dict[str, Any] = {"subject": seen, "action": "view", "limit": 2}
        ids: list[int] = []
        while True:
            page = client.get("/audit", params=query).json()
            ids += [item["id"] for item in page["items"]]
            if page["before"] is None:
                break
            query["before"] = page["before"]
        assert len(ids) == 5
        assert ids == sorted(ids, reverse=True)
        for bad in ({"before": "0"}, {"since": "now"}, {"kind": "x"}, {"limit": "501"}):
            assert problem(client.get("/audit", params=bad)) == (422, "invalid")


def test_the_head_is_pinned_while_it_runs_and_when_it_stops(make_stack: MakeStack) -> None:
    stack = make_stack("sqlite", ALMERE_AUDIT_PIN_S="0.1")
    pins = stack.data_dir / "audit" / "heads.jsonl"
    audit = Audit(stack.engine)

    def pinned() -> int:
        return json.loads(pins.read_text().splitlines()[-1])["id"] if pins.exists() else 0

    name = arrive(stack)
    with stack.signed_in("observer") as client:
        head = audit.head()
        assert head is not None  # the accounts are its first lines
        before = head.id
        client.post(f"/incidents/{name}/claim", json={"version": 1})
        wait_until(lambda: pinned() == before + 1, "the head is pinned")
        client.post(f"/incidents/{name}/release", json={"version": 2})
    stack.api.stop()
    assert pinned() == before + 2
    assert verify(audit, [pins.parent]).findings == []


def test_files_of_the_site_are_written_down_when_they_change(make_stack: MakeStack, root: Path) -> None:
    stack = make_stack("sqlite")
    site = stack.data_dir / "zones"
    shutil.copytree(root / "zones" / "almere", site)
    stack.api.environment["ALMERE_SITE"] = str(next(site.glob("site.yaml")))
    query = AuditQuery(kind=Subject.ZONE_FILE)
    counts = []
    for change in ("", "", "\n# moved a corner\n"):
        if change:
            zones = load_site(site / "site.yaml").cameras[0].zones
            zones.write_text(zones.read_text() + change)
        stack.api.stop()
        stack.api.start()
        counts.append(len(list(Audit(stack.engine).lines(query))))
    assert counts[0] > 0
    assert counts == [counts[0], counts[0], counts[0] + 1]


@on_sqlite
def test_an_export_holds_what_was_asked_for_and_is_audited(auditors: Stack, seen: str) -> None:
    with auditors.signed_in("observer") as client:
        assert client.get(f"/incidents/{seen}/snapshot").status_code == 200
        assert problem(client.get("/audit/export")) == (403, "not_allowed")
    with auditors.signed_in("auditor") as client:
        answer = client.get("/audit/export", params={"subject": seen, "action": "view"})
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        assert "attachment" in answer.headers["content-disposition"]
        (line,) = [json.loads(text) for text in answer.text.splitlines()]
        assert (line["actor"], line["details"]) == ("observer", {"what": "snapshot", "piece": 0})
        assert {"hash", "previous", "form"} <= set(line)
        (told, *_) = client.get("/audit", params={"kind": "export"}).json()["items"]
    assert (told["actor"], told["action"], told["subject"]) == ("auditor", "export", "../..")
    assert told["details"] == {"format": "lines", "narrowed": True}
