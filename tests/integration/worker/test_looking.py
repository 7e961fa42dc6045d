"""Closer looks: what is filmed, that a cut of a part is a cut of the whole, and many cameras at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from almere_vision.action import TUBE_FPS, cut_tube
from almere_vision.domain.detections import ObjectClass
from almere_vision.domain.frame import Moment
from almere_vision.domain.look import Look
from almere_vision.domain.tracks import Track, Tracks
from almere_vision.domain.tube import Tube
from almere_vision.sources import Camera, Film, NoClip, Options, read_address
from almere_vision.worker.looking import Looker, look_at, region_of, tube_of
from tests.integration.sources.footage_stage import HEIGHT_PX, WIDTH_PX, make_video, until


class Bright:
    """Judges by how bright the last picture is, and remembers what it saw."""

    identity = "bright@00000000"

    def __init__(self) -> None:
        self.tubes: list[Tube] = []

    def score(self, tube: Tube) -> float:
        self.tubes.append(tube)
        return float(tube.pictures[-1].mean()) / 255


def look(media_s: float, camera: str = "plaza-1", stay: str = "s") -> Look:
    def tracks(time_s: float) -> Tracks:
        moment = Moment(camera, "home", time_s, time_s, None, WIDTH_PX, HEIGHT_PX)
        shift = 0.02 * time_s
        a = Track("a", ObjectClass.PERSON, (0.3 + shift, 0.3, 0.4 + shift, 0.6), 0.8)
        b = Track("b", ObjectClass.PERSON, (0.45, 0.32, 0.55, 0.62), 0.8)
        far = Track("far", ObjectClass.PERSON, (0.9, 0.3, 1.0, 0.6), 0.8)
        return Tracks(moment, (a, b, far), "net@00000000")

    seen = tuple(tracks(media_s - 2.6 + 0.2 * step) for step in range(14))
    return Look(f"l-{media_s}", stay, seen[-1].moment, media_s - 2.5, ("a", "b"), seen)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("looking") / "street.mp4", 8)


@pytest.fixture
def camera(street: Path) -> Iterator[Camera]:
    with Camera("plaza-1", read_address(str(street)), Options(fps=5)) as opened:
        assert opened.next_frame(20.0) is not None
        yield opened


def test_a_tube_that_is_cut_from_a_part_is_that_of_the_whole_picture(camera: Camera) -> None:
    asked = look(5.0)
    region = region_of(asked)
    assert region is not None
    assert region[2] - region[0] < 0.7
    whole = camera.film(asked.start_s, 5.0, TUBE_FPS, (0.0, 0.0, 1.0, 1.0))
    part = camera.film(asked.start_s, 5.0, TUBE_FPS, region)
    assert isinstance(whole, Film)
    assert isinstance(part, Film)
    expected, tube = cut_tube(whole.frames, asked.seen, asked.group), tube_of(asked, part)
    assert tube is not None
    assert tube.ids == expected.ids == ("a", "b")
    assert tube.box == pytest.approx(expected.box, abs=1e-6)
    assert tube.people == pytest.approx(expected.people, abs=1e-5, nan_ok=True)
    assert tube.picture_px == expected.picture_px == (WIDTH_PX, HEIGHT_PX)
    assert np.array_equal(tube.pictures, expected.pictures)


def test_a_look_is_answered_with_what_was_seen(camera: Camera) -> None:
    answer = look_at(look(5.0), camera.film, Bright())
    assert answer.score is not None
    assert answer.tube is not None
    assert answer.model == "bright@00000000"
    assert answer.tube.duration_s == pytest.approx(2.5, abs=0.15)


def test_a_look_without_film_or_people_has_no_score(camera: Camera) -> None:
    assert look_at(look(100.0), camera.film, Bright()).score is None
    nobody = look(5.0)
    gone = Look("x", "s", nobody.moment, nobody.start_s, ("zed",), nobody.seen)
    assert look_at(gone, camera.film, Bright()).score is None


class Gate:
    """Film that is held back until the gate opens."""

    def __init__(self, film: Film) -> None:
        self.film = film
        self.open = threading.Event()
        self.asked: list[float] = []

    def take(
        self, start_s: float, end_s: float, fps: float, region: object, timeout_s: float
    ) -> Film | NoClip:
        self.asked.append(end_s)
        assert self.open.wait(20)
        return self.film


def test_cameras_go_on_while_looks_wait_and_of_old_ones_at_the_same_people_only_the_newest_is_done(
    camera: Camera,
) -> None:
    region = region_of(look(5.0))
    assert region is not None
    film = camera.film(2.5, 5.0, TUBE_FPS, region)
    assert isinstance(film, Film)
    told: list[tuple[str, str]] = []
    gate, looker = Gate(film), Looker(Bright(), 1, lambda name, fate, _: told.append((name, fate)))
    one, other = looker.of(gate.take), looker.of(gate.take)
    one.ask(look(5.0))
    until(lambda: gate.asked, 10, "the first look is under way")
    for media_s in (5.2, 5.4, 5.6):
        one.ask(look(media_s))
    other.ask(look(5.0, camera="plaza-2"))
    assert one.answers() == []
    gate.open.set()
    until(lambda: len(told) == 3, 10, "all looks are done")
    looker.close()
    assert gate.asked == [5.0, 5.6, 5.0]
    assert [answer.look.moment.media_time_s for answer in one.answers()] == [5.0, 5.6]
    assert [answer.look.moment.camera for answer in other.answers()] == ["plaza-2"]
    assert sorted(told) == [("plaza-1", "answered"), ("plaza-1", "answered"), ("plaza-2", "answered")]


class Broken:
    """A classifier with a fault."""

    identity = "broken@00000000"

    def score(self, tube: Tube) -> float:
        raise ZeroDivisionError


def test_a_fault_of_the_classifier_ends_no_thread(camera: Camera) -> None:
    with capture_logs() as lines:
        looker = Looker(Broken(), 1)
        looks = looker.of(camera.film)
        looks.ask(look(5.0))
        looks.ask(look(5.0, stay="t"))
        until(lambda: not looker.busy, 10, "both are tried")
        looker.close()
    assert looks.answers() == []
    assert [line["log_level"] for line in lines] == ["error", "error"]
