"""The motors of the virtual camera, on a clock of the test."""

from __future__ import annotations

import pytest

from almere_vision.domain.ptz import Position
from almere_vision.simulate.mount import HOME, Mount, UnknownPreset


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mount(clock: Clock) -> Mount:
    return Mount(speed=0.5, clock=clock)


def test_it_takes_its_time_to_a_place(mount: Mount, clock: Clock) -> None:
    mount.go(Position(1.0, -0.5, 0.2))
    clock.now_s += 1.0
    at, moving = mount.tell()
    assert (at.pan, at.tilt, at.zoom) == pytest.approx((0.5, -0.5, 0.2))
    assert moving
    clock.now_s += 1.0
    assert mount.tell() == (Position(1.0, -0.5, 0.2), False)


def test_it_drives_until_it_is_stopped_or_at_its_end(mount: Mount, clock: Clock) -> None:
    mount.drive(1.0, 0.0, 0.0)
    clock.now_s += 1.0
    mount.stop()
    clock.now_s += 5.0
    at, moving = mount.tell()
    assert at.pan == pytest.approx(0.5)
    assert not moving
    mount.drive(-1.0, 0.0, 0.0)
    clock.now_s += 60.0
    assert mount.tell()[0].pan == -1.0
    clock.now_s += 1.0
    assert mount.tell()[1] is False


def test_it_drives_for_no_longer_than_it_was_told(mount: Mount, clock: Clock) -> None:
    mount.drive(1.0, 0.0, 0.0, for_s=1.0)
    clock.now_s += 0.5
    assert mount.tell()[1]
    clock.now_s += 9.0
    at, moving = mount.tell()
    assert at.pan == pytest.approx(0.5)
    assert not moving


def test_presets_are_kept_found_again_moved_and_forgotten(mount: Mount, clock: Clock) -> None:
    mount.go(Position(0.4, 0.1, 0.0))
    clock.now_s += 10.0
    token = mount.save("corner")
    mount.go(HOME)
    clock.now_s += 10.0
    mount.recall(token)
    clock.now_s += 10.0
    assert mount.tell()[0] == Position(0.4, 0.1, 0.0)
    mount.shift_presets(0.05, 0.0, 0.0)
    position = mount.presets[token].position
    assert position is not None
    assert position.pan == pytest.approx(0.45)
    mount.forget_presets()
    with pytest.raises(UnknownPreset):
        mount.recall(token)


def test_a_nudge_moves_the_view_at_once_and_no_motor_knows(mount: Mount, clock: Clock) -> None:
    mount.nudge(0.1, 0.0, 0.0)
    assert mount.look().pan == pytest.approx(0.1)
    assert mount.tell() == (HOME, False)
    mount.go(Position(0.5, 0.0, 0.0))
    clock.now_s += 5.0
    assert mount.look().pan == pytest.approx(0.6)
    mount.jump(Position(-0.5, 0.0, 0.0))
    assert mount.look().pan == pytest.approx(-0.4)


def test_it_remembers_where_it_was(mount: Mount, clock: Clock) -> None:
    mount.go(Position(1.0, 0.0, 0.0))
    for _ in range(8):
        clock.now_s += 0.5
        mount.tell()
    assert mount.tell()[0].pan == 1.0
    assert mount.told(3.0)[0].pan == pytest.approx(0.5)
