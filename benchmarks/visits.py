"""A visit, act by act: booked for a later day, then somebody who booked before arrives, is called, served and leaves.

Both sides do the same six acts and leave the same rows, each act in one durable transaction: ours by a `Station`, the
floor by the driver alone, which looks nothing up but whom it calls.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import psycopg

from benchmarks import bare_statements as bare
from benchmarks.crowd import settings
from db.changes import CHANNEL, hall_channel
from kiosk.booking.order_code import new_reference, read
from kiosk.clock import HOUR, baku_day, machine_now, to_instant
from kiosk.errors import NobodyWaiting
from tests.day.plan import person

if TYPE_CHECKING:
    from kiosk.station import Station

ACTS_OF_A_VISIT: Final = 6
Act = Callable[[], object]
Side = Literal["ours", "floor"]


@dataclass(frozen=True, slots=True)
class Site:
    """Where one side works."""

    side: Side
    folder: Path
    url: str
    """As `[database] url` takes it, by a counter's login."""
    dsn: str
    """For the driver, by the owner's."""
    staff: int
    """Whoever serves at every counter (row id)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a station stands."""

    number: int
    """Of all stations, from 0."""
    centre: str
    counter: str
    hours: tuple[tuple[str, datetime], ...]
    """Services and hours that this station books in turn; each has seats for everybody."""
    letters: Mapping[str, str]
    """The letter of each service's tickets."""

    @property
    def name(self) -> str:
        """The station's."""
        return f"station-{self.number}"


class Hands(Protocol):
    """Whoever works at one place."""

    codes: deque[str]
    """Order codes of people who arrive here, next one first."""

    def visits(self) -> Iterator[Act]:
        """The acts of visit after visit, to be done one by one; ends when nobody is left to arrive."""

    def move(self, place: Place) -> None:
        """Go on elsewhere, with nobody at the counter and nobody about to arrive; whoever listens is deafened first."""

    def listen(self) -> None:
        """Follow the hall of this place's centre, on a connection of its own."""

    def deafen(self) -> None:
        """Follow it no more."""

    def close(self) -> None:
        """Let go of the connections."""


class OurHands:
    """A real station, which follows its hall as a face does, and does not read anew what it is told of.

    Args:
        place: where it stands.
        site: the database, and a folder for its files; stations of one share the signing key.
        letters: a connection that may read the codes which people find in their letters.
    """

    def __init__(self, place: Place, site: Site, letters: psycopg.Connection[Any]) -> None:
        self.codes: deque[str] = deque()
        self._place = place
        self._letters = letters
        self._staff = site.staff
        self._station = open_station(place, site.folder, site.url)
        self._stop_listening: Callable[[], None] = lambda: None
        self._reference = ""
        self._code = ""
        self._ticket = ""
        self._turns = count()
        self._hours = _in_turn(place, self._turns)

    def visits(self) -> Iterator[Act]:
        """As `Hands` says."""
        while self.codes:
            yield self._hold
            self._code = self._read_letter()
            yield self._confirm
            yield self._arrive
            yield self._call
            yield self._start
            yield self._finish

    def move(self, place: Place) -> None:
        """As `Hands` says."""
        self.codes.clear()
        self._place = place
        self._hours = _in_turn(place, self._turns)

    def listen(self) -> None:
        """As `Hands` says."""
        self._stop_listening = self._station.watch_hall(_hear, self._place.centre)

    def deafen(self) -> None:
        """As `Hands` says."""
        self._stop_listening()

    def close(self) -> None:
        """As `Hands` says."""
        self._station.close()

    def _hold(self) -> None:
        service, hour, who = next(self._hours)
        held = self._station.bookings.hold(_key(), service, self._place.centre, hour, person(who), "az")
        self._reference = held.booking

    def _read_letter(self) -> str:
        found = self._letters.execute("SELECT code FROM bookings WHERE reference = %s", (read(self._reference),))
        (code,) = found.fetchone() or ("",)
        return str(code)

    def _confirm(self) -> None:
        self._station.bookings.confirm(_key(), self._reference, self._code)

    def _arrive(self) -> None:
        arrival = self._station.hall.arrive(_key(), self.codes.popleft(), self._place.centre)
        assert arrival.verdict == "on_time", arrival.verdict

    def _call(self) -> None:
        place = self._place
        queue = self._station.queue
        while True:
            try:
                called = queue.call_next(_key(), place.counter, centre=place.centre, staff=self._staff)
            except NobodyWaiting:
                continue  # rivals took whom it saw; somebody arrived with each of them, and is found at the next try
            self._ticket = called.ticket
            return

    def _start(self) -> None:
        place = self._place
        self._station.queue.start(_key(), place.counter, self._ticket, centre=place.centre, staff=self._staff)

    def _finish(self) -> None:
        place = self._place
        self._station.queue.finish(_key(), place.counter, self._ticket, centre=place.centre, staff=self._staff)


def open_station(place: Place, folder: Path, url: str) -> Station:
    """A station without limits of its own, whose letters stay in the outbox."""
    from kiosk.station import Station

    told = settings(
        folder,
        url,
        station={"name": place.name, "centre": place.centre},
        arrival={"early": "1440", "late_minutes": 240},
        limits={"holds_per_station": 0},
        mail={"transport": "smtp", "path": str(folder / "mail")},
        log={"file": str(folder / f"{place.name}.log")},
    )
    return Station(told)


_CONFIRMED: Final = bare.HELD[:-1] + ',"order_code":"AAAA-AAAA","qr":"' + "A" * 120 + '"}'
_NEXT: Final = (
    "SELECT id, service FROM tickets WHERE centre = %s AND day = %s AND state = 'waiting' AND booked_for <= %s"
    " ORDER BY booked_for, issued_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"
)
"""Whoever is first of those whom no rival calls at this moment."""


class FloorHands:
    """The same rows by `psycopg`, one commit an act, with statements that the driver prepares.

    Args:
        place: where it stands.
        site: the database.
        notify: whether each act tells those who listen, as ours does; asked at each act.
    """

    def __init__(self, place: Place, site: Site, notify: Callable[[], bool]) -> None:
        self.codes: deque[str] = deque()
        self.ear: psycopg.Connection[Any] | None = None
        """The connection that listens."""
        self._dsn = site.dsn
        self._staff = site.staff
        self._notify = notify
        self._connection = psycopg.connect(site.dsn, autocommit=True)
        self._booking = 0
        self._ticket = 0
        self._call_id = 0
        self._mail = ""
        self._turns = count()
        self._fresh_codes = bare.fresh_codes(place.number)
        self.move(place)

    def move(self, place: Place) -> None:
        """As `Hands` says."""
        self.codes.clear()
        self._place = place
        self._hours = _in_turn(place, self._turns)
        self._hall = hall_channel(place.centre)
        self._connection.execute(bare.COUNTER, (place.centre, place.counter))
        (self._counter,) = self._row(bare.COUNTER_ID, (place.centre, place.counter))

    def visits(self) -> Iterator[Act]:
        """As `Hands` says."""
        while self.codes:
            yield self._hold
            yield self._confirm
            yield self._arrive
            yield self._call
            yield self._start
            yield self._finish

    def listen(self) -> None:
        """As `Hands` says."""
        self.ear = psycopg.connect(self._dsn, autocommit=True, application_name=f"{self._place.name}, listening")
        self.ear.execute(f"LISTEN {self._hall}".encode())

    def deafen(self) -> None:
        """As `Hands` says."""
        if self.ear is not None:
            self.ear.close()
            self.ear = None

    def close(self) -> None:
        """As `Hands` says."""
        self.deafen()
        self._connection.close()

    def _hold(self) -> None:
        service, hour, number = next(self._hours)
        now, starts_at, who = machine_now(), to_instant(hour), person(number)
        applicant = [who[field] for field in ("given_name", "surname", "patronymic", "fin", "phone", "email")]
        self._mail = who["email"]
        booked = (new_reference(), service, self._place.centre, starts_at, number + 1)
        (self._booking,) = self._begun(bare.HOLD, (*booked, now, now + HOUR, now, self._place.name, *applicant))
        self._post("code", now)
        self._end("hold", bare.HELD, now, CHANNEL, booking=self._booking)

    def _confirm(self) -> None:
        now = machine_now()
        self._connection.execute("BEGIN")
        self._connection.execute(bare.CONFIRM, (next(self._fresh_codes), now, self._booking))
        self._post("confirmed", now)
        self._end("confirm", _CONFIRMED, now, CHANNEL, booking=self._booking)

    def _arrive(self) -> None:
        now, place = machine_now(), self._place
        booking, service, booked_for = self._begun(bare.ACTIVATE, (now, place.name, self.codes.popleft()))
        day = baku_day(now).isoformat()
        letter = place.letters[service]
        (number,) = self._row(bare.COUNT, (place.centre, day, letter))
        given = (place.centre, day, letter, number, service, booking, now, place.name, booked_for, now)
        (ticket,) = self._row(bare.TICKET, given)
        self._end("arrive", bare.ARRIVED, now, self._hall, booking=booking, ticket=ticket)

    def _call(self) -> None:
        now, place = machine_now(), self._place
        day = baku_day(now).isoformat()
        self._connection.execute("BEGIN")
        found = None
        while found is None:  # whom it saw others have taken; whoever arrived with these is seen at the next look
            found = self._connection.execute(_NEXT, (place.centre, day, now)).fetchone()
        self._ticket, service = found
        self._connection.execute(bare.BECOME, ("called", now, self._ticket))
        made = (self._ticket, self._counter, place.centre, day, service, self._staff, place.name, now, now)
        (self._call_id,) = self._row(bare.OPEN, made)
        self._step("call_next", now)

    def _start(self) -> None:
        self._go_on("start", "serving", bare.BEGUN)

    def _finish(self) -> None:
        self._go_on("finish", "finished", bare.ENDED, "finished")

    def _go_on(self, act: str, state: str, course: str, *how: str) -> None:
        now = machine_now()
        self._connection.execute("BEGIN")
        self._connection.execute(bare.BECOME, (state, now, self._ticket))
        self._connection.execute(course.encode(), (now, *how, self._call_id))
        self._step(act, now)

    def _step(self, act: str, now: int) -> None:
        step = (self._ticket, self._call_id, self._counter, self._staff, self._place.name, now, act, bare.BEFORE)
        self._connection.execute(bare.STEP, step)
        self._end(act, bare.STEPPED, now, self._hall, ticket=self._ticket)

    def _post(self, kind: str, now: int) -> None:
        letter = (self._booking, kind, self._mail, bare.LETTER, now, now, _key(), bare.DIGEST)
        self._connection.execute(bare.POST, letter)

    def _begun(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...]:
        self._connection.execute("BEGIN")
        return self._row(statement, values)

    def _row(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self._connection.execute(statement.encode(), values).fetchone()
        assert found is not None, "nobody is there"
        return found

    def _end(
        self, act: str, answer: str, now: int, channel: str, *, booking: int | None = None, ticket: int | None = None
    ) -> None:
        audited = (now, self._place.name, act, "done", booking, self._place.counter, ticket)
        self._connection.execute(bare.AUDIT, audited)
        self._connection.execute(bare.KEEP, (_key(), bare.DIGEST, answer, now))
        if self._notify():
            self._connection.execute(f"NOTIFY {channel}".encode())
        self._connection.execute("COMMIT")


def _in_turn(place: Place, turns: Iterator[int]) -> Iterator[tuple[str, datetime, int]]:
    """A service, an hour and the number of a person who holds it; no person twice."""
    for turn in turns:
        service, hour = place.hours[turn % len(place.hours)]
        yield service, hour, place.number * 100_000 + turn


def _hear() -> None:
    """A face would read its lists anew."""


def _key() -> str:
    return secrets.token_hex(16)
