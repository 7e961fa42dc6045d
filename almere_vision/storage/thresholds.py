"""Thresholds, their versions, and the decisions that they are learned from, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ColumnElement, Engine, Row, Select, cast, func, insert, select
from sqlalchemy.exc import IntegrityError

from almere_vision.domain.audit import Action, Detail, Entry, Subject, fingerprint
from almere_vision.domain.errors import VersionConflict
from almere_vision.domain.incident import RejectReason, State
from almere_vision.domain.priority import Priority, urgency
from almere_vision.domain.suggestion import DETECTED, Kind
from almere_vision.domain.threshold import Decision, Did, Place, Thresholds, ThresholdVersion
from almere_vision.storage.audit import append_line
from almere_vision.storage.database import reading, writing
from almere_vision.storage.tables import INCIDENTS, THRESHOLDS

_DECIDED: Final = frozenset(State) - {State.SUGGESTED, State.CLAIMED, State.EXPIRED}
_MOST: Final = 50_000
"""Decisions that are looked at, newest first."""

_LONGEST_SUBJECT: Final = 256
_TABLE: Final = THRESHOLDS.c


class SqlThresholds:
    """`review.tuning.ThresholdStore` on SQL. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def in_force(self) -> Thresholds:
        """Raises `StoreUnavailable`."""
        place = (_TABLE.camera, _TABLE.zone, _TABLE.kind)
        last = select(*place, func.max(_TABLE.version).label("version")).group_by(*place).subquery()
        newest = select(THRESHOLDS).join(
            last,
            (_TABLE.camera == last.c.camera)
            & (_TABLE.zone == last.c.zone)
            & (_TABLE.kind == last.c.kind)
            & (_TABLE.version == last.c.version),
        )
        with reading(self._engine) as connection:
            rows = connection.execute(newest.where(_TABLE.threshold > 0)).all()
        return {_place(row): row.threshold for row in rows}

    def versions(self) -> tuple[ThresholdVersion, ...]:
        """Oldest first at each place. Raises `StoreUnavailable`."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(THRESHOLDS).order_by(_TABLE.version)).all()
        return tuple(_version(row) for row in rows)

    def decisions(self, since: datetime) -> tuple[Decision, ...]:
        """Of suggestions that a threshold can hold back: P1 never is. Raises `StoreUnavailable`."""
        table = INCIDENTS.c
        decided: Select[Any] = (
            select(
                *(table[name] for name in _READ),
                self._told("model").label("model"),
                self._told("rule").label("rule"),
            )
            .where(
                table.decided_at >= since,
                table.state.in_(sorted(_DECIDED)),
                table.kind.in_(DETECTED),
                table.entered_by.is_(None),
                table.urgency < urgency(Priority.P1),
                table.score.is_not(None),
            )
            .order_by(table.decided_at.desc())
            .limit(_MOST)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(decided).all()
        return tuple(_decision(row) for row in rows)

    def append(self, version: ThresholdVersion) -> None:
        """Keep a version and its line in the audit log, in one transaction.

        Raises:
            VersionConflict: there is a version of this number already.
            StoreUnavailable: nothing was kept.
        """
        place = version.place
        values = {
            "camera": place.camera,
            "zone": place.zone,
            "kind": place.kind,
            "version": version.version,
            "did": version.did,
            "threshold": version.threshold,
            "proposed": version.proposed,
            "at": version.at,
            "actor": version.by,
            "role": version.role,
            "note": version.note,
            "figures": dict(version.figures),
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(THRESHOLDS).values(values))
                append_line(connection, _entry(version))
        except IntegrityError:
            raise VersionConflict(
                "somebody else decided about this threshold at this moment; look at it again"
            ) from None

    def _told(self, name: str) -> ColumnElement[str]:
        """A part of the provenance of a suggestion."""
        if self._engine.dialect.name == "sqlite":
            return func.json_extract(INCIDENTS.c.suggestion, f"$.provenance.{name}")
        part: ColumnElement[str] = cast(INCIDENTS.c.suggestion, JSON)["provenance"][name].as_string()
        return part


_READ: Final = (
    "id",
    "camera",
    "zone",
    "kind",
    "score",
    "reason",
    "raised_at",
    "decided_at",
    "below",
    "sample_share",
)


def _place(row: Row[Any]) -> Place:
    return Place(row.camera, row.zone, Kind(row.kind))


def _version(row: Row[Any]) -> ThresholdVersion:
    return ThresholdVersion(
        place=_place(row),
        version=row.version,
        did=Did(row.did),
        threshold=row.threshold,
        proposed=row.proposed,
        at=row.at,
        by=row.actor,
        role=row.role,
        note=row.note,
        figures=row.figures,
    )


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        incident=row.id,
        place=_place(row),
        score=row.score,
        source=f"{row.model} {row.rule}",
        reason=None if row.reason is None else RejectReason(row.reason),
        raised_at=row.raised_at,
        decided_at=row.decided_at,
        below=row.below,
        sample_share=row.sample_share,
    )


def _entry(version: ThresholdVersion) -> Entry:
    """The audit log keeps no fractions, and no free text."""
    place = version.place
    details: dict[str, Detail] = {
        "did": version.did.value,
        "version": version.version,
        "threshold": f"{version.threshold:.2f}",
        **version.figures,
    }
    if version.proposed is not None:
        details["proposed"] = f"{version.proposed:.2f}"
    if version.note:
        details |= {f"note_{part}": known for part, known in fingerprint(version.note).items()}
    return Entry(
        at=version.at,
        actor=version.by,
        role=version.role,
        action=Action.CHANGE,
        kind=Subject.THRESHOLD,
        subject=f"{place.kind} {place.camera}/{place.zone}"[:_LONGEST_SUBJECT],
        details=details,
    )
