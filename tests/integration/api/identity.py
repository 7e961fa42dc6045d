"""Identity providers to sign in through: one that was made by others, and one that can be made to cheat."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.integration.api.stack import Stack, wait_until
from tests.integration.delivery.targets import free_port

RETURN = "/api/v1/session/sso/return"
GROUPS = """
groups:
  - {group: cctv-chiefs, role: supervisor}
  - {group: cctv-plaza, role: observer, cameras: [plaza-1]}
  - {group: cctv-watchers, role: observer}
  - {group: cctv-keepers, role: administrator}
"""


class MockProvider:
    """`oidc-provider-mock` in a process of its own: with registered clients and their return addresses."""

    def __init__(self, *people: Mapping[str, Any]) -> None:
        self.url = f"http://localhost:{(port := free_port())}"
        told = [word for person in people for word in ("--user-claims", json.dumps(person))]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-r", "-n", *told],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "the provider answers", 60)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/.well-known/openid-configuration").status_code == 200
        except httpx.TransportError:
            return False

    def register(self, redirect_uri: str) -> tuple[str, str]:
        """Id and secret of a new client."""
        told = httpx.post(f"{self.url}/oauth2/clients", json={"redirect_uris": [redirect_uri]}).json()
        return told["client_id"], told["client_secret"]

    def close(self) -> None:
        self._process.kill()
        self._process.wait(10)


HONEST = object()
"""In place of keys: the right ones."""

Forge = Callable[["Forger", dict[str, Any]], object]
"""Claims as they should be -> the id token that is given."""


def honest(forger: Forger, claims: dict[str, Any]) -> object:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, forger.key)


class Forger:
    """Lets everybody in as `person`; `forge` makes the id token. Checks client, code and PKCE."""

    client_id, client_secret = "almere vision", "s3cret/with:signs"

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.forge: Forge = honest
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.keys: object = HONEST
        self.more: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.start(0)

    def start(self, port: int) -> None:
        forger = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", forger._authorize(parts.query))
                    self.end_headers()
                elif parts.path == "/jwks":
                    own = [forger.key.as_dict(private=False)]
                    self.tell(200, {"keys": own if forger.keys is HONEST else forger.keys})
                else:
                    self.tell(200, forger.metadata())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.tell(*forger._redeem(self.headers["Authorization"], _flat(body)))

            def tell(self, status: int, answer: object) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            **self.more,
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _authorize(self, query: str) -> str:
        asked = _flat(query)
        self.asked.append(asked)
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _redeem(self, authorization: str | None, form: dict[str, str]) -> tuple[int, object]:
        basic = base64.b64encode(b"almere+vision:s3cret%2Fwith%3Asigns").decode()
        told = (form.get("client_id"), form.get("client_secret"))
        if authorization != f"Basic {basic}" and told != (self.client_id, self.client_secret):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or base64.urlsafe_b64decode(asked["code_challenge"] + "=") != challenge
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        return 200, {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": self.forge(self, claims | self.person),
        }


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def provider_file(
    folder: Path, issuer: str, console: str, client: tuple[str, str], more: str = ""
) -> dict[str, str]:
    """Writes the file and the secret; the settings of an API that uses it."""
    (folder / "sso.secret").write_text(client[1] + "\n")
    path = folder / "provider.yaml"
    path.write_text(
        f"issuer: {issuer}\nconsole: {console}\nclient_id: {client[0]}\nsecret_file: sso.secret\n"
        f"label: {{nl: Via de gemeente, en: Through the city}}\n{more}{GROUPS}"
    )
    return {
        "ALMERE_IDENTITY_PROVIDER": str(path),
        "ALMERE_OUTGOING_NETWORKS": "127.0.0.0/8",
        "ALMERE_SSO_REQUESTS_PER_MINUTE": "0",
    }


def prepare_sso(stack: Stack, issuer: str, register: Callable[[str], tuple[str, str]], more: str = "") -> str:
    """Lets an API that is not started yet use a provider; the address of its console."""
    port = free_port()
    console = f"http://127.0.0.1:{port}"
    client = register(console + RETURN)
    stack.api.environment |= {"ALMERE_API_PORT": str(port)}
    stack.api.environment |= provider_file(stack.data_dir, issuer, console, client, more)
    return console
