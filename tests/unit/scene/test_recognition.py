"""Where does the camera look? Two witnesses, and fault 5."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from almere_vision.domain.ptz import Heading, Position
from almere_vision.domain.whereabouts import Sight, Whereabouts
from almere_vision.scene.learning import objection, still_picture, without_people
from almere_vision.scene.recognition import Recogniser, alike
from almere_vision.scene.reference import Eye, Picture
from almere_vision.scene.search import Known
from tests.unit.scene.views import SIZE, learnt, shifted, street, view

STREET = street()
HOME, CORNER = (0.3, 0.4), (0.7, 0.6)
PRESETS = learnt(view(STREET, *HOME), view(STREET, *CORNER))
AT_HOME = Position(-0.4, 0.2, 0.1)
WITNESSED = {
    "p0": Known(PRESETS["p0"].references, AT_HOME),
    "p1": Known(PRESETS["p1"].references, Position(0.4, 0, 0.1)),
}


def settle(
    recogniser: Recogniser, image: Picture, heading: Heading | None = None, from_s: float = 0.0
) -> Whereabouts:
    """What is said after two seconds of the same picture."""
    for tenth in range(21):
        told = recogniser.update(image, heading, from_s + tenth / 10)
    return told


def test_a_preset_is_recognised_within_two_seconds_and_not_at_the_first_glance() -> None:
    recogniser = Recogniser(PRESETS)
    image = view(STREET, *HOME)
    assert recogniser.update(image, None, 0.0).sight is Sight.MOVING
    assert settle(recogniser, image, from_s=0.1).preset == "p0"
    assert settle(Recogniser(PRESETS), view(STREET, *CORNER)).preset == "p1"


@pytest.mark.parametrize("share", [0.0, 0.004, -0.008, 0.01])
def test_a_small_offset_is_measured_to_half_a_per_cent(share: float) -> None:
    told = settle(Recogniser(PRESETS), view(STREET, shifted(HOME[0], share), HOME[1]))
    assert told.sight is Sight.AT_PRESET
    x, y = told.offset.point_on_picture((0.5, 0.5))
    assert x == pytest.approx(0.5 - share, abs=0.005)
    assert y == pytest.approx(0.5, abs=0.005)


@pytest.mark.parametrize("share", [0.03, -0.03, 0.06, 0.3])
def test_fault_05_after_a_nudge_the_position_is_unknown(share: float) -> None:
    recogniser = Recogniser(PRESETS)
    assert settle(recogniser, view(STREET, *HOME)).preset == "p0"
    told = settle(recogniser, view(STREET, shifted(HOME[0], share), HOME[1]), from_s=10.0)
    assert told.sight is Sight.UNKNOWN
    assert told.preset is None


@pytest.mark.parametrize("zoom", [1.05, 0.95, 1.5])
def test_another_zoom_is_another_view(zoom: float) -> None:
    assert settle(Recogniser(PRESETS), view(STREET, *HOME, zoom)).sight is Sight.UNKNOWN


def test_a_nudge_between_two_checks_is_seen_in_the_next_picture() -> None:
    recogniser = Recogniser(PRESETS)
    settle(recogniser, view(STREET, *HOME))
    told = recogniser.update(view(STREET, shifted(HOME[0], 0.05), HOME[1]), None, 2.05)
    assert told.preset is None


def test_of_a_hundred_other_places_none_is_taken_for_a_preset() -> None:
    chance = np.random.default_rng(2)
    recogniser = Recogniser(PRESETS)
    for number in range(100):
        x, y = chance.uniform(0.15, 0.85, 2)
        if any(abs(x - px) < 0.01 and abs(y - py) < 0.01 for px, py in (HOME, CORNER)):
            continue
        image = view(STREET, x, y)
        for clock_s in (10.0 * number, 10.0 * number + 2):
            assert recogniser.update(image, None, clock_s).preset is None


def test_writing_in_the_picture_does_not_make_another_view_the_preset() -> None:
    def written(image: Picture, clock: str) -> Picture:
        made = image.copy()
        for line, place in (
            ("CAM 12 GROTE MARKT ALMERE", (10, 30)),
            (clock, (10, 350)),
            ("PTZ 12", (520, 350)),
        ):
            cv2.putText(made, line, place, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255, 255, 255), 2)
        return made

    presets = learnt(written(view(STREET, *HOME), "2026-03-01 14:00:01"))
    assert settle(Recogniser(presets), written(view(STREET, *HOME), "2026-03-02 09:12:44")).preset == "p0"
    assert settle(Recogniser(presets), written(view(STREET, *CORNER), "2026-03-01 14:00:01")).preset is None


def test_somebody_in_front_does_not_hide_the_preset() -> None:
    image = view(STREET, *HOME)
    image[80:360, 200:330] = (40, 60, 90)
    assert settle(Recogniser(PRESETS), image).preset == "p0"


def test_the_variant_of_the_night_is_used_at_night() -> None:
    day = view(STREET, *HOME)
    night = (255 - day) // 3  # what shines by night is dark by day
    eye = Eye()
    both = {"p0": Known({"day": eye.reference(day), "night": eye.reference(night)})}
    assert settle(Recogniser(both), night).preset == "p0"
    assert settle(Recogniser(both), day).preset == "p0"


def test_the_picture_and_an_honest_status_together_are_believed() -> None:
    told = settle(Recogniser(WITNESSED), view(STREET, *HOME), Heading(AT_HOME, False))
    assert told.preset == "p0"
    assert 0.5 < told.confidence <= 1.0


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        (Heading(Position(0, 0, 0), False), "looks elsewhere"),  # zeros
        (Heading(Position(0.4, 0, 0.1), False), "looks elsewhere"),  # lies, or is late
        (Heading(None, None), "does not say"),
        (None, "does not say"),  # never answers, or malformed
    ],
    ids=["zeros", "lies", "empty", "silent"],
)
def test_fault_05_a_status_of_zeros_lies_or_nothing_makes_the_position_unknown(
    heading: Heading | None, words: str
) -> None:
    told = settle(Recogniser(WITNESSED), view(STREET, *HOME), heading)
    assert told.sight is Sight.UNKNOWN
    assert words in str(told.reason)


def test_fault_05_a_preset_saved_again_elsewhere_is_unknown_though_the_status_is_calm() -> None:
    moved = view(STREET, shifted(HOME[0], 0.1), HOME[1])
    told = settle(Recogniser(WITNESSED), moved, Heading(AT_HOME, False))
    assert told.sight is Sight.UNKNOWN
    assert told.preset is None


def test_a_camera_that_says_it_moves_is_not_at_its_preset() -> None:
    told = settle(Recogniser(WITNESSED), view(STREET, *HOME), Heading(AT_HOME, True))
    assert told.sight is Sight.MOVING


def test_without_an_honest_status_the_picture_decides_alone() -> None:
    assert settle(Recogniser(PRESETS), view(STREET, *HOME), Heading(Position(0, 0, 0), False)).preset == "p0"


def test_a_lasting_offset_asks_for_the_preset_to_be_saved_again() -> None:
    recogniser = Recogniser(PRESETS)
    image = view(STREET, shifted(HOME[0], 0.012), HOME[1])
    told = settle(recogniser, image)
    assert told.sight is Sight.AT_PRESET
    assert told.reason is None
    for minute in range(1, 12):
        told = settle(recogniser, image, from_s=60.0 * minute)
    assert told.sight is Sight.AT_PRESET
    assert "save the preset again" in str(told.reason)


def test_two_presets_that_look_alike_are_warned_of_and_neither_is_guessed() -> None:
    twins = learnt(view(STREET, *HOME), view(STREET, shifted(HOME[0], 0.006), HOME[1]), view(STREET, *CORNER))
    assert alike(twins) == [("p0", "p1")]
    told = settle(Recogniser(twins), view(STREET, *HOME))
    assert told.sight is Sight.UNKNOWN
    assert "fits p" in str(told.reason)
    assert settle(Recogniser(twins), view(STREET, *CORNER), from_s=9.0).preset == "p2"


def test_a_wall_and_a_sky_are_too_plain_to_be_recognised() -> None:
    plain = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    assert "corners" in str(objection(Eye().reference(plain)))
    half = view(STREET, *HOME)
    half[:, 160:] = 128
    assert objection(Eye().reference(half)) is not None
    assert objection(PRESETS["p0"].references["day"]) is None


def test_a_view_that_is_not_recognised_in_its_own_pictures_is_refused() -> None:
    calm = view(STREET, *HOME)
    reference = PRESETS["p0"].references["day"]
    assert objection(reference, [calm, view(STREET, shifted(HOME[0], 0.001), HOME[1])]) is None
    hidden = np.full_like(calm, 90)
    assert "1 of 2 pictures" in str(objection(reference, [calm, hidden]))


def test_passers_by_vanish_from_the_reference_and_who_stays_is_blurred() -> None:
    empty = view(STREET, *HOME)
    pictures = []
    for number in range(5):
        picture = empty.copy()
        picture[100:200, 100 * number : 100 * number + 60] = 255
        pictures.append(picture)
    assert np.array_equal(still_picture(pictures)[100:200], empty[100:200])
    blurred = without_people(empty, [(0.5, 0.5, 0.6, 0.8)])
    inside = blurred[200:270, 330:380].astype(int)
    assert np.abs(np.diff(inside, axis=0)).max() < 40
    assert np.array_equal(blurred[:, :250], empty[:, :250])


def test_checks_come_once_a_second_while_nothing_moves() -> None:
    recogniser = Recogniser(PRESETS)
    image = view(STREET, *HOME)
    settle(recogniser, image)
    before = recogniser.checks
    for tenth in range(100):
        recogniser.update(image, None, 3.0 + tenth / 10)
    assert recogniser.checks - before <= 11
