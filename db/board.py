"""The SQL of the hall board: who is called now, and who was called last, with the ways to their counters (C4)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, literal_column, select

from db.hall_schema import calls, counters
from db.schema import tickets


class BoardRow(NamedTuple):
    """A call as the board tells it; instants in milliseconds of UTC, the language that of the person."""

    letter: str
    number: int
    language: str
    counter: str
    direction_az: str
    direction_ru: str
    direction_en: str
    last_called_at: int
    times: int
    started_at: int | None


_COLUMNS = (
    tickets.c.letter,
    tickets.c.number,
    tickets.c.language,
    counters.c.number,
    counters.c.direction_az,
    counters.c.direction_ru,
    counters.c.direction_en,
    calls.c.last_called_at,
    calls.c.times,
    calls.c.started_at,
)
_TOGETHER = calls.join(tickets, tickets.c.id == calls.c.ticket).join(counters, counters.c.id == calls.c.counter)
_NEWEST_FIRST = (calls.c.last_called_at.desc(), calls.c.id.desc())

# Asked of the centre's counters, each of which has one live call at most: a day of five thousand calls is not read.
_LIVE = (
    select(*_COLUMNS)
    .select_from(_TOGETHER)
    .where(counters.c.centre == bindparam("centre"), calls.c.ended_at.is_(None), calls.c.day == bindparam("day"))
    .order_by(*_NEWEST_FIRST)
)

_later = calls.alias("later")
# Whoever was put back, parked or sent elsewhere is not to go to that counter any more: only served people and those who
# did not come are told again, and of each the newest call.
_PAST = (
    select(*_COLUMNS)
    .select_from(_TOGETHER)
    .where(
        calls.c.centre == bindparam("centre"),
        calls.c.day == bindparam("day"),
        calls.c.ended_as.in_([literal_column("'finished'"), literal_column("'no_show'")]),
        tickets.c.state.in_([literal_column("'finished'"), literal_column("'no_show'")]),
        ~exists().where(
            _later.c.ticket == calls.c.ticket,
            _later.c.id > calls.c.id,
            _later.c.ended_as.is_distinct_from(literal_column("'undone'")),  # a call that was taken back was none
        ),
    )
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most"))
)

_WAYS = (counters.c.direction_az, counters.c.direction_ru, counters.c.direction_en)
_DIRECTIONS = (
    select(*_WAYS)
    .distinct()
    .where(counters.c.centre == bindparam("centre"), counters.c.direction_az != literal_column("''"))
    .order_by(*_WAYS)
)


def live(connection: Connection, centre: str, day: str) -> list[BoardRow]:
    """The calls of an ISO day in Baku that are not over, newest first."""
    return [BoardRow._make(row) for row in connection.execute(_LIVE, {"centre": centre, "day": day})]


def past(connection: Connection, centre: str, day: str, most: int) -> list[BoardRow]:
    """The last calls of the day that are over, newest first, `most` of them at most."""
    if most == 0:
        return []
    found = connection.execute(_PAST, {"centre": centre, "day": day, "most": most})
    return [BoardRow._make(row) for row in found]


def directions(connection: Connection, centre: str) -> list[tuple[str, str, str]]:
    """The directions to the counters of a centre in the three languages, each once."""
    return [(az, ru, en) for az, ru, en in connection.execute(_DIRECTIONS, {"centre": centre})]
