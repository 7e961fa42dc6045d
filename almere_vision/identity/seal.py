"""What a browser keeps for us between two steps of a sign-in, and can neither read nor change."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES: Final = 32


class Seal:
    """Encrypts and authenticates (Fernet), with a key of its own for each purpose (HKDF, RFC 5869).

    Args:
        key: the key of the installation, of `storage.second_factor.load_key`.
        purpose: what was sealed for one is nothing to another.
        valid_s: how long it can be opened.
    """

    def __init__(self, key: bytes, purpose: str, valid_s: int) -> None:
        derive = HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"almere-vision {purpose}".encode())
        self._box = Fernet(base64.urlsafe_b64encode(derive.derive(base64.urlsafe_b64decode(key))))
        self.valid_s = valid_s

    def close(self, content: Mapping[str, str]) -> str:
        """As text that fits into a cookie."""
        return self._box.encrypt(json.dumps(dict(content)).encode()).decode()

    def open(self, text: str) -> dict[str, str] | None:
        """What was sealed, or None: not by us, not for this purpose, changed, or too old."""
        try:
            content: dict[str, str] = json.loads(self._box.decrypt(text.encode(), ttl=self.valid_s))
        except (InvalidToken, UnicodeEncodeError):
            return None
        return content
