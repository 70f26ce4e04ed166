"""Invented staff for tests of the hall: enrolled without the slow hash of a password."""

from __future__ import annotations

from itertools import count

from sqlalchemy import Connection

from db import staff
from tests.stations import Trial

_numbers = count(1)


def enrolled(trial: Trial, role: str, *rights: str) -> int:
    """A new staff member's row id; they are called Nümunə and a number of their own in this database."""
    known = len(trial.query("SELECT id FROM staff"))
    name = f"staff-{next(_numbers)}"

    def act(connection: Connection, now: int) -> int | None:
        return staff.add(connection, name, f"Nümunə {known + 1}", role, frozenset(rights), "no hash", now)

    member = trial.station.database.write(act, remember=False)
    assert member is not None
    return member
