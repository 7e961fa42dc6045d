"""Which suggestion a hit belongs to outlives a worker that is killed between any two steps."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis as Client

from almere_vision.domain.frame import Moment
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import Kind, Phase, RuleHit, Suggestion
from almere_vision.review.ports import Query
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.incidents import SqlIncidents
from almere_vision.storage.messages import decode
from almere_vision.storage.notices import Notices
from almere_vision.storage.stream import PAYLOAD_FIELD, STREAM
from almere_vision.suggest import Once
from almere_vision.worker.memory import OnceMemory
from tests.integration.api.stack import Redis

PROGRAM = '''
"""Reports the raised stays of two cameras that see one place, and dies where it is told to."""
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from almere_vision.domain.assessment import PriorityTable
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.scene import ParkingSettings, SamePlace, SceneView, Zone
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.sources import Camera, read_address
from almere_vision.storage.blobs import FolderBlobs
from almere_vision.storage.notices import Notices
from almere_vision.storage.stream import SuggestionStream
from almere_vision.suggest import Once, assessor
from almere_vision.worker.journeys import UNTRACED
from almere_vision.worker.memory import OnceMemory
from almere_vision.worker.reporter import Reporter

url, cameras, die_at = sys.argv[1], sys.argv[4], sys.argv[5]
folder, now_s = Path(sys.argv[2]), float(sys.argv[3])
stream, steps = SuggestionStream(url), iter(range(100))

def step():
    """Before and after each message."""
    if next(steps) == int(die_at):
        os.kill(os.getpid(), signal.SIGKILL)

def send(payload):
    step()
    stream.publish(payload)
    step()

def view(camera):
    square = Zone("square", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)), (ParkingSettings(60, frozenset()),))
    return SceneView(camera, "home", (square,), "cafe0123")

places = [SamePlace("fountain", frozenset({("north", "square"), ("south", "square")}))]
memory = OnceMemory(Notices(url), "almere", Once(places))
memory.recall()
(folder / "empty.mp4").write_bytes(b"x")
for camera in cameras.split(","):
    moment = Moment(camera, "home", now_s, 5.0, datetime.fromtimestamp(now_s, UTC), 64, 48)
    hit = RuleHit(
        moment, Phase.RAISED, Kind.PARKING, "square", "parking@1", "stay-" + camera, 1_780_000_000.0,
        now_s, None, False, 0.7, (0.2, 0.2, 0.5, 0.6), 0, ("x-1",), {"dwell_s": 60.0, "limit_s": 60.0},
    )
    source = Camera(camera, read_address(str(folder / "empty.mp4")))
    blobs = FolderBlobs(folder / "blobs")
    assess = assessor(PriorityTable(), None)
    reporter = Reporter(source, blobs, send, lambda _: view(camera), "net@00000000", memory.tell, assess)
    reporter.report(hit, Frame(moment, np.zeros((48, 64, 3), np.uint8)), None, UNTRACED)
'''

RAISED_S = 1_780_000_060.0
NEVER = 99


def run(redis: Redis, folder: Path, now_s: float, cameras: str, die_at: int) -> int:
    words = [redis.url, str(folder), str(now_s), cameras, str(die_at)]
    return subprocess.run([sys.executable, "-c", PROGRAM, *words], check=False, timeout=60).returncode


def messages(redis: Redis) -> list[Suggestion]:
    connection = Client(unix_socket_path=redis.url.removeprefix("unix://"))
    try:
        return [decode(fields[PAYLOAD_FIELD]) for _, fields in connection.xrange(STREAM)]
    finally:
        connection.close()


@pytest.mark.parametrize("die_at", range(4))
def test_killed_before_or_after_any_message_nothing_is_lost_and_nothing_doubled(
    redis: Redis, tmp_path: Path, die_at: int
) -> None:
    """The rules raise both stays again, since their memory is kept last; now the other camera is first."""
    assert run(redis, tmp_path, RAISED_S, "north,south", die_at) == -signal.SIGKILL
    order = "south,north"
    assert run(redis, tmp_path, RAISED_S + 5, order, NEVER) == 0

    engine = open_database(f"sqlite:///{tmp_path / 'almere.db'}")
    migrate(engine)
    store = SqlIncidents(engine)
    for message in messages(redis):
        store.receive(message, datetime.now(UTC))
    (incident,) = store.page(Query()).incidents
    engine.dispose()

    kept = incident.suggestion
    assert (kept.id, kept.camera) == ("stay-north", "north")
    assert kept.evidence.snapshot is not None
    assert [(piece.stay, piece.camera) for piece in kept.more] == [("stay-south", "south")]
    assert kept.more[0].evidence.snapshot is not None
    assert kept.started_at.timestamp() == 1_780_000_000.0


def hit(zone: str) -> RuleHit:
    return RuleHit(
        moment=Moment("north", "home", 60.0, 60.0, None, 64, 48),
        phase=Phase.RAISED,
        kind=Kind.PARKING,
        zone=zone,
        rule="parking@1",
        stay=zone,
        onset_s=0.0,
        alarm_s=60.0,
        ended_s=None,
        at_least=False,
        score=0.7,
        box=(0.2, 0.2, 0.5, 0.6),
        people=0,
        tracks=(),
    )


VIEW = SceneView("north", "home", (), "cafe0123")


@pytest.mark.parametrize("broken", [b"?", b"[]", b"{}", b'{"form": "once@1", "cases": [{}]}'])
def test_a_memory_that_cannot_be_read_holds_up_no_suggestion(redis: Redis, broken: bytes) -> None:
    with closing(Notices(redis.url)) as notices:
        notices.set_once_state("almere", broken)
        memory = OnceMemory(notices, "almere", Once())
        memory.recall()
        assert memory.tell(hit("square"), VIEW).hit.phase is Phase.RAISED


def test_while_redis_is_away_stays_are_still_joined(redis: Redis) -> None:
    redis.stop()
    with closing(Notices(redis.url)) as notices:
        memory = OnceMemory(notices, "almere", Once())
        memory.recall()
        told = [memory.tell(hit(zone), VIEW).hit for zone in ("square", "strip")]
    assert [(one.stay, one.phase) for one in told] == [("square", Phase.RAISED), ("square", Phase.UPDATED)]
