"""A hall beside the faces of a test: people who take tickets, and counters that call, by `batch` as another program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from random import Random
from typing import Any

from kiosk.hall.lettering import SMALLEST, lettered
from kiosk.names import Names
from tests.e2e.glass import Glass
from tests.e2e.place import Place

CENTRE = "baku-2"
SERVICE = "identity-card-issue"
_keys = count(1)


def is_large(glass: Glass, words: str) -> bool:
    """Whether those words stand there on one line of large letters, dark on light ground or the other way round."""
    halves = glass.halves()
    for size in range(SMALLEST, SMALLEST + 8):
        letters = lettered(words, size)
        assert letters is not None
        for inked in (False, True):
            shown = ["".join("#" if light is inked else "." for light in row) for row in halves]
            for half in range(len(shown) - len(letters.rows) + 1):
                at = shown[half].find(letters.rows[0])
                while at >= 0:
                    if all(shown[half + n].startswith(row, at) for n, row in enumerate(letters.rows)):
                        return True
                    at = shown[half].find(letters.rows[0], at + 1)
    return False


def next_open_day(place: Place) -> str:
    """The first day that is offered: after today, so that every clock can be put forward to it."""
    (dates,) = place.ask({"do": "dates", "service": SERVICE, "centre": CENTRE})
    return str(next(day["date"] for day in dates["dates"] if day["open"]))


class Hall:
    """A day at ten in the morning, and some minutes after."""

    def __init__(self, place: Place, day: str | None = None) -> None:
        self._place = place
        self.day = day or next_open_day(place)
        self._minutes = count()

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """One request a minute after the one before; it must succeed."""
        now = f"{self.day}T10:{next(self._minutes):02d}:00+04:00"
        asked = {"do": do, "key": f"hall-{next(_keys)}", "centre": CENTRE, **fields}
        _, answer = self._place.ask({"do": "clock", "now": now}, asked)
        assert answer["ok"], answer
        return answer

    def people_come(self, number: int) -> None:
        """So many walk-ins take a ticket."""
        for _ in range(number):
            self.ask("walk_in", service=SERVICE)

    def calls(self, counter: str) -> str:
        """A counter calls whoever is next; their ticket."""
        return str(self.ask("call_next", counter=counter)["ticket"])

    def works(self, counters: int = 4, until: int = 13) -> None:
        """A working day from nine o'clock on: people come more and more until eleven, and each is served a while."""
        chance = Random(23)  # noqa: S311 - an invented day, no secret; the same one each time
        asked: list[dict[str, Any]] = []
        free_at = dict.fromkeys(range(1, counters + 1), 0)
        waiting, given = 0, 0

        def ask(minute: int, do: str, **fields: Any) -> None:
            asked.append({"do": "clock", "now": f"{self.day}T{9 + minute // 60:02d}:{minute % 60:02d}:00+04:00"})
            asked.append({"do": do, "key": f"{self.day}-{len(asked)}", "centre": CENTRE, **fields})

        serving: dict[int, str] = {}
        for minute in range((until - 9) * 60):
            if chance.random() < (0.2, 0.5, 0.35, 0.15)[minute // 60 % 4]:
                ask(minute, "walk_in", service=SERVICE)
                waiting, given = waiting + 1, given + 1
            for counter, at in free_at.items():
                if at <= minute:
                    if ticket := serving.pop(counter, ""):
                        ask(minute, "finish", counter=str(counter), ticket=ticket)
                    if waiting:
                        called = serving[counter] = f"A-{given - waiting + 1:03d}"
                        ask(minute, "call_next", counter=str(counter))
                        ask(minute, "start", counter=str(counter), ticket=called)
                        waiting -= 1
                        free_at[counter] = minute + chance.randrange(4, 17)
        for answer in self._place.ask(*asked):
            assert answer["ok"], answer

    def stands_at(self, counter: str, direction: Names) -> None:
        """Tell the way to a counter, as its administrator does."""
        with closing(sqlite3.connect(self._place.folder / "kiosk.db")) as database, database:
            database.execute(
                "UPDATE counters SET direction_az = ?, direction_ru = ?, direction_en = ? WHERE number = ?",
                (*direction, counter),
            )
