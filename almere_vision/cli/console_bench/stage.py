"""What stands behind the browser: PostgreSQL, Redis, the API, and a queue full of open suggestions."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from almere_vision.cli.review_bench import parts, rows
from almere_vision.config import Settings
from almere_vision.domain.errors import AlmereError, SettingsError
from almere_vision.domain.incident import Role
from almere_vision.domain.priority import Priority
from almere_vision.domain.suggestion import Kind, Suggestion
from almere_vision.storage.blobs import open_blobs
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.messages import encode
from almere_vision.storage.notices import CameraStatus, Notices
from almere_vision.storage.people import People
from almere_vision.storage.stream import SuggestionStream

_WIDTH_PX, _HEIGHT_PX, _FPS, _CLIP_S = 1280, 720, 10, 6
_INGEST_S: Final = 300.0


@dataclass(frozen=True)
class Stage:
    """All that runs: `url` is the address of the console, `person` an observer."""

    engine: Engine
    stream: SuggestionStream
    url: str
    person: str
    password: str

    def suggest(self, prefix: str, first: int, count: int) -> str:
        """Publish so many new suggestions; the id of the last."""
        for number in range(first, first + count):
            self.stream.publish(encode(_made(prefix, number)))
        return f"{prefix}-{first + count - 1}"


@contextmanager
def staged(settings: Settings, open_suggestions: int, tell: Callable[[str], None]) -> Iterator[Stage]:
    """All parts for the length of the block, with so many suggestions that nobody has claimed.

    Raises:
        SettingsError: there is no PostgreSQL, its database is not empty, or the console is not built.
        AlmereError: a part did not start, or the suggestions did not arrive.
    """
    if not (settings.console_dir / "index.html").is_file():
        raise SettingsError(f"{settings.console_dir}: the console is not built: npm --prefix web run build")
    with parts.postgresql(settings, "bench console") as url, parts.scratch() as folder:
        engine = open_database(url)
        migrate(engine)
        if rows.count(engine):
            raise SettingsError(
                "the database of ALMERE_DATABASE_URL holds incidents: the bench needs an empty one"
            )
        _keep_evidence(folder / "blobs")
        with parts.redis(folder) as stream, _api(folder, url) as address:
            stage = Stage(engine, stream, address, "observer", os.urandom(16).hex())
            People(engine).add(stage.person, stage.password, Role.OBSERVER)
            _show_cameras(folder)
            tell(f"making {open_suggestions} open suggestions")
            stage.suggest("open", 0, open_suggestions)
            _await_rows(engine, open_suggestions)
            yield stage
        engine.dispose()


@contextmanager
def _api(folder: Path, database_url: str) -> Iterator[str]:
    port = parts.free_port()
    environment = {
        "ALMERE_DATA_DIR": str(folder),
        "ALMERE_DATABASE_URL": database_url,
        "ALMERE_REDIS_URL": f"unix://{folder.resolve()}/redis.sock",
        "ALMERE_API_HOST": "127.0.0.1",
        "ALMERE_API_PORT": str(port),
        "ALMERE_CLAIM_S": "3600",  # hours pass in seconds
        "ALMERE_SESSION_REQUESTS_PER_MINUTE": "0",
        "ALMERE_ADDRESS_REQUESTS_PER_MINUTE": "0",
    }
    address = f"http://127.0.0.1:{port}"
    ready = parts.answers(f"{address}/healthz")
    with parts.running(parts.api_command(), folder / "api.log", ready, **environment):
        yield address


def _await_rows(engine: Engine, wanted: int) -> None:
    deadline_s = time.monotonic() + _INGEST_S
    while rows.count(engine) < wanted:
        if time.monotonic() > deadline_s:
            raise AlmereError("the suggestions did not arrive in the database")
        time.sleep(0.2)


def _made(prefix: str, number: int) -> Suggestion:
    """1 in 50 is P1, 1 in 5 P2, the rest P3; each kind and camera has its turn."""
    priority = Priority.P1 if number % 50 == 0 else Priority.P2 if number % 5 == 0 else Priority.P3
    plain = replace(rows.made(prefix, number), priority=priority)
    if number % 3 == 0:
        facts = {"people_max": 5, "dwell_s": 320.0, "limit_s": 300}
        return replace(plain, kind=Kind.LOITERING, people=5, facts=facts)
    return plain


def _show_cameras(folder: Path) -> None:
    notices = Notices(f"unix://{folder.resolve()}/redis.sock")
    now = datetime.now(UTC)
    for number in range(rows.CAMERAS):
        notices.set_camera_status(
            CameraStatus(f"camera-{number}", f"Camera {number}", "online", now, None, "home")
        )
    notices.close()


def _keep_evidence(folder: Path) -> None:
    """A street of blocks, as large as the pictures of a camera, and a clip in which one of them moves."""
    chance = np.random.default_rng(1)
    street = cv2.resize(
        chance.integers(60, 190, (18, 32, 3), np.uint8), (_WIDTH_PX, _HEIGHT_PX), interpolation=cv2.INTER_AREA
    )
    street = cv2.add(street, chance.integers(0, 20, street.shape, np.uint8))
    blobs, kept = open_blobs(str(folder)), rows.made("any", 0).evidence
    jpeg = cv2.imencode(".jpg", street, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
    blobs.put(kept.snapshot or "", jpeg)
    blobs.put(kept.annotated or "", jpeg)
    clip = folder / "clip.mp4"
    with av.open(str(clip), "w") as container:
        stream = container.add_stream("libx264", rate=_FPS, options={"preset": "veryfast", "g": str(_FPS)})
        stream.width, stream.height, stream.pix_fmt = _WIDTH_PX, _HEIGHT_PX, "yuv420p"
        for number in range(_FPS * _CLIP_S):
            picture = _with_block(np.asarray(street, np.uint8), number * 15)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    blobs.put(kept.clip or "", clip)
    clip.unlink()


def _with_block(street: NDArray[np.uint8], x_px: int) -> NDArray[np.uint8]:
    picture = street.copy()
    picture[400:480, 100 + x_px : 200 + x_px] = 230
    return picture
