"""A hall beside the faces of a test: people who take tickets, and counters that call, by `batch` as another program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from typing import Any

from kiosk.names import Names
from tests.e2e.place import Place

CENTRE = "baku-2"
SERVICE = "identity-card-issue"
_keys = count(1)


class Hall:
    """Monday at ten in the morning, and some minutes after."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._minutes = count()

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """One request a minute after the one before; it must succeed."""
        now = f"2026-11-23T10:{next(self._minutes):02d}:00+04:00"
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

    def stands_at(self, counter: str, direction: Names) -> None:
        """Tell the way to a counter, as its administrator does."""
        with closing(sqlite3.connect(self._place.folder / "kiosk.db")) as database, database:
            database.execute(
                "UPDATE counters SET direction_az = ?, direction_ru = ?, direction_en = ? WHERE number = ?",
                (*direction, counter),
            )
