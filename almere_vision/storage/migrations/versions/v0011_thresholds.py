"""Thresholds and their versions, and what a threshold made of each suggestion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thresholds",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("camera", sa.String(128), nullable=False),
        sa.Column("zone", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("did", sa.String(16), nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("proposed", sa.Float),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_thresholds"),
    )
    op.create_index(
        "ix_thresholds_camera_zone_kind_version",
        "thresholds",
        ["camera", "zone", "kind", "version"],
        unique=True,
    )
    for name in ("score", "below", "sample_share"):
        op.add_column("incidents", sa.Column(name, sa.Float))
    # Of what came before, the score of the last revision is all that is known.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE incidents SET score = json_extract(suggestion, '$.score')")
    else:
        op.execute("UPDATE incidents SET score = (CAST(suggestion AS JSON) ->> 'score')::float8")
    op.create_index("ix_incidents_decided_at", "incidents", ["decided_at"])


def downgrade() -> None:
    op.drop_index("ix_incidents_decided_at", "incidents")
    for name in ("sample_share", "below", "score"):
        op.drop_column("incidents", name)
    op.drop_index("ix_thresholds_camera_zone_kind_version", "thresholds")
    op.drop_table("thresholds")
