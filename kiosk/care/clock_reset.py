"""Letting the database's time go back, on a person's word."""

from __future__ import annotations

from db import clock as clock_rows
from kiosk.acts import Unit
from kiosk.clock import machine_now
from kiosk.station import Station


def reset(station: Station) -> int:
    """Set SQLite's last committed instant to this machine's clock; by how many seconds it was ahead.

    The audit row bears the old time, so that the log stays in order.

    Raises:
        Unavailable: the database is away.
    """

    def do(unit: Unit) -> int:
        ahead = max(0, unit.now - machine_now()) // 1000
        unit.detail = f"ahead by {ahead} s"
        return ahead

    ahead = station.acts.perform("clock_reset", None, {}, do)
    clock_rows.put_back(station.database, machine_now())
    return ahead
