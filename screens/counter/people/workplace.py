"""Back from the people's desk to the workplace, with a code to present there (C1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.counter.water.desk import DeskScreen
from screens.messages import Scanned

if TYPE_CHECKING:
    from screens.app import KioskApp


def present(app: KioskApp, code: str) -> None:
    """Leave the people's desk and present a code at the workplace, as a scan would."""
    while isinstance(app.screen, DeskScreen):
        app.pop_screen()
    app.screen.post_message(Scanned(code))
