"""Reads requests, asks the station, writes answers: in order, one line each, nothing else on stdout."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import IO, Any, Final

from db.engine import DatabaseAway
from kiosk.batch import answer
from kiosk.batch.figures import FigureRequests
from kiosk.batch.hall import HallRequests
from kiosk.batch.request import LONGEST_LINE, Malformed, Request, parse
from kiosk.batch.walk_ins import WalkInRequests
from kiosk.batch.water import WaterRequests
from kiosk.clock import to_datetime, to_instant
from kiosk.errors import BadRequest, Closed, Refusal, Unavailable
from kiosk.station import Station

_log = logging.getLogger(__name__)


class Batch:
    """Answers requests from one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._acts: Final[dict[str, Callable[[Request], dict[str, Any]]]] = {
            "services": self._services,
            "centres": self._centres,
            "dates": self._dates,
            "slots": self._slots,
            "hold": self._hold,
            "confirm": self._confirm,
            "resend": self._resend,
            "booking": self._booking,
            "arrive": self._arrive,
            "cancel": self._cancel,
            "move": self._move,
            "clock": self._clock,
            **WaterRequests(station).acts,
            **HallRequests(station).acts,
            **WalkInRequests(station).acts,
            **FigureRequests(station).acts,
        }

    def run(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        """Answer every line until the end of `requests`.

        A line that is too long is read to its end and refused; a blank one too, so there are as many answers as lines.
        """
        while line := requests.readline(LONGEST_LINE + 1):
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                rest = requests.readline(LONGEST_LINE)
                if not rest:
                    break
                line = line[: LONGEST_LINE + 1] if not rest.endswith(b"\n") else line[: LONGEST_LINE + 1] + b"\n"
            text = json.dumps(self.answer(line), ensure_ascii=False, separators=(",", ":"))
            answers.write(text.encode() + b"\n")
            answers.flush()

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line."""
        try:
            request = parse(line)
        except Malformed as malformed:
            return {"id": malformed.id, "ok": False, "error": "bad_request", "field": "line", "why": malformed.why}
        try:
            act = self._acts.get(request.do)
            if act is None:
                raise BadRequest("do", "unknown")
            return {"id": request.id, "ok": True, **act(request)}
        except Refusal as refusal:
            return {"id": request.id, **answer.refused(refusal)}
        except Exception as error:  # the next line must be served, and a trace may hold a person's data
            _log.error("a request stumbled over %s", type(error).__name__)
            return {"id": request.id, **answer.refused(Unavailable())}

    def _services(self, _request: Request) -> dict[str, Any]:
        return {"services": answer.named(self._station.bookings.services())}

    def _centres(self, request: Request) -> dict[str, Any]:
        return {"centres": answer.named(self._station.bookings.centres(request.text("service")))}

    def _dates(self, request: Request) -> dict[str, Any]:
        days = self._station.bookings.dates(request.text("service"), request.text("centre"))
        return {"dates": [answer.day(day) for day in days]}

    def _slots(self, request: Request) -> dict[str, Any]:
        service, centre, on = request.text("service"), request.text("centre"), request.date()
        try:
            return answer.grid(self._station.bookings.slots(service, centre, on))
        except Closed as closed:
            name = closed.name.as_dict() if closed.name is not None else None
            return {"date": on.isoformat(), "open": False, "reason": closed.reason, "name": name}

    def _hold(self, request: Request) -> dict[str, Any]:
        held = self._station.bookings.hold(
            request.key(),
            request.text("service"),
            request.text("centre"),
            request.time(),
            request.applicant(),
            request.language(),
        )
        return answer.held(held)

    def _confirm(self, request: Request) -> dict[str, Any]:
        confirmed = self._station.bookings.confirm(
            request.optional_key(), request.text("booking"), request.text("code")
        )
        return answer.confirmed(confirmed)

    def _resend(self, request: Request) -> dict[str, Any]:
        key, booking, email = request.key(), request.text("booking"), request.optional_text("email")
        bookings = self._station.bookings
        return answer.held(
            bookings.resend(key, booking) if email is None else bookings.correct_email(key, booking, email)
        )

    def _booking(self, request: Request) -> dict[str, Any]:
        return answer.facts(self._station.bookings.booking(request.text("order_code")))

    def _arrive(self, request: Request) -> dict[str, Any]:
        arrival = self._station.hall.arrive(
            request.key(), request.text("order_code"), request.text("centre"), request.station()
        )
        return answer.arrival(arrival)

    def _cancel(self, request: Request) -> dict[str, Any]:
        facts = self._station.bookings.cancel(request.key(), request.text("order_code"), request.text("fin"))
        return {"state": facts.state}

    def _move(self, request: Request) -> dict[str, Any]:
        moved = self._station.bookings.move(
            request.key(), request.text("order_code"), request.text("fin"), request.time()
        )
        return answer.confirmed(moved)

    def _clock(self, request: Request) -> dict[str, Any]:
        """The time in force. With `now` this process's clock is set first; within one database it only goes forward."""
        if request.optional_text("now") is None:
            return {"now": answer.moment(self._station.now())}
        try:
            self._station.clock.set(to_instant(request.time("now")))
        except PermissionError:
            raise BadRequest("do", "the_clock_is_not_settable") from None
        try:
            now = self._station.database.forward()
        except DatabaseAway:
            raise Unavailable from None
        # only from here on: what a station does by itself must not move a trial's time to this machine's
        self._station.start()
        return {"now": answer.moment(to_datetime(now))}
