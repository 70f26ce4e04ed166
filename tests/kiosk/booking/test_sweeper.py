"""With the sweeper off for 24 hours every answer is the same (issue 2, section 5)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from kiosk.booking.facts import Confirmed, Held
from kiosk.clock import HOUR, MINUTE
from kiosk.errors import Refusal
from tests.stations import CENTRE, OTHER_CENTRE, SERVICE, START, MakeTrial, Trial, at, moment, person

ACTS = 150
"""In 24 simulated hours, with eight people after twelve hours of two centres."""

HOURS = [f"2026-11-2{day} {hour:02}:00" for day in (4, 5) for hour in (9, 10, 11)]


class Day:
    """One day's play at a station: what is done follows from the seed alone, never from a random code or reference."""

    def __init__(self, trial: Trial, seed: int) -> None:
        self.trial = trial
        self.chance = random.Random(seed)  # noqa: S311 - a play, no secret
        self.held: list[tuple[Held, str]] = []
        self.confirmed: list[tuple[Confirmed, str]] = []
        self.names: dict[str, str] = {}
        self.told: list[Any] = []

    def run(self, *, swept: bool) -> list[Any]:
        now = at(START)
        for number in range(ACTS):
            now += self.chance.randrange(2 * 24 * HOUR // ACTS) // MINUTE * MINUTE
            self.trial.set_instant(now)
            if swept:
                self.trial.station.tidy()
            self._act(number)
            self._look()
        return self.told

    def _act(self, number: int) -> None:
        bookings, key = self.trial.station.bookings, f"play-{number}"
        whose = person(self.chance.randrange(8))
        held = self.chance.choice(self.held) if self.held else None
        order = self.chance.choice(self.confirmed) if self.confirmed else None
        time, centre = moment(self.chance.choice(HOURS)), self.chance.choice([CENTRE, OTHER_CENTRE])
        right, kind = self.chance.random() < 0.6, self.chance.randrange(10)
        if kind < 4 or held is None:
            instead = held[0].booking if held is not None and kind == 3 else None
            made = self._tell(lambda: bookings.hold(key, SERVICE, centre, time, whose, "az", instead_of=instead))
            if isinstance(made, Held):
                self.held.append((made, whose["fin"]))
        elif kind == 4:
            code = self.trial.code(held[0].booking) if right else self.trial.wrong_code(held[0].booking)
            made = self._tell(lambda: bookings.confirm(key, held[0].booking, code))
            if isinstance(made, Confirmed):
                self.confirmed.append((made, held[1]))
        elif kind == 5:
            self._tell(lambda: bookings.resend(key, held[0].booking))
        elif kind == 6:
            self._tell(lambda: bookings.cancel(key, held[0].booking, held[1]))
        elif kind == 7:
            contact, code = held[1], self.trial.code(held[0].booking) if right else "x"
            self._tell(lambda: bookings.confirm_by_contact(contact, code))
        elif kind == 8 and order is not None:
            self._tell(lambda: bookings.move(key, order[0].order_code, order[1], time))
        else:
            self._tell(lambda: self.trial.station.hall.arrive(key, held[0].booking, centre))

    def _look(self) -> None:
        bookings = self.trial.station.bookings
        for centre in (CENTRE, OTHER_CENTRE):
            for day in (date(2026, 11, 24), date(2026, 11, 25)):
                self._tell(lambda centre=centre, day=day: bookings.slots(SERVICE, centre, day))  # type: ignore[misc]
        for held, _ in self.held[-3:]:
            self._tell(lambda held=held: bookings.booking(held.booking))  # type: ignore[misc]

    def _tell(self, ask: Callable[[], Any]) -> Any:
        """Ask, and note the answer with its random names replaced by their number of appearance."""
        try:
            answer = ask()
            values: dict[str, Any] = asdict(answer)
        except Refusal as refusal:
            answer, values = refusal, {"error": refusal.error, **refusal.facts}
        for name in ("booking", "order_code", "qr"):
            if values.get(name) is not None:
                values[name] = self.names.setdefault(values[name], f"{name}-{len(self.names)}")
        self.told.append(values)
        return answer


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_day_without_the_sweeper_answers_the_same(make_trial: MakeTrial, trial: Trial, seed: int) -> None:
    """The same play twice on one kind of database: tidied before every act, and never tidied."""
    swept = Day(trial, seed)
    told = swept.run(swept=True)
    ended = trial.query("SELECT count(*) AS n FROM bookings WHERE state = 'expired'")[0]["n"]
    for table in ("tickets", "bookings", "ticket_counters", "answers", "wrong_tries", "outbox", "audit"):
        trial.change(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
    trial.change("UPDATE clock SET last_instant = 0")
    never = Day(make_trial(), seed)
    assert never.run(swept=False) == told
    left = trial.query("SELECT count(*) AS n FROM bookings WHERE state = 'held' AND held_until <= :now",
                       now=at("2026-11-21 09:00"))[0]["n"]  # fmt: skip
    errors = {values["error"] for values in told if "error" in values}
    assert ended > 5 and left > 5, "the play must let holds run out, else it shows nothing"
    assert errors >= {"hold_ended", "slot_taken"}
