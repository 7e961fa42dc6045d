"""Reports are made beside the judging: in order, none lost, and what keeps one from it is told."""

from __future__ import annotations

import threading
from typing import cast

import numpy as np
import pytest

from almere_vision.domain.errors import StorageError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.suggestion import RuleHit
from almere_vision.domain.tube import Tube
from almere_vision.worker.aside import Aside
from almere_vision.worker.journeys import UNTRACED, Journey

FRAME = Frame(Moment("c", "home", 1.0, 1.0, None, 8, 8), np.zeros((8, 8, 3), np.uint8))


def hit(name: str) -> RuleHit:
    """Only handed on here, so a name does."""
    return cast(RuleHit, name)


def test_who_reports_does_not_wait_and_is_told_when_all_is_out() -> None:
    go_on, made = threading.Event(), []

    def report(one: RuleHit, frame: Frame, tube: Tube | None, journey: Journey) -> None:
        assert go_on.wait(20)
        made.append((one, frame, tube))

    with Aside(report) as reports:
        for name in "abc":
            reports.report(hit(name), FRAME, None, UNTRACED)
        assert (made, reports.settled()) == ([], False)
        go_on.set()
    assert made == [(name, FRAME, None) for name in "abc"]
    assert reports.settled()


def test_one_that_fails_is_told_to_who_keeps_the_memory() -> None:
    failed = threading.Event()

    def report(one: RuleHit, frame: Frame, tube: Tube | None, journey: Journey) -> None:
        failed.set()
        raise StorageError("the spool is full")

    def watch() -> None:
        with Aside(report) as reports:
            reports.report(hit("a"), FRAME, None, UNTRACED)
            assert failed.wait(20)

    with pytest.raises(StorageError, match="full"):
        watch()


def test_very_many_that_wait_make_their_camera_wait() -> None:
    go_on, asked = threading.Event(), []

    def camera(reports: Aside) -> None:
        for number in range(30):
            reports.report(hit(str(number)), FRAME, None, UNTRACED)
            asked.append(number)

    def report(one: RuleHit, frame: Frame, tube: Tube | None, journey: Journey) -> None:
        assert go_on.wait(20)

    with Aside(report) as reports:
        thread = threading.Thread(target=camera, args=(reports,))
        thread.start()
        thread.join(1.0)
        assert thread.is_alive()
        assert len(asked) < 30
        go_on.set()
        thread.join(20)
        assert len(asked) == 30
