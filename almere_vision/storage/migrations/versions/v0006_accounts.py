"""One-time passwords, and the second factor of people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("one_time_until", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("totp_secret", sa.String(256)))
    op.add_column("users", sa.Column("totp_step", sa.BigInteger))
    op.add_column("users", sa.Column("recovery_hashes", sa.JSON))


def downgrade() -> None:
    for name in ("recovery_hashes", "totp_step", "totp_secret", "one_time_until"):
        op.drop_column("users", name)
