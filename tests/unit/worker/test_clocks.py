"""Clocks of cameras: wrong from five seconds on, since when, and when they are asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from almere_vision.worker.clocks import Clocks


class Hand:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.clocks = Clocks(3600, 60, lambda: self.now_s)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.mark.parametrize(
    ("offset_s", "wrong"), [(0, False), (4.9, False), (-4.9, False), (5.6, True), (-30, True)]
)
def test_some_seconds_are_no_fault(hand: Hand, offset_s: float, wrong: bool) -> None:
    hand.clocks.told("c", offset_s)
    assert (hand.clocks.wrong("c") is not None) is wrong
    assert hand.clocks.offset_s("c") == offset_s


def test_it_says_which_way_and_keeps_since_when(hand: Hand) -> None:
    hand.clocks.told("c", -3599.6)
    first = hand.clocks.wrong("c")
    assert first is not None
    assert first.reason.text.startswith("its clock is 3600 s behind since 20")
    assert datetime.now(UTC) - first.since < timedelta(minutes=1)
    hand.clocks.told("c", -3599.2)
    assert hand.clocks.wrong("c") is first, "no news"
    hand.clocks.told("c", 90)
    later = hand.clocks.wrong("c")
    assert later is not None
    assert (later.since, later.offset_s) == (first.since, 90)
    hand.clocks.told("c", 1.0)
    assert hand.clocks.wrong("c") is None


def test_it_is_asked_at_first_every_hour_and_each_minute_while_it_is_wrong(hand: Hand) -> None:
    def asked_after_s() -> float:
        began_s = hand.now_s
        while not hand.clocks.due("c"):
            hand.now_s += 10
        return hand.now_s - began_s

    assert asked_after_s() == 0
    hand.clocks.told("c", 0.0)
    assert asked_after_s() == 3600
    hand.clocks.told("c", 60.0)
    assert asked_after_s() == 60
    hand.clocks.told("c", None)
    assert hand.clocks.wrong("c") is not None, "an answer without a time changes nothing"
    assert asked_after_s() == 60
    hand.clocks.told("c", 0.0)
    hand.clocks.gone("c")
    assert asked_after_s() == 0, "it was away, perhaps without power"
