"""Order codes to try, for who opens a counter with example data: it has nobody to call yet (K7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.language import clock

if TYPE_CHECKING:
    from kiosk.station import Station


def example_codes(station: Station) -> tuple[str, ...]:
    """The next invented bookings at this centre, each "10:00  K7MP-4XRT"; none while the database is away. Blocks."""
    from kiosk.booking.example import codes_if_there
    from kiosk.place import Place

    at = Place(station.settings, station.clock, station.database)
    return tuple(f"{clock(code.time)}  {code.order_code}" for code in codes_if_there(at))
