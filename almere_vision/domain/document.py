"""Versions of the files that a site is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from almere_vision.domain.audit import Subject


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of a file, without its text.

    Attributes:
        kind: what the file is, as `Subject.ZONE_FILE`.
        subject: which one, as `site/camera`.
        version: counts from 1 for each file, without gaps.
        sha8: first eight digits of the sha256 of its bytes; suggestions carry it.
        by: name of the account; `almere` for a file that was changed outside of the console.
        role: of the account at that moment.
        note: why, in the words of who saved it.
    """

    kind: Subject
    subject: str
    version: int
    sha8: str
    at: datetime
    by: str
    role: str
    note: str = ""
