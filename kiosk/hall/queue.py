"""The queue of a centre: who waits, who is called, and every step that a counter does with a ticket (C2, C5)."""

from __future__ import annotations

from kiosk.acts import Acts
from kiosk.booking.plan import Plans
from kiosk.hall.history import TicketStep
from kiosk.hall.person import PersonFacts
from kiosk.hall.queue_facts import Called, CounterView, QueueNow, Stepped
from kiosk.settings import Settings


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

    def look(self, centre: str | None = None) -> QueueNow:
        """The queue now, waiting tickets in calling order.

        Raises:
            BadRequest: the centre is unknown.
            Unavailable: the database is away.
        """
        raise NotImplementedError

    def at_counter(self, number: str, centre: str | None = None) -> CounterView:
        """What a counter sees of itself; one that nobody used yet is open and empty.

        Raises:
            BadRequest: the centre is unknown, or the number cannot be one.
            Unavailable: the database is away.
        """
        raise NotImplementedError

    def call_next(
        self, key: str, counter: str, *, centre: str | None = None, staff: int | None = None, station: str | None = None
    ) -> Called:
        """Call whoever is next for this counter (C5).

        Raises:
            NobodyWaiting: nobody whom it may call waits.
            CounterBusy: it has somebody; which ticket.
            CounterClosed: a supervisor closed it.
        """
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
            BadRequest: neither is given, the centre does not give that service, or has no such counter.
            CounterClosed: the counter that shall take it is closed.
        """
        raise NotImplementedError

    def finish(
        self,
        key: str,
        counter: str,
        ticket: str,
        *,
        centre: str | None = None,
        staff: int | None = None,
        station: str | None = None,
    ) -> Stepped:
        """The person was served."""
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

    def person(self, ticket: str, *, staff: int, counter: str, centre: str | None = None) -> PersonFacts:
        """Whose ticket it is; the look is audited with the ticket, and whether it was at this counter.

        Raises:
            BadRequest, NotFound, Unavailable: as the steps.
        """
        raise NotImplementedError

    def history(self, ticket: str, *, centre: str | None = None) -> tuple[TicketStep, ...]:
        """What happened to a ticket of today, oldest first.

        Raises:
            BadRequest, NotFound, Unavailable: as the steps.
        """
        raise NotImplementedError
