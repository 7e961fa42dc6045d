"""Whatever fits the OpenAPI file, and much that does not, is answered without a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from almere_vision.domain.incident import Role
from api.main import routed_app
from api.openapi import describe
from tests.integration.api.conftest import arrive
from tests.integration.api.stack import Stack

SCHEMA = schemathesis.openapi.from_dict(describe(routed_app()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
ENDLESS = {"streamEvents"}
SIGN_OUT = {"signOut"}
"""Would end the session with which the others are tried."""


def _id(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if _id(one) not in ENDLESS | SIGN_OUT], ids=_id
)
def test_nothing_that_is_sent_is_a_fault_of_ours(own_stack: Stack, operation: Any) -> None:
    known = arrive(own_stack)
    takes_input = {"parameters", "requestBody"} & set(operation.definition.raw)
    modes = list(schemathesis.GenerationMode) if takes_input else [schemathesis.GenerationMode.POSITIVE]
    role = next(iter(sorted(operation.definition.raw.get("x-roles", [Role.OBSERVER]))))
    if role not in own_stack.persons:
        own_stack.add_person(role, Role(role))
    with own_stack.signed_in(role) as client:

        @settings(
            max_examples=12,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def send(data: st.DataObject) -> None:
            mode = data.draw(st.sampled_from(modes))
            case = data.draw(operation.as_strategy(generation_mode=mode))
            if case.path_parameters and "incident_id" in case.path_parameters and data.draw(st.booleans()):
                case.path_parameters["incident_id"] = known
            arguments = case.as_transport_kwargs(base_url=own_stack.api.url)
            answer = client.request(
                arguments["method"],
                arguments["url"],
                params=arguments.get("params"),
                json=arguments.get("json"),
                content=arguments.get("data"),
                headers=dict(arguments.get("headers") or {})
                | {"X-CSRF-Token": client.headers["X-CSRF-Token"]},
            )
            assert answer.status_code < 500, (arguments, answer.text)

        send()
