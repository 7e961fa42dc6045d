"""What followed an escalation, when each step was taken, and which cameras and kinds a person may see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENTS = ("looked_at", "claimed_at", "escalated_at", "acknowledged_at", "on_scene_at", "closed_at")


def upgrade() -> None:
    op.add_column("incidents", sa.Column("answered_by", sa.String(64)))
    op.add_column("incidents", sa.Column("result", sa.String(16)))
    op.add_column("incidents", sa.Column("answer", sa.Text, nullable=False, server_default=sa.text("''")))
    for name in _MOMENTS:
        op.add_column("incidents", sa.Column(name, sa.DateTime(timezone=True)))
    op.create_index("ix_incidents_recipient_raised_at_id", "incidents", ["recipient", "raised_at", "id"])
    op.add_column("users", sa.Column("cameras", sa.JSON))
    op.add_column("users", sa.Column("kinds", sa.JSON))


def downgrade() -> None:
    op.drop_column("users", "kinds")
    op.drop_column("users", "cameras")
    op.drop_index("ix_incidents_recipient_raised_at_id", "incidents")
    for name in (*reversed(_MOMENTS), "answer", "result", "answered_by"):
        op.drop_column("incidents", name)
