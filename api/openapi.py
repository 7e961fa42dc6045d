"""The OpenAPI file: `python -m api.openapi` writes it, with `--check` it says whether it is up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.access import ACCESS, ANYONE, CSRF_HEADER, SAFE_METHODS, SSO, UNCOUNTED
from api.cookies import COOKIE
from api.problems import CODES, MEDIA_TYPE
from api.schemas.camera import Camera
from api.schemas.events import IncidentChanged
from api.schemas.problem import Problem

FILE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "openapi.json"

_REF: Final = "#/components/schemas/{model}"
_PROBLEM: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of an application: who may call what, and every error as a problem."""
    document = get_openapi(
        title="Almere Vision",
        version="1",
        summary="Suggested incidents, and what people decide about them.",
        openapi_version="3.1.0",
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _, extra = models_json_schema(
        [(model, "serialization") for model in (Problem, IncidentChanged, Camera)], ref_template=_REF
    )
    document["components"]["schemas"] = dict(sorted((schemas | extra["$defs"]).items()))
    document["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
    }
    for item in document["paths"].values():
        for method, operation in item.items():
            _say_who(operation, method)
            _say_problems(operation, method)
    return document


def _say_who(operation: dict[str, Any], method: str) -> None:
    roles = ACCESS[operation["operationId"]]
    if roles is ANYONE:
        operation["security"] = []
        return
    operation["security"] = [
        {"session": []} if method.upper() in SAFE_METHODS else {"session": [], "csrf": []}
    ]
    operation["x-roles"] = sorted(roles)


def _say_problems(operation: dict[str, Any], method: str) -> None:
    """Replace what FastAPI supposes about errors by what `api.problems` answers."""
    responses = operation["responses"]
    responses.pop("422", None)
    takes_input = "requestBody" in operation or "parameters" in operation
    changes = method.upper() not in SAFE_METHODS
    codes = ["unavailable", "internal"]
    if operation["security"]:
        codes += ["not_signed_in", "not_allowed"]
    if takes_input:
        codes += ["invalid"]
    if changes:
        codes += ["too_large"]
    if operation["operationId"] in ("signIn", "giveSsoCode"):
        codes += ["bad_credentials"]
    if operation["operationId"] == "addPerson":
        codes += ["name_taken"]
    if operation["operationId"] in SSO:
        codes += ["not_found"]
    if operation["operationId"] not in UNCOUNTED:
        codes += ["too_many_requests"]
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        codes += ["not_found"] + ["transition_refused"] * changes
    if "206" in responses or operation["operationId"] == "getSnapshot":
        codes += ["range_not_satisfiable", "bad_request"]
    if operation["operationId"] == "getHealth":
        codes = ["internal"]
    for code in codes:
        status, title = CODES[code]
        responses.setdefault(str(int(status)), {"description": title, "content": _PROBLEM})


def render() -> str:
    """The text of the file."""
    from api.main import routed_app

    return json.dumps(describe(routed_app()), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or compare it: 0 is fine, 1 is out of date."""
    if arguments == ["--check"]:
        if FILE.is_file() and FILE.read_text(encoding="utf-8") == render():
            return 0
        sys.stderr.write(f"{FILE.name} is out of date; run: python -m api.openapi\n")
        return 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
