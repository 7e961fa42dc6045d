"""How old pictures are, and shares of histograms."""

from __future__ import annotations

import math

import pytest

from almere_vision.cli.streams_bench.counters import growth, quantile
from almere_vision.domain.frame import Moment
from almere_vision.worker.measures import Delay, Measures


def moment(clock_s: float, media_s: float, camera: str = "c") -> Moment:
    return Moment(camera, None, clock_s, media_s, None, 640, 360)


def test_a_picture_judged_at_once_is_new() -> None:
    assert Delay().of(moment(1000.0, 5.0), 1000.0) == pytest.approx(0.0)


def test_what_waits_between_decoding_and_judging_counts() -> None:
    delay = Delay()
    delay.of(moment(1000.0, 5.0), 1000.0)
    assert delay.of(moment(1001.0, 6.0), 1001.4) == pytest.approx(0.4)


def test_a_stream_that_is_read_too_slowly_grows_old_although_each_picture_was_just_decoded() -> None:
    delay = Delay()
    delay.of(moment(1000.0, 5.0), 1000.0)
    assert delay.of(moment(1010.0, 12.0), 1010.0) == pytest.approx(3.0, abs=0.02)


def test_a_drifting_clock_of_a_camera_does_not_add_up() -> None:
    delay, age_s = Delay(), 0.0
    for second in range(0, 36_000, 10):  # a camera that loses 50 ppm
        age_s = delay.of(moment(1000.0 + second, second * (1 - 50e-6)), 1000.0 + second)
    assert age_s < 0.01


def test_counters_are_kept_by_camera() -> None:
    measures = Measures()
    measures.dropped("c", 5)
    measures.dropped("c", 3)  # its decoder began anew
    measures.dropped("c", 4)
    assert measures.judged(moment(1.0, 1.0), clock=lambda: 1.1) == pytest.approx(0.1)
    measures.judged(moment(2.0, 2.0), unchanged=True, clock=lambda: 2.1)
    value = measures.registry.get_sample_value
    assert value("almere_frames_total", {"camera": "c", "fate": "dropped"}) == 6
    assert value("almere_frames_total", {"camera": "c", "fate": "detected"}) == 1
    assert value("almere_frames_total", {"camera": "c", "fate": "repeated"}) == 1
    assert value("almere_frame_age_seconds_bucket", {"camera": "c", "le": "0.15"}) == 2


def test_quantiles_of_a_histogram() -> None:
    buckets = {0.1: 50.0, 0.2: 100.0, math.inf: 100.0}
    assert quantile(buckets, 0.5) == pytest.approx(0.1)
    assert quantile(buckets, 0.75) == pytest.approx(0.15)
    assert quantile({0.1: 0.0, math.inf: 1.0}, 0.5) == math.inf
    assert quantile({}, 0.5) == math.inf


def test_growth_is_from_the_middle_to_the_end_and_one_odd_sample_is_none() -> None:
    assert growth([9, 9, 9, 1, 1, 1, 2, 2, 2, 2]) == 1.0
    assert growth([1.0] * 24 + [50.0]) == 0.0
    assert growth([5.0]) == 0.0


def test_what_comes_and_goes_does_not_grow_and_what_leaks_beside_it_does() -> None:
    wave = ([330.0] * 10 + [390.0] * 10) * 3
    assert growth(wave) == 0.0
    assert growth([value + second / 2 for second, value in enumerate(wave)]) >= 10.0
