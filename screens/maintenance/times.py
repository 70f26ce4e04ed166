"""Times to the second, as technicians compare them with a log."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.clock import in_baku, to_instant


def second(moment: datetime) -> str:
    """HH:MM:SS on the centres' wall clocks; a begun second counts whole, so that what is waited for is there then."""
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    return f"{in_baku(to_instant(moment)):%H:%M:%S}"
