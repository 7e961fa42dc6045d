"""Cameras share networks: pictures that wait are seen together, and a failure reaches who asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

import numpy as np
import pytest

from almere_vision.detection import Detector
from almere_vision.domain.detections import Detections
from almere_vision.domain.errors import ModelError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.worker.detectors import Together


def frame(camera: str) -> Frame:
    return Frame(Moment(camera, "home", 0.0, 0.0, None, 8, 8), np.zeros((8, 8, 3), np.uint8))


class Network:
    """Looks when it is let, and fails at pictures of "broken"; keeps what it was given together."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.begun = threading.Semaphore(0)
        self.may = threading.Semaphore(0)
        self.given: list[list[str]] = []

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        self.given.append([one.moment.camera for one in frames])
        self.begun.release()
        assert self.may.acquire(timeout=20)
        if "broken" in self.given[-1]:
            raise ModelError("the runtime failed")
        nothing = np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int64)
        return [Detections(one.moment, *nothing, "test@00000000") for one in frames]


def until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.001)


def share(network: Network) -> Together:
    return Together([cast(Detector, network)])


def asked_while_it_looks(network: Network, cameras: Sequence[str]) -> list[Future[Detections]]:
    """The answers to the first camera, and to the others, which asked in turn while it was busy."""
    together, callers = share(network), ThreadPoolExecutor(len(cameras))
    answers = []
    for number, camera in enumerate(cameras):
        answers.append(callers.submit(together.see, frame(camera)))
        if number == 0:
            assert network.begun.acquire(timeout=20)
        else:
            until(lambda number=number: together.waiting == number)
    for _ in cameras:
        network.may.release()
    callers.shutdown()
    together.close()
    return answers


@pytest.mark.parametrize(
    ("at_once", "given"),
    [
        (1, [["a"], ["b"], ["c"], ["d"]]),
        (2, [["a"], ["b", "c"], ["d"]]),
        (16, [["a"], ["b", "c", "d"]]),
    ],
)
def test_pictures_that_wait_are_looked_at_together_and_each_camera_gets_its_own(
    at_once: int, given: list[list[str]]
) -> None:
    network = Network(at_once)

    answers = asked_while_it_looks(network, "abcd")

    assert network.given == given
    assert [one.result().moment.camera for one in answers] == list("abcd")


def test_a_failure_reaches_all_whose_pictures_it_spoilt_and_no_other() -> None:
    network = Network(at_once=2)

    answers = asked_while_it_looks(network, ["a", "b", "broken", "d"])

    assert [one.exception() is None for one in answers] == [True, False, False, True]
    assert isinstance(answers[2].exception(), ModelError)


def test_nothing_that_was_asked_is_lost_when_it_ends() -> None:
    network = Network(at_once=2)
    together = share(network)
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(together.see, frame("a"))
        assert network.begun.acquire(timeout=20)
        network.may.release()
        together.close()
    assert answer.result().moment.camera == "a"
