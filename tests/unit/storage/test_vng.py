"""Lines of the audit log in the form of the standard Verwerkingenlogging."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from almere_vision.config import Settings
from almere_vision.domain.audit import GENESIS, Action, Entry, Line, Subject, digest
from almere_vision.domain.errors import SettingsError
from almere_vision.storage.vng import Organisation, processing_action

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NAME = {"type": "string", "maxLength": 242}
SCHEMA: dict[str, Any] = {
    # VerwerkingsactieUitgebreidBasis of Bewerking API voor logging van verwerkingen 0.9.0; the fields about
    # who receives data (afnemer) are left out, since nothing is handed over.
    "type": "object",
    "additionalProperties": False,
    "required": ["verwerkteObjecten", "tijdstip"],
    "properties": {
        "actieId": {"type": "string", "pattern": UUID},
        "actieNaam": NAME,
        "handelingNaam": NAME,
        "verwerkingNaam": NAME,
        "verwerkingId": {"type": "string", "pattern": UUID},
        "verwerkingsactiviteitId": {"type": "string", "pattern": UUID},
        "vertrouwelijkheid": {"type": "string", "enum": ["normaal", "vertrouwelijk", "opgeheven"]},
        "bewaartermijn": {"type": "string", "pattern": r"P[0-9]+Y"},
        "uitvoerder": {"type": "string", "pattern": "[0-9]{20}"},
        "systeem": NAME,
        "gebruiker": {"type": "string", "maxLength": 40},
        "gegevensbron": NAME,
        "tijdstip": {"type": "string", "pattern": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"},
        "tijdstipRegistratie": {"type": "string", "pattern": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"},
        "verwerkteObjecten": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["objecttype", "soortObjectId", "objectId"],
                "properties": {
                    "objecttype": {"type": "string", "enum": ["persoon"]},
                    "soortObjectId": NAME,
                    "objectId": {"type": "string", "maxLength": 40},
                    "betrokkenheid": NAME,
                    "verwerkteSoortenGegevens": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["soortGegeven"],
                            "properties": {"soortGegeven": NAME},
                        },
                    },
                },
            },
        },
    },
}
TYPES = {"object": dict, "array": list, "string": str}


def problems(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """The few words of JSON Schema that the schema above uses."""
    if not isinstance(value, TYPES[schema["type"]]):
        return [f"{where}: no {schema['type']}"]
    found = []
    if isinstance(value, dict):
        known = schema["properties"]
        found += [f"{where}: {name} is missing" for name in schema["required"] if name not in value]
        found += [f"{where}: {name} is not known" for name in value if name not in known]
        for name in value.keys() & known.keys():
            found += problems(value[name], known[name], f"{where}/{name}")
    elif isinstance(value, list):
        found += [
            text
            for index, one in enumerate(value)
            for text in problems(one, schema["items"], f"{where}/{index}")
        ]
    else:
        if len(value) > schema.get("maxLength", len(value)):
            found.append(f"{where}: too long")
        if value not in schema.get("enum", [value]) or not re.fullmatch(schema.get("pattern", ".*"), value):
            found.append(f"{where}: {value} is not allowed")
    return found


def line(**changes: Any) -> Line:
    fields: dict[str, Any] = {
        "at": datetime(2026, 5, 4, 12, 0, tzinfo=UTC), "actor": "anna", "role": "investigator",
        "action": Action.VIEW, "kind": Subject.INCIDENT, "subject": "plaza-1-17",
    }  # fmt: skip
    made = Entry(**fields | changes)
    return Line(7, made, GENESIS, digest(7, made, GENESIS))


ORGANISATION = Organisation("00000001821002193000", uuid.uuid4(), "P5Y")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"purpose": "p" * 200, "actor": "a" * 64, "subject": "s" * 128},
        {"action": "confirm", "from_state": "claimed", "to_state": "confirmed"},
        {
            "action": Action.SIGN_IN_FAILED,
            "actor": "",
            "role": "",
            "kind": Subject.ACCOUNT,
            "subject": "0" * 16,
        },
        {"action": Action.CHANGE, "kind": Subject.ZONE_FILE, "subject": "demo/plaza-1"},
    ],
)
def test_every_line_fits_the_standard(changes: dict[str, Any]) -> None:
    assert problems(processing_action(line(**changes), ORGANISATION), SCHEMA) == []


def test_the_schema_tells_what_does_not_fit() -> None:
    told = processing_action(line(), ORGANISATION)
    assert problems(told | {"uitvoerder": "1"}, SCHEMA)
    assert problems(told | {"plaat": "x"}, SCHEMA)
    assert problems(told | {"systeem": "x" * 243}, SCHEMA)


def test_a_look_names_what_was_seen_and_what_for() -> None:
    told = processing_action(line(purpose="onderzoek 2026-17"), ORGANISATION)
    assert told["handelingNaam"] == "onderzoek 2026-17"
    (seen,) = told["verwerkteObjecten"]  # type: ignore[misc]
    assert (seen["objectId"], seen["verwerkteSoortenGegevens"]) == (
        "plaza-1-17",
        [{"soortGegeven": "camerabeeld"}],
    )


def test_the_same_line_has_the_same_id_and_another_has_not() -> None:
    once, again, other = (
        processing_action(line(actor=who), ORGANISATION) for who in ("anna", "anna", "bram")
    )
    assert once["actieId"] == again["actieId"] != other["actieId"]
    assert once["verwerkingId"] == other["verwerkingId"]


def test_an_installation_that_does_not_say_who_it_is_cannot_export() -> None:
    with pytest.raises(SettingsError, match="ALMERE_OIN"):
        Organisation.of(Settings(oin=None, processing_activity=None))
