"""The counters of a centre: who sits where, which are open, what they serve, how one gets there (C2, C4).

Somebody sits at a counter from signing in there until they leave. A seat whose workplace has told nothing for two
minutes, or that was taken at the very machine where somebody sits down now, is over: the new one ends it on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final

from db import changes
from db import counters as rows
from db.counters import SeatRow
from kiosk.acts import Acts, Unit
from kiosk.booking.plan import Plans
from kiosk.clock import Instant
from kiosk.errors import CHANGED_MEANWHILE, BadRequest, CounterClosed, CounterTaken, NotFound
from kiosk.hall.queue_facts import Counter
from kiosk.hall.stations import GONE_AFTER
from kiosk.hall.way import LONGEST_WORDS, Way, direction_of, way_of
from kiosk.identity.rights import check_serves, member_with
from kiosk.identity.staff import MANAGE_HALL
from kiosk.names import Names
from kiosk.settings import Settings

_NUMBER: Final = re.compile(r"[0-9A-Z]{1,4}", re.ASCII)
_TRIES: Final = 20


class CounterForm:
    """Stores which counter it was; what it is now, and who sits there, is read anew."""

    def store(self, result: Counter) -> dict[str, Any]:
        """The row id."""
        return {"id": result.id}

    def read(self, unit: Unit, stored: dict[str, Any]) -> Counter:
        """The counter as the database has it now."""
        return _counter(rows.seat(unit.connection, stored["id"]))


_FORM: Final = CounterForm()


class Counters:
    """The counters of this station's centre.

    Args:
        acts: runs what changes something.
        plans: which services the centre gives.
        settings: which centre, and which machine this is.
    """

    def __init__(self, acts: Acts, plans: Plans, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._centre = settings.station.centre

    def of(self, centre: str | None = None) -> tuple[Counter, ...]:
        """The counters of a centre in the order of their numbers; default: this station's centre.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            found = [_counter(row) for row in rows.listed(connection, centre or self._centre)]
        return tuple(sorted(found, key=lambda counter: (len(counter.number), counter.number)))

    def sit(self, key: str, staff: int, number: str) -> Counter:
        """Sit down at a counter; one that was not there yet comes to be. Sitting where one sits changes nothing.

        Raises:
            BadRequest: the number cannot be one.
            CounterClosed: a supervisor closed it.
            CounterTaken: somebody else sits there, or this staff member at another counter: which.
            NotAllowed: the staff member left, or serves nobody.
            Unavailable: the database is away.
        """
        _check_number(number)

        def do(unit: Unit) -> Counter:
            check_serves(unit.connection, staff)
            counter = rows.find_or_make(unit.connection, self._centre, number)
            unit.detail = number
            if not counter.open:
                raise CounterClosed
            for _ in range(_TRIES):
                if rows.move_seat(unit.connection, counter.id, staff, unit.station):
                    return self._changed(unit, counter.id)
                self._free_in_the_way(unit, counter.id, staff)
                if rows.sit(unit.connection, counter.id, staff, unit.station, unit.now):
                    return self._changed(unit, counter.id)
            raise CounterTaken(number)

        return self._acts.perform("counter_sit", key, {"staff": staff, "number": number}, do, _FORM, staff=staff)

    def _free_in_the_way(self, unit: Unit, counter: int, staff: int) -> None:
        """End the seats that are over: of whoever sits at this counter, and of this staff member at another one.

        Raises:
            CounterTaken: one of them is not over.
        """
        for place in (counter, rows.seat_of(unit.connection, staff)):
            if place is None:
                continue
            seat = rows.seat(unit.connection, place)
            if seat.staff is None:
                continue
            if not _is_over(seat, unit):
                raise CounterTaken(seat.number)
            rows.empty(unit.connection, place, seat.staff)
            changes.announce_hall(unit.connection, seat.centre)

    def leave(self, staff: int) -> None:
        """Leave the counter, if one sits at one from this machine. Safe to repeat.

        Who has sat down there from another machine meanwhile is not sent away by the first one's signing out.

        Raises:
            Unavailable: the database is away.
        """

        def do(unit: Unit) -> None:
            left = rows.leave(unit.connection, staff, unit.station)
            if left is None:
                unit.outcome = "sat_nowhere"
            else:
                unit.detail = left.number
                changes.announce_hall(unit.connection, left.centre)

        self._acts.perform("counter_leave", None, {}, do, staff=staff)

    def add(self, key: str, staff: int, number: str) -> Counter:
        """Add a counter, open and serving everything.

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            BadRequest: the number cannot be one, or is in use.
            Unavailable: the database is away.
        """
        _check_number(number)

        def do(unit: Unit) -> Counter:
            member_with(unit.connection, staff, MANAGE_HALL)
            if rows.find(unit.connection, self._centre, number) is not None:
                raise BadRequest("number", "in use")
            unit.detail = number
            return self._changed(unit, rows.find_or_make(unit.connection, self._centre, number).id)

        return self._acts.perform("counter_add", key, {"staff": staff, "number": number}, do, _FORM, staff=staff)

    def set_open(self, key: str, staff: int, number: str, open: bool) -> Counter:
        """Let a counter be used, or not: whoever is served there is served to the end, and nobody more is called.

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            NotFound: there is no such counter.
            Unavailable: the database is away.
        """

        def do(unit: Unit, counter: int) -> None:
            rows.change(unit.connection, counter, open=int(open))

        return self._manage("counter_open" if open else "counter_close", key, staff, number, {}, do)

    def set_services(
        self, key: str, staff: int, number: str, services: Collection[str], *, was: Collection[str] | None = None
    ) -> Counter:
        """Say what a counter serves; none: everything its centre gives.

        Args:
            key: names this act; a repeat gets the same answer.
            staff: who says so (row id).
            number: the counter's.
            services: their ids.
            was: what the form showed before anything was ticked; None: whatever it is now is replaced.

        Raises:
            NotAllowed, NotFound, Unavailable: as for `set_open`.
            BadRequest: the centre does not give one of them; "changed_meanwhile": they are neither what was shown nor
                what is wanted.
        """
        wanted = sorted(set(services))

        def do(unit: Unit, counter: int) -> None:
            rows.lock(unit.connection, counter)
            now = rows.seat(unit.connection, counter).services
            if was is not None and now not in (frozenset(was), frozenset(wanted)):
                raise BadRequest("services", CHANGED_MEANWHILE)
            plan = self._plans.at(unit.connection)
            for service in wanted:
                plan.seats(service, self._centre)
            rows.set_services(unit.connection, counter, wanted)

        return self._manage("counter_services", key, staff, number, {"services": wanted}, do)

    def set_direction(self, key: str, staff: int, number: str, direction: Names) -> Counter:
        """Say how one gets to a counter, as the board shows it: in all three languages, or not at all.

        An arrow (`kiosk.hall.way`) stands before the words of all three, or alone.

        Raises:
            NotAllowed, NotFound, Unavailable: as for `set_open`.
            BadRequest: a language is missing, or a text is too long or holds what cannot be shown.
        """
        ways = [way_of(text) for text in direction]
        arrow = next((way.arrow for way in ways if way.arrow), "")
        words = [way.words for way in ways]
        shown = Names(*(direction_of(Way(arrow, text)) for text in words))
        if any(words) and not all(words):
            raise BadRequest("direction", "all_languages")
        if max(map(len, words)) > LONGEST_WORDS:
            raise BadRequest("direction", f"at most {LONGEST_WORDS} signs")
        if not "".join(shown).isprintable():
            raise BadRequest("direction", "not_printable")

        def do(unit: Unit, counter: int) -> None:
            rows.change(unit.connection, counter, direction_az=shown.az, direction_ru=shown.ru, direction_en=shown.en)

        return self._manage("counter_direction", key, staff, number, {"direction": list(shown)}, do)

    def free(self, key: str, staff: int, number: str) -> Counter:
        """End the seat of whoever did not sign out at a counter.

        Raises:
            NotAllowed, NotFound, Unavailable: as for `set_open`.
        """

        def do(unit: Unit, counter: int) -> None:
            seat = rows.seat(unit.connection, counter)
            if seat.staff is not None:
                rows.empty(unit.connection, counter, seat.staff)
                unit.detail = f"{number}, staff {seat.staff}"

        return self._manage("counter_free", key, staff, number, {}, do)

    def _manage(
        self,
        act: str,
        key: str,
        staff: int,
        number: str,
        request: dict[str, Any],
        change: Callable[[Unit, int], None],
    ) -> Counter:
        """One change of a counter by whoever may manage the hall."""

        def do(unit: Unit) -> Counter:
            member_with(unit.connection, staff, MANAGE_HALL)
            counter = rows.find(unit.connection, self._centre, number)
            if counter is None:
                raise NotFound
            unit.detail = number
            change(unit, counter.id)
            return self._changed(unit, counter.id)

        return self._acts.perform(act, key, {"staff": staff, "number": number} | request, do, _FORM, staff=staff)

    def _changed(self, unit: Unit, counter: int) -> Counter:
        changes.announce_hall(unit.connection, self._centre)
        return _counter(rows.seat(unit.connection, counter))


def _check_number(number: str) -> None:
    if _NUMBER.fullmatch(number) is None:
        raise BadRequest("number", "1 to 4 of 0-9 and A-Z")


def _is_over(seat: SeatRow, unit: Unit) -> bool:
    """Whether nobody sits there any more: the machine is this one, or switched off."""
    if seat.station == unit.station:
        return True
    gone_at: Instant = unit.now - GONE_AFTER
    return seat.seen_at is not None and seat.seen_at <= gone_at


def _counter(row: SeatRow) -> Counter:
    return Counter(
        id=row.id,
        centre=row.centre,
        number=row.number,
        direction=Names(row.direction_az, row.direction_ru, row.direction_en),
        open=bool(row.open),
        services=row.services,
        staff=row.staff,
        staff_name=row.staff_name,
        station=row.station,
    )
