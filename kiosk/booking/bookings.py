"""The whole booking room, as a station offers it."""

from __future__ import annotations

from kiosk.booking.grid import Grid
from kiosk.booking.holds import Holds
from kiosk.booking.orders import Orders


class Bookings(Grid, Holds, Orders):
    """What can be had, holding and confirming it, and what can be done with an order code."""
