"""The queue of a centre: who waits, who is called, and every step that a counter does with a ticket (C2, C5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from db import counters, tickets
from db.tickets import TicketRow
from kiosk.acts import Acts, Form, Unit
from kiosk.booking.plan import Plans
from kiosk.clock import baku_day
from kiosk.errors import BadRequest, NotFound
from kiosk.hall import queue_look, steps
from kiosk.hall.at_counter import AtCounter, counter_number, written_ticket
from kiosk.hall.history import TicketStep, history_of
from kiosk.hall.person import PersonFacts, look_at_person
from kiosk.hall.queue_facts import OUTCOMES, Called, CounterView, Outcome, QueueNow, StepName, Stepped
from kiosk.hall.queue_forms import CalledForm, SteppedForm
from kiosk.hall.ticket_number import read_ticket
from kiosk.hall.undo import undo
from kiosk.identity.rights import check_serves
from kiosk.settings import Settings

_Result = TypeVar("_Result")
_STEPPED: Final = SteppedForm()


class Queue:
    """What a counter sees and does.

    Every step takes a `key` that names this very act (a repeat gets the same answer), the `counter` by its number, and
    a `ticket` as it is written ("A-017"). `centre` is this station's where none is given, `staff` the row id of whoever
    acts, `station` the machine where it is not this one.

    All steps raise:
        BadRequest: the centre, the counter's number or the ticket cannot be one.
        NotFound: no ticket of today has that number at this centre.
        OtherCounter: the ticket is at another counter, or only that one may call it.
        WrongStep: its state does not allow the step.
        NotAllowed: the staff member left, or serves nobody. Without one nobody is asked: that is a program's act.
        KeyReused, Unavailable: as every act.

    Args:
        acts: runs what changes something.
        plans: the centres and their services.
        settings: the order of C5, and how long a step can be undone.
    """

    def __init__(self, acts: Acts, plans: Plans, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._settings = settings

    def look(self, centre: str | None = None, *, most: int | None = None) -> QueueNow:
        """The queue now, waiting tickets in calling order.

        Args:
            centre: which; default: this station's centre.
            most: how many waiting tickets at most, the first ones; None: all. A screen shows some, thousands may wait.

        Raises:
            BadRequest: the centre is unknown.
            Unavailable: the database is away.
        """
        here = self._here(centre)
        with self._acts.reading() as (connection, now):
            self._plans.at(connection).centre(here)
            return queue_look.look(connection, now, here, self._settings.hall.early, most)

    def at_counter(self, number: str, centre: str | None = None) -> CounterView:
        """What a counter sees of itself; one that nobody used yet is open and empty.

        Raises:
            BadRequest: the centre is unknown, or the number cannot be one.
            Unavailable: the database is away.
        """
        here, written = self._here(centre), counter_number(number)
        with self._acts.reading() as (connection, now):
            self._plans.at(connection).centre(here)
            return queue_look.at_counter(connection, now, here, written, self._settings.hall.undo_seconds)

    def call_next(
        self, key: str, counter: str, *, centre: str | None = None, staff: int | None = None, station: str | None = None
    ) -> Called:
        """Call whoever is next for this counter (C5).

        Raises:
            NobodyWaiting: nobody whom it may call waits.
            CounterBusy: it has somebody; which ticket.
            CounterClosed: a supervisor closed it.
        """

        def do(at: AtCounter) -> Called:
            return steps.call_next(at, self._settings.hall.early)

        form = CalledForm(self._here(centre))
        return self._act("call_next", key, counter, do, form, centre=centre, staff=staff, station=station)

    def call(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Called:
        """Call a chosen ticket that waits, is parked, or did not come when it was called before.

        Raises:
            CounterBusy, CounterClosed: as `call_next`.
        """
        return self._call("call", key, counter, ticket, steps.call, centre, staff, station)

    def call_again(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Called:
        """Call once more the ticket that is called here; a parked one is called to this counter.

        Raises:
            CounterBusy, CounterClosed: as `call_next`, for a parked ticket.
        """
        return self._call("call_again", key, counter, ticket, steps.call_again, centre, staff, station)

    def start(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Called:
        """Whoever was called here has come: begin to serve."""
        return self._call("start", key, counter, ticket, steps.start, centre, staff, station)

    def park(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        note: str = "",
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Stepped:
        """Hold a called or served ticket back, with a note for whoever goes on; it keeps its place."""
        kept = steps.tidy_note(note)
        return self._step(
            "park", key, counter, ticket, lambda at, row: steps.park(at, row, kept), centre, staff, station, note=kept
        )

    def put_back(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Stepped:
        """Let a ticket wait again, at the place that it had."""
        return self._step("put_back", key, counter, ticket, steps.put_back, centre, staff, station)

    def transfer(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        to_service: str | None = None,
        to_counter: str | None = None,
        note: str = "",
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Stepped:
        """Let a ticket wait for another service, for one counter alone, or both; it keeps its place.

        Raises:
            BadRequest: neither is given, the centre does not give that service, or a staff member names a counter that
                nobody used yet.
            CounterClosed: the counter that shall take it is closed.
        """
        if to_service is None and to_counter is None:
            raise BadRequest("to_service", "missing")
        kept = steps.tidy_note(note)
        taker = counter_number(to_counter, "to_counter") if to_counter is not None else None
        here = self._here(centre)

        def do(at: AtCounter, row: TicketRow) -> Stepped:
            known = self._plans.at(at.unit.connection).catalogue
            if to_service is not None and (to_service, here) not in known.capacity:
                raise BadRequest("to_service", "unknown" if to_service not in known.services else "not_given_here")
            return steps.transfer(at, row, to_service, taker, kept)

        asked = {"to_service": to_service, "to_counter": taker, "note": kept}
        return self._step("transfer", key, counter, ticket, do, centre, staff, station, **asked)

    def finish(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        outcome: str = "served",
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Stepped:
        """The service is over, with one of `OUTCOMES`.

        Raises:
            BadRequest: there is no such outcome.
        """
        if outcome not in OUTCOMES:
            raise BadRequest("outcome", "unknown")
        ended: Outcome = outcome
        return self._step(
            "finish",
            key,
            counter,
            ticket,
            lambda at, row: steps.finish(at, row, ended),
            centre,
            staff,
            station,
            outcome=ended,
        )

    def no_show(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Stepped:
        """Whoever was called, or parked, did not come."""
        return self._step("no_show", key, counter, ticket, steps.no_show, centre, staff, station)

    def undo(
        self, key: str, counter: str, *, centre: str | None = None, staff: int | None = None, station: str | None = None
    ) -> Stepped:
        """Take back the counter's last step, within `[hall] undo_seconds`, that second included.

        Returns:
            The ticket as it is again, and the step that was undone.

        Raises:
            NothingToUndo: it is too long ago, was undone already, or somebody went on with that ticket.
            CounterBusy: the counter has somebody else by now.
        """

        def do(at: AtCounter) -> Stepped:
            return undo(at, self._settings.hall.undo_seconds)

        return self._act("undo", key, counter, do, _STEPPED, centre=centre, staff=staff, station=station)

    def person(self, ticket: str, *, staff: int, counter: str, centre: str | None = None) -> PersonFacts:
        """Whose ticket it is; the look is audited with the ticket, and whether it was at this counter.

        Raises:
            BadRequest, NotFound, NotAllowed, Unavailable: as the steps.
        """
        here, number, written = self._here(centre), counter_number(counter), written_ticket(ticket)

        def do(unit: Unit) -> PersonFacts:
            return look_at_person(self._at(unit, here, number), written)

        return self._acts.perform("see_person", None, {}, do, staff=staff)

    def history(self, ticket: str, *, centre: str | None = None) -> tuple[TicketStep, ...]:
        """What happened to a ticket of today, oldest first.

        Raises:
            BadRequest, NotFound, Unavailable: as the steps.
        """
        here, written = self._here(centre), written_ticket(ticket)
        with self._acts.reading() as (connection, now):
            self._plans.at(connection).centre(here)
            letter, number = cast(tuple[str, int], read_ticket(written))
            found = tickets.find(connection, here, baku_day(now).isoformat(), letter, number)
            if found is None:
                raise NotFound
            return history_of(connection, found)

    def _call(
        self,
        step: StepName,
        key: str,
        counter: str,
        ticket: str,
        do: Callable[[AtCounter, TicketRow], Called],
        centre: str | None,
        staff: int | None,
        station: str | None,
    ) -> Called:
        written, form = written_ticket(ticket), CalledForm(self._here(centre))
        return self._act(
            step,
            key,
            counter,
            lambda at: do(at, at.take(written)),
            form,
            centre=centre,
            staff=staff,
            station=station,
            ticket=written,
        )

    def _step(
        self,
        step: StepName,
        key: str,
        counter: str,
        ticket: str,
        do: Callable[[AtCounter, TicketRow], Stepped],
        centre: str | None,
        staff: int | None,
        station: str | None,
        **asked: str | None,
    ) -> Stepped:
        written = written_ticket(ticket)
        return self._act(
            step,
            key,
            counter,
            lambda at: do(at, at.take(written)),
            _STEPPED,
            centre=centre,
            staff=staff,
            station=station,
            ticket=written,
            **asked,
        )

    def _act(
        self,
        step: StepName,
        key: str,
        counter: str,
        do: Callable[[AtCounter], _Result],
        form: Form[_Result],
        *,
        centre: str | None,
        staff: int | None,
        station: str | None,
        **asked: str | None,
    ) -> _Result:
        here, number = self._here(centre), counter_number(counter)
        request: dict[str, Any] = {"centre": here, "counter": number, "station": station, **asked}
        return self._acts.perform(
            step, key, request, lambda unit: do(self._at(unit, here, number)), form, station=station, staff=staff
        )

    def _at(self, unit: Unit, here: str, number: str) -> AtCounter:
        check_serves(unit.connection, unit.staff)
        self._plans.at(unit.connection).centre(here)
        counter = counters.find_or_make(unit.connection, here, number)
        unit.detail = number
        return AtCounter(unit, here, baku_day(unit.now).isoformat(), counter)

    def _here(self, centre: str | None) -> str:
        return centre if centre is not None else self._settings.station.centre
