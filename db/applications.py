"""The SQL of applications to the water company: their rows, steps and documents (W1 to W7).

One open application about a subscriber is held by a unique index; what was checked before is checked under the lock of
`lock_subscriber`, which payments take too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningUpdate

from db.engine import savepoint
from db.prepared import Prepared
from db.presented import is_kiosk, present
from db.water_schema import OPEN_APPLICATION, application_documents, application_steps, applications, documents

_A = applications.c
# as the partial indexes have them: with bound values they would not be found
_IS_OPEN = text(OPEN_APPLICATION)
_IS_HELD = text("state = 'awaiting_payment'")


class ApplicationRow(NamedTuple):
    """A row of `applications`; instants are milliseconds of UTC, `fields` is JSON."""

    id: int
    number: str | None
    kind: str
    state: str
    source: str
    station: str
    language: str
    created_at: int
    registered_at: int | None
    changed_at: int
    fin: str
    given_name: str
    surname: str
    patronymic: str
    phone: str
    email: str
    subscriber: str | None
    fields: str
    answer: str

    def __repr__(self) -> str:
        return f"ApplicationRow({self.id}, …)"


class StepRow(NamedTuple):
    """A row of `application_steps`."""

    at: int
    state: str
    note: str


class DocumentRow(NamedTuple):
    """A document of an application, without its bytes."""

    role: str
    digest: str
    media_type: str
    size: int
    pages: int


_COLUMNS = tuple(_A[name] for name in ApplicationRow._fields)
_BY_NUMBER = Prepared(select(*_COLUMNS).where(_A.number == bindparam("number")))
_BY_ID = Prepared(select(*_COLUMNS).where(_A.id == bindparam("id")))
_STILL_HELD = and_(_IS_HELD, _A.held_until > bindparam("now"))
_OF_FIN = (
    select(*_COLUMNS).where(_A.fin == bindparam("fin"), or_(_A.number.is_not(None), _STILL_HELD)).order_by(_A.id.desc())
)
_OPEN_NUMBER = Prepared(select(_A.number).where(_A.subscriber == bindparam("subscriber"), _IS_OPEN))
_HELD = select(*_COLUMNS).where(_A.subscriber == bindparam("subscriber"), _STILL_HELD).order_by(_A.id.desc())
_WITH_HELD = select(_A.subscriber).where(_STILL_HELD, _A.subscriber > bindparam("lowest")).distinct()
_INSERT = {
    "sqlite": sqlite.insert(applications).on_conflict_do_nothing().returning(_A.id),
    "postgresql": postgresql.insert(applications).on_conflict_do_nothing().returning(_A.id),
}
_REGISTER = (
    update(applications)
    .where(_A.id == bindparam("id_"), _A.state == "awaiting_payment")
    .values(
        state="registered",
        number=bindparam("number_"),
        held_until=None,
        registered_at=bindparam("now"),
        changed_at=bindparam("now"),
    )
)
_DROP = (
    update(applications)
    .where(_A.subscriber == bindparam("subscriber_"), _IS_HELD)
    .values(state="dropped", held_until=None, changed_at=bindparam("now"))
    .returning(_A.id)
)
_RUN_OUT = (
    select(_A.id)
    .where(_IS_HELD, _A.subscriber > bindparam("lowest"), _A.held_until <= bindparam("now"))
    .order_by(_A.held_until)
    .limit(bindparam("most"))
)


def _end(which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    return (
        update(applications)
        .where(_IS_HELD, _A.held_until <= bindparam("now"), which)
        .values(state="dropped", held_until=None, changed_at=_A.held_until)
        .returning(*_COLUMNS)
    )


_END_SOME = _end(_A.id.in_(_RUN_OUT))
_END_OF_SUBSCRIBER = _end(_A.subscriber == bindparam("subscriber_"))
_STEPS = (
    select(application_steps.c.at, application_steps.c.state, application_steps.c.note)
    .where(application_steps.c.application == bindparam("application"))
    .order_by(application_steps.c.id)
)
_DOCUMENTS = (
    select(
        application_documents.c.role, documents.c.digest, documents.c.media_type, documents.c.size, documents.c.pages
    )
    .join(documents, documents.c.digest == application_documents.c.digest)
    .where(application_documents.c.application == bindparam("application"))
    .order_by(application_documents.c.role, documents.c.digest)
)


def lock_subscriber(connection: Connection, code: str) -> None:
    """Let whoever applies for a subscriber, or pays, wait for this transaction's end.

    Whether a debt is left and whether an application waits for it must be one look. On SQLite the one writer's lock
    does it already; on PostgreSQL it is an advisory lock.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"subscriber {code}",))


def by_number(connection: Connection, number: str) -> ApplicationRow | None:
    """The application of a number."""
    row = _BY_NUMBER.row(connection, {"number": number})
    return None if row is None else ApplicationRow._make(row)


def by_id(connection: Connection, application: int, subscriber: str | None = None) -> ApplicationRow | None:
    """The application of a row id; a kiosk has to say about which subscriber it is, if it did not write it just now."""
    if subscriber is not None:
        present(connection, "subscriber", subscriber)
    row = _BY_ID.row(connection, {"id": application})
    return None if row is None else ApplicationRow._make(row)


def of_fin(connection: Connection, fin: str, now: int) -> list[ApplicationRow]:
    """A person's applications, the newest first; those that another replaced or that ran out are left out."""
    present(connection, "fin", fin)
    return [ApplicationRow._make(row) for row in connection.execute(_OF_FIN, {"fin": fin, "now": now})]


def open_number(connection: Connection, subscriber: str) -> str | None:
    """The number of the open application about a subscriber."""
    if is_kiosk(connection):
        number: str | None = connection.execute(select(func.asan.open_application(subscriber))).scalar_one()
        return number
    row = _OPEN_NUMBER.row(connection, {"subscriber": subscriber})
    return None if row is None else str(row[0])


def held(connection: Connection, subscriber: str, now: int) -> list[ApplicationRow]:
    """The applications about a subscriber that a debt holds and whose time has not run out, the newest first."""
    present(connection, "subscriber", subscriber)
    return [ApplicationRow._make(row) for row in connection.execute(_HELD, {"subscriber": subscriber, "now": now})]


def subscribers_with_held(connection: Connection, now: int) -> list[str]:
    """The subscribers about whom an application waits for a payment."""
    return list(connection.execute(_WITH_HELD, {"now": now, "lowest": ""}).scalars())


def add(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """Insert an application; its row id, or None when the unique index refused it."""
    present(connection, "fin", values["fin"])
    row = connection.execute(_INSERT[connection.dialect.name], dict(values)).one_or_none()
    return None if row is None else int(row[0])


def register(connection: Connection, application: int, number: str, now: int) -> bool:
    """Give one that a debt holds its number; False when it is held no more, or the unique index refused it."""
    try:
        with savepoint(connection):
            return connection.execute(_REGISTER, {"id_": application, "number_": number, "now": now}).rowcount == 1
    except IntegrityError:
        return False


def drop_held(connection: Connection, subscriber: str, now: int) -> list[int]:
    """Drop the applications about a subscriber that a debt holds; their row ids."""
    present(connection, "subscriber", subscriber)
    return list(connection.execute(_DROP, {"subscriber_": subscriber, "now": now}).scalars())


def has_run_out(connection: Connection, now: int) -> bool:
    """Whether there is an application that a debt held and whose time has run out; reads only."""
    return connection.execute(_RUN_OUT, {"lowest": "", "now": now, "most": 1}).first() is not None


def end_run_out(connection: Connection, now: int, most: int) -> list[ApplicationRow]:
    """Drop up to `most` applications that a debt held until their time ran out; `changed_at` says when that was.

    Of two that do it at once each application is one's alone.
    """
    rows = connection.execute(_END_SOME, {"lowest": "", "now": now, "most": most})
    return [ApplicationRow._make(row) for row in rows]


def end_run_out_of(connection: Connection, subscriber: str, now: int) -> list[ApplicationRow]:
    """The same of all applications about a subscriber."""
    present(connection, "subscriber", subscriber)
    rows = connection.execute(_END_OF_SUBSCRIBER, {"subscriber_": subscriber, "now": now})
    return [ApplicationRow._make(row) for row in rows]


def change_state(
    connection: Connection, application: int, earlier: Sequence[str], state: str, now: int, answer: str | None = None
) -> bool:
    """Give an application another state if it has one of the earlier ones; whether it had."""
    values: dict[str, Any] = {"state": state, "changed_at": now}
    if answer is not None:
        values["answer"] = answer
    changed = update(applications).where(_A.id == application, _A.state.in_(earlier)).values(values)
    return connection.execute(changed).rowcount == 1


def set_subscriber(connection: Connection, application: int, code: str) -> None:
    """Note which subscriber came of an application of a new consumer."""
    connection.execute(update(applications).where(_A.id == application).values(subscriber=code))


def add_step(
    connection: Connection, application: int, at: int, state: str, station: str, staff: int | None, note: str = ""
) -> None:
    """Note what happened to an application."""
    values = {"application": application, "at": at, "state": state, "station": station, "staff": staff, "note": note}
    connection.execute(insert(application_steps), values)


def steps(connection: Connection, application: int) -> list[StepRow]:
    """What happened to an application, the oldest first."""
    return [StepRow._make(row) for row in connection.execute(_STEPS, {"application": application})]


def add_documents(connection: Connection, application: int, given: Iterable[tuple[str, str]]) -> None:
    """Tie stored documents to an application: (role, digest)."""
    values = [{"application": application, "role": role, "digest": digest} for role, digest in given]
    if values:
        connection.execute(insert(application_documents), values)


def documents_of(connection: Connection, application: int) -> list[DocumentRow]:
    """The documents of an application, without their bytes. A kiosk sees none of what was handed in."""
    if is_kiosk(connection):
        return []
    return [DocumentRow._make(row) for row in connection.execute(_DOCUMENTS, {"application": application})]


def unknown_documents(connection: Connection, digests: Iterable[str]) -> set[str]:
    """Those of the digests under which nothing is stored."""
    wanted = set(digests)
    if not wanted:
        return wanted
    present(connection, "document", *wanted)
    known = connection.execute(select(documents.c.digest).where(documents.c.digest.in_(wanted))).scalars()
    return wanted - set(known)
