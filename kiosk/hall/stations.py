"""The machines of a centre: that they are there, whether their clock is right, and which kiosk is closed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from db import changes
from db import stations as rows
from db.engine import DatabaseAway
from db.stations import StationRow
from kiosk.acts import Acts, Unit
from kiosk.clock import HOUR, MINUTE, Instant, machine_now, to_datetime
from kiosk.errors import NotFound, Unavailable
from kiosk.identity.rights import member_with
from kiosk.identity.staff import MANAGE_HALL
from kiosk.settings import Settings

Face = Literal["kiosk", "counter", "board"]
SEEN_SECONDS: Final = 30.0
"""How often a machine tells of itself."""
GONE_AFTER: Final[Instant] = 2 * MINUTE
"""A machine that told nothing for so long counts as switched off, and whoever sat at it as gone."""
_FORGOTTEN_AFTER: Final[Instant] = 30 * 24 * HOUR
"""A machine that was renamed or taken away leaves the list by itself."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StationEntry:
    """A machine with one of its faces, as it told of itself last."""

    name: str
    face: Face
    version: str
    seen_at: datetime
    is_there: bool
    clock_off: int
    """Its clock less the database's, in milliseconds."""
    clock_is_off: bool
    """By more than the settings allow."""
    closed_at: datetime | None
    """Since when it serves nobody; a kiosk alone can be closed."""


class StationForm:
    """Stores a closed or opened station by its name; the rest is read anew."""

    def store(self, result: str) -> dict[str, Any]:
        """Its name."""
        return {"name": result}

    def read(self, _unit: Unit, stored: dict[str, Any]) -> str:
        """The same name."""
        return str(stored["name"])


_FORM: Final = StationForm()


class Stations:
    """The machines that work on one database.

    Args:
        acts: runs what changes something.
        settings: this machine's name and centre, and how far a clock may be off.
        machine: this machine's clock, in milliseconds of UTC.
    """

    def __init__(self, acts: Acts, settings: Settings, machine: Callable[[], Instant] = machine_now) -> None:
        self._acts = acts
        self._settings = settings
        self._machine = machine
        self._face: Face | None = None
        self._stop: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self._closed_since: Instant | None = None
        self._clock_off: Instant = 0

    @property
    def is_closed(self) -> bool:
        """Whether this machine's face was closed, as far as it was last heard: with the database away it stays so."""
        return self._closed_since is not None

    @property
    def clock_is_off(self) -> Instant | None:
        """By how much this machine's clock is ahead of the database's (behind: negative), in milliseconds.

        As it was told last, and None while that is within `[clock] drift_seconds`. No answer depends on it: the
        database's clock decides. Somebody has to put it right all the same, before letters and logs tell wrong times.
        """
        bound = self._settings.clock.drift_seconds * 1000
        return self._clock_off if abs(self._clock_off) > bound else None

    def begin(self, face: Face) -> None:
        """Tell of this machine every `SEEN_SECONDS` from now on, in a thread of its own. Once is enough."""
        if self._stop is not None:
            return
        self._face = face
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(face, self._stop), name="heartbeat", daemon=True)
        self._thread.start()

    def end(self, timeout_seconds: float = 2.0) -> None:
        """Tell no more; what is being told is waited for as long as told, so that no connection is left open."""
        if self._stop is not None:
            self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_seconds)

    def _run(self, face: Face, stopped: threading.Event) -> None:
        while True:
            try:
                # Where clocks are set at will (a trial) the machine's own tells nothing of whether it is right.
                self.seen(face, 0 if self._settings.clock.settable else self.clock_off())
            except Unavailable:
                pass  # it is told again, and whoever reads the list sees since when it was not
            except Exception as error:  # the thread must live on, and a trace may hold a person's data
                _log.error("telling of this machine stumbled over %s", type(error).__name__)
            if stopped.wait(SEEN_SECONDS):
                return

    def clock_off(self) -> int:
        """This machine's clock less the database's, in milliseconds; half of the question's own time is taken off.

        Raises:
            Unavailable: the database is away.
        """
        before = self._machine()
        try:
            now = self._acts.database.now()
        except DatabaseAway:
            raise Unavailable from None
        return (before + self._machine()) // 2 - now

    def seen(self, face: Face, clock_off: int) -> None:
        """Note that this machine is there; what it is not is an act of anybody, so the audit says nothing of it.

        Args:
            face: what it shows.
            clock_off: its clock less the database's, in milliseconds.

        Raises:
            Unavailable: the database is away.
        """
        from importlib.metadata import version

        own = self._settings.station
        self._clock_off = clock_off

        def note(connection: Any, now: Instant) -> Instant | None:
            return rows.seen(
                connection,
                own.name,
                face,
                centre=own.centre,
                version=version("asan-kiosk"),
                clock_off=clock_off,
                now=now,
            )

        try:
            self._closed_since = self._acts.database.write(note, remember=False)
        except DatabaseAway:
            raise Unavailable from None

    def look(self) -> None:
        """Read anew whether this machine's kiosk is closed; a database that is away changes nothing.

        Other faces are never closed. Every booking of the whole nation asks for a look, so theirs would be for nothing.
        """
        if self._face != "kiosk":
            return
        try:
            with self._acts.reading() as (connection, _):
                self._closed_since = rows.closed_since(connection, self._settings.station.name, self._face)
        except Unavailable:
            return

    def all(self, centre: str | None = None) -> tuple[StationEntry, ...]:
        """The machines of a centre that were heard of in the last 30 days, by name; default: this station's centre.

        Raises:
            Unavailable: the database is away.
        """
        here = centre if centre is not None else self._settings.station.centre
        bound = self._settings.clock.drift_seconds * 1000
        with self._acts.reading() as (connection, now):
            found = rows.listed(connection, here, now - _FORGOTTEN_AFTER)
            return tuple(_entry(row, now, bound) for row in found)

    def set_closed(self, key: str, staff: int, name: str, closed: bool) -> None:
        """Close a kiosk of this centre, so that it serves nobody, or open it again.

        Raises:
            NotAllowed: the staff member has not the right to manage the hall.
            NotFound: this centre has no kiosk of that name.
            Unavailable: the database is away.
        """
        here = self._settings.station.centre

        def do(unit: Unit) -> str:
            member_with(unit.connection, staff, MANAGE_HALL)
            if not rows.set_closed(unit.connection, here, name, "kiosk", unit.now if closed else None, staff):
                raise NotFound
            changes.announce(unit.connection)
            changes.announce_hall(unit.connection, here)
            unit.detail = name
            return name

        act = "station_close" if closed else "station_open"
        self._acts.perform(act, key, {"staff": staff, "name": name}, do, _FORM, staff=staff)


def _entry(row: StationRow, now: Instant, bound: int) -> StationEntry:
    return StationEntry(
        name=row.name,
        face=cast(Face, row.face),
        version=row.version,
        seen_at=to_datetime(row.seen_at),
        is_there=row.seen_at > now - GONE_AFTER,
        clock_off=row.clock_off,
        clock_is_off=abs(row.clock_off) > bound,
        closed_at=to_datetime(row.closed_at) if row.closed_at is not None else None,
    )
