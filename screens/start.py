"""Opens a face: the one call of the front door. Nothing of Textual is imported before the environment is clean."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from screens.environment import clean_environment

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.station import Station
    from screens.app import FaceName, KioskApp

_XTERM_STEPS = 3
"""How many sizes of xterm's font menu large type is above the usual one."""


def run_face(face: FaceName, settings: Settings, station_factory: Callable[[], Station]) -> int:
    """Show a face until it is ended; the process' exit status is what this gives back.

    Args:
        face: citizen or counter.
        settings: this station's settings.
        station_factory: builds the station; called in a thread after the first frame.

    Returns:
        0 when it was ended (SIGTERM), 1 after a crash: the unit starts it anew.
    """
    clean_environment()

    from screens.app import KioskApp
    from screens.lockdown import accept_any_byte

    accept_any_byte()
    app = KioskApp(face, station_factory, settings)
    app.type_changer = xterm_type_changer(app, os.environ)
    app.run()
    return app.return_code or 0


def xterm_type_changer(app: KioskApp, environment: Mapping[str, str]) -> Callable[[bool], None] | None:
    """What makes the terminal's type large or usual again; None where the terminal cannot (foot has no such sequence)."""
    if "XTERM_VERSION" not in environment:
        return None

    def change(large: bool) -> None:
        app.write_to_terminal(f"\x1b]50;#{'+' if large else '-'}{_XTERM_STEPS}\x07")

    return change
