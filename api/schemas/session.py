"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from almere_vision.domain.incident import Role
from api.schemas.fields import Moment


class Credentials(BaseModel):
    """What a person signs in with."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1024)]


class User(BaseModel):
    """The person behind a session."""

    username: str
    role: Role


class Session(BaseModel):
    """A session; the cookie that carries it cannot be read by scripts.

    `csrf_token` goes back in the header X-CSRF-Token of every request that changes something.
    """

    user: User
    csrf_token: str
    expires_at: Moment
