"""The wire form of a suggestion; fault 12: what is not one is refused, in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almere_vision.domain.errors import MessageError
from almere_vision.domain.suggestion import Suggestion
from almere_vision.storage.messages import LARGEST_BYTES, decode, encode


def wire(suggestion: Suggestion, **changes: Any) -> bytes:
    return json.dumps({**json.loads(encode(suggestion)), **changes}).encode()


def test_there_and_back(suggestion: Suggestion) -> None:
    again = decode(encode(suggestion))
    assert again == suggestion
    assert {name: type(fact) for name, fact in again.facts.items()} == {
        name: type(fact) for name, fact in suggestion.facts.items()
    }


def test_moments_come_back_in_utc(suggestion: Suggestion) -> None:
    summer = suggestion.raised_at.astimezone(timezone(timedelta(hours=2)))
    again = decode(encode(replace(suggestion, raised_at=summer, facts=MappingProxyType({"a": 1}))))
    assert again.raised_at == summer
    assert again.raised_at.utcoffset() == timedelta(0)


def test_fields_of_later_minor_versions_are_left_out(suggestion: Suggestion) -> None:
    evidence = {**json.loads(encode(suggestion))["evidence"], "depth": "x"}
    assert decode(wire(suggestion, weather="rain", evidence=evidence)) == suggestion


def test_a_message_from_before_priorities_has_none(suggestion: Suggestion) -> None:
    old = json.loads(encode(suggestion))
    for name in ("priority", "likelihood", "band"):
        del old[name]
    for name in ("priorities", "calibration"):
        del old["provenance"][name]
    decoded = decode(json.dumps(old).encode())
    assert (decoded.priority, decoded.likelihood, decoded.band) == (None, None, None)
    assert (decoded.provenance.priorities, decoded.provenance.calibration) == (None, None)


def test_a_message_from_before_closeups_has_none(suggestion: Suggestion) -> None:
    old = json.loads(encode(suggestion))
    del old["evidence"]["closeup"]
    decoded = decode(json.dumps(old).encode())
    assert decoded.evidence == replace(suggestion.evidence, closeup=None)


def test_a_message_from_before_there_were_further_pieces_is_still_understood(suggestion: Suggestion) -> None:
    old = json.loads(encode(suggestion))
    del old["more"]
    assert decode(json.dumps(old).encode()) == replace(suggestion, more=())


PIECE = {"stay": "b", "camera": "c", "preset": None, "zone": "z", "at": "2026-05-04T12:00:00Z",
         "box": [0, 0, 1, 1], "evidence": {}}  # fmt: skip
NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"schema_version": 2}, "schema_version"),
        ({"schema_version": "1"}, "schema_version"),
        ({"schema_version": None, "id": 7}, "schema_version"),
        ({"kind": "burglary"}, "kind"),
        ({"box": [NAN, 0.2, 0.3, 0.4]}, "box"),
        ({"box": [0.1, 0.2, INFINITE, 0.4]}, "box"),
        ({"box": [-0.01, 0.2, 0.3, 0.4]}, "box"),
        ({"box": [0.1, 0.2, 1.01, 0.4]}, "box"),
        ({"box": [0.3, 0.2, 0.1, 0.4]}, "box"),
        ({"box": [0.1, 0.4, 0.3, 0.2]}, "box"),
        ({"box": [0.1, 0.2, 0.3]}, "box"),
        ({"score": NAN}, "score"),
        ({"priority": "P4"}, "priority"),
        ({"likelihood": NAN}, "likelihood"),
        ({"likelihood": 1.01}, "likelihood"),
        ({"band": "certain"}, "band"),
        ({"score": 1.5}, "score"),
        ({"score": "0.5"}, "score"),
        ({"start_s": INFINITE}, "start_s"),
        ({"facts": {"dwell_s": NAN}}, "facts"),
        ({"facts": {"a": [1]}}, "facts"),
        ({"facts": {"a": "nul\x00"}}, "facts"),
        ({"facts": {str(i): i for i in range(65)}}, "facts"),
        ({"id": "../../etc"}, "id"),
        ({"id": ""}, "id"),
        ({"id": "a\n"}, "id"),
        ({"camera": "a\x00b"}, "camera"),
        ({"revision": -1}, "revision"),
        ({"revision": 2**63}, "revision"),
        ({"people": -1}, "people"),
        ({"raised_at": "2026-05-04T12:00:00"}, "raised_at"),
        ({"raised_at": 1777896000}, "raised_at"),
        ({"raised_at": "0001-01-01T00:00:00+14:00"}, "raised_at"),
        ({"more": [PIECE] * 9}, "more"),
        ({"more": [{**PIECE, "box": [0, 0, 2, 1]}]}, "more.0.box"),
        ({"more": [{**PIECE, "evidence": {"clip": "/etc/passwd"}}]}, "more.0.evidence.clip"),
        ({"evidence": {"snapshot": "/etc/passwd"}}, "evidence.snapshot"),
        ({"evidence": {"clip": "2026/05/04/../x"}}, "evidence.clip"),
        ({"provenance": None}, "provenance"),
    ],
)
def test_fault_12_a_wrong_field_is_named_without_its_value(
    suggestion: Suggestion, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(MessageError, match=named) as caught:
        decode(wire(suggestion, **changes))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xff\xfe", b"null", b"[]", b'{"schema_version":1}', b"[" * 1000, b'{"id":"\\ud800"}'],
)
def test_fault_12_what_is_not_a_message_is_refused(payload: bytes) -> None:
    with pytest.raises(MessageError):
        decode(payload)


def test_fault_12_size_is_checked_before_anything_is_read() -> None:
    with pytest.raises(MessageError, match=str(LARGEST_BYTES)):
        decode(b" " * (LARGEST_BYTES + 1))


@pytest.mark.parametrize(
    "changes",
    [{"score": NAN}, {"box": (0.5, 0.1, 0.4, 0.2)}, {"id": "a/b"}, {"tracks": ("t",) * 1001}],
)
def test_a_wrong_suggestion_is_not_sent(suggestion: Suggestion, changes: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        encode(replace(suggestion, **changes))


def test_a_naive_moment_is_not_sent(suggestion: Suggestion) -> None:
    with pytest.raises(MessageError, match="raised_at"):
        encode(replace(suggestion, raised_at=suggestion.raised_at.replace(tzinfo=None)))


@given(payload=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
@settings(max_examples=200, deadline=None)
def test_fault_12_garbage_gives_a_message_error_and_nothing_else(payload: bytes) -> None:
    with pytest.raises(MessageError):
        decode(payload)
