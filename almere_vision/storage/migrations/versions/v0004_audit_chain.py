"""One chain of hashes for everything that is audited; the histories of incidents go into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from almere_vision.domain.audit import FORM, GENESIS, Entry, Subject, digest, fingerprint

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH: Final = 1_000
_MOMENT = sa.DateTime(timezone=True)

_INCIDENTS = sa.Table("incidents", sa.MetaData(), sa.Column("id", sa.String(128), primary_key=True))
_OLD = sa.Table(
    "audit_lines",
    _INCIDENTS.metadata,
    sa.Column("id", sa.Integer),
    sa.Column("incident", sa.String(128), nullable=False),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("command", sa.String(16), nullable=False),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_audit_lines"),
    sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_audit_lines_incident"),
)
_CHAIN = sa.Table(
    "audit_chain",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, autoincrement=False),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(256), nullable=False),
    sa.Column("purpose", sa.String(200)),
    sa.Column("from_state", sa.String(16)),
    sa.Column("to_state", sa.String(16)),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("form", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_audit_chain"),
)


def upgrade() -> None:
    _CHAIN.create(op.get_bind())
    for columns in (["kind", "subject", "id"], ["actor", "id"], ["action", "id"], ["at"]):
        op.create_index(f"ix_audit_chain_{'_'.join(columns)}", "audit_chain", columns)
    _carry_over()
    op.drop_table("audit_lines")
    _refuse_changes("audit_chain")


def _carry_over() -> None:
    previous, chained = GENESIS, []
    for number, row in enumerate(_rows(_OLD), start=1):
        details = dict(row["details"])
        if "note" in details:  # the incident itself holds the text
            known = fingerprint(str(details.pop("note")))
            details |= {f"note_{name}": value for name, value in known.items()}
        at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
        entry = Entry(
            at,
            row["actor"],
            row["role"],
            row["command"],
            Subject.INCIDENT,
            row["incident"],
            None,
            row["from_state"],
            row["to_state"],
            details,
        )
        known_hash = digest(number, entry, previous, FORM)
        chained.append(
            {
                "id": number,
                "at": _stored(at),
                "actor": entry.actor,
                "role": entry.role,
                "action": entry.action,
                "kind": "incident",
                "subject": entry.subject,
                "purpose": None,
                "from_state": entry.from_state,
                "to_state": entry.to_state,
                "details": details,
                "previous": previous,
                "hash": known_hash,
                "form": FORM,
            }
        )
        previous = known_hash
        if len(chained) == _BATCH:
            op.get_bind().execute(sa.insert(_CHAIN), chained)
            chained = []
    if chained:
        op.get_bind().execute(sa.insert(_CHAIN), chained)


def _rows(table: sa.Table, *conditions: Any) -> Iterator[Any]:
    """All rows by id, in constant memory."""
    last = 0
    while True:
        batch = sa.select(table).where(table.c.id > last, *conditions).order_by(table.c.id).limit(_BATCH)
        rows = op.get_bind().execute(batch).mappings().all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1]["id"]


def _stored(at: datetime) -> datetime:
    utc = at.astimezone(UTC)
    return utc.replace(tzinfo=None) if op.get_bind().dialect.name == "sqlite" else utc


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )


def downgrade() -> None:
    """Back to the histories of incidents; what else was audited has no place there and is lost."""
    _OLD.create(op.get_bind())
    op.create_index("ix_audit_lines_incident", "audit_lines", ["incident"])
    histories = (_CHAIN.c.kind == "incident", _CHAIN.c.to_state.is_not(None))
    for row in _rows(_CHAIN, *histories):
        op.get_bind().execute(
            sa.insert(_OLD).values(
                incident=row["subject"],
                at=row["at"],
                actor=row["actor"],
                role=row["role"],
                command=row["action"],
                from_state=row["from_state"],
                to_state=row["to_state"],
                details=row["details"],
            )
        )
    op.drop_table("audit_chain")
    _refuse_changes("audit_lines")
