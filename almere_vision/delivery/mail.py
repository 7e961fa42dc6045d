"""A message as e-mail, with the print attached."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

import aiosmtplib
from pydantic import SecretStr

from almere_vision.delivery.names import Names
from almere_vision.delivery.outgoing import DEADLINE_S
from almere_vision.delivery.words import city_time, headline, place, reason, what, word
from almere_vision.domain.clock import CITY_TIME
from almere_vision.domain.delivery import Channel, Delivery, MailSecurity, MailTarget, MessageEvent
from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused

_PERMANENT: Final = range(500, 600)
_ROUNDS_TO_CLOSE: Final = 5
"""Rounds of the event loop in which an aborted connection, TLS and below, lets go of its socket."""


def as_mail(
    delivery: Delivery, channel: Channel, target: MailTarget, names: Names, sheet: bytes
) -> EmailMessage:
    """The mail; `sheet` is the print as PDF. Its Message-ID is the same in every attempt."""
    message, language = delivery.message, channel.language
    mail = EmailMessage()
    domain = target.sender.rpartition("@")[2]
    title = headline(message, language, names)
    mail["Subject"] = _one_line(f"{word('exercise', language)}: {title}" if channel.exercise else title)
    mail["From"] = target.sender
    mail["To"] = ", ".join(target.to)
    mail["Date"] = format_datetime(delivery.created_at.astimezone(CITY_TIME))
    mail["Message-ID"] = f"<{delivery.id}@{domain}>"
    if delivery.earlier:
        known = [f"<{earlier.id}@{domain}>" for earlier in delivery.earlier]
        mail["In-Reply-To"], mail["References"] = known[-1], " ".join(known)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine should answer
    lines = [
        word("is_withdrawn", language) + "\n" if message.event is MessageEvent.WITHDRAWN else "",
        f"{word('what', language)}: {what(message, language)}",
        f"{word('priority', language)}: {message.priority or '-'}",
        f"{word('where', language)}: {place(message, language, names)}",
        f"{word('when', language)}: {city_time(message.raised_at)}",
        f"{word('why', language)}: {reason(message, language)}",
        f"{word('note', language)}: {message.note}" if message.note else "",
        f"{word('number', language)}: {message.incident} ({message.version})",
    ]
    mail.set_content("\n".join(line for line in lines if line) + "\n")
    if message.event is not MessageEvent.WITHDRAWN:
        name = f"{word('print', 'nl').split()[0].lower()}-{delivery.id}.pdf"
        mail.add_attachment(sheet, maintype="application", subtype="pdf", filename=name)
    return mail


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]


class MailSender:
    """Hands mail to a server, within one deadline for all of it.

    Args:
        target: server and addresses.
        password: of the user, where the server wants one.
        render: makes the mail.
        tls: which certificates are trusted; those of the system when left out.
        deadline_s: how long one call may take.
    """

    def __init__(
        self,
        target: MailTarget,
        password: SecretStr | None,
        render: Callable[[Delivery], EmailMessage],
        tls: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._target, self._password, self._render = target, password, render
        self._tls = ssl.create_default_context() if tls is None else tls
        self._deadline_s = deadline_s

    def send(self, delivery: Delivery) -> None:
        mail = self._render(delivery)
        try:
            asyncio.run(asyncio.wait_for(self._hand_over(mail), self._deadline_s))
        except TimeoutError:
            raise DeliveryFailed(f"the mail server did not answer within {self._deadline_s:g} s") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {refused.code for refused in error.recipients}
            raise _told(max(codes)) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _told(error.code) from None
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise DeliveryFailed(f"no talk with the mail server ({type(error).__name__})") from None

    async def _hand_over(self, mail: EmailMessage) -> None:
        target = self._target
        server = aiosmtplib.SMTP(
            hostname=target.host,
            port=target.port,
            use_tls=target.security is MailSecurity.TLS,
            start_tls=target.security is MailSecurity.STARTTLS,
            tls_context=self._tls,
            timeout=self._deadline_s,
        )
        connection: asyncio.BaseTransport | None = None
        try:
            await server.connect()
            connection = server.transport
            if target.user is not None and self._password is not None:
                await server.login(target.user, self._password.get_secret_value())
            refused, _answer = await server.send_message(mail)
        finally:
            # The answer is in, or will never come: the farewell of SMTP and TLS is not waited for.
            server.close()
            if isinstance(connection, asyncio.WriteTransport):
                connection.abort()
            for _ in range(_ROUNDS_TO_CLOSE):
                await asyncio.sleep(0)
        if refused:
            # Some have it already; those who were refused would never get it by trying again as a whole.
            raise DeliveryRefused(f"the mail server refused {len(refused)} of {len(target.to)} addresses")


def _told(code: int) -> DeliveryFailed:
    kind = DeliveryRefused if code in _PERMANENT else DeliveryFailed
    return kind(f"the mail server answered {code}")
