"""Who steers which camera, and what the service does with it next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "steering",
        sa.Column("camera", sa.String(128), nullable=False),
        sa.Column("holder", sa.String(64)),
        sa.Column("role", sa.String(16)),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("camera", name="pk_steering"),
    )


def downgrade() -> None:
    op.drop_table("steering")
