"""The files that a site is judged by, as lines in the audit log whenever one differs from before."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from almere_vision.domain.audit import Action, Entry, Subject
from almere_vision.domain.incident import Role
from almere_vision.scene import load_site
from almere_vision.storage.audit import Audit


def note_files(audit: Audit, site_file: Path, at: datetime) -> None:
    """Write a line for each zone file, table of priorities and protocol that is new or was changed.

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
        version = hashlib.sha256(file.read_bytes()).hexdigest()[:8] if file.is_file() else None
        audit.append_changed(
            Entry(at, "almere", Role.SYSTEM, Action.CHANGE, kind, subject, details={"sha8": version})
        )
