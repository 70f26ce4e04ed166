"""A hall that answers at once and as a test says: the rules themselves are proved with the real one elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from kiosk.errors import CounterBusy, NobodyWaiting, NotFound, NothingToUndo, Unavailable
from kiosk.hall.person import PersonFacts
from kiosk.hall.queue_facts import Called, CounterView, QueuedTicket, QueueNow, StepName, Stepped, Undoable
from tests.stations import moment

NOW = moment("2026-11-23 14:32")
T = TypeVar("T")


def waiting(ticket: str, service: str, hour: str | None, minutes: int, **more: Any) -> QueuedTicket:
    """A ticket that waits since so many minutes."""
    since = NOW - timedelta(minutes=minutes)
    booked = moment(f"2026-11-23 {hour}") if hour is not None else None
    turn = "walk_in" if booked is None else "due" if booked <= NOW else "early"
    plain: dict[str, Any] = {
        "state": "waiting",
        "turn": turn,
        "booked_for": booked,
        "arrived_at": since,
        "since": since,
        "accepted_late": False,
        "came_late": False,
        "counter": None,
        "to_counter": None,
        "note": None,
    }
    return QueuedTicket(ticket, service, **{**plain, **more})


PICTURE = (
    waiting("A-017", "identity-card-issue", "14:00", 12),
    waiting("A-019", "identity-card-exchange", "14:00", 9),
    waiting("B-004", "notarial-copy", "14:00", 7),
    waiting("A-021", "passport-issue", "14:00", 4, accepted_late=True),
    waiting("C-110", "birth-registration", None, 26),
    waiting("C-111", "address-certificate", None, 22),
    waiting("C-113", "birth-registration", None, 11),
    waiting("C-114", "address-certificate", None, 8),
    waiting("A-022", "identity-card-issue", "15:00", 18),
    waiting("A-025", "identity-card-issue", "15:00", 3),
    waiting("B-009", "power-of-attorney", "15:00", 1),
)
"""The list of face.md's picture, in the order of C5."""
PARKED = waiting("A-009", "identity-card-issue", "13:00", 30, state="parked", note="surət çəkir")


class FakeHall:
    """One counter's queue. A step that is asked for again with its key gets the first answer."""

    def __init__(self, tickets: Iterable[QueuedTicket] = PICTURE, parked: Iterable[QueuedTicket] = (PARKED,)) -> None:
        self.waiting = list(tickets)
        self.parked = list(parked)
        self.called: list[QueuedTicket] = []
        self.live: Called | None = None
        self.undoable: Undoable | None = None
        self.before: tuple[Any, ...] | None = None
        self.finished = 23
        self.missed = 4
        self.late = 7
        self.asked: list[tuple[str, str, str]] = []
        """Act, key and ticket of every step that was asked for."""
        self.persons: list[str] = []
        self.looks = 0
        self.outcomes: list[str] = []
        self.most: int | None = None
        """How many of those who wait were asked for last."""
        self.lose = 0
        """So many of the next answers to steps are lost after they were done."""
        self.away = False
        self._answers: dict[str, Any] = {}

    def _there(self) -> None:
        if self.away:
            raise Unavailable

    def look(self, centre: str | None = None, *, most: int | None = None) -> QueueNow:
        self._there()
        self.looks += 1
        self.most = most
        waited = [int((NOW - ticket.arrived_at).total_seconds() // 60) for ticket in self.waiting]
        return QueueNow(
            NOW,
            tuple(self.waiting[:most]),
            tuple(self.called),
            tuple(self.parked),
            self.late,
            len(waited),
            round(sum(waited) / len(waited)) if waited else 0,
        )

    def at_counter(self, number: str, centre: str | None = None) -> CounterView:
        self._there()
        return CounterView(number, True, self.live, self.undoable, self.finished, self.missed)

    def _once(self, act: StepName, key: str, ticket: str, do: Callable[[], T]) -> T:
        self._there()
        self.asked.append((act, key, ticket))
        if key not in self._answers:
            before = (list(self.waiting), list(self.parked), self.live, self.finished, self.missed)
            self._answers[key] = do()
            if act != "undo":
                self.before = before
                about = self._answers[key].ticket
                self.undoable = Undoable(act, about, NOW + timedelta(seconds=51))
        if self.lose:
            self.lose -= 1
            raise Unavailable
        answer: T = self._answers[key]
        return answer

    def _take(self, ticket: str) -> QueuedTicket:
        for rows in (self.waiting, self.parked):
            for row in rows:
                if row.ticket == ticket:
                    rows.remove(row)
                    return row
        raise NotFound

    def _call(self, row: QueuedTicket) -> Called:
        self.live = Called(
            row.ticket, row.service, "called", "1", row.booked_for, row.arrived_at, NOW, 1, None, row.note
        )
        return self.live

    def call_next(self, key: str, counter: str, **_: Any) -> Called:
        def do() -> Called:
            if self.live is not None:
                raise CounterBusy(self.live.ticket)
            if not self.waiting:
                raise NobodyWaiting
            return self._call(self.waiting.pop(0))

        return self._once("call_next", key, "", do)

    def call(self, key: str, counter: str, ticket: str, **_: Any) -> Called:
        def do() -> Called:
            if self.live is not None:
                raise CounterBusy(self.live.ticket)
            return self._call(self._take(ticket))

        return self._once("call", key, ticket, do)

    def _change(self, act: StepName, key: str, ticket: str, **changed: Any) -> Called:
        def do() -> Called:
            if self.live is None or self.live.ticket != ticket:
                raise NotFound
            self.live = replace(self.live, **changed)
            return self.live

        return self._once(act, key, ticket, do)

    def call_again(self, key: str, counter: str, ticket: str, **_: Any) -> Called:
        times = self.live.times + 1 if self.live is not None else 1
        return self._change("call_again", key, ticket, times=times)

    def start(self, key: str, counter: str, ticket: str, **_: Any) -> Called:
        return self._change("start", key, ticket, state="serving", started_at=NOW)

    def _end(self, act: StepName, key: str, ticket: str, state: Any, note: str | None = None) -> Stepped:
        def do() -> Stepped:
            live = self.live
            if live is not None and live.ticket == ticket:
                row = waiting(ticket, live.service, None, 5)
                row = replace(row, booked_for=live.booked_for, arrived_at=live.arrived_at, note=note)
                self.live = None
            else:
                row = replace(self._take(ticket), note=note)
            if state == "parked":
                self.parked.append(replace(row, state="parked"))
            elif state == "waiting":
                self.waiting.append(replace(row, state="waiting"))
            self.finished += state == "finished"
            self.missed += state == "no_show"
            return Stepped(ticket, row.service, state, act)

        return self._once(act, key, ticket, do)

    def park(self, key: str, counter: str, ticket: str, *, note: str = "", **_: Any) -> Stepped:
        return self._end("park", key, ticket, "parked", note or None)

    def put_back(self, key: str, counter: str, ticket: str, **_: Any) -> Stepped:
        return self._end("put_back", key, ticket, "waiting")

    def finish(self, key: str, counter: str, ticket: str, *, outcome: str, **_: Any) -> Stepped:
        self.outcomes.append(outcome)
        return self._end("finish", key, ticket, "finished")

    def no_show(self, key: str, counter: str, ticket: str, **_: Any) -> Stepped:
        return self._end("no_show", key, ticket, "no_show")

    def transfer(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        to_service: str | None = None,
        to_counter: str | None = None,
        note: str = "",
        **_: Any,
    ) -> Stepped:
        stepped = self._end("transfer", key, ticket, "waiting", note or None)
        self.waiting[-1] = replace(
            self.waiting[-1], service=to_service or self.waiting[-1].service, to_counter=to_counter
        )
        return stepped

    def undo(self, key: str, counter: str, **_: Any) -> Stepped:
        def do() -> Stepped:
            if self.undoable is None or self.before is None:
                raise NothingToUndo
            step, self.undoable = self.undoable, None
            self.waiting, self.parked, self.live, self.finished, self.missed = self.before
            state = self.live.state if self.live is not None else "waiting"
            return Stepped(step.ticket, "identity-card-issue", state, step.step)

        return self._once("undo", key, "", do)

    def person(self, ticket: str, *, staff: int, counter: str, centre: str | None = None) -> PersonFacts:
        self._there()
        self.persons.append(ticket)
        return PersonFacts(ticket, "Nümunəyeva Aygün", "5AB••••", "az", "kiosk-2", None)

    def acts(self) -> list[str]:
        """The steps that were asked for, in turn."""
        return [act for act, _, _ in self.asked]
