"""Tables of the water company's services (W1 to W9): registry, applications, work orders, payments, documents.

Money is whole qəpik, consumption whole litres, a month is "2026-10", a day an ISO date in Asia/Baku. Instants are whole
milliseconds since 1970 in UTC. What holds which rule stands in `docs/architecture.md`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.metadata import ROW_ID, metadata

# The water company's registry. Money is whole qəpik, consumption whole litres, a month "2026-10".
districts = Table(
    "districts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    CheckConstraint("kind IN ('baku', 'city', 'rayon')", name="known_kind"),
)

places = Table(
    "places",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("district", Text, ForeignKey("districts.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("district", "kind", "name"),
    CheckConstraint("kind IN ('street', 'settlement', 'village')", name="known_kind"),
)

application_reasons = Table(
    "application_reasons",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name_az", Text, nullable=False),
    Column("name_ru", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("retired", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("kind IN ('suspension', 'restoration')", name="known_kind"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("category", Text, nullable=False),
    Column("fin", Text, nullable=False),  # empty for a company
    Column("given_name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("patronymic", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("water", Integer, nullable=False),
    Column("waste_water", Integer, nullable=False),
    Column("meter", Text, nullable=False),
    Column("service_state", Text, nullable=False),
    Column("closed", Integer, nullable=False, server_default=text("0")),
    Column("opening_balance", BigInteger, nullable=False, server_default=text("0")),  # a debt before the first invoice
    Column("words", Text, nullable=False, server_default=""),  # all words of it, folded, a space before each
    CheckConstraint("category IN ('population', 'non_population')", name="known_category"),
    CheckConstraint("meter IN ('none', 'mechanical', 'smart_card')", name="known_meter"),
    CheckConstraint("service_state IN ('active', 'suspended')", name="known_service_state"),
    Index("subscribers_by_fin", "fin"),
    sqlite_with_rowid=False,
)

# What a search as one types begins with: the telling words, in the order of their signs on both databases. No foreign
# key here and at invoices: whoever writes them wrote the subscriber just before, and millions of rows come at once.
subscriber_words = Table(
    "subscriber_words",
    metadata,
    Column("word", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False),
    Column("subscriber", Text, nullable=False),
    Column("mask", BigInteger, nullable=False),  # how all words of the subscriber begin, as bits
    PrimaryKeyConstraint("word", "subscriber"),
    sqlite_with_rowid=False,
)

invoices = Table(
    "invoices",
    metadata,
    Column("subscriber", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("consumption", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("subscriber", "month"),
    CheckConstraint("consumption >= 0", name="consumption_is_not_negative"),
    sqlite_with_rowid=False,
)

payments = Table(
    "payments",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("subscriber", Text, nullable=False),  # no key: the registry may be the company's
    Column("amount", BigInteger, nullable=False),
    Column("paid_on", Text, nullable=False),  # the day in Asia/Baku
    Column("paid_at", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("payment_order", Text),
    Column("application", ROW_ID),  # the one that it let go on
    Column("station", Text, nullable=False),
    Column("staff", ROW_ID),
    UniqueConstraint("receipt"),  # a payment counts once, whatever is sent twice
    CheckConstraint("amount > 0", name="amount_is_positive"),
    Index("payments_of_subscriber", "subscriber", "paid_on"),
    Index("payments_of_order", "payment_order"),
)

payment_orders = Table(
    "payment_orders",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("subscriber", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("application", ROW_ID),
    Column("station", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),  # when the terminal was told to take it; it is told once
    # unclear: the terminal took money that cannot be counted by itself
    CheckConstraint("state IN ('open', 'paid', 'ended', 'unclear')", name="known_state"),
    CheckConstraint("amount > 0", name="amount_is_positive"),
)

OPEN_APPLICATION = "state IN ('registered', 'in_work', 'asked_back') AND subscriber IS NOT NULL"

applications = Table(
    "applications",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("number", Text, unique=True),  # none while a debt holds it
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("staff", ROW_ID),
    Column("language", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("held_until", BigInteger),  # until when it waits for the payment of a debt
    Column("registered_at", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Column("fin", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("patronymic", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("subscriber", Text),
    Column("fields", Text, nullable=False),  # the rest of the form, as JSON
    Column("searched", Text, nullable=False),  # folded: by whom and about what it is found at the desk
    Column("answer", Text, nullable=False, server_default=""),
    CheckConstraint("kind IN ('new_consumer', 'suspension', 'restoration')", name="known_kind"),
    CheckConstraint(
        "state IN ('awaiting_payment', 'registered', 'in_work', 'asked_back', 'completed', 'refused', 'dropped')",
        name="known_state",
    ),
    CheckConstraint("(number IS NULL) = (registered_at IS NULL)", name="a_number_is_of_a_registered_one"),
    CheckConstraint("(number IS NULL) = (state IN ('awaiting_payment', 'dropped'))", name="registered_has_number"),
    Index("applications_by_fin", "fin"),
)
Index(
    "one_open_application_per_subscriber",
    applications.c.subscriber,
    unique=True,
    sqlite_where=text(OPEN_APPLICATION),
    postgresql_where=text(OPEN_APPLICATION),
)
Index(
    "held_by_debt",
    applications.c.subscriber,
    sqlite_where=text("state = 'awaiting_payment'"),
    postgresql_where=text("state = 'awaiting_payment'"),
)

application_steps = Table(
    "application_steps",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("application", ROW_ID, ForeignKey("applications.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("staff", ROW_ID),
    Column("note", Text, nullable=False, server_default=""),
    Index("steps_of_application", "application", "id"),
)

# Numbers of a year: of applications ("application"), of certificates ("certificate").
year_counters = Table(
    "year_counters",
    metadata,
    Column("what", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("what", "year"),
)

work_orders = Table(
    "work_orders",
    metadata,
    Column("application", ROW_ID, ForeignKey("applications.id"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("due_on", Text, nullable=False),
    Column("taken_by", ROW_ID, ForeignKey("staff.id")),
    Column("taken_at", BigInteger),
    Column("carried_out_at", BigInteger),
    Column("closed_at", BigInteger),
    CheckConstraint("state IN ('open', 'taken', 'asked_back', 'carried_out', 'closed', 'refused')", name="known_state"),
)
Index(
    "work_to_do",
    work_orders.c.due_on,
    sqlite_where=text("state NOT IN ('closed', 'refused')"),
    postgresql_where=text("state NOT IN ('closed', 'refused')"),
)

# Stored once and unchanged, by the SHA-256 of the bytes.
documents = Table(
    "documents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Index("documents_by_age", "stored_at"),
)

application_documents = Table(
    "application_documents",
    metadata,
    Column("application", ROW_ID, ForeignKey("applications.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("digest", Text, ForeignKey("documents.digest"), nullable=False),
    PrimaryKeyConstraint("application", "role", "digest"),
    Index("applications_with_document", "digest"),
)

# One upload each from a citizen's phone (W9), known by the SHA-256 of its one-time address.
uploads = Table(
    "uploads",
    metadata,
    Column("token", Text, primary_key=True),
    Column("station", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # open, opened (the page was looked at), done, ended
    Column("digest", Text, ForeignKey("documents.digest")),
    Column("refused", Text),  # why the last file was not taken
    CheckConstraint("(state = 'done') = (digest IS NOT NULL)", name="done_has_document"),
)

# Signing in with e-gov identity on the citizen's own phone (I7): what came back to our public address.
phone_sign_ins = Table(
    "phone_sign_ins",
    metadata,
    Column("state", Text, primary_key=True),  # SHA-256 of OpenID Connect's state
    Column("station", Text, nullable=False),
    Column("address", Text, nullable=False),  # where the phone is sent to, without the state
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("code", Text),
    Column("error", Text),
)

# Issued certificates (arayış), for whoever checks one by its QR. No names.
certificates = Table(
    "certificates",
    metadata,
    Column("number", Text, primary_key=True),
    Column("subscriber", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("first_month", Text, nullable=False),
    Column("last_month", Text, nullable=False),
    Column("invoiced", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("debt", BigInteger, nullable=False),
    Column("check_code", Text, nullable=False),  # stands in the QR, so that numbers cannot be tried out
)

# Changes that the company's own system has yet to be told, when it stands behind the registry.
registry_calls = Table(
    "registry_calls",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),  # idempotency key at the other side
    Column("kind", Text, nullable=False),  # payment, service_state, new_subscriber
    Column("subscriber", Text, nullable=False),  # empty while a new one has no code yet
    Column("facts", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done_at", BigInteger),
    Column("last_error", Text),
    Index("calls_of_subscriber", "subscriber"),
)
Index(
    "calls_to_carry",
    registry_calls.c.due_at,
    sqlite_where=text("done_at IS NULL"),
    postgresql_where=text("done_at IS NULL"),
)
