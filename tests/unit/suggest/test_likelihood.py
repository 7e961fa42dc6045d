"""The calibration of a network as the worker reads it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from almere_vision.domain.assessment import PriorityTable
from almere_vision.domain.errors import ModelError
from almere_vision.domain.priority import Band
from almere_vision.domain.suggestion import Kind
from almere_vision.suggest import assessor, find_likelihood
from almere_vision.suggest.likelihood import CALIBRATION_NAME, Curve
from tests.unit.suggest.test_priority import hit

MODEL = "net@00000000"
CURVE = {"a": 4.0, "b": -2.0, "true_events": 20, "false_events": 10, "cameras": 4}
GOOD: dict[str, Any] = {
    "model": MODEL,
    "rules": ["parking@1"],
    "suite": "street",
    "report_sha256": "0" * 64,
    "kinds": {"parking": CURVE},
}


def store(models_dir: Path, content: Any) -> Path:
    folder = models_dir / "net"
    folder.mkdir(exist_ok=True)
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    (folder / CALIBRATION_NAME).write_text(text)
    return models_dir


def test_without_a_calibration_nothing_is_made_up(tmp_path: Path) -> None:
    assert find_likelihood(tmp_path, MODEL) is None


def test_a_calibrated_score_is_a_probability_with_a_band(tmp_path: Path) -> None:
    likelihood = find_likelihood(store(tmp_path, GOOD), MODEL)
    assert likelihood is not None
    assessment = assessor(PriorityTable(), likelihood)(hit())
    assert assessment.likelihood == pytest.approx(1 / (1 + math.exp(-(4.0 * 0.7 - 2.0))))  # 0.690
    assert assessment.band is Band.LIKELY
    assert assessment.calibration == likelihood.version


def test_kinds_and_rules_that_were_not_calibrated_stay_unknown(tmp_path: Path) -> None:
    likelihood = find_likelihood(store(tmp_path, GOOD), MODEL)
    assert likelihood is not None
    assert likelihood.of(hit()) is not None
    fight = assessor(PriorityTable(), likelihood)(hit(Kind.FIGHT))
    assert (fight.likelihood, fight.band, fight.calibration) == (None, None, None)
    newer = find_likelihood(store(tmp_path, GOOD | {"rules": ["parking@2"]}), MODEL)
    assert newer is not None
    assert newer.of(hit()) is None


def test_fights_are_calibrated_by_their_own_classifier(tmp_path: Path) -> None:
    content = GOOD | {"kinds": {"parking": CURVE, "fight": CURVE | {"a": 9.0}}}
    both = find_likelihood(store(tmp_path, content), MODEL)
    assert both is not None
    assess = assessor(PriorityTable(), None, both)
    assert assess(hit(Kind.FIGHT)).likelihood == pytest.approx(1 / (1 + math.exp(-(9.0 * 0.7 - 2.0))))
    assert assess(hit()).likelihood is None
    assert assessor(PriorityTable(), both)(hit(Kind.FIGHT)).likelihood is None


@given(st.lists(st.floats(0, 1), min_size=2), st.floats(0.001, 1e6), st.floats(-1e6, 1e6))
def test_a_higher_score_is_never_less_likely(scores: list[float], a: float, b: float) -> None:
    curve = Curve(a=a, b=b, true_events=5, false_events=5, cameras=2)
    likelihoods = [curve.likelihood(score) for score in sorted(scores)]
    assert likelihoods == sorted(likelihoods)
    assert all(0 <= one <= 1 for one in likelihoods)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD | {"model": "net@11111111"}, "made for net@11111111, not for net@00000000"),
        (GOOD | {"kinds": {}}, "kinds"),
        (GOOD | {"kinds": {"burglary": CURVE}}, "kinds"),
        (GOOD | {"kinds": {"parking": CURVE | {"a": -1.0}}}, "kinds.parking.a"),
        (GOOD | {"kinds": {"parking": CURVE | {"a": math.nan}}}, "kinds.parking.a"),
        (GOOD | {"report_sha256": "abc"}, "report_sha256"),
        (GOOD | {"colour": "red"}, "colour"),
        ("model: [", "expected the node content"),
        ("", "file"),
        ("# " + "x" * 2**20, "larger than 1 MiB"),
    ],
)
def test_a_calibration_that_cannot_be_used_is_told(tmp_path: Path, content: Any, told: str) -> None:
    store(tmp_path, content)
    with pytest.raises(ModelError, match=r"calibration\.yaml") as error:
        find_likelihood(tmp_path, MODEL)
    assert told in str(error.value)
    assert "almere eval calibrate" in str(error.value) or "not a calibration" in str(error.value)
    assert "\n" not in str(error.value)
