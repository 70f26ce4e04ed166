"""The first tables: reference data, bookings, tickets, answers, staff, audit, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, with its constraints, and the one row of the clock."""
    op.create_table(
        "agencies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_az", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_table(
        "answers",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
    op.create_index("answers_by_age", "answers", ["at"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("staff", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("booking", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("audit_by_booking", "audit", ["booking"], unique=False)
    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("order_code", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("activated_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_sent_at", sa.BigInteger(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=False),
        sa.Column("fin", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'active')) <= (order_code IS NOT NULL)",
            name=op.f("ck_bookings_confirmed_has_code"),
        ),
        sa.CheckConstraint(
            "state IN ('held', 'confirmed', 'active', 'cancelled', 'expired')", name=op.f("ck_bookings_known_state")
        ),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_bookings_seat_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("order_code", name=op.f("uq_bookings_order_code")),
        sa.UniqueConstraint("reference", name=op.f("uq_bookings_reference")),
    )
    op.create_index(
        "live_by_email",
        "bookings",
        ["email"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'confirmed', 'active')"),
        postgresql_where=sa.text("state IN ('held', 'confirmed', 'active')"),
    )
    op.create_index(
        "held_by_station",
        "bookings",
        ["station"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "held_until",
        "bookings",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "one_live_booking_per_person_and_hour",
        "bookings",
        ["fin", "starts_at"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'confirmed', 'active')"),
        postgresql_where=sa.text("state IN ('held', 'confirmed', 'active')"),
    )
    op.create_index(
        "one_live_booking_per_seat",
        "bookings",
        ["centre", "service", "starts_at", "seat"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'confirmed', 'active')"),
        postgresql_where=sa.text("state IN ('held', 'confirmed', 'active')"),
    )
    op.create_table(
        "centres",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("name_az", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("short_az", sa.Text(), nullable=False),
        sa.Column("short_ru", sa.Text(), nullable=False),
        sa.Column("short_en", sa.Text(), nullable=False),
        sa.Column("address_az", sa.Text(), nullable=False),
        sa.Column("address_ru", sa.Text(), nullable=False),
        sa.Column("address_en", sa.Text(), nullable=False),
        sa.Column("retired", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 65535", name=op.f("ck_centres_number_fits_the_qr")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centres")),
        sa.UniqueConstraint("number", name=op.f("uq_centres_number")),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_instant", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_table(
        "closures",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=True),
        sa.Column("closes", sa.Text(), nullable=True),
        sa.Column("name_az", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("centre", "day", "kind", name=op.f("pk_closures")),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "holiday_names",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("library_name", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_az", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_holiday_names")),
    )
    op.create_table(
        "hours",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("closes", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_hours_iso_weekday")),
        sa.PrimaryKeyConstraint("centre", "weekday", name=op.f("pk_hours")),
    )
    op.create_table(
        "offers",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 0 AND 1000", name=op.f("ck_offers_capacity_in_bounds")),
        sa.PrimaryKeyConstraint("service", "centre", name=op.f("pk_offers")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("gave_up_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("letters_by_booking", "outbox", ["booking"], unique=False)
    op.create_index(
        "waiting_to_be_sent",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("rights", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('operator', 'supervisor', 'technician', 'administrator')", name=op.f("ck_staff_known_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "ticket_counters",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "day", "letter", name=op.f("pk_ticket_counters")),
    )
    op.create_table(
        "wrong_tries",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_wrong_tries")),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("name_az", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("fee_az", sa.Text(), nullable=True),
        sa.Column("fee_ru", sa.Text(), nullable=True),
        sa.Column("fee_en", sa.Text(), nullable=True),
        sa.Column("retired", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 65535", name=op.f("ck_services_number_fits_the_qr")),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name=op.f("fk_services_agency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("number", name=op.f("uq_services_number")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("booking", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("accepted_late_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name=op.f("fk_tickets_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("booking", name=op.f("uq_tickets_booking")),
        sa.UniqueConstraint("centre", "day", "letter", "number", name=op.f("uq_tickets_centre_day_letter_number")),
    )
    op.execute("INSERT INTO clock (id, last_instant) VALUES (1, 0)")
