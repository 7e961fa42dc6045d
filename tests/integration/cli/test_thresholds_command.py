"""`almere thresholds` on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from almere_vision.domain.incident import Actor, RejectReason, Role
from almere_vision.domain.suggestion import Kind
from almere_vision.domain.threshold import Place
from almere_vision.review.tuning import Choice, Tuning
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.thresholds import SqlThresholds
from tests.integration.api.stack import suggestion
from tests.integration.decided import decide_all


def almere(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "almere_vision", "thresholds", *arguments],
        env={**os.environ, "ALMERE_DATABASE_URL": f"sqlite:///{folder}/almere.db"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_lists_what_is_proposed_and_takes_the_last_approval_back(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/almere.db")
    migrate(engine)
    empty = almere(tmp_path, "list")
    assert (empty.returncode, empty.stdout) == (0, "")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    decide_all(
        engine,
        {
            RejectReason.WRONG_OBJECT: [suggestion(f"f-{n}", score=0.5) for n in range(100)],
            None: [suggestion(f"c-{n}", score=0.8 if n else 0.4) for n in range(50)],
        },
        yesterday,
    )
    assert almere(tmp_path, "list").stdout == (
        "plaza-1/square parking: no threshold; raise to 0.51: 100 fewer false, 1 confirmed lost, "
        "from 150 decisions\n"
    )
    tuning = Tuning(SqlThresholds(engine), lambda: datetime.now(UTC))
    place = Place("plaza-1", "square", Kind.PARKING)
    tuning.approve(Choice(place, 0, 0.51), Actor("chief", Role.SUPERVISOR))
    (line,) = almere(tmp_path, "list", "--json").stdout.splitlines()
    told = json.loads(line)
    assert (told["camera"], told["threshold"], told["why_not"]) == ("plaza-1", 0.51, "too_soon")

    undone = almere(tmp_path, "undo", "plaza-1", "square", "parking", "--note", "te streng")
    assert (undone.returncode, undone.stdout) == (0, "plaza-1/square parking: no threshold, version 2\n")
    again = almere(tmp_path, "undo", "plaza-1", "square", "parking")
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
    assert almere(tmp_path, "undo", "nowhere", "square", "parking").returncode == 2
    newest = Audit(engine).page(AuditQuery(limit=1)).lines[0].entry
    assert (newest.role, newest.details["did"]) == ("system", "undo")
    engine.dispose()
