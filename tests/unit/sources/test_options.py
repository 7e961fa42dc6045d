"""Options that make no sense are refused at once."""

from __future__ import annotations

from datetime import datetime

import pytest

from almere_vision.sources import Options


@pytest.mark.parametrize(
    "wrong",
    [{"fps": 0}, {"fps": float("nan")}, {"offline_after_s": 11}, {"offline_after_s": 0}, {"ring_s": 0}],
)
def test_options_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Options(**wrong)  # type: ignore[arg-type]


def test_a_start_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Options(started_at=datetime(2026, 3, 29, 2, 30))  # noqa: DTZ001
