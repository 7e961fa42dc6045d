"""Reasons are a code with the values that its sentence wants."""

from __future__ import annotations

import pickle

import pytest

from almere_vision.domain.reason import ENGLISH, LONGEST, Reason, ReasonCode, value_names

OFF = Reason(ReasonCode.OFF_PRESET, {"much": "6.4 %", "preset": "square"})


def test_it_says_itself_in_english() -> None:
    assert OFF.text == str(OFF) == "the picture is 6.4 % off preset square"
    assert str(Reason(ReasonCode.OTHER, {"text": "{much} of {nothing}"})) == "{much} of {nothing}"


def test_every_code_has_its_own_sentence() -> None:
    assert ENGLISH.keys() == set(ReasonCode)
    told = {str(Reason(code, dict.fromkeys(value_names(ENGLISH[code]), "7 s"))) for code in ReasonCode}
    assert len(told) == len(ReasonCode)
    assert not any("{" in sentence for sentence in told)


@pytest.mark.parametrize("values", [{}, {"much": "6.4 %"}, {"much": "1", "preset": "a", "more": "b"}])
def test_other_values_than_its_sentence_wants_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="off_preset: wants"):
        Reason(ReasonCode.OFF_PRESET, values)


def test_a_value_is_one_short_line() -> None:
    long = Reason(ReasonCode.UNREACHABLE, {"detail": "no\nroute" + "x" * 1000})
    assert long.values["detail"].startswith("no route")
    assert len(long.values["detail"]) == LONGEST


def test_equal_ones_are_equal_also_from_another_process() -> None:
    again = pickle.loads(pickle.dumps(OFF))
    assert again == OFF
    assert len({again, OFF}) == 1
    assert again != Reason(ReasonCode.OFF_PRESET, {"much": "6.5 %", "preset": "square"})
