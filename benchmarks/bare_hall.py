"""The bare floor of a hall: the rows that each act of a visit leaves, written by the driver alone, one commit each."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import psycopg

from benchmarks import bare_statements as bare
from kiosk.clock import HOUR, baku_day, machine_now
from tests.day.plan import person

_STATION: Final = "bare"
_LETTER: Final = "A"
_SERVICE: Final = "identity-card-issue"


@dataclass(slots=True)
class _AtCounter:
    """Whom a counter has; row ids."""

    counter: int
    ticket: int = 0
    call: int = 0


class BareHall:
    """Acts by their names, with nothing looked up but who waits longest.

    It knows from its own memory who is where, and does only what is legal as long as it is asked for the acts of a
    legal day. Nobody who listens is told.

    Args:
        dsn: a ready database: a file's path for `sqlite3.connect`, or what `psycopg.connect` takes.
    """

    def __init__(self, dsn: str) -> None:
        self._is_sqlite = not dsn.startswith("postgresql")
        self._execute, self.close = _sqlite(dsn) if self._is_sqlite else _postgres(dsn)
        self._day = baku_day(machine_now()).isoformat()
        self._people = count()
        self._held: tuple[int, str] = (0, "")
        self._fresh_codes = bare.fresh_codes()
        self._codes: dict[str, deque[str]] = defaultdict(deque)
        self._counters: dict[tuple[str, str], _AtCounter] = {}
        self._parked: dict[str, deque[_AtCounter]] = defaultdict(deque)
        self._acts: dict[str, Callable[[str, str], None]] = {
            "hold": self._hold,
            "confirm": self._confirm,
            "arrive": self._arrive,
            "too_late": lambda _centre, _counter: self._refuse("arrive", "too_late", bare.ARRIVED),
            "walk_in": self._walk_in,
            "call_next": self._call_next,
            "nobody_waiting": lambda _centre, _counter: self._refuse("call_next", "nobody_waiting", bare.REFUSED),
            "call_again": self._call_again,
            "start": self._start,
            "park": self._park,
            "put_back": self._put_back,
            "finish": lambda centre, counter: self._end("finish", "finished", centre, counter),
            "no_show": lambda centre, counter: self._end("no_show", "no_show", centre, counter),
        }

    def do(self, act: str, centre: str, counter: str = "") -> float:
        """Do an act at a centre, and at a counter where it has to do with one; the seconds it took, commit included."""
        begun = time.perf_counter()
        self._acts[act](centre, counter)
        return time.perf_counter() - begun

    def look(self, centre: str) -> int:
        """Fetch everybody who waits or is at a counter; how many."""
        found = self._execute(bare.WAITING, (centre, self._day)).fetchall()
        return len(found) + len(self._execute(bare.AT_COUNTERS, (centre, self._day)).fetchall())

    def nobody_of(self, centre: str, service: str) -> float:
        """Look who waits for a service for which nobody does, and keep that answer; the seconds it took."""
        begun = time.perf_counter()
        assert self._execute(bare.FIRST_OF_SERVICE, (centre, self._day, service)).fetchone() is None
        self._refuse("call_next", "nobody_waiting", bare.REFUSED)
        return time.perf_counter() - begun

    @contextmanager
    def _commit(self) -> Iterator[int]:
        now = machine_now()
        self._execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN", ())
        yield now
        if self._is_sqlite:
            self._execute(bare.CLOCK, (now, now))
        self._execute("COMMIT", ())

    def _returned(self, statement: str, *values: Any) -> Any:
        row = self._execute(statement, values).fetchone()
        assert row is not None, statement
        return row

    def _audit(self, now: int, act: str, *, booking: int | None = None, ticket: int | None = None) -> None:
        self._execute(bare.AUDIT, (now, _STATION, act, "done", booking, None, ticket))

    def _keep(self, answer: str, now: int) -> None:
        self._execute(bare.KEEP, (secrets.token_hex(16), bare.DIGEST, answer, now))

    def _post(self, booking: int, kind: str, mail: str, now: int) -> None:
        values = (booking, kind, mail, bare.LETTER, now, now, secrets.token_hex(16), bare.DIGEST)
        self._execute(bare.POST, values)

    def _refuse(self, act: str, outcome: str, answer: str) -> None:
        with self._commit() as now:
            self._execute(bare.AUDIT, (now, _STATION, act, outcome, None, None, None))
            self._keep(answer, now)

    def _hold(self, centre: str, _counter: str) -> None:
        number = next(self._people)
        who = person(number)
        written = (who["given_name"], who["surname"], who["patronymic"], who["fin"], who["phone"], who["email"])
        reference = secrets.token_hex(6)
        with self._commit() as now:
            place = (reference, _SERVICE, centre, now + HOUR, number + 1, now, now + HOUR, now, _STATION)
            (booking,) = self._returned(bare.HOLD, *place, *written)
            self._post(booking, "code", who["email"], now)
            self._audit(now, "hold", booking=booking)
            self._keep(bare.HELD, now)
        self._held = booking, who["email"]

    def _confirm(self, centre: str, _counter: str) -> None:
        (booking, mail), code = self._held, next(self._fresh_codes)
        with self._commit() as now:
            self._execute(bare.CONFIRM, (code, now, booking))
            self._post(booking, "confirmed", mail, now)
            self._audit(now, "confirm", booking=booking)
        self._codes[centre].append(code)

    def _arrive(self, centre: str, _counter: str) -> None:
        code = self._codes[centre].popleft()
        with self._commit() as now:
            booking, service, starts_at = self._returned(bare.ACTIVATE, now, _STATION, code)
            ticket = self._ticket(centre, service, booking, starts_at, now)
            self._audit(now, "arrive", booking=booking, ticket=ticket)
            self._keep(bare.ARRIVED, now)

    def _walk_in(self, centre: str, _counter: str) -> None:
        with self._commit() as now:
            self._audit(now, "walk_in", ticket=self._ticket(centre, _SERVICE, None, None, now))
            self._keep(bare.WALKED_IN, now)

    def _ticket(self, centre: str, service: str, booking: int | None, booked_for: int | None, now: int) -> int:
        (number,) = self._returned(bare.COUNT, centre, self._day, _LETTER)
        values = (centre, self._day, _LETTER, number, service, booking, now, _STATION, booked_for, now)
        return int(self._returned(bare.TICKET, *values)[0])

    def _at(self, centre: str, counter: str) -> _AtCounter:
        known = self._counters.get((centre, counter))
        if known is None:
            self._execute(bare.COUNTER, (centre, counter))
            known = _AtCounter(self._returned(bare.COUNTER_ID, centre, counter)[0])
            self._counters[centre, counter] = known
        return known

    def _call_next(self, centre: str, counter: str) -> None:
        at = self._at(centre, counter)
        with self._commit() as now:
            at.ticket, service = self._returned(bare.TAKE_FIRST, now, centre, self._day)
            call = (at.ticket, at.counter, centre, self._day, service, None, _STATION, now, now)
            (at.call,) = self._returned(bare.OPEN, *call)
            self._remember(at, "call_next", now, bare.CALLED)

    def _call_again(self, centre: str, counter: str) -> None:
        at = self._at(centre, counter)
        with self._commit() as now:
            self._execute(bare.BECOME, ("called", now, at.ticket))
            self._execute(bare.AGAIN, (now, at.call))
            self._remember(at, "call_again", now, bare.CALLED)

    def _start(self, centre: str, counter: str) -> None:
        at = self._at(centre, counter)
        with self._commit() as now:
            self._execute(bare.BECOME, ("serving", now, at.ticket))
            self._execute(bare.BEGUN, (now, at.call))
            self._remember(at, "start", now, bare.CALLED)

    def _park(self, centre: str, counter: str) -> None:
        self._end("park", "parked", centre, counter)
        at = self._at(centre, counter)
        self._parked[centre].append(_AtCounter(at.counter, at.ticket, at.call))

    def _put_back(self, centre: str, _counter: str) -> None:
        at = self._parked[centre].popleft()
        with self._commit() as now:
            self._execute(bare.BECOME, ("waiting", now, at.ticket))
            self._remember(at, "put_back", now, bare.STEPPED)

    def _end(self, act: str, state: str, centre: str, counter: str) -> None:
        at = self._at(centre, counter)
        with self._commit() as now:
            self._execute(bare.FINISH if act == "finish" else bare.BECOME, (state, now, at.ticket))
            self._execute(bare.ENDED, (now, state, at.call))
            self._remember(at, act, now, bare.STEPPED)

    def _remember(self, at: _AtCounter, act: str, now: int, answer: str) -> None:
        self._execute(bare.STEP, (at.ticket, at.call, at.counter, None, _STATION, now, act, bare.BEFORE))
        self._audit(now, act, ticket=at.ticket)
        self._keep(answer, now)


_Execute = Callable[[str, tuple[Any, ...]], Any]


def _sqlite(file: str) -> tuple[_Execute, Callable[[], None]]:
    """With the journal and the durability that the product has."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=30)
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    marked: dict[str, str] = {}

    def execute(statement: str, values: tuple[Any, ...]) -> Any:
        if statement not in marked:
            marked[statement] = statement.replace("%s", "?")
        return connection.execute(marked[statement], values)

    return execute, connection.close


def _postgres(dsn: str) -> tuple[_Execute, Callable[[], None]]:
    """With statements that the driver prepares."""
    connection = psycopg.connect(dsn, autocommit=True)

    def execute(statement: str, values: tuple[Any, ...]) -> Any:
        return connection.execute(statement.encode(), values)

    return execute, connection.close
