"""Where a station's data are: what the commands need before there is a station."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from kiosk.clock import Clock, machine_now
from kiosk.secret_files import read_secret
from kiosk.settings import Settings


class NotReady(Exception):
    """The station cannot start; the text says why and names the command that helps."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a station's data are, opened or not: what the commands need before there is a station."""

    settings: Settings
    clock: Clock
    database: Database


def place(settings: Settings) -> Place:
    """The clock and the database that the settings name; nothing is asked of the database yet.

    Raises:
        NotReady: the database's address cannot be read.
    """
    clock = Clock(settable=settings.clock.settable)
    password = read_secret(settings, settings.database.password_file, "database-password")
    try:
        database = Database(
            settings.database_url,
            machine_now,
            lambda: clock.now() if clock.is_set else None,
            settable=clock.settable,
            password=password,
            station=settings.station.name,
        )
    except ValueError as error:
        raise NotReady(f"[database] url: {error}") from None
    return Place(settings, clock, database)
