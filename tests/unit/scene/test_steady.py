"""A camera that does not turn, and was pushed: found from how its picture lies against an earlier one."""

from __future__ import annotations

import numpy as np
import pytest

from almere_vision.scene.reference import Eye, Picture
from almere_vision.scene.steady import Steady, SteadySettings
from almere_vision.simulate.show import night
from tests.unit.scene.views import shifted, street, view

STREET = street()
HOME = view(STREET, 0.3, 0.4)
_CHANCE = np.random.default_rng(3)


def noisy(picture: Picture) -> Picture:
    grain = _CHANCE.normal(0, 3, picture.shape)
    made: Picture = (picture + grain).clip(0, 255).astype(np.uint8)
    return made


class Watch:
    """Half a minute passes with each picture, unless told otherwise."""

    def __init__(self, steady: Steady | None = None) -> None:
        self.steady = steady or Steady()
        self.clock_s = 1_790_000_000.0

    def see(self, picture: Picture, times: int = 1, every_s: float = 30.0) -> str | None:
        for _ in range(times):
            self.clock_s += every_s
            self.steady.update(noisy(picture), self.clock_s)
        return None if self.steady.reason is None else self.steady.reason.text


@pytest.fixture
def watch() -> Watch:
    made = Watch()
    assert made.see(HOME, 4) is None
    return made


@pytest.mark.parametrize("share", [0.03, 0.05, 0.1, 0.3])
def test_a_view_that_moved_is_told_with_how_much_and_since_when(watch: Watch, share: float) -> None:
    moved = view(STREET, shifted(0.3, share), 0.4)
    before = watch.steady.checks
    assert watch.see(moved, 2) is None, "not after two"
    told = watch.see(moved)
    assert told is not None
    assert float(told.split("moved by ")[1].split(" %")[0]) == pytest.approx(100 * share, abs=0.7)
    assert "since" in told
    assert watch.steady.checks == before + 3


def test_what_is_odd_is_looked_at_again_soon(watch: Watch) -> None:
    moved = view(STREET, shifted(0.3, 0.06), 0.4)
    watch.see(moved, 1)
    assert watch.see(moved, 10, every_s=1.0) is not None


def test_back_at_its_place_it_watches_again_at_once(watch: Watch) -> None:
    assert watch.see(view(STREET, shifted(0.3, 0.06), 0.4), 3) is not None
    assert watch.see(HOME) is None


def test_another_place_is_told_when_it_stays(watch: Watch) -> None:
    elsewhere = view(STREET, 0.8, 0.7)
    assert watch.see(elsewhere, 6) is None, "something may stand before the lens"
    assert "shows another place" in str(watch.see(elsewhere, 8))


def test_one_odd_picture_is_nothing(watch: Watch) -> None:
    for _ in range(5):
        assert watch.see(view(STREET, shifted(0.3, 0.06), 0.4)) is None
        assert watch.see(HOME) is None


@pytest.mark.parametrize("share", [0.002, 0.006, 0.012])
def test_what_wind_does_is_nothing(watch: Watch, share: float) -> None:
    for number in range(20):
        assert watch.see(view(STREET, shifted(0.3, share * (-1) ** number), 0.4)) is None


def test_nightfall_and_fog_are_no_other_view(watch: Watch) -> None:
    dark = night(HOME)
    for share in np.linspace(0, 1, 20):
        dusk: Picture = ((1 - share) * HOME + share * dark).astype(np.uint8)
        assert watch.see(dusk) is None
    fog: Picture = (0.08 * HOME + 180).astype(np.uint8)
    assert watch.see(fog, 20) is None
    assert watch.see(dark, 20) is None, "light that is switched"


def test_moves_that_are_small_add_up(watch: Watch) -> None:
    told = [watch.see(view(STREET, shifted(0.3, 0.008 * step), 0.4)) for step in range(8)]
    assert told[2] is None
    assert told[-1] is not None


def test_with_a_learnt_picture_it_knows_at_once_that_it_was_moved_while_nobody_looked() -> None:
    watch = Watch(Steady([Eye().reference(HOME)]))
    assert watch.see(view(STREET, shifted(0.3, 0.06), 0.4), 3) is not None


def test_between_comparisons_it_costs_nothing(watch: Watch) -> None:
    before = watch.steady.checks
    watch.see(HOME, 100, every_s=0.1)
    assert watch.steady.checks - before <= 1
    assert SteadySettings().every_s == 30.0
