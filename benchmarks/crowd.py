"""A database with very many bookings, and some of today's that people can arrive with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from itertools import chain, islice, product
from pathlib import Path
from typing import Any, Final

import psycopg

from db import migrate
from db import reference as reference_rows
from db.engine import Database
from db.schema import bookings
from kiosk.booking.order_code import ALPHABET, check_sign
from kiosk.booking.reference import packaged
from kiosk.booking.signing_keys import make_key
from kiosk.clock import HOUR, Instant, at_baku, baku_day, machine_now
from kiosk.settings import Settings, parse

CENTRE: Final = "baku-2"
STATION: Final = "kiosk-1"
_OPENS: Final = 9
_HOURS: Final = 9
_DAYS_AHEAD: Final = 7
_COLUMNS: Final = tuple(column.name for column in bookings.columns)
_CHUNK: Final = 20_000
_AROUND: Final = (
    "INSERT INTO tickets (centre, day, letter, number, service, booking, state, issued_at, station) "
    "SELECT centre, 'day ' || starts_at, 'A', id, service, id, 'finished', activated_at, station "
    "FROM bookings WHERE state = 'active'",
    "INSERT INTO audit (at, station, act, outcome, booking) "
    "SELECT activated_at, station, 'arrive', 'on_time', id FROM bookings WHERE state = 'active'",
)
"""What lies beside past bookings that were activated."""


@dataclass(frozen=True)
class Crowd:
    """A filled database."""

    settings: Settings
    dsn: str
    """A file's path for `sqlite3.connect`, or what `psycopg.connect` takes."""
    codes: tuple[str, ...]
    """Order codes of today's confirmed bookings at CENTRE."""
    starts_at: Instant
    """Their hour: as late today as can be, so that whoever comes at any hour of this day is early."""


def settings(folder: Path, url: str, **sections: dict[str, Any]) -> Settings:
    """A station's settings in a folder of their own, without letters and example data."""
    folder.mkdir(parents=True, exist_ok=True)
    secrets = folder / "secrets"
    if not secrets.exists():
        make_key(secrets, 1)
    written: dict[str, dict[str, Any]] = {
        "station": {"name": STATION, "centre": CENTRE},
        "database": {"url": url.replace("+psycopg", "")},
        "mail": {"path": str(folder / "mail")},
        "arrival": {"early": "1440"},
        "example": {"data": False},
        "secrets": {"folder": str(secrets)},
        "log": {"file": str(folder / "kiosk.log")},
    }
    return parse(written | sections, folder / "kiosk.toml")


def fill(folder: Path, url: str, dsn: str, count: int, today: int) -> Crowd:
    """Make the tables and load the reference data, `count` bookings of past days and `today` confirmed ones of today.

    Args:
        folder: for the station's files.
        url: the empty database, as `[database] url` takes it.
        dsn: the same for its driver.
        count: how many bookings of the past.
        today: how many confirmed bookings of this day at CENTRE.
    """
    made = settings(folder, url)
    database = Database(made.database_url, machine_now)
    try:
        migrate.upgrade(database)
        known = packaged()
        database.write(lambda connection, now: reference_rows.replace_all(connection, now, known))
    finally:
        database.close()
    now = machine_now()
    services = [row.id for row in known.services]
    late = at_baku(baku_day(now), clock_time(23, 59))
    past = _past(now, [row.id for row in known.centres], services)
    rows = chain(islice(past, count), _today(now, services, late, today), _coming(now, services))
    if dsn.startswith("postgresql"):
        _copy(dsn, rows)
    else:
        _insert(dsn, rows)
    return Crowd(made, dsn, tuple(_code(number, 7) for number in range(today)), late)


def due_now(dsn: str, first: int, counts: Mapping[str, int], services: Sequence[str]) -> dict[str, list[str]]:
    """Put confirmed bookings of the running hour into a filled PostgreSQL database; their order codes, by centre.

    Args:
        dsn: the database, for its driver.
        first: a number that no earlier booking was made from, nor any of the following ones.
        counts: how many at which centre.
        services: what is booked, in turn.
    """
    starts_at = machine_now() // HOUR * HOUR
    columns = _COLUMNS[1:]
    codes: dict[str, list[str]] = {}
    with (
        psycopg.connect(dsn) as connection,
        connection.cursor().copy(f"COPY bookings ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for centre, count in counts.items():
            codes[centre] = [_code(number, 7) for number in range(first, first + count)]
            for number in range(first, first + count):
                service = services[number % len(services)]
                copy.write_row(_row(number, service, centre, starts_at, number, "confirmed")[1:])
            first += count
    return codes


def _past(now: Instant, centres: Sequence[str], services: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    number = 10_000_000
    day = datetime.combine(baku_day(now), clock_time(_OPENS))
    while True:
        day -= timedelta(days=1)
        for hour, centre, service in product(range(_HOURS), centres, services):
            number += 1
            starts_at = at_baku(day.date(), clock_time(_OPENS)) + hour * HOUR
            state = "active" if number % 10 > 1 else ("cancelled", "expired")[number % 10]
            yield _row(number, service, centre, starts_at, 1, state)


def _today(now: Instant, services: Sequence[str], late: Instant, count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(count):
        seat, service = divmod(number, len(services))
        yield _row(number, services[service], CENTRE, late, seat + 1, "confirmed")


def _coming(now: Instant, services: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The next days at CENTRE, with every other hour taken."""
    number = 5_000_000
    for ahead, hour, service in product(range(1, _DAYS_AHEAD + 1), range(0, _HOURS, 2), services):
        number += 1
        day = baku_day(now) + timedelta(days=ahead)
        yield _row(number, service, CENTRE, at_baku(day, clock_time(_OPENS + hour)), 1, "confirmed")


def _row(number: int, service: str, centre: str, starts_at: Instant, seat: int, state: str) -> tuple[Any, ...]:
    held_at = starts_at - 24 * HOUR
    was_confirmed = state in ("confirmed", "active")
    values = {
        "id": number + 1,
        "reference": _code(number, 11),
        "order_code": _code(number, 7) if was_confirmed else None,
        "service": service,
        "centre": centre,
        "starts_at": starts_at,
        "seat": seat,
        "state": state,
        "ended_by": {"cancelled": "citizen", "expired": "ran_out"}.get(state),
        "held_at": held_at,
        "held_until": held_at + HOUR,
        "confirmed_at": held_at + 1000 if was_confirmed else None,
        "activated_at": starts_at if state == "active" else None,
        "activated_by": STATION if state == "active" else None,
        "ended_at": None if was_confirmed else held_at + 2000,
        "sequence": 0,
        "code": f"{number % 1_000_000:06d}",
        "code_sent_at": held_at,
        "wrong_codes": 0,
        "station": STATION,
        "language": "az",
        "given_name": "Nümunə",
        "surname": "Sınaqlı",
        "patronymic": "Misal qızı",
        "fin": f"{number:08d}",
        "phone": "+994500000000",
        "email": f"person{number}@example.az",
        "told_of_closure": None,
    }
    return tuple(values[name] for name in _COLUMNS)


def _code(number: int, signs: int) -> str:
    """Another code for each number, scattered over the index like random ones."""
    scattered = number * 6_364_136_223_846_793_005 % len(ALPHABET) ** signs
    written = ""
    for _ in range(signs):
        scattered, sign = divmod(scattered, len(ALPHABET))
        written += ALPHABET[sign]
    return written + check_sign(written)


def _insert(file: str, rows: Iterator[tuple[Any, ...]]) -> None:
    into = f"INSERT INTO bookings ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    with closing(sqlite3.connect(file)) as connection:
        while chunk := list(islice(rows, _CHUNK)):
            connection.executemany(into, chunk)
        for statement in _AROUND:
            connection.execute(statement)
        connection.commit()
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(dsn: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        with connection.transaction(), connection.cursor() as cursor:
            with cursor.copy(f"COPY bookings ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            for statement in _AROUND:
                cursor.execute(statement.encode())
            cursor.execute("SELECT setval(pg_get_serial_sequence('bookings', 'id'), (SELECT max(id) FROM bookings))")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
