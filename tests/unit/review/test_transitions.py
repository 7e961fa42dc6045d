"""The table of transitions, and its form for the documentation."""

from __future__ import annotations

from almere_vision.domain.incident import Command, Role, State
from almere_vision.review.transitions import DECISIONS, NEEDS, TABLE, Who, table_as_markdown


def test_every_state_can_be_reached_and_left() -> None:
    assert {row.to for row in TABLE.values()} == set(State)
    assert {state for state, _ in TABLE} == set(State)


def test_every_command_is_somewhere_in_the_table() -> None:
    assert {command for _, command in TABLE} == set(Command)


def test_decisions_lead_out_of_the_claim_and_undo_leads_back() -> None:
    for (_, command), row in TABLE.items():
        assert (row.to not in (State.SUGGESTED, State.CLAIMED)) == (command in DECISIONS)
        if command is Command.UNDO:
            assert row.to is State.CLAIMED
            assert row.who is Who.DECIDER
            assert row.overrule == {Role.SUPERVISOR}


def test_only_claims_lapse() -> None:
    assert [key for key, row in TABLE.items() if row.lapses] == [(State.CLAIMED, Command.CLAIM)]


def test_markdown_has_a_line_for_every_row() -> None:
    lines = table_as_markdown().splitlines()
    assert len(lines) == 2 + len(TABLE)
    assert len({line.count("|") for line in lines}) == 1
    row = "| claimed | reject | rejected | observer, supervisor | who claimed it | reason |"
    assert row in lines
    claim = next(line for line in lines if line.startswith("| claimed | claim |"))
    assert "any supervisor" in claim
    assert "ran out" in claim
    assert all(needs in table_as_markdown() for fields in NEEDS.values() for needs in fields)
