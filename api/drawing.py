"""Zone files as supervisors see and change them: the file is what holds, the database knows its versions."""

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
from almere_vision.scene import Site, SiteCamera, load_site
from almere_vision.scene.drawing import Fault, faults, file_of, value_of, write
from almere_vision.scene.files import sha8
from almere_vision.storage.documents import Documents


@dataclass(frozen=True, slots=True)
class Drawing:
    """The zones of a camera as they hold now; `document` is the zone file as JSON values."""

    camera: SiteCamera
    document: Any
    history: tuple[DocumentVersion, ...]

    @property
    def version(self) -> int:
        return self.history[0].version


class Drawings:
    """The zone files of the site of this installation.

    Args:
        site_file: None where the settings name no site; then there is nothing to draw on.
        documents: versions.
        now: gives the aware moment of now.
    """

    def __init__(self, site_file: Path | None, documents: Documents, now: Callable[[], datetime]) -> None:
        self._site_file = site_file
        self._documents = documents
        self._now = now

    def site(self) -> Site | None:
        """Raises `ZoneFileError`."""
        return None if self._site_file is None else load_site(self._site_file)

    def camera(self, camera: str) -> SiteCamera | None:
        """A camera of the site; None if there is none of this id. Raises `ZoneFileError`."""
        site = self.site()
        return None if site is None else next((one for one in site.cameras if one.id == camera), None)

    def read(self, camera: SiteCamera) -> Drawing:
        """The zones that hold now; a file that was changed outside becomes a version first.

        Raises:
            InputError: the file is not YAML.
            StorageError: it cannot be read, or the database is away.
        """
        content = self.content(camera)
        document = value_of(content)
        self._documents.adopt(Subject.ZONE_FILE, self._subject(camera), content, self._now())
        return Drawing(camera, document, self._documents.history(Subject.ZONE_FILE, self._subject(camera)))

    def content(self, camera: SiteCamera) -> bytes:
        """The file as it stands. Raises `StorageError`: it cannot be read."""
        try:
            return camera.zones.read_bytes()
        except OSError as error:
            raise StorageError(f"{camera.zones.name} cannot be read: {error.strerror}") from None

    def earlier(self, camera: SiteCamera, version: int) -> Any:
        """The document of a version. Raises `VersionMissing`, `InputError`, `StoreUnavailable`."""
        return value_of(self._documents.content(Subject.ZONE_FILE, self._subject(camera), version))

    def check(self, camera: SiteCamera, document: Any) -> list[Fault]:
        """As `scene.drawing.faults`."""
        assert self._site_file is not None, "a camera is of a site"
        return faults(self._site_file, camera.id, document)

    def save(self, camera: SiteCamera, document: Any, version: int, note: str, actor: Actor) -> Drawing:
        """Put other zones in force. They were checked before; workers take them within seconds.

        Raises:
            VersionConflict: the person was not looking at the version that holds now.
            InputError: the document cannot be written as a zone file.
            StorageError: the file or the database cannot be written.
        """
        before = self.read(camera)
        if before.version != version:
            raise VersionConflict(
                f"the zones are at version {before.version}, not {version}; look at them again"
            )
        at = self._now()
        content = file_of(
            document, f"Version {version + 1}, drawn in the console on {at:%Y-%m-%d %H:%M} UTC."
        )
        saved = DocumentVersion(
            kind=Subject.ZONE_FILE,
            subject=self._subject(camera),
            version=version + 1,
            sha8=sha8(content),
            at=at,
            by=actor.name,
            role=actor.role,
            note=note,
        )
        self._documents.append(saved, content, lambda: write(camera.zones, content))
        return Drawing(camera, document, (saved, *before.history))

    def _subject(self, camera: SiteCamera) -> str:
        site = self.site()
        assert site is not None, "a camera is of a site"
        return f"{site.id}/{camera.id}"
