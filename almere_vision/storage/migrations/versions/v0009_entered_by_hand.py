"""Incidents that a person entered: their type, and who it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("type", "entered_by"):
        op.add_column("incidents", sa.Column(name, sa.String(64)))


def downgrade() -> None:
    for name in ("entered_by", "type"):
        op.drop_column("incidents", name)
