"""Opens a face: the one call of the front door. Nothing of Textual is imported before the environment is clean."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from screens.environment import clean_environment

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.station import Station
    from screens.app import FaceName


def run_face(
    face: FaceName,
    settings: Settings,
    station_factory: Callable[[], Station],
    *,
    type_command: Sequence[str] = (),
) -> int:
    """Show a face until it is ended; the process' exit status is what this gives back.

    Args:
        face: citizen, counter or board.
        settings: this station's settings.
        station_factory: builds the station; called in a thread after the first frame.
        type_command: a program that makes the terminal's type large or usual, called with `large` or `usual` as its
            last argument (in the deployed kiosk it sets the scale of the output). Empty: the button is not shown, and
            the layout follows whatever size the terminal has.

    Returns:
        0 when it was ended (SIGTERM), 1 after a crash: the unit starts it anew.
    """
    clean_environment()

    from screens.app import KioskApp
    from screens.lockdown import accept_any_byte

    accept_any_byte()
    changer = command_type_changer(type_command) if type_command else None
    app = KioskApp(face, station_factory, settings, type_changer=changer)
    app.run()
    return app.return_code or 0


def command_type_changer(command: Sequence[str]) -> Callable[[bool], None]:
    """What runs that program, without waiting for it: its terminal is not ours."""

    def change(large: bool) -> None:
        arguments = [*command, "large" if large else "usual"]
        threading.Thread(target=_run, args=(arguments,), name="type-size", daemon=True).start()

    return change


def _run(arguments: Sequence[str]) -> None:
    # The program is the operator's own setting; nothing that a citizen types comes here.
    subprocess.run(  # noqa: S603
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=10,
    )
