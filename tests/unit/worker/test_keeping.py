"""What is kept of what the network saw: in pieces, as drawn, and never at the cost of a suggestion."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from almere_vision.domain.detections import Detections
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.offset import Offset
from almere_vision.scene.correction import as_drawn
from almere_vision.storage.seen import Seen
from almere_vision.worker.keeping import Keeper

HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)


def picture(at_s: float, camera: str = "plaza") -> Detections:
    clock_s = HOUR.timestamp() + at_s
    moment = Moment(camera, "home", clock_s, 0.0, datetime.fromtimestamp(clock_s, UTC), 1280, 720)
    return Detections(
        moment, np.full((1, 4), 0.5, np.float32), np.ones(1, np.float32), np.zeros(1, np.int64), "net@1"
    )


def test_pieces_are_written_and_the_rest_at_the_end(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    keeper = Keeper(seen, days=7)
    for n in range(121):
        keeper.add(picture(n))
    assert len(list(seen.read("plaza", HOUR))) == 120
    keeper.close()
    assert len(list(seen.read("plaza", HOUR))) == 121


def test_an_hour_ends_its_file(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    keeper = Keeper(seen, days=7)
    for at_s in (3590, 3599, 3601):
        keeper.add(picture(at_s))
    keeper.close()
    assert [len(list(seen.read("plaza", hour))) for hour in seen.hours("plaza")] == [2, 1]


def test_what_is_older_than_the_days_goes(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    seen.append([picture(-3 * 86400)])
    keeper = Keeper(seen, days=2)
    keeper.add(picture(0))
    keeper.close()
    assert seen.hours("plaza") == [HOUR]


def test_boxes_lie_where_zones_were_drawn(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    keeper = Keeper(seen, days=2)
    moved = picture(0)
    moved = replace(
        moved,
        moment=replace(moved.moment, offset=Offset(((1.0, 0.0, 0.1), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))),
    )
    keeper.add(moved)
    keeper.close()
    (found,) = seen.read("plaza", HOUR)
    assert np.allclose(found.boxes, as_drawn(moved).boxes, atol=1e-4)


def test_the_eyes_go_on_when_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "plaza").write_text("no folder")
    keeper = Keeper(Seen(tmp_path), days=1, piece_s=0.5)
    see = keeper.keeping(lambda frame: picture(frame.moment.clock_s))
    for n in range(5):
        moment = replace(picture(0).moment, clock_s=float(n))
        assert len(see(Frame(moment, np.zeros((2, 2, 3), np.uint8)))) == 1
    keeper.close()
