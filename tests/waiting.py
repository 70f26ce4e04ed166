"""Puts people into a hall without their way there, as arrivals and walk-ins do, and looks at what became of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from db import tickets
from kiosk.hall.ticket_number import read_ticket, ticket_number
from tests.stations import CENTRE, SERVICE, Trial, at

DAY = "2026-11-23"
"""A Monday."""


def issue(
    trial: Trial,
    arrived: str,
    booked: str | None = None,
    *,
    service: str = SERVICE,
    centre: str = CENTRE,
    day: str = DAY,
    letter: str = "A",
    to_counter: str | None = None,
) -> str:
    """A ticket that waits since a time of the day ("09:30", with seconds and milliseconds where they matter).

    Args:
        trial: whose database.
        arrived: when it was given.
        booked: for which time of the day; None: a walk-in.
        service: for what.
        centre: where.
        day: on which day.
        letter: heads its number.
        to_counter: the number of the only counter that may call it.
    """

    def act(connection: Connection, _now: int) -> str:
        issued = tickets.issue(
            connection,
            centre=centre,
            day=day,
            letter=letter,
            service=service,
            station="door",
            now=at(f"{day} {arrived}"),
            language="az",
            booked_for=at(f"{day} {booked}") if booked is not None else None,
        )
        return ticket_number(letter, issued.number)

    written = trial.station.database.write(act, remember=False)
    if to_counter is not None:
        trial.change(
            "UPDATE tickets SET to_counter = (SELECT id FROM counters WHERE centre = :c AND number = :n) WHERE id = :t",
            c=centre, n=to_counter, t=row(trial, written, centre=centre, day=day)["id"],
        )  # fmt: skip
    return written


def row(trial: Trial, ticket: str, *, centre: str = CENTRE, day: str = DAY) -> dict[str, Any]:
    """A ticket's columns."""
    letter, number = read_ticket(ticket) or ("", 0)
    (found,) = trial.query(
        "SELECT * FROM tickets WHERE centre = :c AND day = :d AND letter = :l AND number = :n",
        c=centre, d=day, l=letter, n=number,
    )  # fmt: skip
    return found


def state(trial: Trial, ticket: str) -> str:
    """A ticket's state."""
    return str(row(trial, ticket)["state"])


def make_counter(trial: Trial, number: str, *services: str, centre: str = CENTRE, is_open: bool = True) -> None:
    """A counter that serves those services, or everything."""
    trial.change("INSERT INTO counters (centre, number, open) VALUES (:c, :n, :o)", c=centre, n=number, o=int(is_open))
    for service in services:
        trial.change(
            "INSERT INTO counter_services (counter, service)"
            " SELECT id, :s FROM counters WHERE centre = :c AND number = :n",
            s=service, c=centre, n=number,
        )  # fmt: skip


def calls_of(trial: Trial, ticket: str) -> list[dict[str, Any]]:
    """The calls of a ticket, oldest first."""
    return trial.query("SELECT * FROM calls WHERE ticket = :t ORDER BY id", t=row(trial, ticket)["id"])
