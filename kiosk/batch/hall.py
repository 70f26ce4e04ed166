"""The hall's requests: who waits, calling, serving, parking, sending on, and taking a step back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kiosk.batch.answer import plain
from kiosk.batch.request import Request
from kiosk.hall.queue_facts import Called, QueuedTicket, Stepped
from kiosk.station import Station


class HallRequests:
    """Answers the hall's requests from one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.acts: Final[dict[str, Callable[[Request], dict[str, Any]]]] = {
            "queue": self._queue,
            "call_next": self._call_next,
            "call": self._of_ticket(station.queue.call, _called),
            "call_again": self._of_ticket(station.queue.call_again, _called),
            "start": self._of_ticket(station.queue.start, _called),
            "park": self._park,
            "put_back": self._of_ticket(station.queue.put_back, _stepped),
            "finish": self._finish,
            "no_show": self._of_ticket(station.queue.no_show, _stepped),
            "transfer": self._transfer,
            "undo": self._undo,
        }

    def _queue(self, request: Request) -> dict[str, Any]:
        found = self._station.queue.look(request.text("centre"))
        return {
            "waiting": [_waiting(ticket) for ticket in (*found.waiting, *found.parked)],
            "called": [_at_counter(ticket) for ticket in found.called],
        }

    def _call_next(self, request: Request) -> dict[str, Any]:
        return _called(self._station.queue.call_next(request.key(), request.text("counter"), **_where(request)))

    def _of_ticket(
        self, step: Callable[..., Any], told: Callable[[Any], dict[str, Any]]
    ) -> Callable[[Request], dict[str, Any]]:
        """How a step is asked for that needs a counter and a ticket alone."""

        def ask(request: Request) -> dict[str, Any]:
            return told(step(request.key(), request.text("counter"), request.text("ticket"), **_where(request)))

        return ask

    def _park(self, request: Request) -> dict[str, Any]:
        note = request.note()
        parked = self._station.queue.park(
            request.key(), request.text("counter"), request.text("ticket"), note=note, **_where(request)
        )
        return _stepped(parked)

    def _finish(self, request: Request) -> dict[str, Any]:
        finished = self._station.queue.finish(
            request.key(),
            request.text("counter"),
            request.text("ticket"),
            outcome=request.optional_text("outcome") or "served",
            **_where(request),
        )
        return _stepped(finished)

    def _transfer(self, request: Request) -> dict[str, Any]:
        sent_on = self._station.queue.transfer(
            request.key(),
            request.text("counter"),
            request.text("ticket"),
            to_service=request.optional_text("to_service"),
            to_counter=request.optional_text("to_counter"),
            note=request.note(),
            **_where(request),
        )
        return _stepped(sent_on)

    def _undo(self, request: Request) -> dict[str, Any]:
        undone = self._station.queue.undo(request.key(), request.text("counter"), **_where(request))
        return _stepped(undone) | {"undone": undone.step}


def _where(request: Request) -> dict[str, Any]:
    return {"centre": request.text("centre"), "station": request.station()}


def _waiting(ticket: QueuedTicket) -> dict[str, Any]:
    return {
        "ticket": ticket.ticket,
        "service": ticket.service,
        "booked_for": plain(ticket.booked_for),
        "since": plain(ticket.since),
        "state": ticket.state,
    }


def _at_counter(ticket: QueuedTicket) -> dict[str, Any]:
    return {
        "ticket": ticket.ticket,
        "counter": ticket.counter,
        "service": ticket.service,
        "since": plain(ticket.since),
        "state": ticket.state,
    }


def _called(found: Called) -> dict[str, Any]:
    return {
        "ticket": found.ticket,
        "counter": found.counter,
        "service": found.service,
        "state": found.state,
        "times": found.times,
    }


def _stepped(found: Stepped) -> dict[str, Any]:
    return {"ticket": found.ticket, "service": found.service, "state": found.state}
