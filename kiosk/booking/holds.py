"""Holding an hour and confirming it with the mailed code (Q6 to Q8, Q10, Q11).

The seat and the person's hour are held by the unique indexes; what is counted (open bookings, holds of an address or a
station) is checked under the locks of `db.bookings.lock_counted`. A hold that ran out is over by its time alone; a new
hold first ends, in its own transaction, the run-out ones in its way.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from db import bookings as rows
from db import changes, contacts, outbox, run_out, wrong_tries
from db import seats as seat_rows
from db.bookings import BookingRow
from db.engine import savepoint
from db.presented import is_kiosk
from kiosk.acts import Unit
from kiosk.booking import notices, order_code
from kiosk.booking.facts import Confirmed, Held
from kiosk.booking.room import ConfirmedForm, FactsForm, HeldForm
from kiosk.booking.seats import Seats, new_code, why_ended
from kiosk.clock import Instant, to_datetime, to_instant
from kiosk.errors import BadRequest, LimitReached, NotFound, TooSoon, WrongCode
from kiosk.identity.applicant import Applicant, applicant, problem, tidy
from kiosk.identity.fin import is_fin
from kiosk.names import Language
from kiosk.wrong_tries import subject

_FREE_LETTERS: Final = 3
"""How many letters with a code a hold sends before a corrected address has to wait like a resent code."""
_Slot = tuple[str, str, Instant]
"""Service, centre, hour."""
_HELD: Final = HeldForm()
_CONFIRMED: Final = ConfirmedForm()
_FACTS: Final = FactsForm()


class Holds(Seats):
    """From a free hour to a confirmed one."""

    def hold(
        self,
        key: str,
        service: str,
        centre: str,
        time: datetime,
        typed: Mapping[str, str],
        language: Language,
        instead_of: str | None = None,
    ) -> Held:
        """Hold an hour and mail the confirmation code (Q6).

        Args:
            key: names this act; a repeat gets the same answer.
            service: the service's id.
            centre: the centre's id.
            time: the full hour, aware.
            typed: the applicant's fields as typed.
            language: the letter's.
            instead_of: the reference of this person's own hold, given up in the same transaction.

        Raises:
            BadRequest, DateNotOffered, Closed, LimitReached, SameHour, SlotTaken, Unavailable: nothing was held, and
                the hold of `instead_of` stands.
        """
        starts_at = to_instant(time)
        request = {
            "service": service,
            "centre": centre,
            "time": starts_at,
            "applicant": {name: typed.get(name, "") for name in sorted(typed)},
            "language": language,
            "instead_of": instead_of,
        }

        def do(unit: Unit) -> Held:
            person = applicant(typed)
            plan = self._plans.at(unit.connection)
            seats = plan.seats(service, centre)
            self._check_offered(unit, plan, centre, starts_at)
            rows.lock_counted(
                unit.connection, {f"person {person.fin}", f"email {person.email}", f"station {unit.station}"}
            )
            ended = run_out.end_in_the_way(unit.connection, service, centre, starts_at, person.fin, unit.now)
            notices.holds_ended(unit, plan, ended)
            values = self._new_hold(unit, service, centre, starts_at, person, language)
            with savepoint(unit.connection):
                if instead_of is not None:
                    self._give_up(unit, instead_of)
                self._check_limits(unit, person)
                self._take_seat(unit, values, seats)
            notices.code(unit, plan, values)
            changes.announce(unit.connection)
            return self._held(values)

        return self._acts.perform("hold", key, request, do, _HELD)

    def _give_up(self, unit: Unit, booking: str) -> None:
        row = self._by_reference(unit, booking)
        if row.state_at(unit.now) not in ("held", "expired", "cancelled"):
            raise why_ended(row, unit.now)
        rows.release(unit.connection, row.id, "swapped", unit.now)

    def _check_limits(self, unit: Unit, person: Applicant) -> None:
        self._check_open(unit, person.fin)
        limits = self._settings.limits
        counted: tuple[tuple[str, int, Any], ...] = (
            (
                "holds_per_email",
                limits.holds_per_email,
                lambda: rows.count_holds_of_email(unit.connection, person.email, unit.now),
            ),
            (
                "holds_per_station",
                limits.holds_per_station,
                lambda: seat_rows.count_holds_of_station(unit.connection, unit.station, unit.now),
            ),
        )
        for name, most, count in counted:
            if most and (found := count()) >= most:
                raise LimitReached(name, found)

    def confirm(self, key: str | None, booking: str, code: str) -> Confirmed:
        """Confirm a held hour with its mailed code (Q7); a repeat with the right code is the same success.

        Raises:
            NotFound: no booking has that reference.
            WrongCode: with the tries that are left; the last wrong one ends the hold (Q10).
            HoldEnded: it ran out, or was ended.
        """
        request = {"booking": order_code.read(booking), "code": code}

        def do(unit: Unit) -> Confirmed:
            return self._confirm(unit, self._by_reference(unit, booking), code)

        return self._acts.perform("confirm", key, request, do, _CONFIRMED)

    def confirm_by_contact(self, contact: str, code: str, slot: tuple[str, str, datetime] | None = None) -> Confirmed:
        """Confirm a hold known by its e-mail address or FİN (Q8); a repeat with the right code is the same success.

        Args:
            contact: an e-mail address or a FİN, as typed.
            code: the mailed code.
            slot: (service, centre, hour) when a yellow hour of the grid was chosen.

        Raises:
            BadRequest: `contact` is neither.
            NotFound: nothing is held under that contact with that code; answered alike whichever is wrong.
            SlowDown: too many wrong tries.
        """
        known_as = _contact(contact)
        request = {"contact": known_as, "code": code, "slot": slot}

        def do(unit: Unit) -> Confirmed:
            tried = subject("contact", known_as)
            self._check_wrong_tries(unit, tried)
            hour = None if slot is None else (slot[0], slot[1], to_instant(slot[2]))
            find = self._found_at_kiosk if is_kiosk(unit.connection) else self._found_by_contact
            row = find(unit, known_as, code, hour)
            if row is None:
                wrong_tries.count(unit.connection, tried, unit.now)
                raise NotFound
            wrong_tries.forget(unit.connection, tried)
            unit.booking = row.id
            return self._confirm(unit, row, code)

        return self._acts.perform("confirm_by_contact", None, request, do, _CONFIRMED)

    def _found_by_contact(self, unit: Unit, contact: str, code: str, slot: _Slot | None) -> BookingRow | None:
        """The booking of a contact with that code; without one the code counts against every hold of theirs."""
        live_of = rows.live_of_fin if is_fin(contact) else rows.live_of_email
        known = live_of(unit.connection, contact, self._since_open(unit.now), unit.now)
        if slot is not None:
            known = [row for row in known if (row.service, row.centre, row.starts_at) == slot]
        for row in known:
            if _is_code(rows.person(unit.connection, row.id).code, code):
                return row
        for row in known:
            if row.state == "held":
                self._count_wrong_code(unit, row)
        return None

    def _found_at_kiosk(self, unit: Unit, contact: str, code: str, slot: _Slot | None) -> BookingRow | None:
        """The same, done by the database: a kiosk's login does not see what a contact holds."""
        most, since = self._settings.booking.wrong_codes, self._since_open(unit.now)
        return contacts.find(unit.connection, contact, code, slot, since, most, unit.now)

    def _confirm(self, unit: Unit, row: BookingRow, code: str) -> Confirmed:
        state = row.state_at(unit.now)
        if state in ("cancelled", "expired"):
            raise why_ended(row, unit.now)
        person = rows.person(unit.connection, row.id)
        most = self._settings.booking.wrong_codes
        if not _is_code(person.code, code) or person.wrong_codes >= most:
            raise WrongCode(max(0, most - self._count_wrong_code(unit, row)))
        if state == "held":
            confirmed = self._confirm_hold(unit, row)
            return confirmed or self._confirm(unit, self._by_reference(unit, row.reference), code)
        unit.repeated = True
        return self._confirmed(unit, row)

    def _count_wrong_code(self, unit: Unit, row: BookingRow) -> int:
        most = self._settings.booking.wrong_codes
        wrong, state = rows.count_wrong_code(unit.connection, row.id, most, unit.now)
        if state == "cancelled" and wrong == most:
            ended = run_out.EndedHold.of(row, rows.person(unit.connection, row.id))
            notices.holds_ended(unit, self._plans.at(unit.connection), [ended], wrong_codes=wrong)
            changes.announce(unit.connection)
        return wrong

    def resend(self, key: str, booking: str) -> Held:
        """Send the same code again, at most once a minute (Q10).

        Raises:
            NotFound, HoldEnded: there is no standing hold.
            TooSoon: with when it can go again.
        """

        def do(unit: Unit) -> Held:
            row = self._standing(unit, booking)
            wait = self._settings.booking.resend_seconds * 1000
            if not rows.mark_sent_again(unit.connection, row.id, unit.now - wait, unit.now):
                sent_at = rows.person(unit.connection, row.id).code_sent_at
                raise TooSoon(to_datetime(sent_at + wait))
            return self._code_letter(unit, row)

        return self._acts.perform("resend", key, {"booking": order_code.read(booking)}, do, _HELD)

    def correct_email(self, key: str, booking: str, email: str) -> Held:
        """Give a standing hold another address, without losing the hour; a new code goes there (Q10).

        Raises:
            BadRequest: it is no e-mail address.
            NotFound, HoldEnded: there is no standing hold.
            LimitReached: the new address has too many holds.
            TooSoon: it was corrected a few times; from then on once a minute, so that nobody floods addresses.
        """
        address = tidy("email", email)

        def do(unit: Unit) -> Held:
            if problem("email", email) is not None:
                raise BadRequest("email", "email")
            row = self._standing(unit, booking)
            rows.lock_counted(unit.connection, {f"email {address}"})
            most = self._settings.limits.holds_per_email
            same = rows.person(unit.connection, row.id).email == address
            if not same and most and (found := rows.count_holds_of_email(unit.connection, address, unit.now)) >= most:
                raise LimitReached("holds_per_email", found)
            self._check_letters(unit, row)
            if not rows.correct_email(unit.connection, row.id, address, new_code(), unit.now):
                raise why_ended(self._by_reference(unit, booking), unit.now)
            outbox.withdraw(unit.connection, row.id, "code", unit.now)
            return self._code_letter(unit, row)

        request = {"booking": order_code.read(booking), "email": address}
        return self._acts.perform("correct_email", key, request, do, _HELD)

    def _check_letters(self, unit: Unit, row: BookingRow) -> None:
        if outbox.count(unit.connection, row.id, "code") < _FREE_LETTERS:
            return
        again = rows.person(unit.connection, row.id).code_sent_at + self._settings.booking.resend_seconds * 1000
        if unit.now < again:
            raise TooSoon(to_datetime(again))

    def release(self, key: str, booking: str) -> None:
        """Give up a standing hold, so that the hour is free again at once; harmless when it has ended.

        Raises:
            NotFound: no booking has that reference.
        """

        def do(unit: Unit) -> Any:
            row = self._by_reference(unit, booking)
            if rows.release(unit.connection, row.id, "citizen", unit.now):
                changes.announce(unit.connection)
                row = row._replace(state="cancelled", ended_by="citizen")
            return self._facts(self._plans.at(unit.connection), row, unit.now)

        self._acts.perform("release", key, {"booking": order_code.read(booking)}, do, _FACTS)

    def _standing(self, unit: Unit, booking: str) -> BookingRow:
        row = self._by_reference(unit, booking)
        if row.state_at(unit.now) != "held":
            raise why_ended(row, unit.now)
        return row

    def _code_letter(self, unit: Unit, row: BookingRow) -> Held:
        person = rows.person(unit.connection, row.id)
        values = row._asdict() | person._asdict()
        notices.code(unit, self._plans.at(unit.connection), values)
        return self._held(values)


def _is_code(code: str, typed: str) -> bool:
    """Whether that is the code, in a time that tells nothing; spaces and hyphens between digits do not count."""
    given = "".join(sign for sign in typed if not sign.isspace() and sign != "-")
    return hmac.compare_digest(code.encode(), given.encode(errors="surrogatepass"))


def _contact(typed: str) -> str:
    for field in ("email", "fin"):
        if problem(field, typed) is None:
            return tidy(field, typed)
    raise BadRequest("contact", "neither_email_nor_fin")
