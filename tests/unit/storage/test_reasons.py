"""Reasons of workers, also of other releases and broken ones."""

from __future__ import annotations

import json

import pytest

from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.storage.reasons import heard, told

OFF = Reason(ReasonCode.OFF_PRESET, {"much": "6.4 %", "preset": "square"})


@pytest.mark.parametrize("reason", [None, OFF, Reason(ReasonCode.NO_ANSWER)])
def test_it_comes_back_as_it_was_told(reason: Reason | None) -> None:
    assert heard(json.loads(json.dumps(told(reason)))) == reason


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("no picture for 8 s", "no picture for 8 s"),
        ({"code": "it_rains", "values": {"much": "3"}, "text": "it rains"}, "it rains"),
        ({"code": "off_preset", "values": {"much": "3"}, "text": "a bit off"}, "a bit off"),
        ({"code": "off_preset", "values": {"much": 3, "preset": []}, "text": "a bit off"}, "a bit off"),
        ({"code": ["off_preset"], "values": {}, "text": "a bit off"}, "a bit off"),
        ({"code": "no_answer", "values": None, "text": 7}, "its reason cannot be read here"),
        (17, "its reason cannot be read here"),
    ],
)
def test_what_is_not_known_here_stays_a_sentence(message: object, text: str) -> None:
    assert heard(message) == Reason(ReasonCode.OTHER, {"text": text})
