"""Calibration: against closed forms, in its properties, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from almere_vision.domain.errors import InputError
from almere_vision.domain.suggestion import Kind
from almere_vision.evaluation.calibrate import Alarms, calibrate, fit_kind, fit_platt, quality
from almere_vision.evaluation.cli import app
from almere_vision.suggest import find_likelihood

Scored = list[tuple[float, bool]]


def platt(examples: Scored) -> tuple[float, float]:
    scores, truths = zip(*examples, strict=True)
    return fit_platt(np.array(scores), np.array(truths))


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def test_two_scores_have_a_closed_form() -> None:
    # Four at 0.8, three of them so; three at 0.3, one of them so. N+ = 4, N- = 3: targets 5/6 and 1/5.
    # Two scores and two unknowns: the curve passes through the mean target of each score.
    a, b = platt([(0.8, True)] * 3 + [(0.8, False)] + [(0.3, True)] + [(0.3, False)] * 2)
    upper, lower = (3 * 5 / 6 + 1 / 5) / 4, (5 / 6 + 2 / 5) / 3
    assert a == pytest.approx((logit(upper) - logit(lower)) / 0.5, rel=1e-5)
    assert 0.8 * a + b == pytest.approx(logit(upper), rel=1e-5)


def test_what_a_line_parts_stays_finite_by_the_smoothed_targets() -> None:
    a, b = platt([(0.2, False)] * 2 + [(0.6, True)] * 3)  # targets 1/4 and 4/5
    assert 0.2 * a + b == pytest.approx(logit(1 / 4), rel=1e-5)
    assert 0.6 * a + b == pytest.approx(logit(4 / 5), rel=1e-5)


def test_one_score_only_gives_the_mean_target() -> None:
    a, b = platt([(0.5, True)] * 2 + [(0.5, False)])  # targets 3/4 and 1/3
    assert a == 0
    assert b == pytest.approx(logit((3 / 4 + 3 / 4 + 1 / 3) / 3))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=30))
def test_no_other_curve_nearby_fits_better(examples: Scored) -> None:
    a, b = platt(examples)
    scores = np.array([score for score, _ in examples])
    truths = np.array([truth for _, truth in examples])
    targets = np.where(truths, (truths.sum() + 1) / (truths.sum() + 2), 1 / ((~truths).sum() + 2))

    def loss(a: float, b: float) -> float:
        z = a * scores + b
        return float((np.logaddexp(0, z) - targets * z).sum())

    best = loss(a, b)
    for step in (0.05, -0.05):
        assert loss(a + step, b) >= best - 1e-6
        assert loss(a, b + step) >= best - 1e-6


def test_quality_by_hand() -> None:
    told = quality(np.array([0.9, 0.9, 0.2, 0.4]), np.array([True, False, False, True]))
    assert told.brier == pytest.approx((0.01 + 0.81 + 0.04 + 0.36) / 4)
    assert told.log_loss == pytest.approx(
        -(math.log(0.9) + math.log(0.1) + math.log(0.8) + math.log(0.4)) / 4
    )
    # bins: {0.9, 0.9}: |1.8 - 1| = 0.8; {0.2}: 0.2; {0.4}: 0.6
    assert told.calibration_error == pytest.approx((0.8 + 0.2 + 0.6) / 4)


def test_a_likelihood_of_one_lies_in_the_last_bin() -> None:
    assert quality(np.array([1.0, 0.95]), np.array([True, True])).calibration_error == pytest.approx(0.025)


def alarms(examples: Scored, cameras: list[str]) -> Alarms:
    scores, truths = zip(*examples, strict=True)
    return Alarms(np.array(scores), np.array(truths), np.array(cameras))


GOOD: Scored = [(0.7, True)] * 6 + [(0.4, True)] * 2 + [(0.3, False)] * 5 + [(0.5, False)]
CAMERAS = ["a", "b"] * 7


def test_each_camera_is_judged_by_the_others() -> None:
    fitted = fit_kind(Kind.PARKING, alarms(GOOD, CAMERAS))
    expected = np.empty(14)
    for own in (0, 1):
        a, b = platt(GOOD[1 - own :: 2])
        expected[own::2] = [1 / (1 + math.exp(-(a * score + b))) for score, _ in GOOD[own::2]]
    assert fitted.after == quality(expected, np.array([truth for _, truth in GOOD]))
    assert fitted.before.brier == pytest.approx((6 * 0.09 + 2 * 0.36 + 5 * 0.09 + 0.25) / 14)
    curve = fitted.curve
    assert (curve.true_events, curve.false_events, curve.cameras) == (8, 6, 2)
    assert curve.a == pytest.approx(platt(GOOD)[0])


@pytest.mark.parametrize(
    ("examples", "cameras", "told"),
    [
        (
            [(0.7, True)] * 9 + [(0.3, False)] * 4,
            2,
            "parking cannot be calibrated: 4 false alarms, 5 needed;",
        ),
        ([(0.7, True)] + [(0.3, False)] * 5, 2, "1 true alarm, 5 needed"),
        ([(0.7, True)] * 5 + [(0.3, False)] * 5, 1, "1 camera, 2 needed"),
        ([(0.3, True)] * 5 + [(0.7, False)] * 5, 2, "higher scores are not more often right"),
        ([(0.5, True)] * 5 + [(0.5, False)] * 5, 2, "higher scores are not more often right"),
    ],
)
def test_what_would_be_made_up_is_refused(examples: Scored, cameras: int, told: str) -> None:
    named = [str(n % cameras) for n in range(len(examples))]
    with pytest.raises(InputError) as error:
        fit_kind(Kind.PARKING, alarms(examples, named))
    assert told in str(error.value)
    assert "--kind" in str(error.value)


@pytest.fixture
def report_file(run_made: Any, tmp_path: Path) -> Path:
    """A report of made footage, its alarms replaced by those of `GOOD`, an ignored one and a duplicate."""
    report = json.loads(run_made().model_dump_json())
    clip = report["events"]["clips"][0]
    plain = clip["alarms"][0]
    told = [(s, "true" if t else "false", c) for (s, t), c in zip(GOOD, CAMERAS, strict=True)]
    told += [(0.01, "ignored", "a"), (0.02, "duplicate", "b")]
    report["events"]["clips"] = [
        {**clip, "group": camera, "alarms": [{**plain, "score": score, "outcome": outcome}]}
        for score, outcome, camera in told
    ]
    report["model"] = "net@00000000"
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report))
    return path


def test_the_command_writes_what_the_worker_reads(report_file: Path, tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    out = tmp_path / "net" / "calibration.yaml"
    result = CliRunner().invoke(app, ["calibrate", str(report_file), "--out", str(out), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    written = yaml.safe_load(out.read_text())
    assert written == {key: value for key, value in told.items() if key != "quality"}
    assert written["report_sha256"] == hashlib.sha256(report_file.read_bytes()).hexdigest()
    assert (written["kinds"]["parking"]["true_events"], written["kinds"]["parking"]["false_events"]) == (8, 6)
    assert set(told["quality"]["parking"]["after"]) == {"brier", "log_loss", "calibration_error"}
    likelihood = find_likelihood(tmp_path, "net@00000000")
    assert likelihood is not None
    assert likelihood.version == hashlib.sha256(out.read_bytes()).hexdigest()[:8]


def test_fights_are_calibrated_apart_for_their_classifier(report_file: Path) -> None:
    report = json.loads(report_file.read_text())
    rate = {"value": 0.0, "low": 0.0, "high": 0.0, "at_most": 0.0}
    numbers = ("no_people", "no_trigger", "below_threshold", "too_few_looks", "otherwise", "found")
    hours = ("normal_hours", "groups_per_hour", "looks_per_hour", "looks_above_per_hour")
    report["events"]["cascade"] = {
        "classifier": "fight@11111111",
        "threshold": 0.5,
        "least": 2,
        "of": 3,
        "events": 8,
        **dict.fromkeys(numbers, 0),
        **dict.fromkeys(hours, 0.0),
        "false_alarms_per_hour": rate,
    }
    report_file.write_text(json.dumps(report))
    assert calibrate(report_file)[0].model == "net@00000000"
    for clip in report["events"]["clips"]:
        for alarm in clip["alarms"]:
            alarm["kind"] = "fight"
    report_file.write_text(json.dumps(report))
    assert calibrate(report_file, [Kind.FIGHT])[0].model == "fight@11111111"


def test_the_same_report_gives_the_same_file(report_file: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        CliRunner().invoke(app, ["calibrate", str(report_file), "--out", str(tmp_path / name)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_figures_are_told_in_words(report_file: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["calibrate", str(report_file), "--out", str(tmp_path / "c.yaml")])
    assert "parking: 8 true and 6 false alarms of 2 cameras" in result.stdout
    assert "calibration error" in result.stdout


def test_a_kind_that_was_asked_for_and_has_too_few_is_refused_and_nothing_is_written(
    report_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="fight cannot be calibrated: 0 true alarms, 5 needed"):
        calibrate(report_file, [Kind.FIGHT])
    out = tmp_path / "c.yaml"
    result = CliRunner().invoke(
        app, ["calibrate", str(report_file), "--kind", "parking", "--kind", "fight", "--out", str(out)]
    )
    assert result.exit_code != 0
    assert not out.exists()


def test_what_is_no_report_or_has_no_alarms_is_refused(report_file: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        calibrate(tmp_path / "nothing.json")
    with pytest.raises(InputError, match="cannot be written"):
        CliRunner().invoke(
            app, ["calibrate", str(report_file), "--out", str(tmp_path)], catch_exceptions=False
        )
    report = json.loads(report_file.read_text())
    report["events"]["clips"] = []
    report_file.write_text(json.dumps(report))
    with pytest.raises(InputError, match="no true or false alarms"):
        calibrate(report_file)
