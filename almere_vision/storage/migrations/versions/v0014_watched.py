"""How long each rule was watched, and how long not, and why, hour by hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watched",
        sa.Column("camera", sa.String(128), nullable=False),
        sa.Column("preset", sa.String(128), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("camera", "preset", "rule", "what", "hour", "run", name="pk_watched"),
    )
    op.create_index("ix_watched_hour", "watched", ["hour"])


def downgrade() -> None:
    op.drop_index("ix_watched_hour", "watched")
    op.drop_table("watched")
