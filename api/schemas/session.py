"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from almere_vision.domain.incident import Role
from almere_vision.storage.people import SHORTEST_PASSWORD
from api.schemas.fields import Moment

Password = Annotated[SecretStr, Field(min_length=1, max_length=1024)]
Code = Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[0-9A-Za-z -]+$")]


class Credentials(BaseModel):
    """What a person signs in with.

    With the code `code_needed` or `new_password_needed` as answer, send all again with that field too.
    """

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    password: Password
    code: Annotated[Code | None, Field(description="Of the authenticator, or a recovery code.")] = None
    new_password: Annotated[
        SecretStr | None,
        Field(min_length=SHORTEST_PASSWORD, max_length=1024, description="In place of a one-time password."),
    ] = None


class NewPassword(BaseModel):
    """Another password for the person who is signed in, who shows to know the present one."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[Password, Field(description="The present one.")]
    new_password: Annotated[SecretStr, Field(min_length=SHORTEST_PASSWORD, max_length=1024)]


class SecondStep(BaseModel):
    """The code of who came through the identity provider, which did not check a second factor."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[Code, Field(description="Of the authenticator, or a recovery code.")]


class Label(BaseModel):
    """Words on the button, by language."""

    nl: str
    en: str


class WaysIn(BaseModel):
    """How people can sign in besides name and password; `provider` is null where no provider is set."""

    provider: Label | None


class User(BaseModel):
    """The person behind a session."""

    username: str
    role: Role


class Session(BaseModel):
    """A session; the cookie that carries it cannot be read by scripts.

    `csrf_token` goes back in the header X-CSRF-Token of every request that changes something. With
    `must_enrol` everything but the second factor is closed until that is there.
    """

    user: User
    csrf_token: str
    expires_at: Moment
    must_enrol: bool


class SecondFactorState(BaseModel):
    """Of the person who asks."""

    in_force: bool
    recovery_codes_left: int


class SecondFactor(BaseModel):
    """What goes into an authenticator; shown once."""

    secret: str
    otpauth_uri: str


class FirstCode(BaseModel):
    """A code of the authenticator, to show that it works."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class RecoveryCodes(BaseModel):
    """Each is good for one sign-in without the authenticator; shown once."""

    recovery_codes: list[str]
