"""Random commands by random people against the real API, held against the table of transitions."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from almere_vision.domain.incident import Command, Recipient, Role, State
from almere_vision.review.transitions import DESKS, TABLE, Transition, Who
from tests.integration.api.conftest import arrive
from tests.integration.api.stack import Stack, problem, suggestion, wait_until

PEOPLE = ("observer", "colleague", "supervisor", "room", "wardens")
EVERYTHING = {Role.OBSERVER, Role.SUPERVISOR}
"""Roles that see incidents whatever their state; a desk sees what was sent to it."""

COMMANDS = [command for command in Command if command not in (Command.EXPIRE, Command.HAND_OVER)]
"""Those that have a route for one incident."""

_REVISIONS = itertools.count(2)


@dataclass(frozen=True)
class Model:
    """What an incident should be, by the table and nothing else."""

    state: State = State.SUGGESTED
    version: int = 1
    claimed_by: str | None = None
    decided_by: str | None = None
    recipient: Recipient | None = None
    history: tuple[str, ...] = field(default=("suggested",))

    def seen_by(self, role: Role) -> bool:
        return role in EVERYTHING or (self.recipient is not None and DESKS[self.recipient] is role)

    def may(self, row: Transition, name: str, role: Role) -> bool:
        """Whether this person is the one that the row asks for; no claim runs out within a test."""
        if row.who is Who.ANYONE or role in row.overrule:
            return True
        if row.who is Who.RECIPIENT:
            return self.recipient is not None and DESKS[self.recipient] is role
        return name == (self.claimed_by if row.who is Who.CLAIMANT else self.decided_by)

    def expected(self, command: Command, name: str, role: Role, version: int) -> tuple[int, str]:
        """Status and code of the answer."""
        if not any(role in row.roles for (_, other), row in TABLE.items() if other is command):
            return 403, "not_allowed"
        if not self.seen_by(role):
            return 404, "not_found"
        if version != self.version:
            return 409, "version_conflict"
        row = TABLE.get((self.state, command))
        if row is None:
            return 409, "transition_refused"
        if role not in row.roles:
            return 403, "not_allowed"
        if not self.may(row, name, role):
            return (409, "transition_refused") if row.who is Who.CLAIMANT else (403, "not_allowed")
        return 200, ""

    def allowed(self, name: str, role: Role) -> list[str]:
        return [
            command.value
            for command in Command
            if (row := TABLE.get((self.state, command))) is not None
            and role in row.roles
            and self.may(row, name, role)
        ]

    def after(self, command: Command, name: str, recipient: Recipient) -> Model:
        to = TABLE[self.state, command].to
        kept = replace(self, state=to, version=self.version + 1, history=(*self.history, command.value))
        if to is State.CLAIMED:
            return replace(kept, claimed_by=name, decided_by=None, recipient=None)
        if to is State.SUGGESTED:
            return replace(kept, claimed_by=None, decided_by=None, recipient=None)
        if command in (Command.CONFIRM, Command.REJECT, Command.ESCALATE):
            sent = recipient if command is Command.ESCALATE else None
            return replace(kept, claimed_by=None, decided_by=name, recipient=sent)
        return kept


def machine_on(stack: Stack, clients: dict[str, httpx.Client]) -> type[RuleBasedStateMachine]:
    """A state machine of one incident on a running installation."""
    roles = {name: stack.persons[name].role for name in clients}

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.name = arrive(stack)
            self.model = Model()

        @rule(
            who=st.sampled_from(PEOPLE),
            command=st.sampled_from(COMMANDS),
            recipient=st.sampled_from(Recipient),
            off=st.sampled_from([0, 0, 0, 0, 0, 0, -1, 1]),
        )
        def anyone_commands_anything(
            self, who: str, command: Command, recipient: Recipient, off: int
        ) -> None:
            self.give(who, command, recipient, self.model.version + off)

        @rule(data=st.data(), recipient=st.sampled_from(Recipient))
        def somebody_does_what_is_allowed(self, data: st.DataObject, recipient: Recipient) -> None:
            can = [
                (who, command)
                for who in PEOPLE
                if self.model.seen_by(roles[who])
                for command in self.model.allowed(who, roles[who])
                if command in COMMANDS
            ]
            who, command = data.draw(st.sampled_from(can))
            self.give(who, Command(command), recipient, self.model.version)

        @rule()
        def the_suggestion_is_revised(self) -> None:
            revision = next(_REVISIONS)
            stack.put(suggestion(self.name, revision=revision, facts={"dwell_s": float(revision)}))
            look = clients["observer"]
            wait_until(
                lambda: look.get(f"/incidents/{self.name}").json()["facts"]["dwell_s"] == revision,
                "the revision is there",
            )

        def give(self, who: str, command: Command, recipient: Recipient, version: int) -> None:
            needs: dict[Command, dict[str, Any]] = {
                Command.REJECT: {"reason": "other"},
                Command.ESCALATE: {"recipient": recipient.value, "priority": "P2"},
                Command.RESOLVE: {"result": "warned"},
            }
            body = {"version": version, **needs.get(command, {})}
            answer = clients[who].post(f"/incidents/{self.name}/{command.value}", json=body)
            expected = self.model.expected(command, who, roles[who], version)
            if expected[0] != 200:
                assert problem(answer) == expected, (who, command, self.model)
                return
            assert answer.status_code == 200, (who, command, self.model, answer.text)
            self.model = self.model.after(command, who, recipient)

        @invariant()
        def everybody_sees_what_the_table_says(self) -> None:
            model = self.model
            for who, role in roles.items():
                answer = clients[who].get(f"/incidents/{self.name}")
                if not model.seen_by(role):
                    assert problem(answer) == (404, "not_found")
                    continue
                told = answer.json()
                assert (told["state"], told["version"]) == (model.state, model.version)
                assert (told["claimed_by"], told["decided_by"]) == (model.claimed_by, model.decided_by)
                assert told["recipient"] == model.recipient
                assert told["commands"] == model.allowed(who, role)
                assert tuple(line["command"] for line in told["history"]) == model.history

    return Life


def test_every_life_of_an_incident_follows_the_table(stack: Stack) -> None:
    with ExitStack() as opened:
        clients = {who: opened.enter_context(stack.signed_in(who)) for who in PEOPLE}
        bounded = settings(
            max_examples=6,
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine_on(stack, clients), settings=bounded)


def _ways() -> dict[State, list[Command]]:
    """The shortest commands that lead to each state that people can reach."""
    ways: dict[State, list[Command]] = {State.SUGGESTED: []}
    for state in (reached := [State.SUGGESTED]):
        for (begin, command), row in TABLE.items():
            if begin is state and row.to not in ways and command in COMMANDS:
                ways[row.to] = [*ways[state], command]
                reached.append(row.to)
    return ways


def test_in_each_state_everybody_may_do_what_the_table_says_and_nothing_else(stack: Stack) -> None:
    with ExitStack() as opened:
        clients = {who: opened.enter_context(stack.signed_in(who)) for who in PEOPLE}
        roles = {who: stack.persons[who].role for who in PEOPLE}
        ways = _ways()
        assert set(ways) == set(State) - {State.EXPIRED}
        for state, way in ways.items():
            walked = [*way, *(command for begin, command in TABLE if begin is state and command in COMMANDS)]
            for last in walked[len(way) :] or [None]:
                life = machine_on(stack, clients)()
                for command in way:
                    life.give(
                        somebody(life.model, command, roles),
                        command,
                        Recipient.CONTROL_ROOM,
                        life.model.version,
                    )
                assert life.model.state is state
                if last is walked[-1] or last is None:
                    for who, command in itertools.product(PEOPLE, COMMANDS):
                        if life.model.expected(command, who, roles[who], life.model.version)[0] != 200:
                            life.give(who, command, Recipient.POLICE, life.model.version)
                if last is not None:
                    life.give(
                        somebody(life.model, last, roles), last, Recipient.ENFORCEMENT, life.model.version
                    )
                life.everybody_sees_what_the_table_says()


def somebody(model: Model, command: Command, roles: dict[str, Role]) -> str:
    """The first who may give a command now."""
    return next(
        who for who in PEOPLE if model.seen_by(roles[who]) and command in model.allowed(who, roles[who])
    )


def test_the_oracle_would_notice_a_wrong_transition(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself has teeth: with another table here than there, it fails."""
    other = dict(TABLE)
    other[State.CLAIMED, Command.CONFIRM] = replace(other[State.CLAIMED, Command.CONFIRM], to=State.REJECTED)
    monkeypatch.setattr("tests.integration.api.test_model_check.TABLE", other)
    with stack.signed_in("observer") as observer:
        life = machine_on(stack, {"observer": observer})()
        life.give("observer", Command.CLAIM, Recipient.POLICE, 1)
        life.give("observer", Command.CONFIRM, Recipient.POLICE, 2)
        with pytest.raises(AssertionError):
            life.everybody_sees_what_the_table_says()
