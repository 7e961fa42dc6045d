"""Files of the site that are changed in the console: the file holds, the database knows its versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from almere_vision.domain.audit import Subject
from almere_vision.domain.document import DocumentVersion
from almere_vision.domain.errors import StorageError, VersionConflict
from almere_vision.domain.incident import Actor
from almere_vision.scene.drawing import file_of, value_of, write
from almere_vision.scene.files import sha8
from almere_vision.storage.documents import Documents


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file, what it is, and what it is about, as `site/camera`."""

    path: Path
    kind: Subject
    subject: str


@dataclass(frozen=True, slots=True)
class Held:
    """A file as it holds now, as JSON values; `history` is newest first."""

    document: Any
    history: tuple[DocumentVersion, ...]

    @property
    def version(self) -> int:
        return self.history[0].version


class Versions:
    """Every method may raise `StorageError`: a file or the database cannot be reached.

    Args:
        documents: versions.
        now: gives the aware moment of now.
    """

    def __init__(self, documents: Documents, now: Callable[[], datetime]) -> None:
        self._documents = documents
        self._now = now

    def read(self, file: KeptFile) -> Held:
        """What holds now; a file that was changed outside becomes a version first.

        Raises:
            InputError: the file is not YAML.
        """
        content = self.content(file)
        document = value_of(content)
        self._documents.adopt(file.kind, file.subject, content, self._now())
        return Held(document, self._documents.history(file.kind, file.subject))

    def content(self, file: KeptFile) -> bytes:
        """The file as it stands."""
        try:
            return file.path.read_bytes()
        except OSError as error:
            raise StorageError(f"{file.path.name} cannot be read: {error.strerror}") from None

    def earlier(self, file: KeptFile, version: int) -> Any:
        """The document of a version. Raises `VersionMissing` and `InputError`."""
        return value_of(self._documents.content(file.kind, file.subject, version))

    def save(self, file: KeptFile, document: Any, version: int, note: str, actor: Actor) -> Held:
        """Put another document in force; it was checked before.

        Raises:
            VersionConflict: the person was not looking at the version that holds now.
            InputError: the document cannot be written as a file.
        """
        before = self.read(file)
        if before.version != version:
            raise VersionConflict(
                f"{file.subject} is at version {before.version}, not {version}; look at it again"
            )
        at = self._now()
        content = file_of(
            document, f"Version {version + 1}, saved in the console on {at:%Y-%m-%d %H:%M} UTC."
        )
        saved = DocumentVersion(
            kind=file.kind,
            subject=file.subject,
            version=version + 1,
            sha8=sha8(content),
            at=at,
            by=actor.name,
            role=actor.role,
            note=note,
        )
        self._documents.append(saved, content, lambda: write(file.path, content))
        return Held(document, (saved, *before.history))
