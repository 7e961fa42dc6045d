"""Questions to the virtual camera, and its door."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from almere_vision.simulate import soap

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
S = "http://www.w3.org/2003/05/soap-envelope"
SECEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"


def question(password: str, created: datetime) -> soap.Question:
    at = f"{created:%Y-%m-%dT%H:%M:%SZ}"
    digest = base64.b64encode(hashlib.sha1(b"salt" + at.encode() + password.encode()).digest()).decode()
    token = (
        f'<w:Security xmlns:w="{SECEXT}"><w:UsernameToken><w:Username>u</w:Username>'
        f"<w:Password>{digest}</w:Password><w:Nonce>{base64.b64encode(b'salt').decode()}</w:Nonce>"
        f'<x:Created xmlns:x="{UTILITY}">{at}</x:Created></w:UsernameToken></w:Security>'
    )
    inside = f"<s:Header>{token}</s:Header><s:Body><Stop/></s:Body>"
    return soap.read(f'<s:Envelope xmlns:s="{S}">{inside}</s:Envelope>'.encode())


def test_the_right_password_at_the_right_time_is_let_in() -> None:
    assert soap.admitted(question("geheim", NOW), "u", "geheim", NOW)
    assert question("geheim", NOW).operation == "Stop"


@pytest.mark.parametrize(
    ("password", "late"), [("wrong", timedelta()), ("geheim", timedelta(minutes=10))], ids=str
)
def test_another_password_or_an_old_one_is_not(password: str, late: timedelta) -> None:
    assert not soap.admitted(question(password, NOW - late), "u", "geheim", NOW)


@pytest.mark.parametrize("text", ["", "<a", soap.BOMB, soap.THIEF, f'<s:Envelope xmlns:s="{S}"/>'])
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(soap.Refusal):
        soap.read(text.encode())
