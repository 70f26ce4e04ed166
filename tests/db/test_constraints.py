"""Truth is a constraint: what the rules forbid, the database refuses behind their back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from db.engine import Database
from db.schema import bookings, centres, clock, offers, services, sessions, staff, staff_cards, tickets, wrong_tries

LIVE = ("held", "confirmed", "active")
ENDED = ("cancelled", "expired")
NOW = 1_800_000_000_000


@pytest.fixture
def connection(ready_url: str) -> Iterator[Connection]:
    database = Database(ready_url, lambda: NOW)
    with database.connected() as connection:
        yield connection
    database.close()


def book(connection: Connection, number: int, **values: Any) -> None:
    """Insert a booking that differs from others in nothing but what cannot be twice."""
    row = {
        "reference": f"R{number}", "order_code": f"C{number}", "service": "s", "centre": "c", "starts_at": NOW,
        "seat": 1,
        "state": "held", "held_at": NOW, "held_until": NOW + 1, "code": "1", "code_sent_at": NOW, "station": "k",
        "language": "az", "given_name": "a", "surname": "b", "patronymic": "", "fin": f"F{number}", "phone": "p",
        "email": "e",
    }  # fmt: skip
    connection.execute(insert(bookings).values(**(row | values)))


@pytest.mark.parametrize("first", LIVE)
@pytest.mark.parametrize("second", LIVE)
def test_one_live_booking_for_each_seat(connection: Connection, first: str, second: str) -> None:
    """Q5: over every live state; another seat, hour, centre or service is free, and so is an ended one's seat."""
    book(connection, 1, state=first)
    with pytest.raises(IntegrityError):
        book(connection, 2, state=second)
    others: list[dict[str, Any]] = [{"seat": 2}, {"starts_at": NOW + 3_600_000}, {"centre": "d"}, {"service": "t"}]
    for number, other in enumerate(others, 3):
        book(connection, number, state=second, **other)


@pytest.mark.parametrize("first", LIVE)
@pytest.mark.parametrize("second", LIVE)
def test_one_live_booking_for_each_person_and_hour(connection: Connection, first: str, second: str) -> None:
    """Q11: over every live state, whatever service and centre."""
    book(connection, 1, state=first, fin="F")
    with pytest.raises(IntegrityError):
        book(connection, 2, state=second, fin="F", centre="d", service="t")
    book(connection, 3, state=second, fin="F", starts_at=NOW + 3_600_000)


@pytest.mark.parametrize("ended", ENDED)
def test_an_ended_booking_is_in_nobodys_way(connection: Connection, ended: str) -> None:
    """Any number of them."""
    for number in (1, 2):
        book(connection, number, state=ended, fin="F")
    book(connection, 3, state="held", fin="F")


@pytest.mark.parametrize("spoilt", [
    {"state": "lost"}, {"state": "confirmed", "order_code": None}, {"state": "active", "order_code": None}, {"seat": 0},
    {"reference": "R1"}, {"order_code": "C1"}, {"fin": None}, {"email": None},
])  # fmt: skip
def test_a_row_that_cannot_be_is_refused(connection: Connection, spoilt: dict[str, Any]) -> None:
    """Unknown state, confirmed without its code, a code or reference twice, a person without FİN."""
    book(connection, 1, state="cancelled")
    with pytest.raises(IntegrityError):
        book(connection, 2, **spoilt)
    book(connection, 3, order_code=None)


def test_one_ticket_for_each_booking_and_number(connection: Connection) -> None:
    """C1, C2: activated once; a number once for each centre, letter and day; none for a booking that is not there."""
    for number in (1, 2):
        book(connection, number, seat=number)
    ids = list(connection.execute(bookings.select().with_only_columns(bookings.c.id)).scalars())
    ticket = {"centre": "c", "day": "2026-11-23", "letter": "A", "number": 1, "service": "s", "booking": ids[0],
              "state": "waiting", "issued_at": NOW, "station": "k"}  # fmt: skip
    connection.execute(insert(tickets).values(**ticket))
    for spoilt in ({"number": 2}, {"booking": ids[1]}, {"number": 3, "booking": max(ids) + 99}):
        with pytest.raises(IntegrityError):
            connection.execute(insert(tickets).values(**(ticket | spoilt)))
    connection.execute(insert(tickets).values(**(ticket | {"number": 2, "booking": ids[1]})))


def test_the_rest_is_bounded_too(connection: Connection) -> None:
    """One row of the clock, known roles, permanent numbers that fit the QR, capacities, one count for each subject."""
    names = {f"name_{language}": "x" for language in ("az", "ru", "en")}
    centre = names | {f"{what}_{language}": "x" for what in ("short", "address") for language in ("az", "ru", "en")}
    spoilt: list[Any] = [
        insert(clock).values(id=2, last_instant=0),
        insert(staff).values(name="x", display_name="x", role="boss", password_hash="x", created_at=0),
        insert(services).values(id="x", number=65_536, position=0, agency="interior", letter="A", **names),
        insert(services).values(id="x", number=60_000, position=0, agency="nobody", letter="A", **names),
        insert(centres).values(id="x", number=0, position=0, region="baku", **centre),
        insert(offers).values(service="s", centre="c", capacity=-1),
    ]
    for statement in spoilt:
        with pytest.raises(IntegrityError):
            connection.execute(statement)
    connection.execute(insert(wrong_tries).values(subject="x", count=1, last_at=0))
    with pytest.raises(IntegrityError):
        connection.execute(insert(wrong_tries).values(subject="x", count=1, last_at=0))


def test_one_live_session_for_each_person(connection: Connection) -> None:
    """I12: whatever station asks, and whether the other's lease has run out or not."""
    row = {"person": "F", "token": "a", "station": "k", "started_at": 0, "lease_until": 1, "ends_at": 1}
    connection.execute(insert(sessions).values(**row))
    for spoilt in ({"token": "b", "station": "l"}, {"person": "G"}, {"person": None, "token": "c"}):
        with pytest.raises(IntegrityError):
            connection.execute(insert(sessions).values(**(row | spoilt)))
    connection.execute(insert(sessions).values(**(row | {"person": "G", "token": "b"})))


def test_one_live_holder_for_each_card(connection: Connection) -> None:
    """C6: a card is one member's until it is withdrawn; it belongs to somebody, and somebody enrolled it."""
    member = {"display_name": "x", "role": "operator", "password_hash": "x", "created_at": 0}
    for name in ("a", "b"):
        connection.execute(insert(staff).values(name=name, **member))
    ids = list(connection.execute(staff.select().with_only_columns(staff.c.id)).scalars())
    row = {"staff": ids[0], "fingerprint": "f", "label": "l", "enrolled_by": ids[1], "enrolled_at": 0}
    connection.execute(insert(staff_cards).values(**row, withdrawn_at=1))
    connection.execute(insert(staff_cards).values(**row))
    nobody = max(ids) + 99
    for spoilt in (
        {"staff": ids[1]},
        {},
        {"staff": nobody, "fingerprint": "g"},
        {"enrolled_by": nobody, "fingerprint": "g"},
    ):
        with pytest.raises(IntegrityError):
            connection.execute(insert(staff_cards).values(**(row | spoilt)))
    connection.execute(insert(staff_cards).values(**(row | {"fingerprint": "g"})))
