"""Every error as problem details (RFC 9457), from one table of codes and one of our own errors."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from almere_vision.domain import errors
from api.refusals import note_refusal

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 2

CODES: Final[Mapping[str, tuple[HTTPStatus, str]]] = {
    "bad_request": (HTTPStatus.BAD_REQUEST, "The request cannot be read"),
    "not_signed_in": (HTTPStatus.UNAUTHORIZED, "Not signed in"),
    "bad_credentials": (HTTPStatus.UNAUTHORIZED, "Wrong name or password"),
    "code_needed": (HTTPStatus.UNAUTHORIZED, "The second factor is needed"),
    "new_password_needed": (HTTPStatus.UNAUTHORIZED, "Choose another password"),
    "flow_lost": (HTTPStatus.UNAUTHORIZED, "Begin to sign in again"),
    "second_factor_needed": (HTTPStatus.FORBIDDEN, "This role needs a second factor"),
    "csrf": (HTTPStatus.FORBIDDEN, "The request did not come from the console"),
    "not_allowed": (HTTPStatus.FORBIDDEN, "Not allowed"),
    "purpose_needed": (HTTPStatus.FORBIDDEN, "Say what for"),
    "not_found": (HTTPStatus.NOT_FOUND, "Not found"),
    "method_not_allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed"),
    "transition_refused": (HTTPStatus.CONFLICT, "Not possible in this state"),
    "name_taken": (HTTPStatus.CONFLICT, "Another account has this name"),
    "version_conflict": (HTTPStatus.CONFLICT, "Somebody else was first"),
    "too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    "range_not_satisfiable": (HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "No such part of the file"),
    "invalid": (HTTPStatus.UNPROCESSABLE_ENTITY, "The input is not usable"),
    "too_many_attempts": (HTTPStatus.TOO_MANY_REQUESTS, "Too many attempts"),
    "too_many_requests": (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    "internal": (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here"),
    "no_picture": (HTTPStatus.SERVICE_UNAVAILABLE, "No picture of this camera now"),
    "unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "Not available now"),
}
"""Code -> status and title. Codes are stable; programs rely on them."""

OUR_ERRORS: Final[Mapping[type[errors.AlmereError], str]] = {
    errors.InputError: "invalid",
    errors.StorageError: "unavailable",
    errors.CameraError: "unavailable",
    errors.CameraUnable: "transition_refused",
    errors.BlobMissing: "not_found",
    errors.IncidentMissing: "not_found",
    errors.DeliveryMissing: "not_found",
    errors.HandoverMissing: "not_found",
    errors.FaultMissing: "not_found",
    errors.VersionMissing: "not_found",
    errors.AccountMissing: "not_found",
    errors.NameTaken: "name_taken",
    errors.NotAllowed: "not_allowed",
    errors.TransitionRefused: "transition_refused",
    errors.VersionConflict: "version_conflict",
    errors.SignInRefused: "flow_lost",
    errors.AlmereError: "internal",
}
"""Error -> code; the nearest class counts."""

_BY_STATUS: Final = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "range_not_satisfiable",
}

log = structlog.get_logger("api")


class Problem(Exception):
    """An answer other than the one that was hoped for."""

    def __init__(self, code: str, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.retry_after_s = code, detail, retry_after_s


def respond(
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    retry_after_s: int | None = None,
    field_errors: list[dict[str, str]] | None = None,
) -> Response:
    """Make the response for a code of `CODES`."""
    status, title = CODES[code]
    body: dict[str, Any] = {
        "type": f"urn:almere-vision:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    if field_errors is not None:
        body["errors"] = field_errors
    if code == "unavailable" and retry_after_s is None:
        retry_after_s = RETRY_AFTER_S
    sent = dict(headers or {})
    if retry_after_s is not None:
        sent["Retry-After"] = str(retry_after_s)
    return JSONResponse(body, status, headers=sent, media_type=MEDIA_TYPE)


def code_of(error: errors.AlmereError) -> str:
    """Code for one of our own errors: that of its nearest class in `OUR_ERRORS`."""
    return next(OUR_ERRORS[kind] for kind in type(error).__mro__ if kind in OUR_ERRORS)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(errors.AlmereError, _on_our_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    await note_refusal(request, error.code)
    return respond(error.code, error.detail, retry_after_s=error.retry_after_s)


async def _on_our_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.AlmereError)
    code = code_of(error)
    await note_refusal(request, code)
    if code == "unavailable":
        log.warning("not available", reason=str(error))
        return respond(code, "A part that this needs is away for a moment. Nothing was changed; try again.")
    if code == "internal":
        log.error("request failed", reason=str(error))
        return respond(code, "The reason is in the log of the server.")
    return respond(code, str(error))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _BY_STATUS.get(HTTPStatus(error.status_code), "bad_request")
    await note_refusal(request, code)
    return respond(code, str(error.detail), headers=error.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(one["loc"][0] == "path" for one in error.errors()):
        await note_refusal(request, "not_found")
        return respond("not_found", "There is nothing at this address.")
    found = [
        {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]} for one in error.errors()
    ]
    detail = f"{found[0]['field']}: {found[0]['message']}" if found else "The input is not usable."
    return respond("invalid", detail, field_errors=found)
