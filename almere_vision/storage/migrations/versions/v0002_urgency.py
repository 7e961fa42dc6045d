"""The suggested priority of an incident, as a number to select and sort by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("urgency", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_incidents_urgency_raised_at_id", "incidents", ["urgency", "raised_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_incidents_urgency_raised_at_id", "incidents")
    op.drop_column("incidents", "urgency")
