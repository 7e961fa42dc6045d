"""The versions of zone files and tables: who changed what, when and why, and what stood there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.audit import Action, Detail, Entry, Subject, fingerprint
from almere_vision.domain.document import DocumentVersion
from almere_vision.domain.errors import VersionConflict, VersionMissing
from almere_vision.domain.incident import Role
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import DOCUMENTS

_TABLE: Final = DOCUMENTS.c
_OUTSIDE: Final = "almere"
"""Who is told to have changed a file that was not saved in the console."""


class Documents:
    """Every method may raise `StoreUnavailable`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def history(self, kind: Subject, subject: str) -> tuple[DocumentVersion, ...]:
        """All versions of a file, newest first."""
        query = (
            select(DOCUMENTS)
            .where(_TABLE.kind == kind, _TABLE.subject == subject)
            .order_by(_TABLE.version.desc())
        )
        with reading(self._engine) as connection:
            return tuple(_version(row) for row in connection.execute(query))

    def content(self, kind: Subject, subject: str, version: int) -> bytes:
        """The bytes of a version. Raises `VersionMissing`."""
        query = select(_TABLE.text).where(
            _TABLE.kind == kind, _TABLE.subject == subject, _TABLE.version == version
        )
        with reading(self._engine) as connection:
            text = connection.execute(query).scalar_one_or_none()
        if text is None:
            raise VersionMissing(f"there is no version {version} of {subject}")
        return str(text).encode()

    def append(self, version: DocumentVersion, content: bytes, put: Callable[[], None]) -> None:
        """Keep a version and its line in the audit log, and let `put` write the file, all or nothing.

        Should the database fail after `put`, the file is kept as one that was changed outside (`adopt`).

        Raises:
            VersionConflict: there is a version of this number already.
            StorageError: the file could not be written; nothing was kept.
        """
        try:
            with writing(self._engine) as connection:
                _insert(connection, version, content)
                put()
        except IntegrityError:
            raise VersionConflict("somebody else saved at this moment; look at it again") from None

    def adopt(self, kind: Subject, subject: str, content: bytes, at: datetime) -> DocumentVersion:
        """The newest version, which is the file as it stands: one that was changed outside is kept first."""
        sha8 = hashlib.sha256(content).hexdigest()[:8]
        known = self.history(kind, subject)
        if known and known[0].sha8 == sha8:
            return known[0]
        try:
            with writing(self._engine) as connection:
                new = DocumentVersion(
                    kind, subject, (known[0].version if known else 0) + 1, sha8, at, _OUTSIDE, Role.SYSTEM
                )
                _insert(connection, new, content)
        except IntegrityError:  # another process was first
            return self.history(kind, subject)[0]
        return new


def _insert(connection: Connection, version: DocumentVersion, content: bytes) -> None:
    values = asdict(version)
    values["actor"] = values.pop("by")
    text = content.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    connection.execute(insert(DOCUMENTS).values({**values, "text": text}))
    details: dict[str, Detail] = {"sha8": version.sha8, "version": version.version}
    if version.note:
        details |= {f"note_{part}": known for part, known in fingerprint(version.note).items()}
    append_line(
        connection,
        Entry(
            version.at,
            version.by,
            version.role,
            Action.CHANGE,
            version.kind,
            version.subject,
            details=details,
        ),
    )


def _version(row: Row[Any]) -> DocumentVersion:
    return DocumentVersion(
        Subject(row.kind), row.subject, row.version, row.sha8, row.at, row.actor, row.role, row.note
    )
