"""Stations for tests of the rules: a database made once and copied for each test, a clock that a test sets, one person.

Letters stay in the outbox unless a test asks for a Maildir: the codes are read from the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, text

from db import migrate
from db import places as list_rows
from db import reference as reference_rows
from db.engine import Database
from kiosk.booking.facts import Confirmed, Held
from kiosk.booking.order_code import read
from kiosk.booking.reference import packaged
from kiosk.booking.signing_keys import make_key
from kiosk.clock import Instant, in_baku, to_datetime, to_instant
from kiosk.hall.facts import Arrival
from kiosk.settings import parse
from kiosk.station import Station
from kiosk.water import lists
from tests.postgres import Server

START = "2026-11-20 09:00"
"""When a trial begins: a Friday. Offered are Saturday the 21st to Friday the 27th of November."""

SERVICE = "identity-card-issue"
OTHER_SERVICE = "passport-issue"
CENTRE = "baku-2"
OTHER_CENTRE = "baku-3"
PERSON: Mapping[str, str] = {
    "given_name": "Aygün",
    "surname": "Nümunəyeva",
    "patronymic": "Misal qızı",
    "fin": "5AB1C2D",
    "phone": "+994 50 123 45 67",
    "email": "aygun@example.az",
}

_EMPTIED = (
    "work_orders", "application_documents", "application_steps", "uploads", "applications", "documents",
    "year_counters", "phone_sign_ins", "certificates", "registry_calls", "payment_orders", "payments", "invoices",
    "subscriber_words", "subscribers",
    "ticket_steps", "calls", "tickets", "bookings", "ticket_counters", "counter_services", "counters", "stations",
    "closed_hours", "answers", "wrong_tries", "audit", "outbox", "sessions", "staff_cards", "staff",
)  # fmt: skip
"""What acts write, in an order that foreign keys allow."""

_keys = count(1)
_names = count(1)


def person(number: int) -> dict[str, str]:
    """One of up to ten thousand different people, with an address of their own."""
    return {**PERSON, "fin": f"7ZZ{number:04d}", "email": f"person{number}@example.az"}


def at(wall: str) -> Instant:
    """The instant of a wall clock time in Baku: "2026-11-23 10:00", with seconds and milliseconds where they matter."""
    return to_instant(datetime.fromisoformat(f"{wall.replace(' ', 'T')}+04:00"))


def moment(wall: str) -> datetime:
    """The same as an aware datetime in UTC."""
    return to_datetime(at(wall))


def wall(at: datetime | None) -> str | None:
    """An aware datetime as the wall clocks in Baku show it, to be compared with what a test wrote."""
    return None if at is None else in_baku(to_instant(at)).replace(tzinfo=None).isoformat(" ")


def new_key() -> str:
    """A key no act was done with before."""
    return f"key-{next(_keys)}"


@dataclass
class Trial:
    """A station with its database, and hands that do what people do there."""

    station: Station
    set_instant: Callable[[Instant], None]

    def at(self, wall: str) -> None:
        """Set the clock in force."""
        self.set_instant(at(wall))

    def hold(
        self,
        wall: str = "2026-11-23 10:00",
        whose: Mapping[str, str] = PERSON,
        *,
        key: str | None = None,
        service: str = SERVICE,
        centre: str = CENTRE,
        instead_of: str | None = None,
    ) -> Held:
        """Hold an hour."""
        return self.station.bookings.hold(
            key or new_key(), service, centre, moment(wall), whose, "az", instead_of=instead_of
        )

    def code(self, booking: str) -> str:
        """The confirmation code of a booking's reference."""
        return str(self.row(booking)["code"])

    def wrong_code(self, booking: str) -> str:
        """A code that it is not."""
        return f"{(int(self.code(booking)) + 1) % 1_000_000:06d}"

    def confirm(self, held: Held) -> Confirmed:
        """Confirm with the right code."""
        return self.station.bookings.confirm(None, held.booking, self.code(held.booking))

    def confirmed(self, wall: str = "2026-11-23 10:00", whose: Mapping[str, str] = PERSON, **where: Any) -> Confirmed:
        """Hold an hour and confirm it."""
        return self.confirm(self.hold(wall, whose, **where))

    def arrive(
        self, presented: str, *, key: str | None = None, centre: str = CENTRE, station: str | None = None
    ) -> Arrival:
        """Present a code."""
        return self.station.hall.arrive(key or new_key(), presented, centre, station)

    def states(self, day: str = "2026-11-23", service: str = SERVICE, centre: str = CENTRE) -> dict[str, str]:
        """The grid of a day: the state by hour, such as {"10:00": "free"}."""
        grid = self.station.bookings.slots(service, centre, date.fromisoformat(day))
        return {in_baku(to_instant(slot.time)).strftime("%H:%M"): slot.state for slot in grid.slots}

    def row(self, booking: str) -> dict[str, Any]:
        """A booking's columns, by its reference."""
        found = self.query("SELECT * FROM bookings WHERE reference = :reference", reference=read(booking))
        return found[0]

    def query(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Rows as the database has them."""
        with self.station.database.reading() as (connection, _):
            return [dict(row) for row in connection.execute(text(statement), values).mappings()]

    def change(self, statement: str, **values: Any) -> None:
        """Change the database behind the rules' back; the clock in force is not remembered."""

        def act(connection: Connection, _now: int) -> None:
            connection.execute(text(statement), values)

        self.station.database.write(act, remember=False)

    def letters(self) -> list[tuple[str, str]]:
        """The kinds and addresses of the waiting letters, oldest first."""
        rows = self.query("SELECT kind, recipient FROM outbox WHERE sent_at IS NULL AND gave_up_at IS NULL ORDER BY id")
        return [(row["kind"], row["recipient"]) for row in rows]

    def give_seats(self, seats: int, service: str = SERVICE, centre: str = CENTRE) -> None:
        """Change how many people an hour holds, as `import` does."""
        self.change("DELETE FROM offers WHERE service = :s AND centre = :c", s=service, c=centre)
        self.change("INSERT INTO offers (service, centre, capacity) VALUES (:s, :c, :n)", s=service, c=centre, n=seats)
        version = int(self.query("SELECT value FROM facts WHERE name = 'reference_version'")[0]["value"])
        self.change("UPDATE facts SET value = :v WHERE name = 'reference_version'", v=str(version + 1))


MakeTrial = Callable[..., Trial]
"""Opens stations on one database: `make(sections of kiosk.toml, by name)`."""


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A secrets folder with signing key 1."""
    folder = tmp_path_factory.mktemp("keys") / "secrets"
    make_key(folder, 1)
    return folder


def fill(url: str) -> None:
    """Make tables and load the packaged reference data into an empty database."""
    database = Database(url, lambda: at(START), lambda: at(START), settable=True)
    try:
        migrate.upgrade(database)
        rows = packaged()
        database.write(lambda connection, now: reference_rows.replace_all(connection, now, rows), remember=False)
        database.write(lambda connection, _: list_rows.replace_all(connection, lists.packaged()), remember=False)
        if database.is_sqlite:  # everything into the one file that is copied
            with database.connected() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()


@pytest.fixture(scope="session")
def _sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = tmp_path_factory.mktemp("model") / "queue.db"
    fill(f"sqlite:///{model}")
    return model


@pytest.fixture(scope="session")
def _postgres_model(postgres: Server) -> Iterator[str]:
    with postgres.database() as name:
        fill(postgres.url(name))
        yield name


@pytest.fixture
def ready_sqlite_url(_sqlite_model: Path, tmp_path: Path) -> str:
    """An SQLite database with tables and the packaged reference data."""
    return f"sqlite:///{shutil.copy(_sqlite_model, tmp_path / 'ready.db')}"


def emptied(url: str) -> str:
    """The ready database behind `url` as it was before the first act; answers the URL."""
    database = Database(url, lambda: at(START), lambda: at(START))

    def empty(connection: Connection, now: int) -> None:
        for table in _EMPTIED:
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names from above
        connection.execute(text("UPDATE clock SET last_instant = 0"))
        connection.execute(text("DELETE FROM facts WHERE name NOT IN ('reference_version', 'confirmed_until')"))
        if reference_rows.version(connection) != 1:
            reference_rows.replace_all(connection, now, packaged())
            connection.execute(text("UPDATE facts SET value = '1' WHERE name = 'reference_version'"))

    try:
        database.write(empty, remember=False)
    finally:
        database.close()
    return url


@pytest.fixture
def ready_postgres_url(postgres: Server, _postgres_model: str) -> str:
    """A PostgreSQL database with tables and the packaged reference data: one for the run, emptied for each test."""
    return emptied(postgres.url(_postgres_model))


@contextmanager
def copied_database(postgres: Server, model: str) -> Iterator[str]:
    """A copy of a database for the time of the block; its name."""
    name = f"ready_{next(_names)}"
    copy = sql.Identifier(name)
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, sql.Identifier(model)))
        try:
            yield name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


@pytest.fixture(scope="session")
def clocked_postgres(postgres: Server, _postgres_model: str) -> Iterator[str]:
    """The name of a PostgreSQL database whose own clock tests set.

    `clock_timestamp()` is found in a schema that stands before the built-in one; it reads `trial.wall`.
    """
    with copied_database(postgres, _postgres_model) as name:
        with psycopg.connect(postgres.dsn(name), autocommit=True) as connection:
            connection.execute("CREATE SCHEMA trial")
            connection.execute("CREATE TABLE trial.wall AS SELECT now() AS instant")
            connection.execute(
                "CREATE FUNCTION trial.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql"
                " AS 'SELECT instant FROM trial.wall'"
            )
            path = sql.SQL("ALTER DATABASE {} SET search_path = trial, pg_catalog, public").format(sql.Identifier(name))
            connection.execute(path)
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_url(request: pytest.FixtureRequest) -> str:
    """A database with tables and the packaged reference data, once on SQLite and once on PostgreSQL."""
    name = "ready_sqlite_url" if request.param == "sqlite" else "ready_postgres_url"
    return str(request.getfixturevalue(name))


def written_settings(url: str, folder: Path, secrets: Path, **sections: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A trial's kiosk.toml as it is parsed: no example data, a settable clock, letters that stay in the outbox."""
    written: dict[str, dict[str, Any]] = {
        "station": {"name": "kiosk-1", "centre": CENTRE},
        "database": {"url": url.replace("+psycopg", "")},
        "mail": {"transport": "smtp", "path": str(folder / "mail")},
        "clock": {"settable": True},
        "example": {"data": False},
        "secrets": {"folder": str(secrets)},
        "log": {"file": str(folder / "kiosk.log")},
    }
    for name, values in sections.items():
        written.setdefault(name, {}).update(values)
    return written


def open_station(url: str, folder: Path, secrets: Path, **sections: Mapping[str, Any]) -> Station:
    """A station on a ready database."""
    return Station(parse(written_settings(url, folder, secrets, **sections), folder / "kiosk.toml"))


@pytest.fixture
def make_trial(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[MakeTrial]:
    """Opens trials on one database, on SQLite and on PostgreSQL; each has a settable clock of its own."""
    with ExitStack() as opened:

        def make(**sections: Mapping[str, Any]) -> Trial:
            station = open_station(ready_url, tmp_path, secrets_folder, **sections)
            opened.callback(station.close)
            trial = Trial(station, station.clock.set)
            trial.at(START)
            return trial

        yield make


@pytest.fixture
def trial(make_trial: MakeTrial) -> Trial:
    """One station with default limits, at START."""
    return make_trial()
