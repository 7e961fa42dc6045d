"""Leaving one camera out: settings are chosen on the others, and only there."""

from __future__ import annotations

import pytest

from almere_vision.domain.frame import Moment
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import Kind, Phase, RuleHit
from almere_vision.domain.tracks import Tracks
from almere_vision.evaluation import crossval
from almere_vision.evaluation.crossval import GRIDS, Grid, cross_validate
from almere_vision.evaluation.events import WatchedClip
from almere_vision.evaluation.reasons import Trace
from almere_vision.evaluation.suite import EventsSettings

SETTINGS = EventsSettings(clips="", labels="", zones="", kinds=(Kind.PARKING,), replicates=200)
BOX = (0.1, 0.1, 0.2, 0.2)


class Picky:
    """A rule that raises one alarm at second 62, on the cameras whose number is its setting."""

    name, rate_fps = "picky@1", 1.0

    def __init__(self, chosen) -> None:
        self._likes = chosen["likes"]

    def update(self, tracks, view):
        moment = tracks.moment
        if moment.clock_s != 62 or not moment.camera.endswith(f"{self._likes:g}"):
            return []
        return [
            RuleHit(
                moment,
                Phase.RAISED,
                Kind.PARKING,
                "square",
                self.name,
                moment.camera,
                0.0,
                62.0,
                None,
                at_least=False,
                score=0.9,
                box=BOX,
                people=0,
                tracks=(),
            )
        ]


@pytest.fixture
def watched(make_clip, make_label) -> list[WatchedClip]:
    """Three clips of cameras that like setting 1, one that likes 2; an event in each, due at 60 s."""
    clips = []
    for name, likes in (("a", 1), ("b", 1), ("c", 1), ("d", 2)):
        camera = f"{name}-{likes}"
        moments = [Moment(camera, "home", float(s), float(s), None, 640, 360) for s in range(100)]
        pictures = [Tracks(moment, (), "made") for moment in moments]
        trace = Trace([], lambda pictures=pictures: pictures, [], SceneView(camera, "home", (), "v1"))
        clips.append(WatchedClip(make_clip([make_label(0, 500)], f"{name}.mp4", group=name), trace, ""))
    return clips


def test_a_camera_is_judged_with_what_is_best_on_the_others(watched, monkeypatch):
    monkeypatch.setattr(crossval, "GRIDS", {Kind.PARKING: Grid(Picky, {"likes": (2.0, 1.0)})})
    found = cross_validate(watched, SETTINGS, seed=1)["parking"]

    assert found.tried == 2
    assert [(f.group, f.chosen["likes"], f.found, f.missed) for f in found.folds] == [
        ("a", 1, 1, 0),
        ("b", 1, 1, 0),
        ("c", 1, 1, 0),
        ("d", 1, 0, 1),  # the others like 1
    ]
    assert (found.found, found.missed, found.false) == (3, 1, 0)
    assert found.recall.value == 0.75


def test_of_equal_settings_those_of_the_repository_are_taken(watched, monkeypatch):
    monkeypatch.setattr(crossval, "GRIDS", {Kind.PARKING: Grid(Picky, {"likes": (7.0, 8.0)})})
    found = cross_validate(watched, SETTINGS, seed=1)["parking"]
    assert {fold.chosen["likes"] for fold in found.folds} == {7.0}


@pytest.mark.parametrize("kind", list(GRIDS))
def test_the_first_settings_of_a_grid_are_those_that_ship(kind):
    grid = GRIDS[kind]
    first = grid.make(grid.all()[0])
    assert first.parameters == type(first)().parameters
    assert len(grid.all()) == 27
    second = grid.make(grid.all()[-1])
    assert second.parameters != first.parameters
