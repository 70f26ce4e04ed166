"""The request about the figures of a range of days (C7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kiosk.batch import answer
from kiosk.batch.request import Request
from kiosk.hall.figures_csv import COUNTS
from kiosk.hall.queue_facts import DayFigures, HourFigures, Spread
from kiosk.station import Station


class FigureRequests:
    """Answers requests about what was counted."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.acts: Final[dict[str, Callable[[Request], dict[str, Any]]]] = {"figures": self._figures}

    def _figures(self, request: Request) -> dict[str, Any]:
        first, last = request.date("from"), request.date("to")
        return figures(self._station.figures.of(first, last, request.optional_text("centre")))


def figures(found: DayFigures) -> dict[str, Any]:
    """All of them; `"centre":null` where all were counted together. Times are whole seconds."""
    return {
        "centre": found.centre,
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "at": answer.moment(found.at),
        **{name: getattr(found, name) for name in COUNTS},
        "wait": _spread(found.wait_times),
        "service": _spread(found.service_times),
        "hours": [_hour(hour) for hour in found.hours],
    }


def _hour(found: HourFigures) -> dict[str, Any]:
    return {
        "hour": found.hour,
        "arrived": found.arrived,
        "called": found.called,
        "finished": found.finished,
        "wait": _spread(found.waiting),
        "service": _spread(found.service),
    }


def _spread(found: Spread) -> dict[str, Any]:
    """Without times where there was nobody to take them of."""
    if not found.count:
        return {"count": 0}
    return {
        "count": found.count,
        "median": found.median,
        "ninth_decile": found.ninth_decile,
        "longest": found.longest,
    }
