"""The console has words for whatever the audit log can hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from almere_vision.domain.audit import Action, Subject
from almere_vision.domain.incident import Command
from almere_vision.review.desk import LET_THROUGH
from almere_vision.review.transitions import ENTER

WORDS = Path(__file__).resolve().parents[3] / "web" / "src" / "i18n"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_action_and_subject_of_the_audit_log_has_words(language: str) -> None:
    told = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))["audit"]

    assert {*Action, *Command, ENTER, LET_THROUGH} <= told["action"].keys()
    assert {Action.TAKE, Action.GIVE_BACK, Action.STEER, *Command} <= told["did"].keys()
    assert set(Subject) <= told["subject"].keys()
