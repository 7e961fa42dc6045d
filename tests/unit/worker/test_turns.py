"""Many cameras share few turns, and none of them is judged by an old picture."""

from __future__ import annotations

import threading

import numpy as np

from almere_vision.domain.frame import Frame, Moment
from almere_vision.worker.turns import Turns


def frame(camera: str, clock_s: float) -> Frame:
    return Frame(Moment(camera, "home", clock_s, clock_s, None, 8, 8), np.zeros((8, 8, 3), np.uint8))


class Source:
    """A camera of which a newer picture comes, or none."""

    def __init__(self, newest: Frame | None = None) -> None:
        self.newest = newest
        self.asked = threading.Event()

    def ask(self) -> None:
        self.asked.set()

    def fresher(self, frame: Frame) -> Frame:
        return self.newest or frame


def test_no_more_are_judged_at_once_than_there_are_turns() -> None:
    turns, counting, now, most = Turns(2), threading.Lock(), 0, 0
    meeting = threading.Barrier(2, timeout=20)

    def watch(camera: str) -> None:
        nonlocal now, most
        for _ in turns.taking([frame(camera, second) for second in range(4)], Source()):
            with counting:
                now += 1
                most = max(most, now)
            meeting.wait()  # two are at it together, always
            with counting:
                now -= 1

    threads = [threading.Thread(target=watch, args=(f"c{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == 2


def test_who_waited_is_given_the_newest_picture_that_came_meanwhile() -> None:
    turns, source = Turns(1), Source(newest=frame("late", 9.0))
    judging, done = threading.Event(), threading.Event()
    seen: list[float] = []

    def hold() -> None:
        for _ in turns.taking([frame("slow", 0.0)], Source()):
            judging.set()
            done.wait(20)

    def wait_for_it() -> None:
        seen.extend(one.moment.clock_s for one in turns.taking([frame("late", 1.0)], source))

    holder = threading.Thread(target=hold)
    holder.start()
    assert judging.wait(20)
    waiter = threading.Thread(target=wait_for_it)
    waiter.start()
    assert source.asked.wait(20)  # before it is its turn, so that nobody waits for the picture then
    assert seen == []
    done.set()
    waiter.join(20)
    holder.join(20)
    assert seen == [9.0]


def test_a_picture_that_did_not_wait_is_judged_itself() -> None:
    source = Source(newest=frame("c", 9.0))
    assert [one.moment.clock_s for one in Turns(1).taking([frame("c", 1.0)], source)] == [1.0]
    assert not source.asked.is_set()


def test_a_turn_ends_also_when_judging_fails() -> None:
    turns = Turns(1)
    for _ in range(2):
        judging = turns.taking([frame("c", 1.0)], Source())
        next(judging)
        judging.close()
