"""Printing tickets at a counter that has a printer: after the activation, and again when asked (C2)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from kiosk.names import Language

if TYPE_CHECKING:
    from kiosk.hall.facts import Arrival
    from screens.counter.base import CounterScreen

_FAULTS: Final = {"no_paper": "counter.print.no_paper", "cover_open": "counter.print.cover_open"}
_OTHER_FAULT: Final = "counter.print.unavailable"


class Paper:
    """Prints one ticket after another; a fault is told in the screen's note, and the ticket number stands."""

    def __init__(self, screen: CounterScreen) -> None:
        self._screen = screen
        self._turn = asyncio.Lock()

    @property
    def there(self) -> bool:
        """Whether this counter has a printer."""
        return self._screen.kiosk.station.has_printer

    def print(self, arrival: Arrival, *, again: bool = False) -> None:
        """Print the ticket of an activated booking."""
        self._screen.start(self._print(arrival, again), group="print", exclusive=False)

    async def _print(self, arrival: Arrival, again: bool) -> None:
        app = self._screen.kiosk
        # The language on screen is the operator's; the person's own is not known here, so it is the station's first.
        language = cast(Language, app.settings.face.language)
        async with self._turn:
            state = await app.ask(app.station.print_ticket, arrival, language, again=again)
        if state != "ok":
            self._screen.tell(_FAULTS.get(state, _OTHER_FAULT), "warning", ticket=arrival.ticket)
