"""Faults of cameras that people reported, their tickets and how they ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "camera_faults",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("camera", sa.String(128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(64), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("ticket", sa.String(64), nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_camera_faults"),
    )
    op.create_index("ix_camera_faults_ended_at", "camera_faults", ["ended_at"])


def downgrade() -> None:
    op.drop_table("camera_faults")
