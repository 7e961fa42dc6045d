"""The channels of a site, as administrators write them: by which way recipients are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from almere_vision.domain.delivery import (
    Channel,
    ChannelKind,
    HttpTarget,
    Language,
    MailSecurity,
    MailTarget,
    MqttTarget,
)
from almere_vision.domain.incident import Recipient
from almere_vision.domain.network import refused_host, refused_url
from almere_vision.scene.form import Name, Strict, named
from almere_vision.scene.models import also

MAIL_PORTS: Final = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
_WEB: Final = ("url",)
_MAIL: Final = ("host", "port", "security", "from", "to", "user")
_MQTT: Final = ("host", "port", "tls", "topic", "user")
_FORMS: Final[dict[ChannelKind, tuple[tuple[str, ...], ...]]] = {
    ChannelKind.WEBHOOK: (_WEB,),
    ChannelKind.EMAIL: (_MAIL,),
    ChannelKind.CAP: (_WEB, _MQTT),
    ChannelKind.MQTT: (_MQTT,),
}
_OPTIONAL: Final = frozenset({"port", "security", "tls", "user"})
_TARGET: Final = frozenset({*_WEB, *_MAIL, *_MQTT})

_Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
_Mail = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}$")]


def _recipients(value: Any) -> Any:
    if isinstance(value, str) and value not in set(Recipient):
        known = ", ".join(Recipient)
        raise PydanticCustomError(
            "unknown_recipient",
            "unknown recipient '{given}': known are {known}",
            {"given": value[:40], "known": known},
        )
    return Recipient(value) if isinstance(value, str) else value


class ChannelEntry(Strict):
    """One channel: `url`, or a mail server, or an MQTT broker, by its kind."""

    name: Name
    kind: Annotated[ChannelKind, named(ChannelKind)]
    recipients: Annotated[
        list[Annotated[Recipient, BeforeValidator(_recipients, json_schema_input_type=Recipient)]],
        Field(min_length=1, description="Whoever is told by it."),
    ]
    language: Language = Field("nl", description="Of the text for people.")
    sender: Annotated[str, Field(pattern=r"^[^\s,<&]{1,100}$")] = Field(
        "almere-vision", description="Who we are in CAP; unique in the world, as an e-mail address is."
    )
    exercise: bool = Field(False, description="Mark everything that goes out as an exercise.")
    secret_env: _Variable | None = Field(
        None, description="Environment variable with the signing key, or with the password of `user`."
    )
    url: str | None = Field(None, description="https: address to post to.")
    host: str | None = Field(None, description="Mail server or MQTT broker.")
    port: int | None = Field(None, ge=1, le=65535, description="The usual one when left out.")
    security: Annotated[MailSecurity, named(MailSecurity)] = MailSecurity.STARTTLS
    from_: _Mail | None = Field(None, alias="from", description="Sender of the mail.")
    to: Annotated[list[_Mail], Field(min_length=1, max_length=20)] | None = None
    tls: bool = Field(True, description="Whether the connection with the broker is encrypted.")
    topic: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^+#\x00$][^+#\x00]*$")] | None = (
        None
    )
    user: Annotated[str, Field(min_length=1, max_length=100)] | None = None

    @field_validator("url")
    @classmethod
    def _safe_url(cls, url: str | None) -> str | None:
        if url is not None and (reason := refused_url(url)):
            raise PydanticCustomError("unsafe_url", "`url` cannot be used: {reason}", {"reason": reason})
        return url

    @field_validator("host")
    @classmethod
    def _safe_host(cls, host: str | None) -> str | None:
        if host is not None and (reason := refused_host(host)):
            raise PydanticCustomError("unsafe_host", "`host` cannot be used: {reason}", {"reason": reason})
        return host

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        """What is there is what this kind of channel needs, and nothing else."""
        fields = {"from" if name == "from_" else name for name in self.model_fields_set}
        given = fields & _TARGET
        forms = _FORMS[self.kind]
        if not any(set(form) - _OPTIONAL <= given <= set(form) for form in forms):
            wanted = " or ".join(", ".join(part for part in form if part not in _OPTIONAL) for form in forms)
            raise PydanticCustomError(
                "wrong_form",
                "a channel of kind {kind} has {wanted}",
                {"kind": str(self.kind), "wanted": wanted},
            )
        if self.kind is ChannelKind.WEBHOOK and self.secret_env is None:
            raise PydanticCustomError("unsigned", "`secret_env` is missing: a webhook is always signed")
        if "url" not in given and (self.user is None) != (self.secret_env is None):
            raise PydanticCustomError("half_login", "`user` and `secret_env` go together: add the other one")
        return self

    def channel(self) -> Channel:
        return Channel(
            self.name,
            self.kind,
            frozenset(self.recipients),
            self._target(),
            self.language,
            self.sender,
            self.exercise,
        )

    def _target(self) -> HttpTarget | MailTarget | MqttTarget:
        if self.url is not None:
            return HttpTarget(self.url, self.secret_env)
        assert self.host is not None
        if self.kind is ChannelKind.EMAIL:
            assert self.from_ is not None
            port = self.port or MAIL_PORTS[self.security]
            to = tuple(self.to or ())
            return MailTarget(self.host, port, self.security, self.from_, to, self.user, self.secret_env)
        assert self.topic is not None
        port = self.port or (8883 if self.tls else 1883)
        return MqttTarget(self.host, port, self.tls, self.topic, self.user, self.secret_env)


class ChannelsFile(Strict):
    """The channels of one site. Recipients that have none find everything in their inbox."""

    channels: Annotated[list[ChannelEntry], Field(max_length=50)]

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        checked: Self = also(cls, data, handler, _twice(data))
        return checked


def _twice(data: Any) -> Iterator[InitErrorDetails]:
    entries = data.get("channels") if isinstance(data, dict) else None
    seen: Counter[str] = Counter()
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            continue
        seen[name] += 1
        if seen[name] > 1:
            error = PydanticCustomError(
                "repeated_name", "the name '{name}' is used twice: rename one", {"name": name}
            )
            yield {"type": error, "loc": ("channels", index, "name"), "input": name}
