"""A message as JSON, and the signature over it, by the Standard Webhooks specification 1.0.0.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import SecretStr

from almere_vision.delivery.names import Names
from almere_vision.delivery.outgoing import Poster
from almere_vision.delivery.words import headline, reason
from almere_vision.domain.delivery import Channel, Delivery, HttpTarget
from almere_vision.domain.errors import SettingsError

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 (it says which kind of secret follows)
TOLERANCE_S: Final = 300
"""What receivers should allow between `webhook-timestamp` and their own clock, in seconds."""


def signing_key(secret: SecretStr, variable: str) -> bytes:
    """The key in `whsec_<base64 of 24 to 64 bytes>`. Raises `SettingsError`, which names the variable."""
    text = secret.get_secret_value()
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if not text.startswith(SECRET_PREFIX) or not 24 <= len(key) <= 64:
        raise SettingsError(f"{variable}: write whsec_ and 24 to 64 random bytes in base64")
    return key


def signed_headers(key: bytes, delivery_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """HMAC-SHA256 over `id.timestamp.body`; the timestamp is that of this attempt."""
    timestamp = str(int(at.timestamp()))
    content = b".".join((delivery_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {"webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def as_json(delivery: Delivery, channel: Channel, names: Names) -> bytes:
    """The message for machines: the same bytes in every attempt."""
    message, language = delivery.message, channel.language
    here = names.positions.get(message.camera)
    data: dict[str, Any] = {
        "incident": message.incident,
        "version": message.version,
        "kind": message.kind,
        "type": message.type,
        "headline": headline(message, language, names),
        "reason": reason(message, language),
        "camera": message.camera,
        "camera_name": names.camera(message.camera, language),
        "position": None if here is None else {"lat": here.lat_deg, "lon": here.lon_deg},
        "zone": message.zone,
        "started_at": _utc(message.started_at),
        "raised_at": _utc(message.raised_at),
        "at_least": message.at_least,
        "people": message.people,
        "facts": dict(message.facts),
        "recipient": message.recipient,
        "priority": message.priority,
        "note": message.note,
        "decided_by_role": message.decided_role,
        "decided_at": None if message.decided_at is None else _utc(message.decided_at),
    }
    body = {
        "id": delivery.id,
        "type": f"incident.{message.event}",
        "timestamp": _utc(delivery.created_at),
        "exercise": channel.exercise,
        "replaces": [earlier.id for earlier in delivery.earlier],
        "data": data,
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class HttpSender:
    """Posts what `render` makes, signed where the channel has a key."""

    def __init__(
        self,
        target: HttpTarget,
        key: bytes | None,
        poster: Poster,
        render: Callable[[Delivery], bytes],
        media_type: str,
        now: Callable[[], datetime],
    ) -> None:
        self._target, self._key, self._poster = target, key, poster
        self._render, self._media_type, self._now = render, media_type, now

    def send(self, delivery: Delivery) -> None:
        body = self._render(delivery)
        headers = {
            "Content-Type": self._media_type,
            "User-Agent": "almere-vision",
            "Idempotency-Key": delivery.id,
            "webhook-id": delivery.id,
        }
        if self._key is not None:
            headers |= signed_headers(self._key, delivery.id, self._now(), body)
        self._poster.post(self._target.url, body, headers)
