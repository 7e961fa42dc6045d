"""The newest picture of a camera, asked of its worker over Redis.

A console asks, the worker that has the camera answers; a question and its answer live for seconds and are
never kept. Lists and not notices, because of several workers exactly one may take a question.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from almere_vision.domain.errors import CameraError
from almere_vision.storage.redis_client import connect, queue_errors

LARGEST_BYTES: Final = 2 * 2**20
"""Of one JPEG."""

_ANSWER_WITHIN_S: Final = 2.5
_JPEG_BEGINS: Final = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture as JPEG, and when it was taken (UTC)."""

    jpeg: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody wants the newest picture of a camera."""

    camera: str
    id: str


class Snapshots:
    """Both ends of the question; every method may raise `QueueUnavailable`."""

    def __init__(self, url: str) -> None:
        self._redis: Any = connect(url)

    def ask(self, camera: str) -> Snapshot:
        """The newest picture of a camera, within 2.5 s.

        Raises:
            CameraError: no worker answers for it, or it has no picture; the message tells which.
        """
        name = secrets.token_hex(16)
        with queue_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(_questions_key(camera), name)
            pipe.pexpire(_questions_key(camera), round(_ANSWER_WITHIN_S * 1000))
            pipe.execute()
        with queue_errors():
            found = self._redis.blpop([_answer_key(name)], timeout=_ANSWER_WITHIN_S)
        if found is None:
            raise CameraError("no worker answers for this camera: it is not being watched now")
        head, _, jpeg = found[1].partition(b"\n")
        told = json.loads(head)
        if told["reason"] is not None:
            raise CameraError(told["reason"])
        if len(jpeg) > LARGEST_BYTES or not jpeg.startswith(_JPEG_BEGINS):
            raise CameraError("the worker of this camera sent something else than a picture")
        return Snapshot(jpeg, datetime.fromisoformat(told["taken_at"]))

    def next_question(self, cameras: Sequence[str], wait_s: float) -> Question | None:
        """For a worker: the next question about one of its cameras; None if none comes in time."""
        keys = {_questions_key(camera).encode(): camera for camera in cameras}
        with queue_errors():
            found = self._redis.blpop(list(keys), timeout=wait_s)
        return None if found is None else Question(keys[found[0]], found[1].decode("ascii", "replace"))

    def answer(self, question: Question, told: Snapshot | str) -> None:
        """The picture, or a line that says why there is none."""
        if isinstance(told, Snapshot):
            head, jpeg = {"taken_at": told.taken_at.astimezone(UTC).isoformat(), "reason": None}, told.jpeg
        else:
            head, jpeg = {"taken_at": None, "reason": told}, b""
        with queue_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(_answer_key(question.id), json.dumps(head).encode() + b"\n" + jpeg)
            pipe.pexpire(_answer_key(question.id), round(_ANSWER_WITHIN_S * 1000))
            pipe.execute()

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()


def _questions_key(camera: str) -> str:
    return f"almere:snapshot:asked:{quote(camera, safe='')}"


def _answer_key(name: str) -> str:
    return f"almere:snapshot:answer:{quote(name, safe='')}"
