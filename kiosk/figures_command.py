"""The command that writes the figures as CSV: `asan-kiosk figures`."""

from __future__ import annotations

import sys
from datetime import date, datetime

import click

from kiosk.command import configured
from kiosk.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@configured
@click.option("--from", "first", type=_DAY, metavar="YYYY-MM-DD", help="The first day, in Baku. Default: today.")
@click.option("--to", "last", type=_DAY, metavar="YYYY-MM-DD", help="The last day. Default: the first one.")
@click.option("--centre", metavar="ID", help="A centre's id, or \"*\" for all together. Default: this station's.")
def figures(settings: Settings, first: datetime | None, last: datetime | None, centre: str | None) -> None:
    """Write the figures of a range of days to stdout, as CSV.

    A row for each hour in which anything happened and one for each day; for several days one for all of them at the
    end. At most a year at once. docs/figures.md explains each column.
    """
    from kiosk.hall import figures_csv
    from kiosk.station import Station

    station = Station(settings)
    try:
        begins = _day(first) or station.figures.today()
        # bytes, so that a line's end is written as it is on every system
        for line in figures_csv.lines(station.figures, begins, _day(last) or begins, centre):
            sys.stdout.buffer.write(line.encode())
        sys.stdout.buffer.flush()
    finally:
        station.close()


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
