"""What an installation and its identity provider agreed on, as administrators write it in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from almere_vision.domain.errors import SettingsError
from almere_vision.domain.identity import Grant
from almere_vision.domain.incident import Role, Scope
from almere_vision.domain.network import refused_url
from almere_vision.domain.suggestion import Kind
from almere_vision.review.sight import SCOPES
from almere_vision.scene.files import load_form
from almere_vision.scene.form import Name, Strict, Texts

RETURN_PATH: Final = "/api/v1/session/sso/return"
"""Where the provider sends people back to; register the address of the console with this path there."""

_Word = Annotated[str, Field(min_length=1, max_length=255)]
_Words = Annotated[list[_Word], Field(max_length=50)]


@dataclass(frozen=True, slots=True)
class Terms:
    """Of one provider.

    Attributes:
        issuer: its name, exactly as it writes it itself.
        client_id, client_secret: who we are to it.
        redirect_uri: the one address to which it sends people back.
        scopes: what we ask for; holds `openid`.
        name_claim, groups_claim: where in the id token the name and the groups stand; dots lead into objects.
        prompt: what it asks of the person; None leaves that to the provider.
        amr, acr: values of these claims that mean that a second factor was checked.
        label: of the button, by language.
        grants: group and what it gives; the first one that fits counts.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr
    redirect_uri: str
    scopes: tuple[str, ...]
    name_claim: str
    groups_claim: str
    prompt: str | None
    amr: frozenset[str]
    acr: frozenset[str]
    label: Mapping[str, str]
    grants: tuple[tuple[str, Grant], ...]

    def grant(self, groups: Iterable[str]) -> Grant | None:
        """What a person in these groups gets: that of the first line that names one of them."""
        mine = frozenset(groups)
        return next((grant for group, grant in self.grants if group in mine), None)


def _one_of(what: str, words: frozenset[StrEnum]) -> BeforeValidator:
    known = {str(word): word for word in sorted(words)}

    def convert(value: object) -> object:
        if not isinstance(value, str) or value not in known:
            context = {"what": what, "given": str(value)[:40], "known": ", ".join(known)}
            raise PydanticCustomError("unknown", "unknown {what} '{given}': known are {known}", context)
        return known[value]

    return BeforeValidator(convert)


class GroupEntry(Strict):
    """A group of the provider, and what it gives here."""

    group: _Word
    role: Annotated[Role, _one_of("role", frozenset(Role) - {Role.SYSTEM})]
    cameras: Annotated[list[Name], Field(min_length=1)] | None = Field(None, description="Only these.")
    kinds: Annotated[list[Annotated[Kind, _one_of("kind", frozenset(Kind))]], Field(min_length=1)] | None = (
        Field(None, description="Only these.")
    )

    def grant(self) -> Grant:
        default = SCOPES[self.role]
        return Grant(
            self.role,
            Scope(
                default.cameras if self.cameras is None else frozenset(self.cameras),
                default.kinds if self.kinds is None else frozenset(self.kinds),
            ),
        )


class SecondFactorEntry(Strict):
    """What the provider says when it checked a second factor. Empty: its word is not taken."""

    amr: _Words = Field(default_factory=list)
    acr: _Words = Field(default_factory=list)


class ProviderFile(Strict):
    """One provider, for OpenID Connect Core 1.0 with the code flow."""

    issuer: str
    console: str = Field(description="Address of the console as people type it: https://host[:port].")
    client_id: _Word
    secret_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")] | None = None
    secret_file: _Word | None = Field(None, description="Relative to this file, or absolute.")
    scopes: _Words = Field(default_factory=lambda: ["openid", "profile"])
    name_claim: _Word = "preferred_username"
    groups_claim: _Word = "groups"
    prompt: Literal["login", "select_account", "provider"] = Field(
        "login",
        description="`login` asks again at each sign-in: at a shared desk the last person is still known.",
    )
    second_factor: SecondFactorEntry = Field(default_factory=SecondFactorEntry)
    label: Texts
    groups: Annotated[list[GroupEntry], Field(min_length=1, max_length=500)]

    @field_validator("issuer", "console")
    @classmethod
    def _address(cls, url: str) -> str:
        reason = refused_url(url) or ("an address here has no '?'" if "?" in url else None)
        if reason:
            raise PydanticCustomError(
                "unsafe_url", "'{url}' cannot be used: {reason}", {"url": url, "reason": reason}
            )
        return url

    @field_validator("console")
    @classmethod
    def _origin(cls, url: str) -> str:
        if urlsplit(url).path not in ("", "/"):
            raise PydanticCustomError("no_origin", "`console` has no path: write https://host")
        return url.rstrip("/")

    @field_validator("scopes")
    @classmethod
    def _openid(cls, scopes: list[str]) -> list[str]:
        if "openid" not in scopes or any(" " in scope for scope in scopes):
            raise PydanticCustomError("no_openid", "`scopes` is a list that holds openid: add it")
        return scopes

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret_env is None) == (self.secret_file is None):
            raise PydanticCustomError("one_secret", "give `secret_env` or `secret_file`, one of both")
        return self


def load_terms(path: Path, environ: Mapping[str, str]) -> Terms:
    """Read the file and the secret that it names.

    Raises:
        SettingsError: with file, line and what to do; never with the secret.
    """
    file, _document = load_form(path, ProviderFile, SettingsError)
    return Terms(
        issuer=file.issuer,
        client_id=file.client_id,
        client_secret=_secret(file, path, environ),
        redirect_uri=file.console + RETURN_PATH,
        scopes=tuple(file.scopes),
        name_claim=file.name_claim,
        groups_claim=file.groups_claim,
        prompt=None if file.prompt == "provider" else file.prompt,
        amr=frozenset(file.second_factor.amr),
        acr=frozenset(file.second_factor.acr),
        label=file.label.model_dump(),
        grants=tuple((entry.group, entry.grant()) for entry in file.groups),
    )


def _secret(file: ProviderFile, path: Path, environ: Mapping[str, str]) -> SecretStr:
    if file.secret_env is not None:
        text, where = environ.get(file.secret_env, ""), file.secret_env
    else:
        place = path.parent / (file.secret_file or "")
        where = str(place)
        try:
            text = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: cannot read the secret {place} ({type(error).__name__})") from None
    if not text.strip():
        raise SettingsError(f"{path}: {where} holds no secret; set it")
    return SecretStr(text.strip())
