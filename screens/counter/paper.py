"""Printing tickets at a counter that has a printer: after the activation, and again when asked (C2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from kiosk.names import Language

if TYPE_CHECKING:
    from screens.counter.base import CounterScreen
    from screens.counter.verdict import Presented

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

    def print(self, presented: Presented, *, again: bool = False) -> None:
        """Print the ticket that a presented code led to: the activated booking's, or the live one."""
        ticket = presented.ticket
        if ticket is not None:
            self._screen.start(self._print(self._printing(presented, again), ticket), group="print", exclusive=False)

    def _printing(self, presented: Presented, again: bool) -> Callable[[], str]:
        app = self._screen.kiosk
        station, arrival, walk_in = app.station, presented.arrival, presented.walk_in
        # The language on screen is the operator's; the person's own is not known here, so it is the station's first.
        language = cast(Language, app.settings.face.language)
        if walk_in is not None:
            return lambda: station.print_walk_in(walk_in, language, again=again)
        return lambda: station.print_ticket(arrival, language, again=again)

    async def _print(self, printing: Callable[[], str], ticket: str) -> None:
        async with self._turn:
            state = await self._screen.kiosk.ask(printing)
        if state != "ok":
            self._screen.tell(_FAULTS.get(state, _OTHER_FAULT), "warning", ticket=ticket)
