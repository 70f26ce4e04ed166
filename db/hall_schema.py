"""Tables of the counters and the hall (C2 to C7): counters, calls, steps that can be undone, stations, closed hours.

Instants are whole milliseconds since 1970 in UTC, days ISO dates in Asia/Baku. Tickets stand in `db/schema.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.metadata import ROW_ID, metadata

# A place where people are served. Staffed: somebody is signed in there. Open: a supervisor lets it be used.
counters = Table(
    "counters",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("number", Text, nullable=False),  # as the hall reads it: "7", "12", "A3"
    Column("direction_az", Text, nullable=False, server_default=""),
    Column("direction_ru", Text, nullable=False, server_default=""),
    Column("direction_en", Text, nullable=False, server_default=""),
    Column("open", Integer, nullable=False, server_default=text("1")),
    Column("staff", ROW_ID, ForeignKey("staff.id")),
    Column("station", Text),
    Column("staffed_at", BigInteger),
    UniqueConstraint("centre", "number"),
    CheckConstraint("(staff IS NULL) = (staffed_at IS NULL)", name="staffed_since"),
)
Index(
    "one_counter_per_staff_member",
    counters.c.staff,
    unique=True,
    sqlite_where=text("staff IS NOT NULL"),
    postgresql_where=text("staff IS NOT NULL"),
)

# What a counter serves. One without a row serves everything its centre gives.
counter_services = Table(
    "counter_services",
    metadata,
    Column("counter", ROW_ID, ForeignKey("counters.id"), nullable=False),
    Column("service", Text, nullable=False),
    PrimaryKeyConstraint("counter", "service"),
)

# One call of one ticket to one counter, from the call to whatever ended it.
calls = Table(
    "calls",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("ticket", ROW_ID, ForeignKey("tickets.id"), nullable=False),
    Column("counter", ROW_ID, ForeignKey("counters.id"), nullable=False),
    Column("centre", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("service", Text, nullable=False),  # as it was when it was called
    Column("staff", ROW_ID),
    Column("station", Text, nullable=False),
    Column("called_at", BigInteger, nullable=False),
    Column("last_called_at", BigInteger, nullable=False),
    Column("times", Integer, nullable=False, server_default=text("1")),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("ended_as", Text),
    CheckConstraint(
        "ended_as IN ('finished', 'no_show', 'parked', 'put_back', 'transferred', 'undone', 'left')", name="known_end"
    ),
    CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_somehow"),
    Index("calls_of_a_ticket", "ticket"),
    Index("calls_of_a_day", "centre", "day", "last_called_at"),
)
_LIVE_CALL = "ended_at IS NULL"
Index(
    "one_live_call_per_ticket",
    calls.c.ticket,
    unique=True,
    sqlite_where=text(_LIVE_CALL),
    postgresql_where=text(_LIVE_CALL),
)
Index(
    "one_live_call_per_counter",
    calls.c.counter,
    unique=True,
    sqlite_where=text(_LIVE_CALL),
    postgresql_where=text(_LIVE_CALL),
)

# Every step of a ticket, with what it was before: its history, and what undoing needs.
ticket_steps = Table(
    "ticket_steps",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("ticket", ROW_ID, ForeignKey("tickets.id"), nullable=False),
    Column("call", ROW_ID, ForeignKey("calls.id")),
    Column("counter", ROW_ID, ForeignKey("counters.id")),
    Column("staff", ROW_ID),
    Column("station", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("act", Text, nullable=False),
    Column("before", Text, nullable=False),  # JSON of the ticket's and the call's changed columns
    Column("undone_at", BigInteger),
    Index("steps_of_a_ticket", "ticket", "id"),
    Index("steps_of_a_counter", "counter", "id"),
    Index("steps_of_a_counter_by_time", "counter", "at"),
)

# Machines that work on this database, as they told of themselves last. One machine may show more than one face.
stations = Table(
    "stations",
    metadata,
    Column("name", Text, nullable=False),
    Column("centre", Text, nullable=False),
    Column("face", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("clock_off", BigInteger, nullable=False),  # its clock less the database's, in milliseconds
    Column("closed_at", BigInteger),
    Column("closed_by", ROW_ID),
    PrimaryKeyConstraint("name", "face"),
    CheckConstraint("face IN ('kiosk', 'counter', 'board')", name="known_face"),
)

# Hours of a centre that were closed after people had booked them. Their bookings stay; their people are told.
closed_hours = Table(
    "closed_hours",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("reason_az", Text, nullable=False),
    Column("reason_ru", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("made_by", ROW_ID, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger),
    Column("withdrawn_by", ROW_ID),
    CheckConstraint("starts_at < ends_at", name="not_empty"),
    Index("closed_hours_of_a_centre", "centre", "ends_at"),
)
