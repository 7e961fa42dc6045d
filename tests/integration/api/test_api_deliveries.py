"""Recipients outside, through the whole installation: decision, channel, and what the console shows."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pypdfium2
import pytest
import standardwebhooks
import yaml

from almere_vision.domain.incident import Role
from almere_vision.domain.suggestion import Evidence
from almere_vision.storage.blobs import FolderBlobs
from tests.integration.api.conftest import arrive, prepare
from tests.integration.api.listener import Listener
from tests.integration.api.stack import Api, Stack, problem, wait_until
from tests.integration.delivery.targets import Hook

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ZONE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
SNAPSHOT = "2026/07/01/plaza/snapshot.jpg"


class Installation:
    """The stack with one signed webhook for enforcement, whose server may be away."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        channel = {
            "name": "desk",
            "kind": "webhook",
            "recipients": ["enforcement"],
            "url": f"http://127.0.0.1:{self.port}/hook",
            "secret_env": "DESK_KEY",
        }
        zones = [{"id": "square", "polygon": ZONE, "rules": {"parking": {"limit_s": 60}}}]
        camera = {"id": "plaza-1", "name": "Plein", "source": "rtsp://x/", "zones": "plaza.yaml"}
        files: dict[str, Any] = {
            "plaza.yaml": {"camera": "plaza-1", "presets": [{"id": "home", "zones": zones}]},
            "channels.yaml": {"channels": [channel]},
            "site.yaml": {"site": "t", "name": "T", "channels": "channels.yaml", "cameras": [camera]},
        }
        for name, value in files.items():
            (folder / name).write_text(yaml.safe_dump(value))
        self.stack = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
        self.stack.api = Api(
            folder,
            {
                "ALMERE_DATA_DIR": str(folder),
                "ALMERE_DATABASE_URL": self.stack.database_url,
                "ALMERE_API_PORT": "0",
                "ALMERE_SITE": str(folder / "site.yaml"),
                "ALMERE_OUTGOING_NETWORKS": "127.0.0.0/8",
                "DESK_KEY": SECRET,
            },
        )
        FolderBlobs(folder / "blobs").put(SNAPSHOT, _jpeg())
        prepare(self.stack)
        self.stack.add_person("warden", Role.ENFORCEMENT)
        self.stack.add_person("auditor", Role.AUDITOR)

    def escalate(self, client: httpx.Client, **changes: Any) -> str:
        name = arrive(self.stack, **changes)
        for version, (command, more) in enumerate(
            (
                ("claim", {}),
                ("escalate", {"recipient": "enforcement", "priority": "P3", "note": "Bus <b>"}),
            ),
            start=1,
        ):
            answer = client.post(f"/incidents/{name}/{command}", json={"version": version, **more})
            assert answer.status_code == 200, answer.text
            assert answer.json()["undelivered"] is False
        return name


def _jpeg() -> bytes:
    picture = np.full((360, 640, 3), (0, 0, 255), np.uint8)
    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("deliver"))
    yield made
    made.stack.close()


def first(client: httpx.Client, name: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/incidents/{name}").json()["deliveries"][0]
    return found


def test_fault_14_a_target_that_is_down_shows_within_10_s_and_gets_it_once_when_it_is_up(
    installation: Installation,
) -> None:
    stack = installation.stack
    with (
        stack.signed_in("observer") as client,
        stack.signed_in("colleague") as other,
        Listener(other) as listener,
    ):
        name = installation.escalate(client)
        began = time.monotonic()
        wait_until(lambda: client.get(f"/incidents/{name}").json()["undelivered"], "it shows", 10)
        assert time.monotonic() - began < 10
        shown = first(client, name)
        assert (shown["channel"], shown["kind"], shown["state"]) == ("desk", "webhook", "failed")
        assert (shown["last_error"], shown["delivered_at"]) == ("no connection: refused", None)
        listed = client.get("/incidents").json()["items"]
        assert {one["id"]: one["undelivered"] for one in listed}[name] is True
        told_of = {"id": name, "version": 3}
        wait_until(lambda: listener.heard("incident", **told_of) >= 2, "consoles hear of both")

        hook = Hook(installation.port)
        try:
            wait_until(lambda: first(client, name)["state"] == "delivered", "it is delivered", 30)
            told = client.get(f"/incidents/{name}").json()
        finally:
            hook.close()
    assert told["undelivered"] is False
    assert told["deliveries"][0]["delivered_at"] is not None
    assert hook.ids == [told["deliveries"][0]["id"]]
    headers, body = hook.requests[0]
    message = standardwebhooks.Webhook(SECRET).verify(body, headers)
    assert message["type"] == "incident.escalated"
    assert (message["data"]["incident"], message["data"]["note"]) == (name, "Bus <b>")
    assert (message["data"]["recipient"], message["data"]["decided_by_role"]) == ("enforcement", "observer")


def test_an_escalation_that_is_undone_is_withdrawn_after_it(installation: Installation) -> None:
    hook = Hook(installation.port)
    try:
        with installation.stack.signed_in("observer") as client:
            name = installation.escalate(client)
            assert client.post(f"/incidents/{name}/undo", json={"version": 3}).status_code == 200
            wait_until(lambda: len(hook.requests) == 2, "both messages arrive")
            wait_until(
                lambda: (
                    {one["state"] for one in client.get(f"/incidents/{name}").json()["deliveries"]}
                    == {"delivered"}
                ),
                "both are marked",
            )
    finally:
        hook.close()
    alert, cancel = (json.loads(body) for _, body in hook.requests)
    assert [alert["type"], cancel["type"]] == ["incident.escalated", "incident.withdrawn"]
    assert cancel["replaces"] == [alert["id"]]


def test_what_was_refused_is_sent_again_by_a_supervisor_under_the_same_key(
    installation: Installation,
) -> None:
    stack, hook = installation.stack, Hook(installation.port)
    hook.answer = lambda: 401
    try:
        with stack.signed_in("observer") as client, stack.signed_in("supervisor") as supervisor:
            name = installation.escalate(client)
            wait_until(lambda: first(client, name)["state"] == "dead", "it is given up")
            dead = first(client, name)
            assert dead["last_error"] == "answered 401: refused"
            assert dead["next_at"] is None
            again = f"/deliveries/{dead['id']}/retry"
            assert problem(client.post(again)) == (403, "not_allowed")
            assert problem(supervisor.post("/deliveries/msg_0/retry")) == (404, "not_found")
            hook.answer = lambda: 204
            answer = supervisor.post(again)
            assert (answer.status_code, answer.json()["id"]) == (200, dead["id"])
            wait_until(lambda: first(client, name)["state"] == "delivered", "it is delivered")
            assert problem(supervisor.post(again)) == (409, "transition_refused")
    finally:
        hook.close()
    assert hook.ids == [dead["id"]] * 2


def test_fault_21_the_key_is_nowhere(installation: Installation) -> None:
    stack = installation.stack
    key = SECRET.removeprefix("whsec_").encode()
    command_line = Path(f"/proc/{stack.api.pid}/cmdline").read_bytes()
    places = [stack.api.log().encode(), command_line]
    places += [path.read_bytes() for path in stack.data_dir.glob("almere.db*")]
    places += [path.read_bytes() for path in stack.data_dir.glob("*.yaml")]
    assert len(places) >= 6
    assert not any(key in place for place in places)


@pytest.mark.parametrize(("language", "words"), [("nl", "Voertuig staat stil"), ("en", "Vehicle standing")])
def test_the_print_of_an_incident(installation: Installation, language: str, words: str) -> None:
    stack = installation.stack
    with stack.signed_in("observer") as client, stack.signed_in("warden") as warden:
        name = installation.escalate(client, evidence=Evidence(snapshot=SNAPSHOT))
        path = f"/incidents/{name}/print"
        for person in (client, warden):
            answer = person.get(path, params={"language": language})
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
            assert answer.headers["cache-control"] == "no-store"
        assert problem(client.get(path, params={"language": "xx"}))[0] == 422
        assert problem(client.get("/incidents/none/print")) == (404, "not_found")
        with stack.signed_in("auditor") as auditor:
            assert problem(auditor.get(path)) == (403, "not_allowed")
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    try:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
        shown = np.array(document[0].render().to_pil().convert("RGB"))
    finally:
        document.close()
    for fact in (words, "Plein, zone square", "2026-07-01 12:01:00", "P3", "Bus <b>"):
        assert fact in text
    assert "observant" in text if language == "nl" else "observer" in text
    assert ((shown[..., 0] > 200) & (shown[..., 1] < 60)).mean() > 0.2
