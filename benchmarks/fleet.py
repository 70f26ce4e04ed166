"""Stations by the hundred in a handful of processes, told when to work and when to be silent.

Each station works in a thread of its own, as in a real one, on its own pooled connection, and listens on another. What
the stations of one process share is the process: its interpreter's lock, and its share of the machine.
"""

from __future__ import annotations

import selectors
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

import psycopg

from benchmarks.visits import Act, FloorHands, Hands, OurHands, Place, Site
from db import changes
from kiosk.errors import Unavailable

PROCESSES: Final = 8
_SOON: Final = 0.3
"""From an order until work begins, so that all begin together, in seconds."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of work. `begins_at` is on the clock that the machine's processes share (`time.monotonic`)."""

    begins_at: float
    seconds: float
    working: int
    """Stations of lower numbers work, the others are there."""
    pause: float
    """From one act of a station to its next, in seconds; 0: without a pause, as fast as it can."""

    def due(self, number: int, turn: int) -> float:
        """When a station (by its number) does its act of that turn; stations begin one after the other."""
        return self.begins_at + self.pause * (turn + number / self.working)


class _Crew:
    """The stations of one process."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._hands: dict[int, Hands] = {}
        self._visits: dict[int, Iterator[Act]] = {}
        """What each is about to do: a visit that a shift's end cut in two goes on in the next one."""
        self._listening: set[int] = set()
        self._notify = True
        self._announced = changes.announce, changes.announce_hall
        self._ears = _Ears()
        self._letters = psycopg.connect(site.dsn, autocommit=True)

    def open(self, places: Sequence[Place]) -> None:
        for place in places:
            hands: Hands
            if self._site.side == "ours":
                hands = OurHands(place, self._site, self._letters)
            else:
                hands = FloorHands(place, self._site, lambda: self._notify)
            self._hands[place.number] = hands

    def move(self, places: Sequence[Place]) -> None:
        """Let stations go on elsewhere; nobody listens."""
        self._visits.clear()
        for place in places:
            self._hands[place.number].move(place)

    def left(self) -> dict[int, int]:
        """How many are about to come to each station."""
        return {number: len(hands.codes) for number, hands in self._hands.items()}

    def warm(self, codes: Mapping[int, Sequence[str]]) -> None:
        """Let stations do one visit for each code, as fast as they can."""
        self._together(codes, self._warm)

    def listen(self, told: bool) -> None:
        """Let every station follow its hall, or none."""
        for number, hands in self._hands.items():
            if told and number not in self._listening:
                hands.listen()
                if isinstance(hands, FloorHands) and hands.ear is not None:
                    self._ears.follow(hands.ear)
            elif not told and number in self._listening:
                if isinstance(hands, FloorHands) and hands.ear is not None:
                    self._ears.forget(hands.ear)
                hands.deafen()
        self._listening = set(self._hands) if told else set()

    def notify(self, told: bool) -> None:
        self._notify = told
        changes.announce, changes.announce_hall = self._announced
        if not told:
            changes.announce = lambda connection: None
            changes.announce_hall = lambda connection, centre: None

    def work(self, shift: Shift, codes: Mapping[int, Sequence[str]]) -> tuple[list[float], float]:
        """Begin acts until the shift is over; how long each took, in seconds, and when the last one ended."""
        waits: list[float] = []
        self._together(codes, lambda number: waits.extend(self._taken(number, shift)))
        return waits, time.monotonic()

    def _together(self, codes: Mapping[int, Sequence[str]], do: Callable[[int], None]) -> None:
        failed: list[Exception] = []

        def run(number: int) -> None:
            try:
                do(number)
            except Exception as error:
                failed.append(error)

        threads = []
        for number, dealt in codes.items():
            self._hands[number].codes.extend(dealt)
            threads.append(threading.Thread(target=run, args=(number,)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    def _warm(self, number: int) -> None:
        for act in self._visits.pop(number, self._hands[number].visits()):
            _do(act)

    def _taken(self, number: int, shift: Shift) -> list[float]:
        visits = self._visits.setdefault(number, self._hands[number].visits())
        taken: list[float] = []
        ends_at = shift.begins_at + shift.seconds
        _wait_until(shift.begins_at)
        for turn in count():
            began = shift.due(number, turn) if shift.pause else time.monotonic()
            _wait_until(min(began, ends_at))
            if began >= ends_at:
                return taken
            act = next(visits, None)
            if act is None:
                raise RuntimeError("more people were served than were let in: deal more codes")
            _do(act)
            taken.append(time.monotonic() - began)
        raise AssertionError("unreachable")

    def close(self) -> None:
        self._ears.close()
        for hands in self._hands.values():
            hands.close()
        self._letters.close()


class _Ears:
    """One thread that takes what the floor's listening connections are told."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def follow(self, connection: psycopg.Connection[Any]) -> None:
        self._selector.register(connection.fileno(), selectors.EVENT_READ, connection.pgconn)

    def forget(self, connection: psycopg.Connection[Any]) -> None:
        with self._lock:
            self._selector.unregister(connection.fileno())

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _hear(self) -> None:
        while not self._over.is_set():
            for ready, _ in self._selector.select(0.2):
                with self._lock:
                    if ready.fileobj in self._selector.get_map():
                        ready.data.consume_input()
                        while ready.data.notifies() is not None:
                            pass


def _do(act: Act) -> None:
    """Do an act, again where the database was too busy for a station's patience; all of its time counts."""
    while True:
        try:
            act()
        except Unavailable:
            continue
        return


def _wait_until(instant: float) -> None:
    left = instant - time.monotonic()
    if left > 0:
        time.sleep(left)


def _serve(site: Site, orders: Connection) -> None:
    crew = _Crew(site)
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            order, told = orders.recv()
            try:
                orders.send(getattr(crew, order)(*told))
            except Exception as error:
                orders.send(RuntimeError(f"{type(error).__name__}: {error}"))
    crew.close()


class Fleet:
    """All stations of one side.

    Args:
        site: where they work.
        processes: how many processes they share.
    """

    def __init__(self, site: Site, processes: int = PROCESSES) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.fleet", "kiosk.station", "sqlalchemy.dialects.postgresql.psycopg"])
        self._orders: list[Connection] = []
        self._processes: list[BaseProcess] = []
        for _ in range(processes):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(site, there), daemon=True)
            process.start()
            there.close()
            self._orders.append(here)
            self._processes.append(process)

    @property
    def processes(self) -> list[int]:
        """Their ids."""
        return [process.pid or 0 for process in self._processes]

    def open(self, places: Sequence[Place]) -> None:
        """Open further stations; they listen to nothing yet."""
        self._ask("open", [([place for place in places if self._of(place.number) == at],) for at in self._all])

    def move(self, places: Sequence[Place]) -> None:
        """Let stations that do not listen go on elsewhere."""
        self._ask("move", [([place for place in places if self._of(place.number) == at],) for at in self._all])

    def left(self) -> dict[int, int]:
        """How many are about to come to each station."""
        return {number: count for some in self._ask("left", [() for _ in self._all]) for number, count in some.items()}

    def warm(self, codes: Mapping[int, Sequence[str]]) -> None:
        """Let stations do one visit for each of their codes, so that their statements are prepared."""
        self._ask("warm", [(share,) for share in self._shares(codes)])

    def listen(self, told: bool = True) -> None:
        """Let every station follow its hall, or none."""
        self._ask("listen", [(told,) for _ in self._all])

    def notify(self, told: bool) -> None:
        """Whether acts tell those who listen."""
        self._ask("notify", [(told,) for _ in self._all])

    def work(
        self, seconds: float, codes: Mapping[int, Sequence[str]], *, pause: float = 0.0
    ) -> tuple[list[float], float]:
        """Let stations work, each with those who arrive there.

        Args:
            seconds: how long acts are begun; what was begun is ended.
            codes: order codes by the number of the station; the others only are there.
            pause: as in `Shift`.

        Returns:
            How long each act took, and how long all of it, in seconds.
        """
        shift = Shift(time.monotonic() + _SOON, seconds, len(codes), pause)
        told = [(shift, share) for share in self._shares(codes)]
        done = self._ask("work", told)
        took = max(ended for _, ended in done) - shift.begins_at
        return [wait for waits, _ in done for wait in waits], max(took, seconds)

    def close(self) -> None:
        """Let them go."""
        for orders in self._orders:
            orders.close()
        for process in self._processes:
            process.join()

    @property
    def _all(self) -> range:
        return range(len(self._orders))

    def _shares(self, codes: Mapping[int, Sequence[str]]) -> list[dict[int, Sequence[str]]]:
        return [{number: dealt for number, dealt in codes.items() if self._of(number) == at} for at in self._all]

    def _of(self, number: int) -> int:
        return number % len(self._orders)

    def _ask(self, order: str, told: Sequence[Sequence[Any]]) -> list[Any]:
        for orders, one in zip(self._orders, told, strict=True):
            orders.send((order, one))
        answers = [orders.recv() for orders in self._orders]
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers
