"""Versions of zone files on both databases: with the file or not at all, one after the other, and audited."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine

from almere_vision.domain.audit import Subject
from almere_vision.domain.document import DocumentVersion
from almere_vision.domain.errors import StorageError, VersionConflict, VersionMissing
from almere_vision.domain.incident import Role
from almere_vision.storage.audit import Audit, AuditQuery
from almere_vision.storage.documents import Documents

NAME = "street/plaza"


def version(number: int, at: datetime, by: str = "chief") -> DocumentVersion:
    return DocumentVersion(
        Subject.ZONE_FILE, NAME, number, f"{number:08x}", at, by, Role.SUPERVISOR, "market moved"
    )


def test_a_file_changed_outside_becomes_a_version_once(engine: Engine, noon: datetime) -> None:
    documents = Documents(engine)
    first = documents.adopt(Subject.ZONE_FILE, NAME, b"camera: plaza", noon)
    again = documents.adopt(Subject.ZONE_FILE, NAME, b"camera: plaza", noon)
    second = documents.adopt(Subject.ZONE_FILE, NAME, b"camera: plaza # by hand", noon)

    assert (first, first.version, first.by, first.role) == (again, 1, "almere", Role.SYSTEM)
    assert [one.version for one in documents.history(Subject.ZONE_FILE, NAME)] == [2, 1]
    assert documents.content(Subject.ZONE_FILE, NAME, 2) == b"camera: plaza # by hand"
    assert second.sha8 != first.sha8
    with pytest.raises(VersionMissing):
        documents.content(Subject.ZONE_FILE, NAME, 3)
    assert documents.history(Subject.PROTOCOL, NAME) == ()


def test_a_version_is_kept_with_the_file_or_not_at_all(engine: Engine, noon: datetime) -> None:
    documents, put = Documents(engine), []
    documents.append(version(1, noon), b"one", lambda: put.append(1))

    def fail() -> None:
        raise StorageError("read-only")

    with pytest.raises(StorageError, match="read-only"):
        documents.append(version(2, noon), b"two", fail)
    with pytest.raises(VersionConflict):
        documents.append(version(1, noon), b"other", lambda: put.append(2))

    assert put == [1]
    assert [one.note for one in documents.history(Subject.ZONE_FILE, NAME)] == ["market moved"]
    lines = Audit(engine).page(AuditQuery(kind=Subject.ZONE_FILE)).lines
    assert [(line.entry.actor, line.entry.details["version"]) for line in lines] == [("chief", 1)]
    assert "market" not in str(lines[0].entry.details)


def test_of_many_at_once_one_wins(engine: Engine, noon: datetime) -> None:
    documents, put = Documents(engine), []

    def save(name: str) -> bool:
        try:
            documents.append(version(1, noon, name), name.encode(), lambda: put.append(name))
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(save, "abcd"))
    (kept,) = documents.history(Subject.ZONE_FILE, NAME)
    assert won.count(True) == 1
    assert documents.content(Subject.ZONE_FILE, NAME, 1) == kept.by.encode()
    assert put == [kept.by]
