"""Reasons of workers, also of other releases and broken ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.storage.reasons import heard, told

OFF = Reason(ReasonCode.OFF_PRESET, {"much": "6.4 %", "preset": "square"})


@pytest.mark.parametrize("reason", [None, OFF, Reason(ReasonCode.NO_ANSWER)])
def test_it_comes_back_as_it_was_told(reason: Reason | None) -> None:
    assert heard(json.loads(json.dumps(told("why", reason))), "why") == reason


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"why": "no picture for 8 s"}, "no picture for 8 s"),
        ({"why": "it rains", "why_code": "it_rains", "why_values": {"much": "3"}}, "it rains"),
        ({"why": "a bit off", "why_code": "off_preset", "why_values": {"much": "3"}}, "a bit off"),
        (
            {"why": "a bit off", "why_code": "off_preset", "why_values": {"much": 3, "preset": []}},
            "a bit off",
        ),
        ({"why": "a bit off", "why_code": ["off_preset"], "why_values": {}}, "a bit off"),
        ({"why": 7, "why_code": "no_answer", "why_values": None}, "its reason cannot be read here"),
    ],
)
def test_what_is_not_known_here_stays_a_sentence(message: dict[str, Any], text: str) -> None:
    assert heard(message, "why") == Reason(ReasonCode.OTHER, {"text": text})
