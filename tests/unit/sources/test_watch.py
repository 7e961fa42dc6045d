"""When a decoder is given up, and how cameras are asked again."""

from __future__ import annotations

import random

from almere_vision.sources.messages import Beat
from almere_vision.sources.watch import BackOff, Watch


def test_fault_01_silence_is_noticed_after_the_limit() -> None:
    watch = Watch(0.0, 8.0)
    watch.picture(1.0)
    assert watch.overdue(8.9, live=True) is None
    assert str(watch.overdue(9.1, live=True)) == "no video for 8 s"


def test_a_slow_machine_may_take_longer_to_start_a_decoder() -> None:
    watch = Watch(0.0, 8.0)
    assert watch.overdue(15.0, live=True) is None
    assert watch.overdue(21.0, live=True)


def test_packets_without_pictures_are_borne_for_a_while() -> None:
    watch = Watch(0.0, 8.0)
    for second in range(1, 32):
        watch.beat(Beat(packets=second * 25, pictures=0), float(second))
        assert watch.overdue(float(second), live=True) is None
    watch.beat(Beat(packets=1000, pictures=0), 33.0)
    assert "cannot be decoded" in str(watch.overdue(33.0, live=True))


def test_beats_that_count_nothing_new_are_no_sign_of_life() -> None:
    watch = Watch(0.0, 8.0)
    for second in range(1, 12):
        watch.beat(Beat(packets=25, pictures=5), float(second))
    assert watch.picture_s == 1.0
    assert watch.overdue(11.0, live=True)


def test_a_recording_may_take_its_time_but_not_for_ever() -> None:
    watch = Watch(0.0, 8.0)
    watch.alive(5.0)
    assert watch.overdue(34.0, live=False) is None
    assert watch.overdue(36.0, live=False)


def test_waits_double_with_jitter_up_to_a_limit() -> None:
    back_off = BackOff(random.Random(7))
    waits = [back_off.next_s(refused=False, online_s=0.0) for _ in range(12)]
    for index, wait_s in enumerate(waits):
        whole_s = min(30.0, 0.5 * 2**index)
        assert whole_s / 2 <= wait_s <= whole_s
    other = BackOff(random.Random(8))
    assert waits != [other.next_s(refused=False, online_s=0.0) for _ in range(12)]


def test_a_camera_that_was_steady_is_asked_again_soon_and_a_flapping_one_is_not() -> None:
    back_off = BackOff()
    for _ in range(8):
        flapping_s = back_off.next_s(refused=False, online_s=1.0)
    assert flapping_s >= 15.0
    assert back_off.next_s(refused=False, online_s=60.0) <= 0.5


def test_a_refusal_is_not_repeated_soon_lest_the_account_is_locked() -> None:
    back_off = BackOff()
    waits = [back_off.next_s(refused=True, online_s=0.0) for _ in range(10)]
    assert waits[0] >= 7.5
    assert 150.0 <= waits[-1] <= 300.0
