"""The process of `asan-kiosk carry`: letters and what is tidied, where no running counter does it (Q6, Q8, W6).

On PostgreSQL a kiosk's login may write a letter and not read whom it is for, so somebody else has to carry it: every
running counter does. A centre of kiosks alone, or one whose counters are switched off at night, has this process.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from kiosk.place import NotReady
from kiosk.settings import Settings
from kiosk.station import Station


def carry(settings: Settings, say: Callable[[str], None], stopped: threading.Event | None = None) -> None:
    """Carry until SIGTERM or SIGINT, or until `stopped` is set; what is under way then is ended first.

    Args:
        settings: what the station is told.
        say: tells that it has begun.
        stopped: ends it, in the place of signals.

    Raises:
        NotReady: the database is not ready, or this login may not do it.
        Unavailable: the database is away.
    """
    station = Station(settings)
    try:
        if not station.carries:
            raise NotReady("the login of [database] url is a kiosk's, which may not read letters: use a counter's")
        if stopped is None:
            stopped = threading.Event()
            for ending in (signal.SIGTERM, signal.SIGINT):
                signal.signal(ending, lambda *_: stopped.set())
        station.start()
        station.watch(lambda: station.acts.wake())
        say("letters are carried")
        stopped.wait()
    finally:
        station.close()
