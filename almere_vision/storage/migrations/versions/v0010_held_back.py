"""What is held back and why, and when each suggestion was put before people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("held", sa.String(16)))
    op.add_column("incidents", sa.Column("shown_at", sa.DateTime(timezone=True)))
    # Until now everything was shown as it arrived.
    op.execute("UPDATE incidents SET shown_at = received_at WHERE entered_by IS NULL")
    columns = ["held", "urgency", "raised_at", "id"]
    op.create_index("ix_incidents_held_urgency_raised_at_id", "incidents", columns)
    op.create_index("ix_incidents_shown_at", "incidents", ["shown_at"])


def downgrade() -> None:
    op.drop_index("ix_incidents_shown_at", "incidents")
    op.drop_index("ix_incidents_held_urgency_raised_at_id", "incidents")
    op.drop_column("incidents", "shown_at")
    op.drop_column("incidents", "held")
