"""Problem details for HTTP APIs (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FieldError(BaseModel):
    """One thing that is wrong with the input."""

    field: str = Field(description="Where, as `body.reason` or `query.limit`.")
    message: str


class Problem(BaseModel):
    """Every error has this form; `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | None = Field(None, description="Only with the code `invalid`.")
