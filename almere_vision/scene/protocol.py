"""The protocol of a site, as supervisors write it: recipients, routes, deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from almere_vision.domain.incident import Recipient
from almere_vision.domain.priority import Priority
from almere_vision.domain.protocol import (
    DEFAULT_DEADLINES,
    DEFAULT_ROUTES,
    AlertBudget,
    Deadlines,
    Protocol,
    Route,
)
from almere_vision.scene.choices import Chosen, choice, one_or_more
from almere_vision.scene.form import Strict
from almere_vision.scene.times import Window

_A_WEEK_S: Final = 7 * 86_400
_Seconds = Annotated[float, Field(gt=0, le=_A_WEEK_S)] | None
_Recipient = Annotated[Recipient, choice("recipient", Recipient)]
_Priority = Annotated[Priority, choice("priority", Priority)]


class RecipientEntry(Strict):
    """When somebody is there."""

    on_duty: Annotated[list[Window], Field(min_length=1, max_length=100)] | None = Field(
        None, description="Local time windows; always when left out."
    )


class RouteEntry(Chosen):
    """What an escalation must be like, and to whom it goes then."""

    priority: Annotated[
        list[_Priority],
        BeforeValidator(one_or_more, json_schema_input_type=Priority | list[Priority]),
    ] = Field([], description="One priority or a list; all when left out.")
    when: Annotated[list[Window], Field(min_length=1, max_length=100)] | None = Field(
        None, description="Local time windows; always when left out."
    )
    to: Annotated[
        list[_Recipient],
        BeforeValidator(one_or_more, json_schema_input_type=Recipient | list[Recipient]),
    ] = Field(description="One recipient, or a list in order of preference: the first on duty gets it.")

    def route(self) -> Route:
        return Route(
            recipients=tuple(self.to),
            kinds=frozenset(self.kind),
            cameras=frozenset(self.camera),
            zones=frozenset(self.zone),
            priorities=frozenset(self.priority),
            when=tuple(window.time_window() for window in self.when or ()),
        )


class DeadlinesEntry(Strict):
    """By when each step should be taken, in seconds; null sets no deadline."""

    claim_s: _Seconds = Field(None, description="Somebody claims it, from its arrival.")
    decide_s: _Seconds = Field(None, description="Somebody decides, from its arrival.")
    acknowledge_s: _Seconds = Field(None, description="The recipient has it, from the escalation.")
    arrive_s: _Seconds = Field(None, description="Somebody is on the scene, from the escalation.")
    expire_s: _Seconds = Field(None, description="Unclaimed for so long, it leaves the queue.")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for earlier, later in (
            ("claim_s", "decide_s"),
            ("acknowledge_s", "arrive_s"),
            ("claim_s", "expire_s"),
        ):
            first, second = getattr(self, earlier), getattr(self, later)
            if first is not None and second is not None and first > second:
                raise PydanticCustomError(
                    "deadlines_order",
                    "`{later}` is before `{earlier}`: the later step needs the longer time",
                    {"earlier": earlier, "later": later},
                )
        return self

    def deadlines(self) -> Deadlines:
        return Deadlines(**self.model_dump())


class DeadlinesByPriority(Strict):
    """A priority that is left out has the deadlines of the default protocol."""

    P1: DeadlinesEntry | None = None
    P2: DeadlinesEntry | None = None
    P3: DeadlinesEntry | None = None

    def deadlines(self) -> Mapping[Priority, Deadlines]:
        given = {priority: getattr(self, priority) for priority in Priority}
        return dict(DEFAULT_DEADLINES) | {
            priority: entry.deadlines() for priority, entry in given.items() if entry is not None
        }


class AlertBudgetEntry(Strict):
    """How much is put before people; what is above it waits, is counted, and is never dropped."""

    per_observer_hour: Annotated[int, Field(ge=1, le=1000)] = Field(
        description="Suggestions that one observer can look at within an hour; EEMUA 191 says 6."
    )
    hold: Annotated[
        list[_Priority],
        BeforeValidator(one_or_more, json_schema_input_type=Priority | list[Priority]),
        Field(min_length=1),
    ] = Field([Priority.P3], description="What may be held back: P3, or P2 and P3.")

    @model_validator(mode="after")
    def _never_p1(self) -> Self:
        if Priority.P1 in self.hold:
            raise PydanticCustomError("p1_held", "P1 is never held back: leave it out of `hold`")
        return self

    def budget(self) -> AlertBudget:
        return AlertBudget(self.per_observer_hour, frozenset(self.hold))


class ProtocolFile(Strict):
    """The protocol of one site."""

    recipients: dict[_Recipient, RecipientEntry] = Field(
        {}, description="When each recipient is on duty; one that is left out always is."
    )
    routes: Annotated[list[RouteEntry], Field(max_length=500)] | None = Field(
        None,
        description="In order: the first row that matches decides. Without rows P1 goes to the control room, "
        "P2 to the police, P3 to enforcement.",
    )
    deadlines: DeadlinesByPriority = Field(default_factory=DeadlinesByPriority)
    alert_budget: AlertBudgetEntry | None = Field(
        None, description="What observers can look at within an hour; without it nothing is held back."
    )

    def protocol(self, version: str) -> Protocol:
        return Protocol(
            routes=DEFAULT_ROUTES if self.routes is None else tuple(row.route() for row in self.routes),
            duty={
                recipient: tuple(window.time_window() for window in entry.on_duty)
                for recipient, entry in self.recipients.items()
                if entry.on_duty is not None
            },
            deadlines=self.deadlines.deadlines(),
            budget=None if self.alert_budget is None else self.alert_budget.budget(),
            version=version,
        )
