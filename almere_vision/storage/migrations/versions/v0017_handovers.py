"""What one shift leaves to the next and who has read it, and what the control room is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("colleague", sa.String(64)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("handed", sa.Integer, nullable=False),
        sa.Column("released", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_at", "handovers", ["at"])
    op.create_table(
        "handover_reads",
        sa.Column("handover_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("handover_id", "name", name="pk_handover_reads"),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"], name="fk_handover_reads_handover_id"),
    )
    op.create_table(
        "screens",
        sa.Column("screen", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("camera", sa.String(128), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("screen", name="pk_screens"),
    )


def downgrade() -> None:
    op.drop_table("screens")
    op.drop_table("handover_reads")
    op.drop_table("handovers")
