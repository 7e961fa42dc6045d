"""Time stamps of cameras are not to be trusted; the time line made of them is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.sources.timeline import Pace, Sampler, Timeline

TICK_S = 1 / 90_000
PERIOD = 3600  # 25 pictures a second


@dataclass
class Stamps:
    pts: int | None
    dts: int | None
    duration: int | None = None


def placed(raw: list[int | None], *, live: bool, arrivals_s: list[float] | None = None) -> list[float]:
    line = Timeline(TICK_S, 100.0, live=live)
    result = []
    for index, stamp in enumerate(raw):
        packet = Stamps(stamp, stamp, PERIOD)
        line.place(packet, arrivals_s[index] if arrivals_s else index * 0.04)
        assert packet.dts is not None
        result.append(packet.dts * TICK_S)
    return result


def steps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_steady_stream_begins_where_told_and_keeps_its_own_pace() -> None:
    times = placed([90_000_000 + PERIOD * i for i in range(10)], live=True)
    assert times[0] == pytest.approx(100.0)
    assert steps(times) == pytest.approx([0.04] * 9)


def test_a_burst_after_a_stall_keeps_the_pace_of_the_stream() -> None:
    arrivals = [0.0, 0.04, 3.0, 3.001, 3.002, 3.003]
    times = placed([PERIOD * i for i in range(6)], live=True, arrivals_s=arrivals)
    assert steps(times) == pytest.approx([0.04] * 5)


@pytest.mark.parametrize("jump_s", [-3600.0, -2.0, 30.0, 86_400.0])
def test_fault_04_a_jump_of_the_count_is_bridged_by_time_of_arrival(jump_s: float) -> None:
    jump = round(jump_s / TICK_S)
    raw = [10**10 + PERIOD * i + (jump if i >= 5 else 0) for i in range(10)]
    assert steps(placed(raw, live=True)) == pytest.approx([0.04] * 9)


def test_a_missing_first_time_stamp_is_bridged() -> None:
    times = placed([None, 500_000, 503_600, None, 900_000_000], live=True)
    assert times[0] == pytest.approx(100.0)
    assert steps(times) == pytest.approx([0.04] * 4)


def test_a_small_step_back_is_disorder_and_the_count_goes_on() -> None:
    times = placed([0, PERIOD, PERIOD - 900, 2 * PERIOD, 3 * PERIOD], live=True)
    assert all(step > 0 for step in steps(times))
    assert times[-1] == pytest.approx(100 + 3 * 0.04)


def test_reordered_pictures_keep_their_distance_from_decoding_order() -> None:
    line = Timeline(TICK_S, 0.0, live=False, origin=2 * PERIOD)
    packets = [Stamps(2 * PERIOD, 0), Stamps(5 * PERIOD, PERIOD), Stamps(3 * PERIOD, 2 * PERIOD)]
    for packet in packets:
        line.place(packet, 0.0)
    assert [packet.pts for packet in packets] == [0, 3 * PERIOD, PERIOD]
    assert [packet.dts for packet in packets] == [-2 * PERIOD, -PERIOD, 0]


def test_presentation_times_alone_may_be_out_of_order() -> None:
    line = Timeline(TICK_S, 0.0, live=True)
    packets = [Stamps(stamp * PERIOD, None) for stamp in (0, 3, 1, 2)]
    for packet in packets:
        line.place(packet, 0.0)
    assert [packet.pts for packet in packets] == [0, 3 * PERIOD, PERIOD, 2 * PERIOD]


def test_a_gap_in_a_recording_stays() -> None:
    assert steps(placed([0, PERIOD, 900_000], live=False))[-1] == pytest.approx(10 - 0.04)


def test_a_loop_goes_on_where_the_last_picture_ends() -> None:
    line = Timeline(TICK_S, 0.0, live=False)
    times = []
    for _ in range(3):
        for index in range(4):
            packet = Stamps(index * PERIOD, index * PERIOD, PERIOD)
            line.place(packet, 0.0)
            times.append(packet.dts)
        line.seam()
    assert times == [index * PERIOD for index in range(12)]


@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40)), min_size=1, max_size=60),
    st.lists(st.floats(0, 100), min_size=60, max_size=60),
    st.booleans(),
)
def test_fault_04_whatever_a_camera_sends_time_goes_on(
    raw: list[int | None], waits_s: list[float], live: bool
) -> None:
    now_s, arrivals = 0.0, []
    for wait_s in waits_s:
        now_s += wait_s
        arrivals.append(now_s)
    assert all(step > 0 for step in steps(placed(raw, live=live, arrivals_s=arrivals)))


@pytest.mark.parametrize(
    ("source_fps", "fps", "taken"), [(25, 5, 50), (29.97, 5, 50), (6, 5, 50), (3, 5, 30)]
)
def test_the_sampler_takes_the_first_picture_of_each_period(
    source_fps: float, fps: float, taken: int
) -> None:
    sampler = Sampler(fps)
    times = [1000.13 + index / source_fps for index in range(round(10 * source_fps))]
    chosen = [time_s for time_s in times if sampler.take(time_s)]
    assert len(chosen) == taken
    late = [((time_s - 1000.13) * fps + 1e-3) % 1 for time_s in chosen]
    assert source_fps < fps or max(late) <= fps / source_fps + 2e-3


def test_the_sampler_never_goes_back() -> None:
    sampler = Sampler(5)
    assert sampler.take(10.0)
    assert not sampler.take(9.0)
    assert sampler.take(10.2)


def test_a_late_player_goes_on_from_now() -> None:
    pace = Pace()
    pace.wait(1000.0)
    pace.wait(5.0)  # Would be due 995 s ago.
    pace.wait(5.001)
