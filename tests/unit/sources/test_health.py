"""Pictures that show nothing true, and those that only seem so."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from almere_vision.domain.frame import Frame, Moment
from almere_vision.sources.health import Health, Trouble

Picture = NDArray[np.uint8]
_CHANCE = np.random.default_rng(3)


def street() -> Picture:
    """Blocks of light and dark with fine structure, as houses are."""
    coarse = _CHANCE.integers(30, 220, (9, 16, 3), np.uint8)
    image = cv2.resize(coarse, (640, 360), interpolation=cv2.INTER_NEAREST).astype(np.int16)
    return np.clip(image + _CHANCE.integers(-25, 25, image.shape), 0, 255).astype(np.uint8)


STREET = street()


NOISES = [_CHANCE.normal(0, 1, STREET.shape[:2]).astype(np.float32)[..., None] for _ in range(16)]


def noisy(image: Picture, deviation: float = 2.0) -> Picture:
    noise = np.roll(NOISES[_CHANCE.integers(16)], int(_CHANCE.integers(640)), axis=1)
    return np.clip(image + deviation * noise, 0, 255).astype(np.uint8)


def with_clock(image: Picture, second: float) -> Picture:
    image = image.copy()
    cv2.rectangle(image, (8, 8), (200, 24), (0, 0, 0), -1)
    cv2.putText(image, f"12:{second:05.1f}", (10, 22), cv2.FONT_HERSHEY_PLAIN, 1, (255, 255, 255))
    return image


def watch(health: Health, seconds: range, show: Callable[[float], Picture]) -> dict[int, Trouble | None]:
    """One picture a second."""
    found = {}
    for second in seconds:
        moment = Moment("c", "home", float(second), float(second), None, 640, 360)
        found[second] = health.check(Frame(moment, show(second)))
    return found


def first(found: dict[int, Trouble | None]) -> tuple[int, Trouble] | None:
    return next(((second, trouble) for second, trouble in found.items() if trouble), None)


@pytest.mark.parametrize("clock", [False, True], ids=["plain", "with a ticking clock"])
def test_fault_02_a_frozen_picture_is_told_within_a_minute_and_since_when(clock: bool) -> None:
    health = Health()
    assert first(watch(health, range(30), lambda _: noisy(STREET))) is None
    still = noisy(STREET)
    found = watch(health, range(30, 120), lambda second: with_clock(still, second) if clock else still)
    told = first(found)
    assert told is not None
    assert told[1] is Trouble.FROZEN
    assert told[0] - 30 <= 60
    assert abs(health.since_s - 30) <= 4
    assert health.reason is not None
    assert "frozen since 01:00:" in health.reason.text


def test_a_frozen_picture_that_moves_again_is_well_at_once() -> None:
    health, still = Health(), noisy(STREET)
    assert first(watch(health, range(60), lambda _: still)) is not None
    assert list(watch(health, range(60, 70), lambda _: noisy(STREET)).values()) == [None] * 10
    assert health.reason is None


@pytest.mark.parametrize("deviation", [0.8, 8.0])
def test_an_empty_street_at_night_is_not_frozen(deviation: float) -> None:
    dark = (STREET * 0.25).astype(np.uint8)
    assert first(watch(Health(), range(200), lambda _: noisy(dark, deviation))) is None


def test_pictures_that_the_gate_left_out_are_not_taken_for_frozen_ones() -> None:
    health = Health()
    for second in range(200):
        moment = Moment("c", "home", float(second), float(second), None, 640, 360)
        image, unchanged = noisy(STREET), second % 4 != 0
        assert health.check(Frame(moment, image if not unchanged else STREET, unchanged=unchanged)) is None


@pytest.mark.parametrize(
    ("show", "trouble"),
    [
        (lambda _: noisy(np.full_like(STREET, 12)), Trouble.BLACK),
        (lambda _: noisy(np.full_like(STREET, 140)), Trouble.COVERED),
        (lambda _: noisy(cv2.GaussianBlur(STREET, (0, 0), 6).astype(np.uint8), 0.5), Trouble.BLURRED),
    ],
    ids=["black", "covered", "out of focus"],
)
def test_what_covers_or_blurs_the_lens_is_told_while_it_lasts(
    show: Callable[[float], Picture], trouble: Trouble
) -> None:
    health = Health()
    assert first(watch(health, range(120), lambda _: noisy(STREET))) is None
    told = first(watch(health, range(120, 180), show))
    assert told is not None
    assert told[1] is trouble
    assert told[0] - 120 <= 30
    assert abs(health.since_s - 120) <= 4
    assert first(watch(health, range(180, 240), lambda _: noisy(STREET))) is None


def test_a_bag_that_passes_before_the_lens_is_no_trouble() -> None:
    health = Health()
    watch(health, range(60), lambda _: noisy(STREET))
    assert first(watch(health, range(60, 66), lambda _: noisy(np.full_like(STREET, 140)))) is None
    assert first(watch(health, range(66, 100), lambda _: noisy(STREET))) is None


def test_dusk_is_no_blur() -> None:
    def darker(second: float) -> Picture:
        return noisy((STREET * (1 - 0.7 * second / 1200)).astype(np.uint8))

    assert first(watch(Health(), range(0, 1200, 3), darker)) is None
