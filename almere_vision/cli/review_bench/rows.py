"""Incidents to measure with: many made inside the database, and suggestions for the queue."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select, text

from almere_vision.domain.suggestion import Evidence, Kind, Provenance, Suggestion
from almere_vision.storage.messages import encode
from almere_vision.storage.tables import INCIDENTS

CAMERAS: Final = 100
ZONES: Final = 40

_TEMPLATE: Final = Suggestion(
    id="bench-x",
    revision=1,
    kind=Kind.PARKING,
    camera="camera-x",
    preset="home",
    zone="zone-x",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    raised_at=datetime(2026, 1, 1, 0, 1, tzinfo=UTC),
    ended_at=None,
    start_s=12.4,
    alarm_s=72.6,
    end_s=None,
    at_least=False,
    score=0.91,
    box=(0.1, 0.2, 0.3, 0.4),
    people=0,
    tracks=("bench-7",),
    facts={"object": "car", "dwell_s": 64.0, "limit_s": 60, "sure": False},
    provenance=Provenance("nanodet-416@5d0e4f8c", "parking@1", "0badc0de"),
    evidence=Evidence(
        snapshot="2026/01/01/bench-x/snapshot.jpg",
        annotated="2026/01/01/bench-x/annotated.jpg",
        clip="2026/01/01/bench-x/clip.mp4",
    ),
)

# 1 in 100 is open, and these are the newest: what nobody looks at in time leaves the queue by itself. The
# rest was decided by people. Which camera, zone, kind and priority is by chance, but the same each time. The
# suggestion is that of the template with its own id, camera, zone, kind and moment.
_FILL: Final = """
INSERT INTO incidents (id, revision, kind, camera, zone, raised_at, received_at, urgency, suggestion, state,
                       version, decided_by, decided_at, reason, recipient, note, answer)
SELECT id, 1, kind, camera, zone, at, at, urgency,
       replace(replace(replace(replace(replace(CAST(:template AS text), 'bench-x', id), 'camera-x', camera),
               'zone-x', zone), '"kind":"parking"', '"kind":"' || kind || '"'),
               '2026-01-01T00:01:00Z', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
       state, CASE state WHEN 'suggested' THEN 1 ELSE 3 END,
       CASE state WHEN 'suggested' THEN NULL ELSE 'bench' END,
       CASE state WHEN 'suggested' THEN NULL ELSE at END,
       CASE state WHEN 'rejected' THEN 'other' END,
       CASE state WHEN 'resolved' THEN 'control_room' END, '', ''
FROM (
  SELECT n, 'fill-' || n AS id,
         'camera-' || abs(hashint8extended(n, 1)) % :cameras AS camera,
         'zone-' || abs(hashint8extended(n, 2)) % :zones AS zone, abs(hashint8extended(n, 3)) % 4 AS urgency,
         (ARRAY['parking', 'parking', 'loitering', 'fight'])[1 + abs(hashint8extended(n, 4)) % 4] AS kind,
         CAST(:newest AS timestamptz)
           - CASE n % 100 WHEN 0 THEN n / 100 * interval '2 seconds' ELSE n * interval '18 seconds' END AS at,
         CASE WHEN n % 100 = 0 THEN 'suggested' WHEN n % 100 < 80 THEN 'rejected'
              WHEN n % 100 < 95 THEN 'confirmed' ELSE 'resolved' END AS state
  FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
) AS made
"""
_PIECE: Final = 50_000
"""Rows of one statement, so that none takes longer than statements may."""


def fill(engine: Engine, incidents: int) -> float:
    """Make so many incidents inside an empty PostgreSQL, as one every 18 s for the past; seconds it took."""
    began_s = time.monotonic()
    newest = datetime.now(UTC) - timedelta(minutes=5)
    template = encode(_TEMPLATE).decode()
    for first in range(1, incidents + 1, _PIECE):
        with engine.begin() as connection:
            connection.execute(
                text(_FILL),
                {
                    "template": template,
                    "cameras": CAMERAS,
                    "zones": ZONES,
                    "newest": newest,
                    "first": first,
                    "last": min(incidents, first + _PIECE - 1),
                },
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE incidents"))  # autovacuum would do it some minutes later
    return time.monotonic() - began_s


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(INCIDENTS)).scalar_one()


def made(prefix: str, number: int) -> Suggestion:
    """A suggestion that nobody saw before."""
    now = datetime.now(UTC)
    return replace(
        _TEMPLATE,
        id=f"{prefix}-{number}",
        camera=f"camera-{number % CAMERAS}",
        zone=f"zone-{number % ZONES}",
        started_at=now - timedelta(minutes=1),
        raised_at=now,
    )


def bare_inserts_per_s(engine: Engine, seconds: float) -> float:
    """Rows of the same size as incidents, by one INSERT and one commit each, into a table without indexes."""
    payload = encode(_TEMPLATE).decode()
    statement = text("INSERT INTO bench_bare (id, suggestion) VALUES (:id, :suggestion)")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bench_bare (id text PRIMARY KEY, suggestion text)"))
    rows, began_s = 0, time.monotonic()
    with engine.connect() as connection:
        while time.monotonic() - began_s < seconds:
            connection.execute(statement, {"id": f"bare-{rows}", "suggestion": payload})
            connection.commit()
            rows += 1
    took_s = time.monotonic() - began_s
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE bench_bare"))
    return rows / took_s
