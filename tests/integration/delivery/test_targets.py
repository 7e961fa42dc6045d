"""Each kind of channel against a real server of its kind."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from almere_vision.delivery.mail import MailSender, as_mail
from almere_vision.delivery.mqtt import MqttSender
from almere_vision.delivery.names import Names
from almere_vision.delivery.outgoing import Poster
from almere_vision.delivery.sheet import draw_sheet
from almere_vision.delivery.webhook import HttpSender
from almere_vision.domain.delivery import (
    Channel,
    ChannelKind,
    Delivery,
    HttpTarget,
    MailSecurity,
    MailTarget,
    MqttTarget,
)
from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused
from tests.integration.delivery.conftest import until
from tests.integration.delivery.targets import Hook, Mqtt, Post, free_port

HOME = ip_network("127.0.0.0/8")
PASSWORD = "open sesame to the desk"
MakeDelivery = Callable[..., Delivery]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def http_sender(url: str, poster: Poster) -> HttpSender:
    target = HttpTarget(url, None)
    return HttpSender(target, None, poster, lambda one: b"{}", "application/json", lambda: datetime.now(UTC))


def test_https_is_checked_against_the_name(
    delivery: MakeDelivery, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    hook = Hook(tls=server_tls)
    try:
        given = delivery()
        poster = Poster([HOME], lambda host, port: ["127.0.0.1"], client_tls)

        http_sender(f"https://desk.example:{hook.port}/hook", poster).send(given)

        assert hook.ids == [given.id]
        assert hook.requests[0][0]["host"] == f"desk.example:{hook.port}"
        with pytest.raises(DeliveryFailed, match="certificate"):
            http_sender(f"https://other.example:{hook.port}/hook", poster).send(given)
        strict = Poster([HOME], lambda host, port: ["127.0.0.1"])
        with pytest.raises(DeliveryFailed, match="certificate"):
            http_sender(f"https://desk.example:{hook.port}/hook", strict).send(given)
        assert len(hook.requests) == 1
    finally:
        hook.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, DeliveryFailed),
        (503, DeliveryFailed),
        (429, DeliveryFailed),
        (400, DeliveryRefused),
        (401, DeliveryRefused),
        (410, DeliveryRefused),
        (307, DeliveryRefused),
    ],
)
def test_what_an_answer_means(
    delivery: MakeDelivery, hook: Hook, status: int, kind: type[DeliveryFailed]
) -> None:
    hook.answer = lambda: status

    with pytest.raises(DeliveryFailed, match=str(status)) as caught:
        http_sender(f"http://127.0.0.1:{hook.port}/", Poster([HOME])).send(delivery())

    assert type(caught.value) is kind


def test_fault_14_a_target_that_drips_is_left_at_the_deadline(delivery: MakeDelivery) -> None:
    """Each single wait is short; it is the whole that has a limit."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip() -> None:
            talk, _ = door.accept()
            with talk:
                talk.recv(65536)
                try:
                    talk.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not done.wait(0.05):
                        talk.sendall(b"X-Slow: 1\r\n")
                except OSError:
                    pass

        dripping = threading.Thread(target=drip)
        dripping.start()
        began = time.monotonic()
        poster = Poster([HOME], deadline_s=1.0)
        with pytest.raises(DeliveryFailed, match=r"within 1 s|broke off"):
            http_sender(f"http://127.0.0.1:{door.getsockname()[1]}/", poster).send(delivery())
        took_s = time.monotonic() - began
        done.set()
        dripping.join()
    assert took_s < 3


def test_an_answer_without_end_is_not_read_to_the_end(delivery: MakeDelivery) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        sent = [0]

        def flood() -> None:
            talk, _ = door.accept()
            with talk:
                talk.recv(65536)
                try:
                    talk.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    while True:
                        sent[0] += talk.send(b"x" * 65536)
                except OSError:
                    pass

        flooding = threading.Thread(target=flood)
        flooding.start()
        http_sender(f"http://127.0.0.1:{door.getsockname()[1]}/", Poster([HOME])).send(delivery())
        flooding.join(10)
        assert not flooding.is_alive()
    assert sent[0] < 50_000_000


@pytest.fixture
def post(server_tls: ssl.SSLContext) -> Iterator[Post]:
    made = Post(server_tls, PASSWORD)
    yield made
    made.close()


def mail_sender(post_port: int, password: str, tls: ssl.SSLContext | None) -> MailSender:
    to = ("balie@desk.example", "chef@desk.example")
    target = MailTarget(
        "localhost", post_port, MailSecurity.STARTTLS, "a@almere.example", to, "almere", "SECRET"
    )
    channel = Channel("mail", ChannelKind.EMAIL, frozenset(), target)

    def render(one: Delivery) -> email.message.EmailMessage:
        return as_mail(one, channel, target, Names(), draw_sheet(one.message, None, "nl", Names()))

    return MailSender(target, SecretStr(password), render, tls, deadline_s=5)


def test_mail_arrives_with_the_print(delivery: MakeDelivery, post: Post, client_tls: ssl.SSLContext) -> None:
    given = delivery()

    sender = mail_sender(post.port, PASSWORD, client_tls)
    sender.send(given)
    sender.send(given)  # as after a crash before it was marked

    first, second = (email.message_from_bytes(raw, policy=email.policy.default) for raw in post.mails)
    assert first["Message-ID"] == second["Message-ID"] == f"<{given.id}@almere.example>"
    assert first["To"] == "balie@desk.example, chef@desk.example"
    (attached,) = first.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content().startswith(b"%PDF-")
    assert "2026-07-01 12:01:00" in first.get_body().get_content()


def test_fault_21_mail_without_trust_or_with_a_wrong_password_does_not_go(
    delivery: MakeDelivery, post: Post, client_tls: ssl.SSLContext
) -> None:
    given = delivery()
    with pytest.raises(DeliveryFailed) as untrusted:
        mail_sender(post.port, PASSWORD, None).send(given)
    with pytest.raises(DeliveryRefused, match="535") as wrong:
        mail_sender(post.port, "not the password", client_tls).send(given)
    for caught in (untrusted, wrong):
        assert "password" not in str(caught.value)
        assert PASSWORD not in str(caught.value)
    assert post.mails == []


@pytest.mark.parametrize(("answer", "kind"), [("451 later", DeliveryFailed), ("554 never", DeliveryRefused)])
def test_what_a_mail_server_answers(
    delivery: MakeDelivery,
    post: Post,
    client_tls: ssl.SSLContext,
    answer: str,
    kind: type[DeliveryFailed],
) -> None:
    post.answer = answer
    with pytest.raises(DeliveryFailed, match=answer[:3]) as caught:
        mail_sender(post.port, PASSWORD, client_tls).send(delivery())
    assert type(caught.value) is kind


def test_mqtt_arrives_and_is_acknowledged(delivery: MakeDelivery) -> None:
    target = MqttTarget("127.0.0.1", free_port(), False, "almere/incidents", None, None)
    sender = MqttSender(target, None, lambda one: json.dumps({"id": one.id}).encode(), deadline_s=5)
    given = delivery()
    with pytest.raises(DeliveryFailed, match="ConnectionRefusedError"):
        sender.send(given)
    broker = Mqtt(target.port)
    heard: list[bytes] = []
    subscribed = threading.Event()
    try:
        reader = Client(CallbackAPIVersion.VERSION2)

        def keep(_client: Client, _data: object, message: MQTTMessage) -> None:
            heard.append(message.payload)

        reader.on_message = keep
        reader.on_subscribe = lambda *_: subscribed.set()
        reader.connect("127.0.0.1", target.port)
        reader.subscribe("almere/#", qos=1)
        reader.loop_start()
        assert subscribed.wait(10)

        sender.send(given)

        until(lambda: heard, "the message is heard")
        reader.disconnect()
        reader.loop_stop()
    finally:
        broker.close()
    assert [json.loads(payload) for payload in heard] == [{"id": given.id}]


def test_a_broker_that_says_nothing_is_left_at_the_deadline(delivery: MakeDelivery) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        target = MqttTarget("127.0.0.1", door.getsockname()[1], False, "almere", None, None)
        began = time.monotonic()
        with pytest.raises(DeliveryFailed, match="did not answer"):
            MqttSender(target, None, lambda one: b"x", deadline_s=1).send(delivery())
    assert time.monotonic() - began < 4
