"""A booking known by its order code: looking at it, cancelling and moving it (Q10)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from db import bookings as rows
from db import wrong_tries
from db.bookings import BookingRow
from kiosk.acts import Unit
from kiosk.booking.facts import BookingFacts, Confirmed
from kiosk.booking.presented import canonical, find_presented
from kiosk.booking.room import ConfirmedForm, FactsForm
from kiosk.booking.seats import Seats
from kiosk.clock import to_instant
from kiosk.errors import NotFound
from kiosk.identity.fin import tidy_fin
from kiosk.wrong_tries import subject

_CONFIRMED: Final = ConfirmedForm()
_FACTS: Final = FactsForm()


class Orders(Seats):
    """From a confirmed booking to a moved or cancelled one."""

    def booking(self, presented: str) -> BookingFacts:
        """State and facts of a booking by its order code, QR content or reference; no personal data.

        Raises:
            NotFound: there is none.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            row = find_presented(connection, presented, self._keys.checking)
            if row is None:
                raise NotFound
            return self._facts(self._plans.at(connection), row, now)

    def open(self, presented: str, fin: str) -> BookingFacts:
        """A booking's facts for the person who has its code and FİN.

        Raises:
            NotFound: there is no such pair, whichever of the two is wrong.
            SlowDown: too many wrong tries with that code.
        """

        def do(unit: Unit) -> BookingFacts:
            row = self._pair(unit, presented, fin)
            return self._facts(self._plans.at(unit.connection), row, unit.now)

        return self._acts.perform("open", None, {}, do, _FACTS)

    def cancel(self, key: str, presented: str, fin: str) -> BookingFacts:
        """Cancel a booking until its booked time, while it is not activated; a standing hold too.

        Raises:
            NotFound, SlowDown: as for `open`.
            TooLateToChange: its time has come, it is active, or it has ended already.
        """
        request = {"order_code": canonical(presented, self._keys.checking), "fin": tidy_fin(fin)}

        def do(unit: Unit) -> BookingFacts:
            return self._cancel(unit, self._pair(unit, presented, fin))

        return self._acts.perform("cancel", key, request, do, _FACTS)

    def move(self, key: str, presented: str, fin: str, time: datetime) -> Confirmed:
        """Move a confirmed booking to another hour of the same service and centre; it keeps its order code.

        The new hour is taken and the old one freed by one update; its QR is signed anew.

        Raises:
            NotFound, SlowDown: as for `open`.
            TooLateToChange: as for `cancel`; also for a hold that is not confirmed.
            BadRequest, DateNotOffered, Closed, SameHour, SlotTaken: the new hour cannot be had; the old one stands.
        """
        to = to_instant(time)
        request = {"order_code": canonical(presented, self._keys.checking), "fin": tidy_fin(fin), "time": to}

        def do(unit: Unit) -> Confirmed:
            return self._move_to(unit, self._pair(unit, presented, fin), to)

        return self._acts.perform("move", key, request, do, _CONFIRMED)

    def _pair(self, unit: Unit, presented: str, fin: str) -> BookingRow:
        """The booking of a code that goes with a FİN.

        Raises:
            NotFound, SlowDown: as for `open`.
        """
        tried = subject("order", canonical(presented, self._keys.checking))
        self._check_wrong_tries(unit, tried)
        row = find_presented(unit.connection, presented, self._keys.checking)
        if row is None or rows.person(unit.connection, row.id).fin != tidy_fin(fin):
            wrong_tries.count(unit.connection, tried, unit.now)
            raise NotFound
        wrong_tries.forget(unit.connection, tried)
        unit.booking = row.id
        return row
