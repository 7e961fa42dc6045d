"""How many of what a threshold holds back are shown: within bounds, and the same for the same id."""

from __future__ import annotations

import pytest

from almere_vision.config import load_settings
from almere_vision.domain.errors import SettingsError
from almere_vision.review.gate import is_sample


@pytest.mark.parametrize("share", [0.01, 0.02, 0.05])
def test_the_share_is_what_was_asked_for(share: float) -> None:
    drawn = sum(is_sample(f"plaza-{number % 87}-{number:x}", share) for number in range(50_000))
    assert drawn == pytest.approx(50_000 * share, rel=0.1)


def test_who_is_drawn_at_a_small_share_is_drawn_at_a_larger_one() -> None:
    ids = [f"s-{number}" for number in range(5_000)]
    few, more = ({one for one in ids if is_sample(one, share)} for share in (0.01, 0.05))
    assert few < more
    assert few == {one for one in ids if is_sample(one, 0.01)}


@pytest.mark.parametrize("share", ["0", "0.009", "0.051", "1", "nan", "much"])
def test_a_share_outside_of_1_to_5_percent_is_refused(share: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMERE_SAMPLE_SHARE", share)
    with pytest.raises(SettingsError, match="ALMERE_SAMPLE_SHARE"):
        load_settings()
