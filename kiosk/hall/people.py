"""The people's desk: what an operator does at the counter for somebody who came without a code or has no e-mail (C8).

Nobody is looked up before the operator stated which document was shown, and every search is in the audit log with the
ids of what it found, never with a FİN. Whatever is then done to a booking asks for the FİN of that document again, and
for the same checks as a citizen's own act; the audit names who did it and by which document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, get_args

from db import bookings as rows
from db import desk_search, run_out
from db.bookings import BookingRow
from db.desk_search import FoundRow
from db.engine import savepoint
from kiosk.acts import Unit
from kiosk.booking import notices, order_code
from kiosk.booking.facts import BookingFacts, BookingState, Confirmed
from kiosk.booking.room import ConfirmedForm, FactsForm
from kiosk.booking.seats import Seats, why_ended
from kiosk.clock import at_baku, to_instant
from kiosk.errors import BadRequest, NotFound
from kiosk.identity.applicant import applicant, problem
from kiosk.identity.fin import tidy_fin
from kiosk.identity.rights import check_serves
from kiosk.names import Language

Document = Literal["identity_card", "passport", "residence_permit", "other"]
"""What a person showed, so that the operator knows whose FİN it is."""
DOCUMENTS: Final[tuple[Document, ...]] = get_args(Document)
_CONFIRMED: Final = ConfirmedForm()
_FACTS: Final = FactsForm()


@dataclass(frozen=True, slots=True)
class FoundBooking:
    """A booking of the person whose document was shown. Datetimes are aware, in UTC."""

    booking: str
    order_code: str | None
    state: BookingState
    service: str
    centre: str
    time: datetime
    held_until: datetime | None
    arrive_from: datetime
    arrive_until: datetime
    ticket: str | None
    given_name: str = field(repr=False)
    surname: str = field(repr=False)
    has_email: bool
    """Whether letters go to this person."""


class PeopleDesk(Seats):
    """Finds, books, confirms, moves and cancels for people at the counter."""

    def find(self, staff: int, fin: str, day: date, document: Document) -> tuple[FoundBooking, ...]:
        """A person's bookings of a day, the earliest first; live ones of all centres, ended ones of this one.

        Args:
            staff: the row id of who searches.
            fin: as it stands on the document.
            day: the booked day in Baku.
            document: which kind was shown.

        Raises:
            BadRequest: that is no FİN, or no kind of document.
            NotAllowed: the staff member serves nobody.
            Unavailable: the database is away.
        """
        begins, ends = at_baku(day, time()), at_baku(day + timedelta(days=1), time())

        def do(unit: Unit) -> tuple[FoundBooking, ...]:
            whose = self._begin(unit, document, fin)
            here = self._settings.station.centre
            found = desk_search.of_person(unit.connection, whose, here, begins, ends)
            ids = [one.row.id for one in found]
            unit.booking = ids[0] if len(ids) == 1 else None
            unit.detail = " ".join([document, *map(str, ids)])
            unit.outcome = "found" if ids else "nothing"
            return tuple(self._found(unit, one) for one in found)

        return self._acts.perform("desk_find", None, {}, do, staff=staff)

    def book(
        self,
        key: str,
        staff: int,
        service: str,
        centre: str,
        time: datetime,
        typed: Mapping[str, str],
        language: Language,
        document: Document,
    ) -> Confirmed:
        """Book a free hour for somebody whose document was shown: confirmed at once, no code is mailed.

        The order code is handed over on paper; who gave an e-mail address gets it there too.

        Args:
            key: names this act; a repeat gets the same answer.
            staff: the row id of who books.
            service: the service's id.
            centre: the centre's id.
            time: the full hour, aware.
            typed: the applicant's fields as typed; `email` may be empty.
            language: the person's, for paper and letters.
            document: which kind was shown.

        Raises:
            BadRequest, DateNotOffered, Closed, LimitReached, SameHour, SlotTaken, NotAllowed, Unavailable: nothing was
                booked.
        """
        starts_at = to_instant(time)
        request = {
            "service": service,
            "centre": centre,
            "time": starts_at,
            "applicant": {name: typed.get(name, "") for name in sorted(typed)},
            "language": language,
        }

        def do(unit: Unit) -> Confirmed:
            self._begin(unit, document)
            person = applicant(typed, without_email=True)
            plan = self._plans.at(unit.connection)
            seats = plan.seats(service, centre)
            self._check_offered(unit, plan, centre, starts_at)
            rows.lock_counted(unit.connection, {f"person {person.fin}"})
            ended = run_out.end_in_the_way(unit.connection, service, centre, starts_at, person.fin, unit.now)
            notices.holds_ended(unit, plan, ended)
            values = self._new_hold(unit, service, centre, starts_at, person, language)
            with savepoint(unit.connection):
                self._check_open(unit, person.fin)
                self._take_seat(unit, values, seats)
            return self._confirm_now(unit, values["reference"])

        return self._acts.perform("desk_book", key, request, do, _CONFIRMED, staff=staff)

    def confirm(self, key: str, staff: int, booking: str, fin: str, document: Document) -> Confirmed:
        """Confirm a person's standing hold without its mailed code.

        Args:
            key: names this act.
            staff: the row id of who confirms.
            booking: the reference, as `find` gave it.
            fin: as it stands on the document.
            document: which kind was shown.

        Raises:
            NotFound: there is no such booking of that person.
            HoldEnded: it ran out, or was ended.
            BadRequest, NotAllowed, Unavailable: nothing was confirmed.
        """

        def do(unit: Unit) -> Confirmed:
            row = self._theirs(unit, booking, fin, document)
            state = row.state_at(unit.now)
            if state in ("cancelled", "expired"):
                raise why_ended(row, unit.now)
            if state == "held":
                return self._confirm_now(unit, row.reference)
            unit.repeated = True
            return self._confirmed(unit, row)

        request = {"booking": order_code.read(booking), "fin": tidy_fin(fin)}
        return self._acts.perform("desk_confirm", key, request, do, _CONFIRMED, staff=staff)

    def move(self, key: str, staff: int, booking: str, fin: str, time: datetime, document: Document) -> Confirmed:
        """Move a person's confirmed booking to another hour of its service and centre; it keeps its order code.

        Raises:
            NotFound: there is no such booking of that person.
            TooLateToChange: its time has come, it is active, has ended, or is not confirmed.
            BadRequest, DateNotOffered, Closed, SameHour, SlotTaken, NotAllowed, Unavailable: the old hour stands.
        """
        to = to_instant(time)

        def do(unit: Unit) -> Confirmed:
            return self._move_to(unit, self._theirs(unit, booking, fin, document), to)

        request = {"booking": order_code.read(booking), "fin": tidy_fin(fin), "time": to}
        return self._acts.perform("desk_move", key, request, do, _CONFIRMED, staff=staff)

    def cancel(self, key: str, staff: int, booking: str, fin: str, document: Document) -> BookingFacts:
        """Cancel a person's booking until its booked time, while it is not activated; a standing hold too.

        Raises:
            NotFound: there is no such booking of that person.
            TooLateToChange: its time has come, it is active, or it has ended already.
            BadRequest, NotAllowed, Unavailable: nothing was cancelled.
        """

        def do(unit: Unit) -> BookingFacts:
            return self._cancel(unit, self._theirs(unit, booking, fin, document))

        request = {"booking": order_code.read(booking), "fin": tidy_fin(fin)}
        return self._acts.perform("desk_cancel", key, request, do, _FACTS, staff=staff)

    def slip(self, staff: int, booking: str, fin: str, document: Document) -> Confirmed:
        """A person's confirmed booking once more, to print its slip.

        Raises:
            NotFound: there is no such booking of that person, or it has no order code.
            BadRequest, NotAllowed, Unavailable: it cannot be told.
        """

        def do(unit: Unit) -> Confirmed:
            row = self._theirs(unit, booking, fin, document)
            if row.state != "confirmed":
                raise NotFound
            return self._confirmed(unit, row)

        return self._acts.perform("desk_slip", None, {}, do, staff=staff)

    def _begin(self, unit: Unit, document: str, fin: str | None = None) -> str:
        """What every act begins with: who acts, by which document; the tidy FİN, where one is asked for.

        Raises:
            NotAllowed, BadRequest: as the acts say.
        """
        check_serves(unit.connection, unit.staff or 0)
        if document not in DOCUMENTS:
            raise BadRequest("document", "unknown")
        unit.detail = document
        if fin is None:
            return ""
        if (wrong := problem("fin", fin)) is not None:
            raise BadRequest("fin", wrong.removeprefix("field."))
        return tidy_fin(fin)

    def _theirs(self, unit: Unit, booking: str, fin: str, document: Document) -> BookingRow:
        """The booking of a reference that goes with the FİN of a shown document.

        Raises:
            NotFound: there is no such pair.
            NotAllowed, BadRequest: as the acts say.
        """
        whose = self._begin(unit, document, fin)
        row = self._by_reference(unit, booking)
        if rows.person(unit.connection, row.id).fin != whose:
            raise NotFound
        return row

    def _confirm_now(self, unit: Unit, reference: str) -> Confirmed:
        """The standing hold of a reference, confirmed.

        Raises:
            HoldEnded: a rival ended it just now.
        """
        row = self._by_reference(unit, reference)
        confirmed = self._confirm_hold(unit, row)
        if confirmed is None:
            row = self._by_reference(unit, reference)
            if row.state != "confirmed":
                raise why_ended(row, unit.now)
            return self._confirmed(unit, row)
        return confirmed

    def _found(self, unit: Unit, one: FoundRow) -> FoundBooking:
        row = one.row
        facts = self._facts(self._plans.at(unit.connection), row, unit.now)
        return FoundBooking(
            booking=facts.booking,
            order_code=order_code.written(row.order_code) if row.order_code is not None else None,
            state=facts.state,
            service=facts.service,
            centre=facts.centre,
            time=facts.time,
            held_until=facts.held_until,
            arrive_from=facts.arrive_from,
            arrive_until=facts.arrive_until,
            ticket=facts.ticket,
            given_name=one.given_name,
            surname=one.surname,
            has_email=one.has_email,
        )
