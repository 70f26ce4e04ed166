"""The SQL of tickets. A number is counted per centre, letter and Baku day, in the arrival's own transaction."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.schema import ticket_counters, tickets

_NEXT = Prepared(
    {
        name: into(ticket_counters)
        .values(centre=bindparam("centre"), day=bindparam("day"), letter=bindparam("letter"), last=1)
        .on_conflict_do_update(index_elements=["centre", "day", "letter"], set_={"last": ticket_counters.c.last + 1})
        .returning(ticket_counters.c.last)
        for name, into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    }
)
_ISSUE = Prepared(
    insert(tickets).inline(),
    columns=(
        [
            "centre",
            "day",
            "letter",
            "number",
            "service",
            "booking",
            "state",
            "issued_at",
            "station",
            "accepted_late_by",
            "late_reason",
        ]
    ),
)


def issue(
    connection: Connection,
    *,
    centre: str,
    day: str,
    letter: str,
    service: str,
    booking: int,
    station: str,
    now: int,
    accepted_late_by: int | None = None,
    late_reason: str | None = None,
) -> int:
    """Issue the next ticket of a letter for a booking; its number. `day` is an ISO date in Asia/Baku."""
    counted = {"centre": centre, "day": day, "letter": letter}
    number = int(_NEXT.value(connection, counted))
    _ISSUE.count(
        connection,
        {
            **counted,
            "number": number,
            "service": service,
            "booking": booking,
            "state": "waiting",
            "issued_at": now,
            "station": station,
            "accepted_late_by": accepted_late_by,
            "late_reason": late_reason,
        },
    )
    return number
