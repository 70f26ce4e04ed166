"""The water company's services: registry, applications, work orders, payments, documents, SMS in the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; of those that were there, audit and outbox get columns."""
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "districts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('baku', 'city', 'rayon')", name=op.f("ck_districts_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
    )
    op.create_table(
        "subscribers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("fin", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("water", sa.Integer(), nullable=False),
        sa.Column("waste_water", sa.Integer(), nullable=False),
        sa.Column("meter", sa.Text(), nullable=False),
        sa.Column("service_state", sa.Text(), nullable=False),
        sa.Column("closed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("opening_balance", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("category IN ('population', 'non_population')", name=op.f("ck_subscribers_known_category")),
        sa.CheckConstraint("meter IN ('none', 'mechanical', 'smart_card')", name=op.f("ck_subscribers_known_meter")),
        sa.CheckConstraint("service_state IN ('active', 'suspended')", name=op.f("ck_subscribers_known_service_state")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_subscribers")),
        sqlite_with_rowid=False,
    )
    op.create_index("subscribers_by_fin", "subscribers", ["fin"], unique=False)
    op.create_table(
        "documents",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_documents")),
    )
    op.create_index("documents_by_age", "documents", ["stored_at"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", row_id, nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("staff", row_id, nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("fin", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(number IS NULL) = (state IN ('awaiting_payment', 'dropped'))",
            name=op.f("ck_applications_registered_has_number"),
        ),
        sa.CheckConstraint(
            "kind IN ('new_consumer', 'suspension', 'restoration')", name=op.f("ck_applications_known_kind")
        ),
        sa.CheckConstraint(
            "state IN ('awaiting_payment', 'registered', 'in_work', 'asked_back', 'completed', 'refused', 'dropped')",
            name=op.f("ck_applications_known_state"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (registered_at IS NULL)", name=op.f("ck_applications_a_number_is_of_a_registered_one")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("number", name=op.f("uq_applications_number")),
    )
    op.create_index("applications_by_fin", "applications", ["fin"], unique=False)
    op.create_index(
        "held_by_debt",
        "applications",
        ["subscriber"],
        unique=False,
        sqlite_where=sa.text("state = 'awaiting_payment'"),
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.create_index(
        "one_open_application_per_subscriber",
        "applications",
        ["subscriber"],
        unique=True,
        sqlite_where=sa.text("state IN ('registered', 'in_work', 'asked_back') AND subscriber IS NOT NULL"),
        postgresql_where=sa.text("state IN ('registered', 'in_work', 'asked_back') AND subscriber IS NOT NULL"),
    )
    op.create_table(
        "application_reasons",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_az", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("retired", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("kind IN ('suspension', 'restoration')", name=op.f("ck_application_reasons_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_reasons")),
    )
    op.create_table(
        "certificates",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("first_month", sa.Text(), nullable=False),
        sa.Column("last_month", sa.Text(), nullable=False),
        sa.Column("invoiced", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_certificates")),
    )
    op.create_table(
        "invoices",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("consumption", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("consumption >= 0", name=op.f("ck_invoices_consumption_is_not_negative")),
        sa.PrimaryKeyConstraint("subscriber", "month", name=op.f("pk_invoices")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payment_orders",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("application", row_id, nullable=True),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'paid', 'ended', 'unclear')", name=op.f("ck_payment_orders_known_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_orders_amount_is_positive")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_payment_orders")),
    )
    op.create_table(
        "payments",
        sa.Column("id", row_id, nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("payment_order", sa.Text(), nullable=True),
        sa.Column("application", row_id, nullable=True),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("staff", row_id, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount_is_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("receipt", name=op.f("uq_payments_receipt")),
    )
    op.create_index("payments_of_order", "payments", ["payment_order"], unique=False)
    op.create_index("payments_of_subscriber", "payments", ["subscriber", "paid_on"], unique=False)
    op.create_table(
        "phone_sign_ins",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_phone_sign_ins")),
    )
    op.create_table(
        "registry_calls",
        sa.Column("id", row_id, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_calls")),
        sa.UniqueConstraint("reference", name=op.f("uq_registry_calls_reference")),
    )
    op.create_index("calls_of_subscriber", "registry_calls", ["subscriber"], unique=False)
    op.create_index(
        "calls_to_carry",
        "registry_calls",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "subscriber_words",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("mask", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", "subscriber", name=op.f("pk_subscriber_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "year_counters",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "year", name=op.f("pk_year_counters")),
    )
    op.create_table(
        "application_documents",
        sa.Column("application", row_id, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application"], ["applications.id"], name=op.f("fk_application_documents_application")
        ),
        sa.ForeignKeyConstraint(["digest"], ["documents.digest"], name=op.f("fk_application_documents_digest")),
        sa.PrimaryKeyConstraint("application", "role", "digest", name=op.f("pk_application_documents")),
    )
    op.create_index("applications_with_document", "application_documents", ["digest"], unique=False)
    op.create_table(
        "application_steps",
        sa.Column("id", row_id, nullable=False),
        sa.Column("application", row_id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("staff", row_id, nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name=op.f("fk_application_steps_application")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_steps")),
    )
    op.create_index("steps_of_application", "application_steps", ["application", "id"], unique=False)
    op.create_table(
        "places",
        sa.Column("id", row_id, nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('street', 'settlement', 'village')", name=op.f("ck_places_known_kind")),
        sa.ForeignKeyConstraint(["district"], ["districts.id"], name=op.f("fk_places_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("district", "kind", "name", name=op.f("uq_places_district_kind_name")),
    )
    op.create_table(
        "uploads",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'done') = (digest IS NOT NULL)", name=op.f("ck_uploads_done_has_document")),
        sa.ForeignKeyConstraint(["digest"], ["documents.digest"], name=op.f("fk_uploads_digest")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_uploads")),
    )
    op.create_table(
        "work_orders",
        sa.Column("application", row_id, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("taken_by", row_id, nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("carried_out_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'asked_back', 'carried_out', 'closed', 'refused')",
            name=op.f("ck_work_orders_known_state"),
        ),
        sa.ForeignKeyConstraint(["application"], ["applications.id"], name=op.f("fk_work_orders_application")),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_work_orders_taken_by")),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_work_orders")),
    )
    op.create_index(
        "work_to_do",
        "work_orders",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('closed', 'refused')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'refused')"),
    )
    op.add_column("audit", sa.Column("application", row_id, nullable=True))
    op.create_index("audit_by_application", "audit", ["application"], unique=False)
    op.add_column("outbox", sa.Column("channel", sa.Text(), server_default="mail", nullable=False))
    op.add_column("outbox", sa.Column("recipient_digest", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("application", row_id, nullable=True))
    op.create_index("letters_by_application", "outbox", ["application"], unique=False)
    op.create_index("letters_by_recipient", "outbox", ["recipient_digest", "created_at"], unique=False)
