"""The talk with the identity provider: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636, S256).

Nothing is kept between two sign-ins: each asks the provider for its addresses and keys again, so that keys
may change at any moment and a provider that is away shows before anybody is sent there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import anyio
import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from almere_vision.delivery.outgoing import DEADLINE_S, Guard, connection_reason, guarded_client
from almere_vision.domain.errors import DeliveryFailed, DeliveryRefused, SignInRefused
from almere_vision.domain.identity import Identity, Refusal
from almere_vision.domain.network import Network, refused_url
from almere_vision.identity.terms import Terms

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
"""Of signatures that we take: with a key pair only. No `none`; and no HMAC, whose key would be public."""

_PAIRS: Final = frozenset({"RSA", "EC", "OKP"})
"""Types of keys of which one half is public. A key set of anybody may hold others too."""

CLOCKS_APART_S: Final = 30
"""How far the clock of the provider may be off."""

_BASIC: Final = "client_secret_basic"
"""How a client proves itself where the provider does not say (OpenID Connect Discovery 1.0, section 3)."""

_ANSWER_LIMIT: Final = 256 * 1024
_LONGEST_SUBJECT: Final = 255
_RANDOM_BYTES: Final = 32
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Flow:
    """What ties an answer to the browser that asked: all three random, known to nobody else."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """Every method raises `SignInRefused` when the provider is away or answers what it should not.

    Args:
        terms: what was agreed on.
        allowed: networks of our own in which the provider may be.
        tls: which certificates are trusted; those of the system when left out.
        deadline_s: how long all calls of one step may take.
    """

    def __init__(
        self,
        terms: Terms,
        allowed: Sequence[Network] = (),
        tls: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.terms = terms
        self._allowed, self._deadline_s = tuple(allowed), deadline_s
        self._tls = ssl.create_default_context() if tls is None else tls

    async def begin(self) -> tuple[str, Flow]:
        """The address to send the browser to, and what must come back with it."""
        async with self._talk() as client:
            known = await self._discover(client)
        flow = Flow(*(secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3)))
        challenge = hashlib.sha256(flow.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.terms.client_id,
            "redirect_uri": self.terms.redirect_uri,
            "scope": " ".join(self.terms.scopes),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if self.terms.prompt is not None:
            asked["prompt"] = self.terms.prompt
        if self.terms.acr:
            asked["acr_values"] = " ".join(sorted(self.terms.acr))
        address = _address(known, "authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", flow

    async def finish(self, code: str, flow: Flow) -> Identity:
        """Change the code for an id token, and check that from end to end."""
        async with self._talk() as client:
            known = await self._discover(client)
            answer = await self._ask(client, self._redeeming(client, known, code, flow))
            keys = await self._ask(client, client.build_request("GET", _address(known, "jwks_uri")))
        return self._identity(self._claims(answer.get("id_token"), keys, flow.nonce))

    async def _discover(self, client: httpx.AsyncClient) -> dict[str, Any]:
        where = f"{self.terms.issuer.rstrip('/')}/.well-known/openid-configuration"
        known = await self._ask(client, client.build_request("GET", where))
        if known.get("issuer") != self.terms.issuer:
            raise _wrong("it calls itself by another name than `issuer` in the settings")
        return known

    def _redeeming(
        self, client: httpx.AsyncClient, known: Mapping[str, Any], code: str, flow: Flow
    ) -> httpx.Request:
        name, secret = self.terms.client_id, self.terms.client_secret.get_secret_value()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.terms.redirect_uri,
            "code_verifier": flow.verifier,
        }
        headers = {}
        if _BASIC in _words(known.get("token_endpoint_auth_methods_supported", _BASIC)):
            both = f"{quote_plus(name)}:{quote_plus(secret)}"  # RFC 6749, section 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        else:
            form |= {"client_id": name, "client_secret": secret}
        return client.build_request("POST", _address(known, "token_endpoint"), data=form, headers=headers)

    def _claims(self, raw: object, keys: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """Of an id token that holds: OpenID Connect Core 1.0, section 3.1.3.7."""
        if not isinstance(raw, str):
            raise _wrong("it gave no id token")
        mine = self.terms.client_id
        rules = jwt.JWTClaimsRegistry(
            leeway=CLOCKS_APART_S,
            iss={"essential": True, "value": self.terms.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": mine},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            public = KeySet.import_key_set({"keys": [one for one in keys["keys"] if one["kty"] in _PAIRS]})
            claims = jwt.decode(raw, public, algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise _wrong(f"its id token does not hold ({type(error).__name__})") from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else mine) != mine:
            raise _wrong("its id token is for another client (azp)")
        return claims

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject, name = claims["sub"], _find(claims, self.terms.name_claim)
        if not 1 <= len(subject) <= _LONGEST_SUBJECT or not subject.isascii() or not subject.isprintable():
            raise _wrong("the subject of its id token is no name")
        if not isinstance(name, str):
            raise _wrong(f"its id token has no name in `{self.terms.name_claim}`; see `name_claim`")
        methods, context = _words(claims.get("amr")), _words(claims.get("acr"))
        return Identity(
            self.terms.issuer,
            subject,
            name,
            _words(_find(claims, self.terms.groups_claim)),
            not self.terms.amr.isdisjoint(methods) or not self.terms.acr.isdisjoint(context),
        )

    @asynccontextmanager
    async def _talk(self) -> AsyncIterator[httpx.AsyncClient]:
        guard = Guard(self._allowed, tls=self._tls)
        try:
            with anyio.fail_after(self._deadline_s):
                async with guarded_client(guard, self._deadline_s, _HEADERS) as client:
                    yield client
        except TimeoutError:
            raise _away(f"no answer within {self._deadline_s:g} s") from None
        except DeliveryRefused as error:
            raise _wrong(str(error)) from None
        except DeliveryFailed as error:
            raise _away(str(error)) from None
        except httpx.InvalidURL:
            raise _wrong("it names an address that is none") from None
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise _away(f"no connection: {connection_reason(error)}") from None

    async def _ask(self, client: httpx.AsyncClient, request: httpx.Request) -> dict[str, Any]:
        """The answer, which is an object of JSON."""
        answer = await client.send(request, stream=True)
        body = bytearray()
        try:
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _ANSWER_LIMIT:
                    raise _wrong("it answers without end")
        finally:
            await answer.aclose()
        if answer.status_code >= 500 or answer.status_code == 429:
            raise _away(f"answered {answer.status_code}")
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise _wrong(f"answered {answer.status_code} without an object of JSON")
        if told.get("error") == "invalid_grant":
            raise SignInRefused(Refusal.FLOW_LOST, "the identity provider does not take this code (any more)")
        if answer.status_code != 200:
            raise _wrong(f"answered {answer.status_code}")
        return told


def _find(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name; if there is none, dots lead into objects."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _words(value: object) -> tuple[str, ...]:
    """A claim that is one word or a list of them; anything else is none."""
    several = value if isinstance(value, list) else [value]
    return tuple(word for word in several if isinstance(word, str))


def _address(known: Mapping[str, Any], name: str) -> str:
    address = known.get(name)
    if not isinstance(address, str) or refused_url(address):
        raise _wrong(f"its {name} is no address that is gone to")
    return address


def _wrong(what: str) -> SignInRefused:
    return SignInRefused(Refusal.PROVIDER_WRONG, f"the identity provider cannot be relied on: {what}")


def _away(what: str) -> SignInRefused:
    return SignInRefused(Refusal.PROVIDER_AWAY, f"the identity provider is away: {what}")
