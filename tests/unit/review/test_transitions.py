"""The table of transitions, and its form for the documentation."""

from __future__ import annotations

from almere_vision.domain.incident import Command, Recipient, Role, State
from almere_vision.review.transitions import (
    ANSWERS,
    DECISIONS,
    DESKS,
    ENTRY,
    NEEDS,
    TABLE,
    Who,
    table_as_markdown,
)


def test_every_state_can_be_reached_and_left() -> None:
    assert {row.to for row in TABLE.values()} == set(State)
    assert {state for state, _ in TABLE} == set(State)


def test_every_command_is_somewhere_in_the_table() -> None:
    assert {command for _, command in TABLE} == set(Command)


def test_decisions_are_of_who_claimed_or_decided_and_answers_of_the_recipient() -> None:
    for (_, command), row in TABLE.items():
        if command in DECISIONS:
            assert row.who in (Who.CLAIMANT, Who.DECIDER)
            assert row.to not in (State.SUGGESTED, State.CLAIMED)
        if command in ANSWERS:
            assert row.who is Who.RECIPIENT
            assert row.overrule == {Role.SUPERVISOR}


def test_undo_leads_back_to_the_claim_or_reopens() -> None:
    undone = {state: row.to for (state, command), row in TABLE.items() if command is Command.UNDO}
    assert undone.pop(State.RESOLVED) is State.ACKNOWLEDGED
    assert set(undone.values()) == {State.CLAIMED}


def test_every_recipient_has_a_desk() -> None:
    assert set(DESKS) == set(Recipient)


def test_only_claims_lapse() -> None:
    assert [key for key, row in TABLE.items() if row.lapses] == [(State.CLAIMED, Command.CLAIM)]


def test_markdown_has_a_line_for_every_row() -> None:
    lines = table_as_markdown().splitlines()
    assert len(lines) == 2 + len(set(ENTRY.values())) + len(TABLE)
    assert len({line.count("|") for line in lines}) == 1
    row = "| claimed | reject | rejected | observer, supervisor | who claimed it | reason |"
    assert row in lines
    claim = next(line for line in lines if line.startswith("| claimed | claim |"))
    assert "any supervisor" in claim
    assert "ran out" in claim
    assert all(needs in table_as_markdown() for fields in NEEDS.values() for needs in fields)
