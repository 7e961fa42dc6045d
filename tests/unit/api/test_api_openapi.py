"""The OpenAPI file in the repository is the one that the routes give."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.access import ACCESS, ANYONE
from api.openapi import FILE, main, render


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, what) for path, item in document["paths"].items() for method, what in item.items()]


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "run: python -m api.openapi"


def test_check_tells_an_old_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    old = tmp_path / "openapi.json"
    monkeypatch.setattr("api.openapi.FILE", old)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
    old.write_text(old.read_text().replace("claimIncident", "takeIncident"))
    assert main(["--check"]) == 1


def test_every_operation_stands_in_the_table_of_access(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = {what["operationId"] for _, _, what in operations(document)}
    assert found == set(ACCESS)


def test_only_signing_in_and_health_are_open(document: dict[str, Any]) -> None:
    open_to_all = {what["operationId"] for _, _, what in operations(document) if what["security"] == []}
    sso = {"getWaysIn", "beginSso", "endSso", "giveSsoCode"}
    assert open_to_all == {"getHealth", "getReadiness", "signIn"} | sso
    assert open_to_all == {name for name, roles in ACCESS.items() if roles is ANYONE}


def test_every_error_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for path, method, what in operations(document):
        for status, response in what["responses"].items():
            if int(status) >= 400 and (path, status) != ("/readyz", "503"):
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)


def test_no_schema_is_pointed_at_that_is_not_there(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    pointed = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert pointed <= set(document["components"]["schemas"])
