"""Printing slips at the desk: one after another, a fault told in the note (the act itself stands)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from kiosk.names import Language

if TYPE_CHECKING:
    from screens.counter.water.desk import DeskScreen

_FAULTS: Final = {"no_paper": "water.paper.no_paper", "cover_open": "water.paper.cover_open"}
_OTHER_FAULT: Final = "water.paper.unavailable"


class Slips:
    """What a screen of the desk prints."""

    def __init__(self, screen: DeskScreen) -> None:
        self._screen = screen
        self._turn = asyncio.Lock()

    @property
    def there(self) -> bool:
        """Whether this counter has a printer."""
        return self._screen.kiosk.station.has_printer

    @property
    def language(self) -> Language:
        """What is handed to a person: the language on screen is the operator's, so it is the station's first."""
        return cast(Language, self._screen.kiosk.settings.face.language)

    def print(self, work: Callable[[], str], done: str | None = None) -> None:
        """Print; `work` runs in a thread and answers "ok" or the printer's state, `done` is said when it is out."""
        self._screen.start(self._print(work, done), group="print", exclusive=False)

    async def _print(self, work: Callable[[], str], done: str | None) -> None:
        async with self._turn:
            state = await self._screen.kiosk.ask(work)
        if state != "ok":
            self._screen.tell(_FAULTS.get(state, _OTHER_FAULT), "warning")
        elif done is not None:
            self._screen.tell(done)
