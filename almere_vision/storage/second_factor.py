"""The second factor: time-based one-time codes (RFC 6238) and recovery codes.

The secret is kept encrypted with a key that lies outside the database; recovery codes are kept as their
SHA-256 only, which is enough for 80 random bits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Engine, select, update

from almere_vision.domain.errors import AlmereError, InputError, SettingsError
from almere_vision.domain.incident import Actor
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.people import account_line, fold, utc_now
from almere_vision.storage.tables import USERS

ISSUER: Final = "Almere Vision"
RECOVERY_CODES: Final = 10
_STEP_S: Final = 30
_CLOCKS_APART: Final = 1
"""Steps that the clock of a telephone may be early or late (RFC 6238, section 5.2)."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person puts into an authenticator; shown once."""

    secret: str
    uri: str


class SecondFactor:
    """Every method may raise `StoreUnavailable`.

    Args:
        engine: the database with the accounts.
        key: of `load_key`.
        now: gives the aware moment of now.
    """

    def __init__(self, engine: Engine, key: bytes, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._key = Fernet(key)
        self._now = now

    def enrol(self, name: str) -> Enrolment:
        """A new secret, in force once `confirm` was given a code of it.

        Raises:
            InputError: this person has a second factor already.
        """
        secret = pyotp.random_base32()
        values = {"totp_secret": self._key.encrypt(secret.encode()).decode()}
        free = update(USERS).where(USERS.c.folded_name == fold(name), USERS.c.totp_step.is_(None))
        with writing(self._engine) as connection:
            if connection.execute(free.values(values)).rowcount != 1:
                raise InputError("there is a second factor already; an administrator can reset it")
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))

    def confirm(self, by: Actor, code: str) -> tuple[str, ...]:
        """Put the secret in force: the recovery codes, each good for one sign-in, shown once.

        Raises:
            InputError: the code is wrong, or there is nothing to confirm.
        """
        step = self._step(by.name, code)
        if step is None:
            raise InputError("the code is wrong; check the clock of the telephone and try the next one")
        codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
        values = {"totp_step": step, "recovery_hashes": [_hash(one) for one in codes]}
        open_one = update(USERS).where(USERS.c.folded_name == fold(by.name), USERS.c.totp_step.is_(None))
        with writing(self._engine) as connection:
            if connection.execute(open_one.values(values)).rowcount != 1:
                raise InputError("there is a second factor already; an administrator can reset it")
            append_line(connection, account_line(self._now(), by, by.name, "second_factor", {}))
        return codes

    def check(self, name: str, code: str) -> bool:
        """Whether this code lets this person in; no code does so twice."""
        step = self._step(name, code)
        if step is None:
            return self._use_recovery_code(name, code)
        unused = update(USERS).where(USERS.c.folded_name == fold(name), USERS.c.totp_step < step)
        with writing(self._engine) as connection:
            return connection.execute(unused.values(totp_step=step)).rowcount == 1

    def recovery_codes_left(self, name: str) -> int | None:
        """How many were not used yet; None while this person has no second factor in force."""
        known = select(USERS.c.recovery_hashes, USERS.c.totp_step).where(USERS.c.folded_name == fold(name))
        with reading(self._engine) as connection:
            kept = connection.execute(known).one_or_none()
        return None if kept is None or kept.totp_step is None else len(kept.recovery_hashes or [])

    def _step(self, name: str, code: str) -> int | None:
        """The step of time to which a code belongs."""
        with reading(self._engine) as connection:
            known = select(USERS.c.totp_secret).where(USERS.c.folded_name == fold(name))
            kept = connection.execute(known).scalar_one_or_none()
        if kept is None:
            return None
        try:
            totp = pyotp.TOTP(self._key.decrypt(kept.encode()).decode())
        except InvalidToken:
            raise AlmereError(
                "second factors cannot be read: the key is another one; put ALMERE_SECRET_KEY_FILE back"
            ) from None
        now = int(self._now().timestamp()) // _STEP_S
        for step in range(now - _CLOCKS_APART, now + _CLOCKS_APART + 1):
            if hmac.compare_digest(totp.generate_otp(step).encode(), code.strip().encode()):
                return step
        return None

    def _use_recovery_code(self, name: str, code: str) -> bool:
        used = _hash(code)
        person = USERS.c.folded_name == fold(name)
        with writing(self._engine) as connection:
            known = select(USERS.c.recovery_hashes).where(person).with_for_update()
            kept = connection.execute(known).scalar_one_or_none() or []
            if used not in kept:
                return False
            left = [one for one in kept if one != used]
            connection.execute(update(USERS).where(person).values(recovery_hashes=left))
        return True


def load_key(path: Path) -> bytes:
    """The key in a file of mode 0600, which is made if it is not there.

    Raises:
        SettingsError: the file cannot be read or holds no key.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path)
        key = path.read_bytes().strip()
        Fernet(key)
    except (OSError, ValueError) as error:
        raise SettingsError(f"ALMERE_SECRET_KEY_FILE: {path} holds no key ({type(error).__name__})") from None
    return key


def _make_key(path: Path) -> None:
    """Whole or not at all; of two processes that do so at once, the first wins."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _hash(code: str) -> str:
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()
