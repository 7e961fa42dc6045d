"""The files that a site is judged by: versions, and lines in the audit log, whenever one differs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from almere_vision.domain.audit import Action, Entry, Subject
from almere_vision.domain.incident import Role
from almere_vision.scene import load_site
from almere_vision.storage.audit import Audit
from almere_vision.storage.documents import Documents


def note_files(audit: Audit, documents: Documents, site_file: Path, at: datetime) -> None:
    """Keep a version of each zone file, table of priorities and protocol that is new or was changed.

    Raises:
        ZoneFileError: the site file cannot be used.
        StoreUnavailable: the database is away.
    """
    site = load_site(site_file)
    found = [(Subject.ZONE_FILE, f"{site.id}/{camera.id}", camera.zones) for camera in site.cameras]
    if site.priorities is not None:
        found.append((Subject.PRIORITY_TABLE, site.id, site.priorities))
    if site.protocol is not None:
        found.append((Subject.PROTOCOL, site.id, site.protocol))
    for kind, subject, file in found:
        if file.is_file():
            documents.adopt(kind, subject, file.read_bytes(), at)
        else:
            audit.append_changed(
                Entry(at, "almere", Role.SYSTEM, Action.CHANGE, kind, subject, details={"sha8": None})
            )
