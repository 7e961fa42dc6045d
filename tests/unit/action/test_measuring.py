"""What is measured in tubes, and what must not matter to it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from almere_vision.action.limbs import limb_numbers
from almere_vision.action.measures import change_numbers, flow_numbers, kinematic_numbers
from almere_vision.action.motion import measure_motion
from almere_vision.action.numbers import MOST_TUBES, as_row, measure, measure_some
from almere_vision.action.pose import Poses, find_poses
from almere_vision.domain.tube import Tube
from tests.unit.action.made import brighter, mirrored, pair


def upright(square: NDArray[np.int32]) -> NDArray[np.float32]:
    """Joints of a person who stands in the middle of any square."""
    joints = np.full((1, 1, 17, 3), 0.9, np.float32)
    joints[0, 0, :, 0] = np.linspace(0.15, 0.85, 17)
    joints[0, 0, :, 1] = 0.5
    return joints


def motion_numbers(tube: Tube) -> dict[str, float]:
    motion = measure_motion(tube)
    assert motion is not None
    return flow_numbers(motion) | change_numbers(motion) | kinematic_numbers(tube)


def test_people_who_are_thrown_about_move_more_than_people_who_stand() -> None:
    calm, wild = motion_numbers(pair()), motion_numbers(pair(swing=0.04))
    assert calm["flow_mean"] < 0.02
    assert wild["flow_mean"] > 0.1
    assert wild["acceleration_mean"] > 5 * max(calm["acceleration_mean"], 0.1)
    assert wild["pair_speed_max"] > 0.5
    assert calm["gap_mean"] == pytest.approx(0.4, abs=0.05)


def test_a_camera_that_shakes_makes_nobody_move() -> None:
    steady, shaken = motion_numbers(pair()), motion_numbers(pair(shake_px=6))
    assert shaken["flow_mean"] < 0.5 * motion_numbers(pair(swing=0.04))["flow_mean"]
    assert abs(shaken["flow_mean"] - steady["flow_mean"]) < 0.05


@pytest.mark.parametrize(("gain", "offset"), [(0.6, 0.0), (1.0, 40.0), (1.3, -10.0)])
def test_brightness_and_contrast_do_not_matter(gain: float, offset: float) -> None:
    tube = pair(swing=0.03)
    plain, other = motion_numbers(tube), motion_numbers(brighter(tube, gain, offset))
    for name, value in plain.items():
        assert other[name] == pytest.approx(value, rel=0.1, abs=0.1), name


def test_left_and_right_do_not_matter() -> None:
    tube = pair(swing=0.03)
    plain, other = motion_numbers(tube), motion_numbers(mirrored(tube))
    for name, value in plain.items():
        if not name.endswith(("_max", "_spread")):  # the search for flow itself goes from left to right
            assert other[name] == pytest.approx(value, rel=0.35, abs=0.15), name


def test_left_and_right_do_not_matter_to_limbs() -> None:
    noise = np.random.default_rng(1)
    joints = noise.uniform(10, 90, (2, 4, 17, 3)).astype(np.float32)
    joints[..., 2] = 0.8
    boxes = np.tile(np.array([10, 10, 60, 90], np.float32), (2, 4, 1))
    other = joints.copy()
    other[..., 0] = 100 - other[..., 0]
    swap = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]
    times_s = np.arange(4) * 0.8
    plain = limb_numbers(Poses(times_s, joints, boxes))
    turned = limb_numbers(Poses(times_s, other[:, :, swap], boxes))
    assert turned == pytest.approx(plain, rel=1e-4, abs=1e-4)


def test_unseen_moments_are_no_motion_and_break_nothing() -> None:
    tube = pair(swing=0.03)
    tube.people[1, 5:] = np.nan
    tube.people[0, :3] = np.nan
    numbers = measure(tube, upright)
    assert numbers is not None
    assert np.isfinite(list(numbers.values())).all()


def test_a_tube_in_which_nobody_can_be_measured_has_no_numbers() -> None:
    tube = pair()
    tube.people[:] = np.nan
    assert measure(tube, upright) is None
    assert measure_some([tube], upright) == []
    two = pair(count=2)
    assert measure(two, upright) is None, "two pictures show no change of motion"


def test_of_many_groups_the_most_restless_are_measured() -> None:
    tubes = [pair(swing=swing) for swing in (0.0, 0.04, 0.01, 0.05)]
    found = [tube for tube, _ in measure_some(tubes, upright)]
    assert len(found) == MOST_TUBES
    assert tubes[0] not in found


def test_joints_come_back_in_pixels_of_the_cut() -> None:
    tube = pair()
    poses = find_poses(tube, upright, most_people=1, step=4)
    assert poses.joints.shape == (1, 3, 17, 3)
    x1, y1, x2, y2 = poses.boxes[0, 0]
    assert poses.joints[0, 0, :, 0] == pytest.approx(np.full(17, (x1 + x2) / 2), abs=0.5)
    assert y1 - 10 < poses.joints[0, 0, 0, 1] < poses.joints[0, 0, -1, 1] < y2 + 10


@pytest.mark.parametrize("count", [17, 20, 25])
def test_joints_are_looked_for_at_the_same_times_however_long_the_clip_is(count: int) -> None:
    poses = find_poses(pair(count=count), upright, most_people=1, step=8)
    assert np.diff(poses.times_s) == pytest.approx([0.8, 0.8])


def test_a_very_short_tube_is_looked_at_closer() -> None:
    poses = find_poses(pair(count=5), upright, most_people=1, step=8)
    assert np.diff(poses.times_s) == pytest.approx([0.2, 0.2])


def test_joints_that_are_not_sure_say_nothing() -> None:
    joints = np.zeros((1, 3, 17, 3), np.float32)
    boxes = np.tile(np.array([10, 10, 60, 90], np.float32), (1, 3, 1))
    numbers = limb_numbers(Poses(np.arange(3) * 0.8, joints, boxes))
    assert numbers["wrist_speed"] == 0.0
    assert numbers["joint_score"] == 0.0
    assert np.isfinite(list(numbers.values())).all()


def test_a_row_is_finite_bounded_and_in_the_order_that_is_asked() -> None:
    row = as_row({"a": float("nan"), "b": 1e9, "c": -2.0}, ("c", "b", "a", "missing"))
    assert row.tolist() == [-2.0, 50.0, 0.0, 0.0]
    assert row.dtype == np.float32
