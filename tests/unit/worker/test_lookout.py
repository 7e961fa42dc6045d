"""Only pictures that are proven to show a preset reach the rules."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.ptz import Heading, Position
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.scene import Scene
from almere_vision.scene.learnt import Place, Stored, Variant, load_known, load_stored, places, save
from almere_vision.scene.reference import Picture
from almere_vision.worker.lookout import Lookout
from tests.unit.scene.views import SIZE, shifted, street, view
from tests.unit.worker.test_blindness import ZONES

STREET = street()
BAY, LAWN = view(STREET, 0.3, 0.4), view(STREET, 0.7, 0.6)
NUDGED = view(STREET, shifted(0.3, 0.06), 0.4)
A_LITTLE = view(STREET, shifted(0.3, 0.008), 0.4)


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    path = tmp_path / "mast.yaml"
    path.write_text(ZONES)
    return path


def learn(zones: Path, position: Position | None = None) -> None:
    for preset, picture in (("bay", BAY), ("lawn", LAWN)):
        save(places(zones)[preset], Variant.DAY, picture, Stored("1", position))


def passed(lookout: Lookout, *pictures: Picture) -> list[Moment]:
    """Moments of the frames that are let through, of two seconds of each picture at 5 a second."""
    frames = []
    for number, picture in enumerate(picture for picture in pictures for _ in range(10)):
        frames.append(Frame(Moment("mast", None, number / 5, number / 5, None, *SIZE), picture))
    return [frame.moment for frame in lookout.watching(frames)]


def test_rules_see_the_presets_and_nothing_in_between(zones: Path) -> None:
    learn(zones)
    lookout = Lookout(Scene.load(zones), zones, None, fixed=False)
    assert lookout.not_watching == Reason(ReasonCode.NOT_LOOKED_YET)
    moments = passed(lookout, BAY, NUDGED, LAWN, NUDGED, BAY)
    names = [moment.preset for moment in moments]
    assert list(dict.fromkeys(names)) == ["bay", "lawn"]
    assert names[-1] == "bay"
    assert not [m for m in moments if 2.0 <= m.clock_s < 4.0 or 6.0 <= m.clock_s < 8.0]
    assert lookout.not_watching is None


def test_fault_05_while_nudged_it_says_that_it_does_not_watch_and_why(zones: Path) -> None:
    learn(zones)
    lookout = Lookout(Scene.load(zones), zones, None, fixed=False)
    passed(lookout, BAY, NUDGED)
    assert "off preset bay" in str(lookout.not_watching)


def test_a_small_offset_goes_along_with_the_picture(zones: Path) -> None:
    learn(zones)
    moments = passed(Lookout(Scene.load(zones), zones, None, fixed=False), A_LITTLE)
    assert moments[-1].offset.point_on_picture((0.5, 0.5))[0] == pytest.approx(0.492, abs=0.005)


def test_the_status_is_asked_with_every_picture(zones: Path) -> None:
    learn(zones, Position(0.5, 0, 0))
    told = [Heading(Position(0.5, 0, 0), False)]
    lookout = Lookout(Scene.load(zones), zones, lambda: told[0], fixed=False)
    assert passed(lookout, BAY)
    told[0] = Heading(Position(0, 0, 0), False)
    assert not passed(lookout, BAY)
    assert "looks elsewhere" in str(lookout.not_watching)


def test_a_fixed_camera_needs_no_proof(tmp_path: Path) -> None:
    path = tmp_path / "fixed.yaml"
    path.write_text(
        "camera: mast\n"
        "presets: [{id: home, zones: [{id: z, polygon: [[0,0],[1,0],[1,1]], rules: {fight: {}}}]}]"
    )
    lookout = Lookout(Scene.load(path), path, None, fixed=True)
    assert len(passed(lookout, BAY, NUDGED)) == 20
    assert lookout.now.preset == "home"


def test_without_a_reference_picture_nothing_is_watched_and_it_says_so(zones: Path) -> None:
    lookout = Lookout(Scene.load(zones), zones, None, fixed=False)
    assert not passed(lookout, BAY)
    assert lookout.not_watching == Reason(ReasonCode.NOT_LEARNT)


def test_what_is_learnt_while_it_runs_is_taken_over(zones: Path) -> None:
    lookout = Lookout(Scene.load(zones), zones, None, fixed=False)
    assert not passed(lookout, BAY)
    learn(zones)
    lookout.refresh()
    assert passed(lookout, BAY)
    seen = lookout.now
    lookout.refresh()
    assert lookout.now is seen, "nothing new"


def test_what_was_learnt_is_read_again_with_its_variants(zones: Path) -> None:
    learn(zones, Position(0.1, 0.2, 0.3))
    place = places(zones)["bay"]
    save(place, Variant.NIGHT, LAWN, load_stored(place))
    known, missing = load_known(zones)
    assert missing == []
    assert known["bay"].references.keys() == {"day", "night"}
    assert known["bay"].position == Position(0.1, 0.2, 0.3)


def test_a_picture_that_is_none_is_told_by_name(zones: Path) -> None:
    learn(zones)
    places(zones)["bay"].day.write_bytes(b"no picture")
    with pytest.raises(ZoneFileError, match=r"bay\.jpg: cannot be read"):
        load_known(zones)
    cv2.imwrite(str(places(zones)["bay"].day), BAY)
    Place(zones.parent / "bay.jpg").stored.write_text("{")
    with pytest.raises(ZoneFileError, match=r"bay\.json"):
        load_known(zones)


def test_fault_17_a_reference_picture_lies_beside_its_zone_file(zones: Path) -> None:
    zones.write_text(ZONES.replace("bay.jpg", "../../etc/bay.jpg"))
    with pytest.raises(ZoneFileError, match="beside the zone file"):
        places(zones)
