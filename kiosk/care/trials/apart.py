"""Letting a trial run in a thread of its own, whoever looks on."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator

from kiosk.care.facts import TrialLine

_log = logging.getLogger(__name__)


def apart(lines: Iterator[TrialLine]) -> Iterator[TrialLine]:
    """The lines of a trial as they come, from a thread that goes on to the trial's end.

    A trial holds the card alone while it lasts. When the technician leaves in the middle, nobody asks for the next
    line, and the card must be let go all the same, by the thread that took it. What nobody foresaw becomes a line too.
    """
    told: queue.SimpleQueue[TrialLine | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            for line in lines:
                told.put(line)
        except Exception as error:  # a trial ends with a line, and a trace may hold a person's data
            _log.error("a trial stumbled over %s", type(error).__name__)
            told.put(TrialLine("fault", "care.stumbled", {"error": type(error).__name__}))
        finally:
            told.put(None)

    threading.Thread(target=run, name="trial", daemon=True).start()
    return iter(told.get, None)
