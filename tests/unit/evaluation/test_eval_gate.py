"""A rule that got worse does not pass, however it got worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from almere_vision.domain.errors import InputError
from almere_vision.evaluation.cli import app
from almere_vision.evaluation.gate import fallen, make_baseline, read_baseline
from almere_vision.evaluation.suite import Tolerance, load_suite

WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


@pytest.fixture
def baseline(bench, run_made):
    return make_baseline(run_made(), load_suite(bench / "suite.yaml").settings.gate)


def test_the_made_footage_is_judged_rightly(run_made):
    parking = run_made().events.kinds["parking"]
    assert (parking.found, parking.missed, parking.false) == (1, 0, 0)


def test_the_same_rule_passes(baseline, run_made):
    assert fallen(run_made(), baseline) == []


def test_a_doubled_limit_is_caught(baseline, run_made, write_zones):
    worse = fallen(run_made(write_zones(limit_s=30)), baseline)
    assert "parking.recall" in [one.name for one in worse]


def test_an_ignored_zone_is_caught(baseline, run_made, write_zones):
    worse = fallen(run_made(write_zones(polygon=WHOLE)), baseline)
    assert [one.name for one in worse] == ["parking.false_per_camera_hour", "parking.precision"]


def test_a_rule_that_never_alarms_is_caught(baseline, run_made, write_zones):
    worse = {one.name: one.value for one in fallen(run_made(write_zones(limit_s=3000)), baseline)}
    assert worse == {"parking.recall": 0.0, "parking.precision": None}


def test_a_figure_may_fall_to_its_tolerance_and_no_further(run_made):
    report = run_made()
    gate = {"parking.recall": Tolerance(worse_by=0.25, better="higher")}
    baseline = make_baseline(report, gate)
    for value, falls in ((0.75, False), (0.7499, True), (None, True), (1.0, False)):
        changed = report.model_copy(update={"figures": {"parking.recall": value}})
        assert bool(fallen(changed, baseline)) is falls


def test_other_labels_are_refused(baseline, run_made, bench):
    labels = bench / "labels" / "plaza.json"
    labels.write_text(labels.read_text().replace("5.0", "6.0"))
    with pytest.raises(InputError, match="other labels"):
        fallen(run_made(), baseline)


def test_a_suite_that_guards_an_unknown_figure_is_refused(run_made):
    with pytest.raises(InputError, match=r"no parking\.magic"):
        make_baseline(run_made(), {"parking.magic": Tolerance(worse_by=0, better="higher")})


def test_the_command_exits_with_1_and_tells_what_fell(tmp_path, bench, run_made, write_zones):
    good, bad, baseline = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "baseline.json"
    good.write_text(run_made().model_dump_json())
    bad.write_text(run_made(write_zones(limit_s=30)).model_dump_json())
    runner = CliRunner()
    made = runner.invoke(
        app, ["gate", str(good), str(baseline), "--write", str(bench / "suite.yaml")], catch_exceptions=False
    )
    assert made.exit_code == 0
    assert set(read_baseline(baseline).figures) == {
        "parking.recall",
        "parking.precision",
        "parking.false_per_camera_hour",
    }
    passed = runner.invoke(app, ["gate", str(good), str(baseline)])
    assert (passed.exit_code, passed.stdout) == (0, "passed: 3 figures hold\n")
    failed = runner.invoke(app, ["gate", str(bad), str(baseline), "--json"])
    assert failed.exit_code == 1
    told = json.loads(failed.stdout)
    assert told["passed"] is False
    assert {"name": "parking.recall", "value": 0.0, "baseline": 1.0, "limit": 0.95} in told["fallen"]


@pytest.mark.parametrize("text", ["", "{}", '{"suite": 1}', "[1]"])
def test_what_is_no_baseline_is_refused_in_one_line(tmp_path: Path, text: str):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_baseline(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
