"""Accounts of people who sign in through an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(512), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cameras", sa.JSON),
        sa.Column("kinds", sa.JSON),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id"),
        sa.UniqueConstraint("user_id", name="uq_identities_user_id"),
    )
    proven = sa.Column("second_factor", sa.Boolean, nullable=False, server_default=sa.text("false"))
    op.add_column("sessions", proven)


def downgrade() -> None:
    # Accounts that were made by a first sign-in stay, without a password that anybody knows.
    op.drop_column("sessions", "second_factor")
    op.drop_table("identities")
