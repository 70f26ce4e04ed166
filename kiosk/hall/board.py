"""The hall board: who is called now and to which counter, and who was called last (C4). It shows no person."""

from __future__ import annotations

from typing import cast

from db import board as rows
from db.board import BoardRow
from kiosk.acts import Acts
from kiosk.booking.plan import Plans
from kiosk.clock import baku_day, to_datetime
from kiosk.hall.queue_facts import BoardCall, BoardNow
from kiosk.hall.ticket_number import ticket_number
from kiosk.names import Language, Names
from kiosk.settings import Settings


class Board:
    """What a hall's screen shows.

    Args:
        acts: looks at the database.
        plans: the centres.
        settings: which centre this is, and how many calls that are over are still shown.
    """

    def __init__(self, acts: Acts, plans: Plans, settings: Settings) -> None:
        self._acts = acts
        self._plans = plans
        self._settings = settings

    def look(self, centre: str | None = None) -> BoardNow:
        """The calls of today at a centre, yesterday's never, and the directions of its counters.

        Args:
            centre: whose hall; default: this station's centre.

        Raises:
            BadRequest: the centre is unknown.
            Unavailable: the database is away.
        """
        here = centre if centre is not None else self._settings.station.centre
        with self._acts.reading() as (connection, now):
            self._plans.at(connection).centre(here)
            day = baku_day(now).isoformat()
            live = rows.live(connection, here, day)
            past = rows.past(connection, here, day, self._settings.board.past)
            ways = tuple(Names(*way) for way in rows.directions(connection, here))
        return BoardNow(to_datetime(now), tuple(map(_call, live)), tuple(map(_call, past)), ways)


def _call(row: BoardRow) -> BoardCall:
    return BoardCall(
        ticket=ticket_number(row.letter, row.number),
        counter=row.counter,
        direction=Names(row.direction_az, row.direction_ru, row.direction_en),
        called_at=to_datetime(row.last_called_at),
        times=row.times,
        language=cast(Language, row.language),
        serving=row.started_at is not None,
    )
