"""What must hold after every minute of the day, whatever happened in it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, text

from kiosk.clock import Instant, baku_day
from kiosk.hall.figures import Figures
from tests.day.replay import Replay

_TWICE = (
    "SELECT count(*) FROM (SELECT ticket FROM calls WHERE ended_at IS NULL GROUP BY ticket HAVING count(*) > 1) AS t",
    "SELECT count(*) FROM (SELECT counter FROM calls WHERE ended_at IS NULL GROUP BY counter HAVING count(*) > 1) AS c",
    "SELECT count(*) FROM (SELECT booking FROM tickets WHERE booking IS NOT NULL"
    " GROUP BY booking HAVING count(*) > 1) AS b",
)
_STATES = "SELECT centre, state, count(*) AS found FROM tickets GROUP BY centre, state"
_CALLED_WITHOUT_CALL = (
    "SELECT count(*) FROM tickets LEFT JOIN calls ON calls.ticket = tickets.id AND calls.ended_at IS NULL"
    " WHERE (tickets.state IN ('called', 'serving')) <> (calls.id IS NOT NULL)"
)
_GAPS = (
    "SELECT count(*) FROM (SELECT centre, letter FROM tickets GROUP BY centre, letter"
    " HAVING count(*) <> max(number) OR count(DISTINCT number) <> count(*)) AS g"
)


def check(replay: Replay, now: Instant) -> None:
    """Nobody double, nobody forgotten, every state as the model has it, and figures that add up."""
    with replay.station.database.reading() as (connection, _):
        for statement in (*_TWICE, _CALLED_WITHOUT_CALL, _GAPS):
            assert _count(connection, statement) == 0, statement
        found: dict[str, Counter[str]] = {}
        for centre, state, number in connection.execute(text(_STATES)):
            found.setdefault(centre, Counter())[state] = number
    for name, centre in replay.model().items():
        assert found.get(name, Counter()) == centre.states(), name
        assert not (centre.idle and centre.next(now)), f"somebody waits at {name} before an idle counter"
    _figures(replay, replay.station.figures, now)


def _figures(replay: Replay, figures: Figures, now: Instant) -> None:
    report, day = replay.report, baku_day(now)
    told = figures.of(day, day, "*")
    states = sum((centre.states() for centre in replay.model().values()), Counter[str]())
    assert (told.confirmed, told.activated, told.late) == (report.bookings, report.activated, report.too_late)
    assert (told.walk_ins, told.early_two_hours) == (report.walk_ins, _two_hours_early(replay))
    for state in ("waiting", "called", "serving", "parked", "finished", "no_show"):
        assert getattr(told, state) == states[state], state
    assert sum(hour.finished for hour in told.hours) == states["finished"]


def _two_hours_early(replay: Replay) -> int:
    """Counted by the rule, not by the plan: who is drawn for two hours may come a little later than that."""
    tickets = (ticket for centre in replay.model().values() for ticket in centre.tickets.values())
    return sum(
        ticket.booked_for is not None and ticket.booked_for - ticket.issued_at >= 2 * 3_600_000 for ticket in tickets
    )


def _count(connection: Connection, statement: str) -> Any:
    return connection.execute(text(statement)).scalar_one()
