"""Tables and constraints. The truth of the rules lies here; what is above only asks for it.

Instants are whole milliseconds since 1970 in UTC. Days are ISO dates in Asia/Baku ("2026-11-23"). The migrations in
`db/migrations` create exactly these tables; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db import hall_schema, water_schema  # noqa: F401 - their tables belong to the same metadata
from db.metadata import ROW_ID
from db.metadata import metadata as metadata

LIVE = "state IN ('held', 'confirmed', 'active')"
"""Every state in which a booking occupies its seat and its person's hour. A run-out hold is among them until the next
hold or move in its way ends it, in its own transaction."""

# What the whole database says of itself: reference_version, example_data, last_instant …
facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# SQLite alone writes here: the later of the machine's clock and the last committed instant is "now". One row.
clock = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_instant", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

agencies = Table(
    "agencies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name_az", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

services = Table(
    "services",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("agency", Text, ForeignKey("agencies.id"), nullable=False),
    Column("letter", Text, nullable=False),
    Column("name_az", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("fee_az", Text),
    Column("fee_ru", Text),
    Column("fee_en", Text),
    Column("retired", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("number BETWEEN 1 AND 65535", name="number_fits_the_qr"),
)

centres = Table(
    "centres",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("region", Text, nullable=False),
    Column("name_az", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("short_az", Text, nullable=False),
    Column("short_ru", Text, nullable=False),
    Column("short_en", Text, nullable=False),
    Column("address_az", Text, nullable=False),
    Column("address_ru", Text, nullable=False),
    Column("address_en", Text, nullable=False),
    Column("retired", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("number BETWEEN 1 AND 65535", name="number_fits_the_qr"),
)

offers = Table(
    "offers",
    metadata,
    Column("service", Text, nullable=False),
    Column("centre", Text, nullable=False),  # a centre's id, or "*" for every centre that has no row of its own
    Column("capacity", Integer, nullable=False),  # 0: this centre does not give it, although "*" does
    Column("walk_in", Integer, nullable=False, server_default=text("0")),  # walk-in tickets a day at most; 0: none
    PrimaryKeyConstraint("service", "centre"),
    CheckConstraint("capacity BETWEEN 0 AND 1000", name="capacity_in_bounds"),
    CheckConstraint("walk_in BETWEEN 0 AND 100000", name="walk_in_in_bounds"),
)

hours = Table(
    "hours",
    metadata,
    Column("centre", Text, nullable=False),  # a centre's id, or "*" for every centre that has no hours of its own
    Column("weekday", Integer, nullable=False),
    Column("opens", Text, nullable=False),
    Column("closes", Text, nullable=False),
    Column("is_default", Integer, nullable=False),
    PrimaryKeyConstraint("centre", "weekday"),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="iso_weekday"),
)

closures = Table(
    "closures",
    metadata,
    Column("centre", Text, nullable=False),  # a centre's id, or "*" for all
    Column("day", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("opens", Text),
    Column("closes", Text),
    Column("name_az", Text),
    Column("name_ru", Text),
    Column("name_en", Text),
    PrimaryKeyConstraint("centre", "day", "kind"),
)

holiday_names = Table(
    "holiday_names",
    metadata,
    Column("key", Text, primary_key=True),
    Column("library_name", Text),
    Column("position", Integer, nullable=False),
    Column("name_az", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("order_code", Text, unique=True),
    Column("service", Text, nullable=False),
    Column("centre", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("seat", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_by", Text),  # why it is over: citizen, wrong_codes, swapped, ran_out, closure
    Column("held_at", BigInteger, nullable=False),
    Column("held_until", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("activated_at", BigInteger),
    Column("activated_by", Text),  # the station
    Column("ended_at", BigInteger),
    Column("sequence", Integer, nullable=False, server_default=text("0")),  # counts moves, for the calendar file
    Column("code", Text, nullable=False),
    Column("code_sent_at", BigInteger, nullable=False),
    Column("wrong_codes", Integer, nullable=False, server_default=text("0")),
    Column("station", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("patronymic", Text, nullable=False),
    Column("fin", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),  # "": booked at a counter by somebody who has none (C8)
    Column("told_of_closure", ROW_ID),  # the closed hours (row id) its person was told of
    CheckConstraint("state IN ('held', 'confirmed', 'active', 'cancelled', 'expired')", name="known_state"),
    CheckConstraint("(state IN ('confirmed', 'active')) <= (order_code IS NOT NULL)", name="confirmed_has_code"),
    CheckConstraint("seat >= 1", name="seat_counts_from_one"),
)

Index(
    "one_live_booking_per_seat",
    bookings.c.centre,
    bookings.c.service,
    bookings.c.starts_at,
    bookings.c.seat,
    unique=True,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)
Index(
    "one_live_booking_per_person_and_hour",
    bookings.c.fin,
    bookings.c.starts_at,
    unique=True,
    sqlite_where=text(LIVE),
    postgresql_where=text(LIVE),
)
Index("live_by_email", bookings.c.email, sqlite_where=text(LIVE), postgresql_where=text(LIVE))
Index(
    "held_by_station", bookings.c.station, sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")
)
Index("bookings_of_a_day", bookings.c.centre, bookings.c.starts_at)
Index("held_until", bookings.c.held_until, sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'"))

tickets = Table(
    "tickets",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("centre", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("service", Text, nullable=False),
    Column("booking", ROW_ID, ForeignKey("bookings.id")),  # the booking that it activated; None: a walk-in
    Column("state", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("accepted_late_by", ROW_ID),  # the staff member who accepted a late arrival, with the reason beside it (C3)
    Column("late_reason", Text),
    Column("booked_for", BigInteger),  # None: a walk-in
    Column("after_booking", ROW_ID, ForeignKey("bookings.id")),  # the booking that this walk-in came too late for
    Column("to_counter", ROW_ID, ForeignKey("counters.id")),  # None: any counter that serves its service
    Column("note", Text),  # what the colleague who parked or transferred it wrote
    Column("language", Text, nullable=False, server_default="az"),
    Column("changed_at", BigInteger, nullable=False, server_default=text("0")),
    Column("outcome", Text),  # of a finished one
    Column("issued_service", Text, nullable=False, server_default=""),  # `service` changes as it is sent on, this never
    # one ticket a booking, whether that activated it or a walk-in stands in its place
    Column("for_booking", ROW_ID, Computed("coalesce(booking, after_booking)", persisted=True), unique=True),
    UniqueConstraint("centre", "day", "letter", "number"),
    CheckConstraint("booking IS NULL OR after_booking IS NULL", name="one_booking"),
    CheckConstraint("state IN ('waiting', 'called', 'serving', 'parked', 'finished', 'no_show')", name="known_state"),
    CheckConstraint("outcome IN ('served', 'documents_missing', 'refused', 'gone')", name="known_outcome"),
    CheckConstraint("outcome IS NULL OR state = 'finished'", name="outcome_when_finished"),
    Index("tickets_of_a_day", "centre", "day", "state"),
)
_WAITING = "state = 'waiting'"
Index(
    "waiting_in_order",
    tickets.c.centre,
    tickets.c.day,
    tickets.c.booked_for,
    tickets.c.issued_at,
    sqlite_where=text(_WAITING),
    postgresql_where=text(_WAITING),
)

_LATE = "accepted_late_by IS NOT NULL OR after_booking IS NOT NULL"
Index("late_tickets", tickets.c.centre, tickets.c.day, sqlite_where=text(_LATE), postgresql_where=text(_LATE))

ticket_counters = Table(
    "ticket_counters",
    metadata,
    Column("centre", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("centre", "day", "letter"),
)

# What a key was answered: looked at before any rule, whatever the time is by then.
answers = Table(
    "answers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),  # SHA-256 of what was asked
    Column("answer", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("answers_by_age", "at"),
)

# Wrong pairs of order code and FİN, counted by what was presented, whether it exists or not.
wrong_tries = Table(
    "wrong_tries",
    metadata,
    Column("subject", Text, primary_key=True),  # SHA-256 of the presented code
    Column("count", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("rights", Text, nullable=False, server_default=""),  # space-separated, beyond the role's own
    Column("password_hash", Text, nullable=False),
    Column("active", Integer, nullable=False, server_default=text("1")),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("role IN ('operator', 'supervisor', 'technician', 'administrator')", name="known_role"),
)

# Cards that staff sign in with, known by their certificate's public key, which outlives a renewed certificate.
staff_cards = Table(
    "staff_cards",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("staff", ROW_ID, ForeignKey("staff.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),  # SHA-256 of the SubjectPublicKeyInfo, hexadecimal
    Column("label", Text, nullable=False),
    Column("enrolled_by", ROW_ID, ForeignKey("staff.id"), nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger),
    Index("cards_of_staff", "staff"),
)
Index(
    "one_live_holder_per_card",
    staff_cards.c.fingerprint,
    unique=True,
    sqlite_where=text("withdrawn_at IS NULL"),
    postgresql_where=text("withdrawn_at IS NULL"),
)

# Signed-in citizens: one row a person over all stations (I12). It ends by being deleted, or by one of its two times.
sessions = Table(
    "sessions",
    metadata,
    Column("person", Text, primary_key=True),  # the FİN; without one a digest of the certificate's subject or key
    Column("token", Text, nullable=False, unique=True),
    Column("station", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),  # renewed by its station
    Column("ends_at", BigInteger, nullable=False),
)

# Every change and every refused attempt. No personal data beyond ids.
audit = Table(
    "audit",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("staff", ROW_ID),
    Column("act", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("booking", ROW_ID),
    Column("detail", Text),
    Column("application", ROW_ID),
    Column("ticket", ROW_ID),
    Index("audit_by_booking", "booking"),
    Index("audit_by_application", "application"),
    Index("audit_by_ticket", "ticket"),
)
_CAME_LATE = "act = 'arrive' AND outcome = 'too_late'"
Index("came_late", audit.c.at, audit.c.booking, sqlite_where=text(_CAME_LATE), postgresql_where=text(_CAME_LATE))

outbox = Table(
    "outbox",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("booking", ROW_ID),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("leased_by", Text),
    Column("leased_until", BigInteger),
    Column("sent_at", BigInteger),
    Column("gave_up_at", BigInteger),
    Column("last_error", Text),
    Column("message_id", Text, nullable=False, unique=True),
    Column("channel", Text, nullable=False, server_default="mail"),  # mail or sms
    Column("recipient_digest", Text),  # letters of an hour are counted by it, after the address is wiped
    Column("application", ROW_ID),
    Index("letters_by_booking", "booking"),
    Index("letters_by_application", "application"),
    Index("letters_by_recipient", "recipient_digest", "created_at"),
)
Index(
    "waiting_to_be_sent",
    outbox.c.due_at,
    sqlite_where=text("sent_at IS NULL AND gave_up_at IS NULL"),
    postgresql_where=text("sent_at IS NULL AND gave_up_at IS NULL"),
)
