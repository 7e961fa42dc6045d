"""Many cameras share few turns, and none of them is judged by an old picture."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np

from almere_vision.domain.frame import Frame, Moment
from almere_vision.worker.turns import Turns


def frame(camera: str, clock_s: float) -> Frame:
    return Frame(Moment(camera, "home", clock_s, clock_s, None, 8, 8), np.zeros((8, 8, 3), np.uint8))


def same(one: Frame) -> Frame:
    return one


def test_no_more_are_judged_at_once_than_there_are_turns() -> None:
    turns, counting, now, most = Turns(2), threading.Lock(), 0, 0
    meeting = threading.Barrier(2, timeout=20)

    def watch(camera: str) -> None:
        nonlocal now, most
        for _ in turns.taking([frame(camera, second) for second in range(4)], same):
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


def test_who_waited_long_is_given_the_newest_picture() -> None:
    turns = Turns(1)
    judging, done = threading.Event(), threading.Event()
    seen: list[float] = []

    def slow() -> Iterator[Frame]:
        yield frame("slow", 0.0)

    def hold() -> None:
        for _ in turns.taking(slow(), same):
            judging.set()
            done.wait(20)

    def wait_for_it() -> None:
        newest = frame("late", 9.0)
        seen.extend(one.moment.clock_s for one in turns.taking([frame("late", 1.0)], lambda _: newest))

    holder = threading.Thread(target=hold)
    holder.start()
    assert judging.wait(20)
    waiter = threading.Thread(target=wait_for_it)
    waiter.start()
    waiter.join(0.6)  # longer than a picture stays fresh
    done.set()
    waiter.join(20)
    holder.join(20)
    assert seen == [9.0]


def test_nobody_stands_still_while_a_newer_picture_is_fetched() -> None:
    turns = Turns(1)
    judging, done, fetching, fetched = (threading.Event() for _ in range(4))
    judged: list[str] = []

    def hold() -> None:
        for _ in turns.taking([frame("first", 0.0)], same):
            judging.set()
            done.wait(20)

    def fetch(one: Frame) -> Frame:
        fetching.set()
        fetched.wait(20)
        return one

    def wait(camera: str, fresher: Callable[[Frame], Frame]) -> None:
        judged.extend(one.moment.camera for one in turns.taking([frame(camera, 1.0)], fresher))

    holder = threading.Thread(target=hold)
    holder.start()
    assert judging.wait(20)
    slow = threading.Thread(target=wait, args=("slow", fetch))
    slow.start()
    slow.join(0.6)  # longer than a picture stays fresh
    done.set()
    holder.join(20)
    assert fetching.wait(20)
    quick = threading.Thread(target=wait, args=("quick", same))
    quick.start()
    quick.join(20)
    assert judged == ["quick"]
    fetched.set()
    slow.join(20)
    assert judged == ["quick", "slow"]


def test_a_picture_that_did_not_wait_is_judged_itself() -> None:
    turns = Turns(1)
    assert [one.moment.clock_s for one in turns.taking([frame("c", 1.0)], lambda _: frame("c", 9.0))] == [1.0]
