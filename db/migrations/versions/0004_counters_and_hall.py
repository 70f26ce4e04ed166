"""Counters and the hall: calls and their steps, stations, closed hours; tickets and offers get what they need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; of those that were there, tickets, offers, bookings and audit get columns."""
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "closed_hours",
        sa.Column("id", row_id, nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("reason_az", sa.Text(), nullable=False),
        sa.Column("reason_ru", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("made_by", row_id, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", row_id, nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_closed_hours_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_hours")),
    )
    op.create_index("closed_hours_of_a_centre", "closed_hours", ["centre", "ends_at"], unique=False)
    op.create_table(
        "stations",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("clock_off", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", row_id, nullable=True),
        sa.CheckConstraint("face IN ('kiosk', 'counter', 'board')", name=op.f("ck_stations_known_face")),
        sa.PrimaryKeyConstraint("name", "face", name=op.f("pk_stations")),
    )
    op.create_table(
        "counters",
        sa.Column("id", row_id, nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("direction_az", sa.Text(), server_default="", nullable=False),
        sa.Column("direction_ru", sa.Text(), server_default="", nullable=False),
        sa.Column("direction_en", sa.Text(), server_default="", nullable=False),
        sa.Column("open", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("staff", row_id, nullable=True),
        sa.Column("station", sa.Text(), nullable=True),
        sa.Column("staffed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(staff IS NULL) = (staffed_at IS NULL)", name=op.f("ck_counters_staffed_since")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_counters_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counters")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_counters_centre_number")),
    )
    op.create_index(
        "one_counter_per_staff_member",
        "counters",
        ["staff"],
        unique=True,
        sqlite_where=sa.text("staff IS NOT NULL"),
        postgresql_where=sa.text("staff IS NOT NULL"),
    )
    op.create_table(
        "counter_services",
        sa.Column("counter", row_id, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["counter"], ["counters.id"], name=op.f("fk_counter_services_counter")),
        sa.PrimaryKeyConstraint("counter", "service", name=op.f("pk_counter_services")),
    )
    op.create_table(
        "calls",
        sa.Column("id", row_id, nullable=False),
        sa.Column("ticket", row_id, nullable=False),
        sa.Column("counter", row_id, nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("staff", row_id, nullable=True),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("last_called_at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_as IN ('finished', 'no_show', 'parked', 'put_back', 'transferred', 'undone', 'left')",
            name=op.f("ck_calls_known_end"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_calls_ended_somehow")),
        sa.ForeignKeyConstraint(["counter"], ["counters.id"], name=op.f("fk_calls_counter")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_calls_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("calls_of_a_day", "calls", ["centre", "day", "last_called_at"], unique=False)
    op.create_index("calls_of_a_ticket", "calls", ["ticket"], unique=False)
    op.create_index(
        "one_live_call_per_counter",
        "calls",
        ["counter"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "one_live_call_per_ticket",
        "calls",
        ["ticket"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "ticket_steps",
        sa.Column("id", row_id, nullable=False),
        sa.Column("ticket", row_id, nullable=False),
        sa.Column("call", row_id, nullable=True),
        sa.Column("counter", row_id, nullable=True),
        sa.Column("staff", row_id, nullable=True),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name=op.f("fk_ticket_steps_call")),
        sa.ForeignKeyConstraint(["counter"], ["counters.id"], name=op.f("fk_ticket_steps_counter")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_ticket_steps_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_steps")),
    )
    op.create_index("steps_of_a_counter", "ticket_steps", ["counter", "id"], unique=False)
    op.create_index("steps_of_a_counter_by_time", "ticket_steps", ["counter", "at"], unique=False)
    op.create_index("steps_of_a_ticket", "ticket_steps", ["ticket", "id"], unique=False)
    op.add_column("audit", sa.Column("ticket", row_id, nullable=True))
    op.create_index("audit_by_ticket", "audit", ["ticket"], unique=False)
    came_late = sa.text("act = 'arrive' AND outcome = 'too_late'")
    op.create_index(
        "came_late", "audit", ["at", "booking"], unique=False, sqlite_where=came_late, postgresql_where=came_late
    )
    op.create_index("bookings_of_a_day", "bookings", ["centre", "starts_at"], unique=False)
    op.add_column("bookings", sa.Column("told_of_closure", row_id, nullable=True))
    _offers()
    _tickets(row_id)


def _offers() -> None:
    """SQLite cannot add a constraint to a table: it is made anew there, from what 0001 made."""
    before = sa.Table(
        "offers",
        sa.MetaData(),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 0 AND 1000", name="ck_offers_capacity_in_bounds"),
        sa.PrimaryKeyConstraint("service", "centre", name="pk_offers"),
    )
    with op.batch_alter_table("offers", copy_from=before) as table:
        table.add_column(sa.Column("walk_in", sa.Integer(), server_default=sa.text("0"), nullable=False))
        table.create_check_constraint(op.f("ck_offers_walk_in_in_bounds"), "walk_in BETWEEN 0 AND 100000")


def _tickets(row_id: sa.types.TypeEngine[int]) -> None:
    before = sa.Table(
        "tickets",
        sa.MetaData(),
        sa.Column("id", row_id, nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("booking", row_id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("accepted_late_by", row_id, nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["booking"], ["bookings.id"], name="fk_tickets_booking"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("booking", name="uq_tickets_booking"),
        sa.UniqueConstraint("centre", "day", "letter", "number", name="uq_tickets_centre_day_letter_number"),
    )
    with op.batch_alter_table("tickets", copy_from=before) as table:
        table.add_column(sa.Column("booked_for", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("after_booking", row_id, nullable=True))
        table.add_column(sa.Column("to_counter", row_id, nullable=True))
        table.add_column(sa.Column("note", sa.Text(), nullable=True))
        table.add_column(sa.Column("language", sa.Text(), server_default="az", nullable=False))
        table.add_column(sa.Column("changed_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
        table.add_column(sa.Column("outcome", sa.Text(), nullable=True))
        table.add_column(sa.Column("issued_service", sa.Text(), server_default="", nullable=False))
        for_booking = sa.Computed("coalesce(booking, after_booking)", persisted=True)
        table.add_column(sa.Column("for_booking", row_id, for_booking, nullable=True))
        table.drop_constraint("uq_tickets_booking", type_="unique")
        table.create_unique_constraint(op.f("uq_tickets_for_booking"), ["for_booking"])
        table.create_foreign_key(op.f("fk_tickets_after_booking"), "bookings", ["after_booking"], ["id"])
        table.create_foreign_key(op.f("fk_tickets_to_counter"), "counters", ["to_counter"], ["id"])
        table.create_check_constraint(
            op.f("ck_tickets_known_state"),
            "state IN ('waiting', 'called', 'serving', 'parked', 'finished', 'no_show')",
        )
        table.create_check_constraint(
            op.f("ck_tickets_known_outcome"), "outcome IN ('served', 'documents_missing', 'refused', 'gone')"
        )
        table.create_check_constraint(op.f("ck_tickets_outcome_when_finished"), "outcome IS NULL OR state = 'finished'")
        table.create_check_constraint(op.f("ck_tickets_one_booking"), "booking IS NULL OR after_booking IS NULL")
    op.execute(
        "UPDATE tickets SET changed_at = issued_at, issued_service = service, "
        "booked_for = (SELECT starts_at FROM bookings WHERE bookings.id = tickets.booking), "
        "language = coalesce((SELECT bookings.language FROM bookings WHERE bookings.id = tickets.booking), 'az')"
    )
    op.create_index("tickets_of_a_day", "tickets", ["centre", "day", "state"], unique=False)
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "waiting_in_order",
        "tickets",
        ["centre", "day", "booked_for", "issued_at"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    late = sa.text("accepted_late_by IS NOT NULL OR after_booking IS NOT NULL")
    op.create_index(
        "late_tickets", "tickets", ["centre", "day"], unique=False, sqlite_where=late, postgresql_where=late
    )
