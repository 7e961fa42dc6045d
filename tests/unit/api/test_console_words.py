"""The console has words for whatever the audit log can hold, and for all that can be wrong with a camera."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from almere_vision.delivery.reasons import DUTCH, why
from almere_vision.domain.audit import Action, Subject
from almere_vision.domain.incident import Command
from almere_vision.domain.reason import ENGLISH, Reason, ReasonCode, value_names
from almere_vision.review.desk import LET_THROUGH
from almere_vision.review.transitions import ENTER

WORDS = Path(__file__).resolve().parents[3] / "web" / "src" / "i18n"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_action_and_subject_of_the_audit_log_has_words(language: str) -> None:
    told = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))["audit"]

    assert {*Action, *Command, ENTER, LET_THROUGH} <= told["action"].keys()
    assert {Action.TAKE, Action.GIVE_BACK, Action.STEER, *Command} <= told["did"].keys()
    assert set(Subject) <= told["subject"].keys()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reason_of_a_camera_has_a_sentence_with_its_values(language: str) -> None:
    told: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))["why"]

    assert told.keys() == set(ReasonCode)
    for code in ReasonCode:
        assert set(re.findall(r"{{(\w+)}}", told[code])) == _values(code), code
    if language == "nl":
        assert told == {code: re.sub(r"{(\w+)}", r"{{\1}}", DUTCH[code]) for code in ReasonCode}


def test_every_reason_of_a_camera_is_told_in_reports_in_dutch() -> None:
    assert DUTCH.keys() == set(ReasonCode)
    for code in ReasonCode:
        reason = Reason(code, {name: f"the {name}" for name in _values(code)})
        assert why(reason, "en") == reason.text
        assert all(value in why(reason, "nl") for value in reason.values.values()), code


def _values(code: ReasonCode) -> frozenset[str]:
    return value_names(ENGLISH[code])
