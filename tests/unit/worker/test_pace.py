"""Rates of cameras on a machine that can judge only so many pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from almere_vision.worker.pace import LEAST_FPS, Pace


@dataclass
class Machine:
    """Cameras that want 5 pictures a second, and a detector that can do `most_fps` of them in all."""

    cameras: int
    most_fps: float
    rates_fps: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [f"c{number}" for number in range(self.cameras)]
        self.rates_fps = dict.fromkeys(names, 5.0)
        self.pace = Pace({name: self._setter(name) for name in names})

    def _setter(self, name: str):  # type: ignore[no-untyped-def]
        return lambda fps: self.rates_fps.__setitem__(name, fps)

    def run(self, seconds: int, need_fps: float = 5.0) -> None:
        """Two seconds at a time: what is too much is dropped, and what is judged is old then."""
        for _ in range(seconds // 2):
            due = 2 * sum(self.rates_fps.values())
            judged = min(due, 2 * self.most_fps)
            age_s = 0.1 if due <= 1.8 * self.most_fps else 0.9
            for number in range(round(judged)):
                self.pace.judged(f"c{number % self.cameras}", need_fps, age_s)
            self.pace.dropped(round(due - judged))
            self.pace.balance()


def test_a_machine_with_room_gives_what_is_needed() -> None:
    machine = Machine(cameras=4, most_fps=100)
    machine.run(60)
    assert set(machine.rates_fps.values()) == {5.0}


def test_a_full_machine_is_asked_for_what_it_can_do_and_drops_little() -> None:
    machine = Machine(cameras=40, most_fps=60)
    machine.run(120)
    asked_fps = sum(machine.rates_fps.values())
    assert 0.6 * 60 < asked_fps < 1.1 * 60
    assert max(machine.rates_fps.values()) < 1.2 * min(machine.rates_fps.values())  # nobody is favoured


def test_when_others_leave_the_rates_come_back() -> None:
    machine = Machine(cameras=10, most_fps=15)
    machine.run(60)
    assert max(machine.rates_fps.values()) < 2.0
    machine.most_fps = 200
    machine.run(90)
    assert min(machine.rates_fps.values()) == 5.0


def test_a_quiet_camera_is_asked_for_less() -> None:
    machine = Machine(cameras=2, most_fps=100)
    machine.run(10)
    machine.pace.judged("c0", 1.0, 0.1)
    assert machine.rates_fps == {"c0": 1.0, "c1": 5.0}


def test_no_camera_is_looked_at_less_often_than_the_least() -> None:
    machine = Machine(cameras=87, most_fps=5)
    machine.run(120)
    assert min(machine.rates_fps.values()) == pytest.approx(LEAST_FPS)


def test_a_camera_that_is_opened_anew_is_told_its_rate_again() -> None:
    told: list[float] = []
    pace = Pace({"c": told.append})
    pace.needs("c", 1.0)
    pace.needs("c", 1.0)
    assert told == [1.0]
    pace.gone("c")
    pace.needs("c", 1.0)
    assert told == [1.0, 1.0]
