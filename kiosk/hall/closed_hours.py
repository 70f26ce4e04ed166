"""Closing a day or hours after people have booked them, and telling those people (C2).

Their bookings stay: whoever has one can move it, at a kiosk or at a counter, with its order code and FİN. Nothing new
is held or moved into closed hours, and the grid does not offer them. Whoever is to be told is a condition over bookings
and closed hours, looked at after each closing and by the sweeper, so that a hold that was under way as its hour was
closed is told like any other; each is told once, because the mark that they were is set with the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from db import changes
from db import closed_hours as rows
from db.closed_hours import ClosedRow, UnreachedRow
from kiosk.acts import Acts, Unit
from kiosk.booking import notices, order_code
from kiosk.booking.closed import reason_of
from kiosk.booking.plan import Plans
from kiosk.clock import Instant, at_baku, baku_day, to_datetime
from kiosk.errors import BadRequest, NotFound
from kiosk.identity.rights import member_with
from kiosk.identity.staff import MANAGE_HALL
from kiosk.names import Language, Names
from kiosk.settings import Settings

LONGEST_REASON: Final = 120
_MOST_AHEAD: Final = timedelta(days=366)
_LETTERS_AT_ONCE: Final = 100
"""Letters in one transaction: others wait for it."""


@dataclass(frozen=True, slots=True)
class Affected:
    """Whom the closing of some hours meets."""

    bookings: int
    """Held or confirmed, not activated yet, and their hour is still to come."""
    without_email: int
    """Of those, how many no letter can reach: they are told by telephone, or as they come."""


@dataclass(frozen=True, slots=True)
class ClosedHours:
    """Hours that a centre closed."""

    id: int
    centre: str
    starts: datetime
    ends: datetime
    reason: Names
    bookings: int
    """Who is still booked in them."""
    without_email: int
    told: int
    """Whose letter about it is written, and who has not moved yet."""


@dataclass(frozen=True, slots=True, repr=False)
class ToCall:
    """Somebody booked in closed hours who gave no e-mail address; a telephone number everybody has to give (Q6)."""

    booking: str
    """The reference, where there is no order code yet."""
    order_code: str | None
    service: str
    time: datetime
    language: Language
    name: str
    """Surname first."""
    phone: str

    def __repr__(self) -> str:
        return f"ToCall({self.service}, {self.time})"


class ClosedHoursForm:
    """Stores which closed hours; who is booked in them is read anew."""

    def store(self, result: ClosedHours) -> dict[str, Any]:
        """The row id."""
        return {"id": result.id}

    def read(self, unit: Unit, stored: dict[str, Any]) -> ClosedHours:
        """The same closed hours, with who is booked in them now."""
        return _closed(unit.connection, _found(unit, stored["id"]), unit.now)


_FORM: Final = ClosedHoursForm()


class ClosedHoursDesk:
    """Closes hours of this station's centre, and opens them again.

    Args:
        acts: runs what changes something.
        plans: names for the letters.
        settings: which centre this is.
    """

    def __init__(self, acts: Acts, plans: Plans, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._centre = settings.station.centre

    def of(self, centre: str | None = None) -> tuple[ClosedHours, ...]:
        """What is closed at a centre from today on, the earliest first; default: this station's centre.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            today = at_baku(baku_day(now), time())
            found = rows.between(connection, [centre or self._centre], today, now + _milliseconds(2 * _MOST_AHEAD))
            closed = [_closed(connection, row, now) for row in found]
        return tuple(sorted(closed, key=lambda one: (one.starts, one.id)))

    def affected(self, day: date, opens: time | None = None, until: time | None = None) -> Affected:
        """Who is booked in hours that are not closed yet; the arguments are those of `close`.

        Raises:
            BadRequest: as for `close`.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            first, end = _span(day, opens, until, now)
            found = rows.booked(connection, self._centre, first, end, now)
        return Affected(found.bookings, found.without_email)

    def close(
        self, key: str, staff: int, day: date, opens: time | None, until: time | None, reason: Names
    ) -> ClosedHours:
        """Close hours of this centre, and tell whoever is booked in them.

        Args:
            key: names this act; a repeat gets the same answer.
            staff: who closes (row id).
            day: the date in Baku, today or later.
            opens: from when, wall time in Baku; None: from the beginning of the day.
            until: until when; None: to the end of the day. An hour that is closed in part is closed.
            reason: why, in the three languages, as the grid and the letters say it.

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            BadRequest: the hours are over or no hours, they are closed already, or a language of the reason is
                missing or too long.
            Unavailable: the database is away.
        """
        why = _tidy_reason(reason)
        request = {"staff": staff, "day": day, "from": opens, "until": until, "reason": list(why)}

        def do(unit: Unit) -> ClosedHours:
            member_with(unit.connection, staff, MANAGE_HALL)
            first, end = _span(day, opens, until, unit.now)
            rows.lock(unit.connection, self._centre)
            for row in rows.between(unit.connection, [self._centre], first, end):
                if row.starts_at <= first and row.ends_at >= end:
                    raise BadRequest("day", "closed_already")
            values: dict[str, str | int] = {
                "centre": self._centre,
                "starts_at": first,
                "ends_at": end,
                "reason_az": why.az,
                "reason_ru": why.ru,
                "reason_en": why.en,
                "made_by": staff,
                "made_at": unit.now,
            }
            closed = rows.add(unit.connection, values)
            self._announce(unit)
            answer = _closed(unit.connection, _found(unit, closed), unit.now)
            unit.detail = f"closed hours {closed}: {answer.bookings}"
            return answer

        closed = self._acts.perform("close_hours", key, request, do, _FORM, staff=staff)
        self.tell()
        return closed

    def to_call(self, staff: int, closed: int) -> tuple[ToCall, ...]:
        """Who is still booked in closed hours and is to be called, since no letter reaches them; the earliest first.

        Each look is in the audit, with the row ids of the bookings that it showed.

        Args:
            staff: who looks (row id).
            closed: the closed hours (row id).

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            NotFound: there are no such closed hours at this centre, or they were opened again.
            Unavailable: the database is away.
        """

        def do(unit: Unit) -> tuple[ToCall, ...]:
            member_with(unit.connection, staff, MANAGE_HALL)
            row = rows.find(unit.connection, closed)
            if row is None or row.centre != self._centre or row.withdrawn_at is not None:
                raise NotFound
            found = rows.unreached(unit.connection, row.centre, row.starts_at, row.ends_at, unit.now)
            unit.detail = " ".join([f"closed hours {closed}:", *(str(one.id) for one in found)])
            return tuple(_to_call(one) for one in found)

        return self._acts.perform("see_to_call", None, {}, do, staff=staff)

    def withdraw(self, key: str, staff: int, closed: int) -> ClosedHours:
        """Open closed hours again; whoever was told that they are closed is told that they are not.

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            NotFound: there are no such closed hours at this centre, or they were opened already.
            Unavailable: the database is away.
        """

        def do(unit: Unit) -> ClosedHours:
            member_with(unit.connection, staff, MANAGE_HALL)
            row = rows.find(unit.connection, closed)
            if row is None or row.centre != self._centre or not rows.withdraw(unit.connection, closed, staff, unit.now):
                raise NotFound
            unit.detail = f"closed hours {closed}"
            self._announce(unit)
            return _closed(unit.connection, row, unit.now)

        request = {"staff": staff, "closed": closed}
        withdrawn = self._acts.perform("open_hours", key, request, do, _FORM, staff=staff)
        self.tell()
        return withdrawn

    def tell(self) -> int:
        """Tell whoever is not told yet, at any centre; how many there were. Safe to repeat, and for many stations.

        Raises:
            Unavailable: the database is away; whoever is left is told by the next call.
        """
        told = 0
        while True:
            with self._acts.reading() as (connection, now):
                if not rows.to_tell(connection, now, 1):
                    return told
            told += self._acts.perform("tell_closures", None, {}, self._tell_some)

    def _tell_some(self, unit: Unit) -> int:
        plan = self._plans.at(unit.connection)
        reasons: dict[int, Names] = {}
        told = 0
        for row in rows.to_tell(unit.connection, unit.now, _LETTERS_AT_ONCE):
            if not rows.mark_told(unit.connection, row, unit.now):
                continue  # another station told them, or they moved or came meanwhile
            if row.closed is not None and row.closed not in reasons:
                reasons[row.closed] = reason_of(_found(unit, row.closed))
            notices.closure(unit, plan, row, reasons[row.closed] if row.closed is not None else None)
            told += 1
        if told:
            changes.announce(unit.connection)  # a hold that ended with it is free in no grid, and shown in none
        unit.detail = str(told)
        return told

    def _announce(self, unit: Unit) -> None:
        changes.announce(unit.connection)
        changes.announce_hall(unit.connection, self._centre)


def _found(unit: Unit, closed: int) -> ClosedRow:
    row = rows.find(unit.connection, closed)
    if row is None:
        raise NotFound
    return row


def _closed(connection: Any, row: ClosedRow, now: Instant) -> ClosedHours:
    found = rows.booked(connection, row.centre, row.starts_at, row.ends_at, now, row.id)
    return ClosedHours(
        id=row.id,
        centre=row.centre,
        starts=to_datetime(row.starts_at),
        ends=to_datetime(row.ends_at),
        reason=reason_of(row),
        bookings=found.bookings,
        without_email=found.without_email,
        told=found.told,
    )


def _to_call(row: UnreachedRow) -> ToCall:
    return ToCall(
        booking=order_code.written(row.reference),
        order_code=order_code.written(row.order_code) if row.order_code is not None else None,
        service=row.service,
        time=to_datetime(row.starts_at),
        language=cast(Language, row.language),
        name=f"{row.surname} {row.given_name}".strip(),
        phone=row.phone,
    )


def _span(day: date, opens: time | None, until: time | None, now: Instant) -> tuple[Instant, Instant]:
    """The instants that a day's hours lie between.

    Raises:
        BadRequest: they are over, too far away, or no hours.
    """
    today = baku_day(now)
    if not today <= day <= today + _MOST_AHEAD:
        raise BadRequest("day", "over" if day < today else "too_far")
    first = at_baku(day, opens or time())
    end = at_baku(day, until) if until is not None else at_baku(day + timedelta(days=1), time())
    if end <= first:
        raise BadRequest("until", "before_from")
    if end <= now:
        raise BadRequest("until", "over")
    return first, end


def _tidy_reason(reason: Names) -> Names:
    """The reason without needless spaces.

    Raises:
        BadRequest: a language is missing, too long, or holds what cannot be shown.
    """
    why = Names(*(" ".join(text.split()) for text in reason))
    if not all(why):
        raise BadRequest("reason", "all_languages")
    if max(map(len, why)) > LONGEST_REASON:
        raise BadRequest("reason", f"at most {LONGEST_REASON} signs")
    if not "".join(why).isprintable():
        raise BadRequest("reason", "not_printable")
    return why


def _milliseconds(length: timedelta) -> Instant:
    return length // timedelta(milliseconds=1)
