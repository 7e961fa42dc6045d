"""An index for each filter of the queue in each of its orders."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

_NEW: Final = (
    ("state", "urgency", "raised_at", "id"),
    ("kind", "raised_at", "id"),
    ("kind", "urgency", "raised_at", "id"),
    ("camera", "urgency", "raised_at", "id"),
    ("zone", "raised_at", "id"),
    ("zone", "urgency", "raised_at", "id"),
)


def upgrade() -> None:
    for columns in _NEW:
        op.create_index(f"ix_incidents_{'_'.join(columns)}", "incidents", list(columns))


def downgrade() -> None:
    for columns in reversed(_NEW):
        op.drop_index(f"ix_incidents_{'_'.join(columns)}", "incidents")
