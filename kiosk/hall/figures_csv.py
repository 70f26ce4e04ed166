"""The figures as CSV (C7): RFC 4180, UTF-8, the columns' names first. The columns are a promise to other programs.

A row with an hour counts that hour of its one day; one without counts all of its days, `from` to `to`. There is a row
for each hour in which anything happened, one for each day, and at the end, for several days, one for all of them.
Times are whole seconds; they are empty where there was nobody to take them of, as is what is not counted by the hour.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.care.whole_file import write_whole
from kiosk.hall.queue_facts import DayFigures, HourFigures, Spread

if TYPE_CHECKING:
    from kiosk.hall.figures import Figures

_RANGE: Final = ("centre", "from", "to", "hour")
COUNTS: Final = (
    "booked",
    "confirmed",
    "held",
    "expired",
    "cancelled",
    "activated",
    "early_two_hours",
    "late",
    "accepted_late",
    "never_came",
    "to_come",
    "walk_ins",
    "waiting",
    "called",
    "serving",
    "parked",
    "finished",
    "not_served",
    "no_show",
)
"""The figures that are plain counts, by their names in `DayFigures`."""
_BY_HOUR: Final = ("arrived", "first_called", "served")
_SPREAD: Final = ("median", "ninth_decile", "longest")
_TIMES: Final = ("wait", "service")
COLUMNS: Final = (
    *_RANGE,
    *COUNTS,
    *_BY_HOUR,
    *(f"{times}_{part}_seconds" for times in _TIMES for part in _SPREAD),
)
ALL: Final = "*"
"""What stands for the centre where all are counted together."""


def lines(
    figures: Figures, first: date, last: date, centre: str | None = None, *, staff: int | None = None
) -> Iterator[str]:
    """The lines of the file, each with its end, as they become known; arguments and refusals as of `Figures.of`."""
    whole = figures.of(first, last, centre, staff=staff)
    yield _line(COLUMNS)
    if first == last:
        yield from _day(whole)
        return
    for day in figures.by_day(first, last, centre, staff=staff):
        yield from _day(day)
    yield _total(whole)


def write(
    figures: Figures, folder: Path, first: date, last: date, centre: str | None = None, *, staff: int | None = None
) -> Path:
    """Write a file into a folder, where one of the same name is replaced; its path. It is there whole or not at all.

    Raises:
        BadRequest, NotAllowed, Unavailable: as `Figures.of`.
        OSError: there is no room, or the folder cannot be written.
    """
    content = "".join(lines(figures, first, last, centre, staff=staff))
    days = "" if first == last else f"-{last.isoformat()}"
    where = {ALL: "all", None: figures.here}.get(centre, centre)
    file = folder / f"figures-{where}-{first.isoformat()}{days}.csv"
    write_whole(file, content.encode())
    return file


def _day(found: DayFigures) -> Iterator[str]:
    yield from (_hour(found, hour) for hour in found.hours if hour.arrived or hour.called or hour.finished)
    yield _total(found)


def _hour(found: DayFigures, hour: HourFigures) -> str:
    counted = (hour.arrived, hour.called, hour.finished)
    return _line(
        (
            *_of(found),
            hour.hour,
            *([""] * len(COUNTS)),
            *counted,
            *_seconds(hour.waiting),
            *_seconds(hour.service),
        )
    )


def _total(found: DayFigures) -> str:
    counted = (sum(hour.arrived for hour in found.hours), found.wait_times.count, found.service_times.count)
    return _line(
        (
            *_of(found),
            "",
            *(getattr(found, name) for name in COUNTS),
            *counted,
            *_seconds(found.wait_times),
            *_seconds(found.service_times),
        )
    )


def _of(found: DayFigures) -> tuple[str, str, str]:
    return found.centre or ALL, found.first.isoformat(), found.last.isoformat()


def _seconds(spread: Spread) -> tuple[int | str, ...]:
    return (spread.median, spread.ninth_decile, spread.longest) if spread.count else ("", "", "")


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
