"""What the post's tests share: a booking's facts, a database with the outbox, a carrier that only remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import insert

from db import outbox as rows
from db.engine import Database
from db.schema import clock as clock_table
from db.schema import metadata
from kiosk.clock import Clock, to_instant
from kiosk.names import LANGUAGES, Language, Names
from kiosk.post.delivery import NotDelivered
from kiosk.post.facts import LetterFacts, LetterKind
from kiosk.post.outbox import Outbox

SENDER = "ASAN xidmət <noreply@asan.example>"


def at(written: str) -> int:
    """The instant of a wall clock time in Baku, such as "2026-11-23 10:00"."""
    return to_instant(datetime.fromisoformat(f"{written.replace(' ', 'T')}+04:00"))


@pytest.fixture
def facts() -> LetterFacts:
    """Everything a letter of any kind can tell, of one booking."""
    return LetterFacts(
        booking="K7MP-4XRT-9ABC",
        service=Names("Şəxsiyyət vəsiqəsinin verilməsi", "Выдача удостоверения личности", "Issue of an identity card"),
        centre=Names("2 saylı Bakı “ASAN xidmət” mərkəzi", "Центр «ASAN xidmət» № 2, Баку", "Baku ASAN Centre No. 2"),
        address=Names("8 Noyabr pr. 23", "пр. 8 Ноября, 23", "23, 8 November Ave"),
        time=at("2026-11-23 10:00"),
        given_name="Aygün",
        reason=Names("Su xətti təmir olunur", "Ремонт водопровода", "The water main is being repaired"),
        sequence=1,
        confirmation_code="483920",
        held_until=at("2026-11-20 10:00"),
        order_code="K7MP-4XRT",
        qr="0123456789" * 19 + "7",
        arrive_from=at("2026-11-23 09:00"),
        arrive_until=at("2026-11-23 10:15"),
    )


@pytest.fixture
def open_database(database_url: str, clock: Clock) -> Iterator[Callable[[], Database]]:
    """Opens the same database again and again, as several stations do."""
    opened: list[Database] = []

    def one_more() -> Database:
        opened.append(Database(database_url, clock.now, clock.now))
        return opened[-1]

    first = one_more()
    metadata.create_all(first.engine)
    with first.engine.begin() as connection:
        connection.execute(insert(clock_table).values(id=1, last_instant=0))
    yield one_more
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """An empty database, on SQLite and on PostgreSQL."""
    return open_database()


@dataclass
class Remembering:
    """A way out that keeps what it is given, or fails as told."""

    delivered: list[EmailMessage] = field(default_factory=list)
    failures: list[NotDelivered] = field(default_factory=list)

    def deliver(self, message: EmailMessage, recipient: str) -> None:
        """Keep the letter, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.delivered.append(message)


def written(
    outbox: Outbox,
    database: Database,
    facts: LetterFacts,
    *,
    kind: LetterKind = "confirmed",
    language: Language = LANGUAGES[0],
    recipient: str = "aygun@example.az",
    booking: int | None = 1,
) -> int:
    """Write a letter as a booking service does: in a transaction, at that transaction's instant."""
    return database.write(
        lambda connection, now: rows.enqueue(
            connection, outbox.letter(kind, language, recipient, facts, booking=booking, now=now), now
        )
    )
