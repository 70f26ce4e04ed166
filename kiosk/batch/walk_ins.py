"""The request for a walk-in ticket (C5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kiosk.batch.request import Request
from kiosk.station import Station


class WalkInRequests:
    """Gives walk-in tickets from one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.acts: Final[dict[str, Callable[[Request], dict[str, Any]]]] = {"walk_in": self._walk_in}

    def _walk_in(self, request: Request) -> dict[str, Any]:
        taken = self._station.walk_ins.take(
            request.key(),
            request.text("service"),
            centre=request.text("centre"),
            station=request.station(),
            language=request.language(),
        )
        wait = {"from": taken.wait.from_minutes, "to": taken.wait.to_minutes}
        return {"ticket": taken.ticket, "place": taken.place, "wait": wait}
