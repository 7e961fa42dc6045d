"""A message on a topic of an MQTT broker (MQTT 3.1.1, quality of service 1: at least once)."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from pydantic import SecretStr

from almere_vision.delivery.outgoing import DEADLINE_S
from almere_vision.domain.delivery import Delivery, MqttTarget
from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused

_AT_LEAST_ONCE = 1


class MqttSender:
    """Publishes, and returns once the broker acknowledged. The payload holds the id that tells repetitions.

    Args:
        target: broker and topic.
        password: of the user, where the broker wants one.
        render: makes the payload.
        tls: which certificates are trusted; those of the system when left out.
        deadline_s: how long one call may take.
    """

    def __init__(
        self,
        target: MqttTarget,
        password: SecretStr | None,
        render: Callable[[Delivery], bytes],
        tls: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._target, self._password, self._render = target, password, render
        self._tls, self._deadline_s = tls, deadline_s

    def send(self, delivery: Delivery) -> None:
        payload = self._render(delivery)
        deadline = time.monotonic() + self._deadline_s
        answered, refusal = threading.Event(), list[str]()

        def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
            if reason.is_failure:
                refusal.append(str(reason))
            answered.set()

        client = self._client()
        client.on_connect = on_connect
        try:
            client.connect(self._target.host, self._target.port, keepalive=30)
            client.loop_start()
            if not answered.wait(max(0.0, deadline - time.monotonic())):
                raise DeliveryFailed("the broker did not answer")
            if refusal:
                raise DeliveryRefused(f"the broker refused: {refusal[0]}")
            sent = client.publish(self._target.topic, payload, qos=_AT_LEAST_ONCE)
            if sent.rc is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise DeliveryFailed("the connection with the broker broke off")
            sent.wait_for_publish(max(0.0, deadline - time.monotonic()))
            if not sent.is_published():
                raise DeliveryFailed(f"no acknowledgement of the broker within {self._deadline_s:g} s")
        except (OSError, ssl.SSLError, RuntimeError, ValueError) as error:
            raise DeliveryFailed(f"no talk with the broker ({type(error).__name__})") from None
        finally:
            client.disconnect()
            client.loop_stop()

    def _client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        client.connect_timeout = min(3.0, self._deadline_s)
        if self._target.user is not None:
            password = None if self._password is None else self._password.get_secret_value()
            client.username_pw_set(self._target.user, password)
        if self._target.tls:
            client.tls_set_context(ssl.create_default_context() if self._tls is None else self._tls)
        return client
