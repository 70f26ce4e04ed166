"""Citizens' sessions (I12) and staff members' cards (C6)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables; nothing that was there is touched."""
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sessions",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token", name=op.f("uq_sessions_token")),
    )
    op.create_table(
        "staff_cards",
        sa.Column("id", row_id, nullable=False),
        sa.Column("staff", row_id, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("enrolled_by", row_id, nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["enrolled_by"], ["staff.id"], name=op.f("fk_staff_cards_enrolled_by")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_staff_cards_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_cards")),
    )
    op.create_index(
        "one_live_holder_per_card",
        "staff_cards",
        ["fingerprint"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("cards_of_staff", "staff_cards", ["staff"], unique=False)
