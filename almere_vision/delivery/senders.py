"""The senders of the channels of a site, each with its secret from the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage

import structlog
from pydantic import SecretStr

from almere_vision.delivery.cap import MEDIA_TYPE, as_cap
from almere_vision.delivery.mail import MailSender, as_mail
from almere_vision.delivery.mqtt import MqttSender
from almere_vision.delivery.names import Names
from almere_vision.delivery.outgoing import Poster
from almere_vision.delivery.ports import Sender
from almere_vision.delivery.sheet import draw_sheet
from almere_vision.delivery.webhook import HttpSender, as_json, signing_key
from almere_vision.domain.delivery import Channel, ChannelKind, Delivery, HttpTarget, MailTarget
from almere_vision.domain.errors import BlobError, SettingsError
from almere_vision.domain.network import Network

PICTURE_LIMIT = 8 * 1024 * 1024
"""Bytes; a larger picture is left out of the print."""

log = structlog.get_logger("delivery")

ReadBlob = Callable[[str], Iterable[bytes]]


def read_picture(name: str | None, read: ReadBlob) -> bytes | None:
    """The bytes of a picture, or None when it is not there or too large."""
    if name is None:
        return None
    data = bytearray()
    try:
        for piece in read(name):
            data += piece
            if len(data) > PICTURE_LIMIT:
                return None
    except BlobError as error:
        log.warning("a print goes without its picture", blob=name, reason=str(error))
        return None
    return bytes(data)


def make_senders(
    channels: Sequence[Channel],
    environ: Mapping[str, str],
    allowed: Sequence[Network],
    names: Names,
    read: ReadBlob,
    now: Callable[[], datetime],
) -> dict[str, Sender]:
    """A sender for each channel, by its name.

    Args:
        channels: of the site.
        environ: where the secrets are.
        allowed: networks of our own that may be posted to.
        names: of the cameras.
        read: gives the bytes of a picture.
        now: gives the aware moment of now.

    Raises:
        SettingsError: a secret is not set or has the wrong form; names channel and variable.
    """
    poster = Poster(allowed)
    return {channel.name: _sender(channel, environ, poster, names, read, now) for channel in channels}


def _sender(
    channel: Channel,
    environ: Mapping[str, str],
    poster: Poster,
    names: Names,
    read: ReadBlob,
    now: Callable[[], datetime],
) -> Sender:
    target, secret = channel.target, _secret(channel, environ)

    def text(delivery: Delivery) -> bytes:
        form = as_cap if channel.kind is ChannelKind.CAP else as_json
        return form(delivery, channel, names)

    if isinstance(target, MailTarget):

        def mail(delivery: Delivery) -> EmailMessage:
            picture = read_picture(delivery.message.picture, read)
            sheet = draw_sheet(delivery.message, picture, channel.language, names)
            return as_mail(delivery, channel, target, names, sheet)

        return MailSender(target, secret, mail)
    if isinstance(target, HttpTarget):
        key = None if secret is None else signing_key(secret, target.secret_env or "")
        media_type = MEDIA_TYPE if channel.kind is ChannelKind.CAP else "application/json"
        return HttpSender(target, key, poster, text, media_type, now)
    return MqttSender(target, secret, text)


def _secret(channel: Channel, environ: Mapping[str, str]) -> SecretStr | None:
    variable = channel.target.secret_env
    if variable is None:
        return None
    if not environ.get(variable):
        raise SettingsError(f"{variable} is not set, and the channel '{channel.name}' asks for it: set it")
    return SecretStr(environ[variable])
