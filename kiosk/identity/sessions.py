"""One live session for each person, over all stations of the system (I12).

The row is the truth: its primary key is the person. A session has ended when it was ended, when its lease ran out
because its station is dead or cut off, or at its longest time; at exactly that millisecond it has ended, and somebody
else may begin. At its own station the person may begin anew at any time: names of stations are unique, a station has
one visit at a time, and what lives there is of a visit that ended or a process that died. What this station holds alive
it knows without asking, by time that passed here and by no wall clock, so that a station that cannot renew gives up no
later than the others may take over.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from db import sessions as rows
from db.engine import DatabaseAway
from db.sessions import SessionRow
from kiosk.acts import Acts, Unit
from kiosk.clock import MINUTE, Instant
from kiosk.errors import Unavailable
from kiosk.identity.refused import SessionElsewhere
from kiosk.settings import Settings

_SECOND: Instant = 1000
_log = logging.getLogger(__name__)


def seconds_passed() -> float:
    """Seconds from any beginning, those too in which the machine slept: a lease in the database ran on meanwhile."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """A session that began. Instants are milliseconds of UTC, by the database's clock."""

    token: str
    started_at: Instant
    ends_at: Instant

    def __repr__(self) -> str:
        return "Begun(…)"


@dataclass(slots=True)
class _Held:
    """What this station knows of a session it holds, in seconds as `seconds_passed` counts them."""

    lease_over: float
    ends: float


class Sessions:
    """Begins, renews and ends sessions for one station.

    Args:
        acts: how anything is changed.
        settings: how long a lease and a session are.
        elapsed: seconds that passed, from any beginning.
    """

    def __init__(self, acts: Acts, settings: Settings, *, elapsed: Callable[[], float] = seconds_passed) -> None:
        self._acts = acts
        self._lease = settings.session.lease_seconds * _SECOND
        self._longest = settings.session.longest_minutes * MINUTE
        self._elapsed = elapsed
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self, person: str) -> None:
        """Pass unless the person is signed in at another station; nothing is changed.

        Raises:
            SessionElsewhere: they are.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            station = rows.station_of_live(connection, person, now)
        if station is not None and station != self._acts.station:
            raise SessionElsewhere(station)

    def begin(self, person: str, detail: str) -> Begun:
        """Begin the person's session, audited with `detail`.

        Raises:
            SessionElsewhere: the person's session lives at another station.
            Unavailable: the database is away.
        """
        token = secrets.token_hex(16)
        at = self._elapsed()

        def do(unit: Unit) -> Begun | str:
            begun = Begun(token, unit.now, unit.now + self._longest)
            lease_until = unit.now + self._lease
            row = SessionRow(person, token, unit.station, begun.started_at, lease_until, begun.ends_at)
            if rows.begin(unit.connection, row, unit.now):
                unit.detail = detail
                return begun
            unit.outcome = SessionElsewhere.error
            return rows.station_of_live(unit.connection, person, unit.now) or ""

        begun = self._acts.perform("citizen_sign_in", None, {}, do)
        if isinstance(begun, str):
            raise SessionElsewhere(begun)
        with self._lock:
            self._held[token] = _Held(at + self._lease / _SECOND, at + self._longest / _SECOND)
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._run, name="session leases", daemon=True)
                self._thread.start()
        return begun

    def is_alive(self, token: str) -> bool:
        """Whether this station still holds the session; never blocks."""
        with self._lock:
            held = self._held.get(token)
            return held is not None and self._elapsed() < min(held.lease_over, held.ends)

    def renew(self, token: str) -> bool:
        """Renew a lease now; False where the session has ended, which is for good.

        Raises:
            Unavailable: the database is away; the session lives on until its lease runs out.
        """
        if not self.is_alive(token):
            self._drop(token)
            return False
        at = self._elapsed()

        try:
            # nobody's act: it is not audited, or the audit would be full of it
            renewed = self._acts.database.write(lambda found, now: rows.renew(found, token, now, now + self._lease))
        except DatabaseAway:
            raise Unavailable from None
        with self._lock:
            held = self._held.get(token)
            if renewed and held is not None:
                held.lease_over = at + self._lease / _SECOND
        if not renewed:
            self._drop(token)
        return renewed

    def end(self, token: str, why: str) -> None:
        """End a session, audited with `why`. With the database away it ends here, and there when its lease runs out."""
        if not self._drop(token):
            return

        def do(unit: Unit) -> None:
            unit.detail = why
            if not rows.end(unit.connection, token):
                unit.outcome = "had_ended"

        try:
            self._acts.perform("citizen_sign_out", None, {}, do)
        except Unavailable:
            _log.warning("a session ended while the database is away; its lease runs out there")

    def renew_all(self) -> None:
        """Renew every lease that this station holds."""
        with self._lock:
            tokens = tuple(self._held)
        for token in tokens:
            try:
                self.renew(token)
            except Unavailable:
                _log.warning("a lease waits: the database is away")

    def close(self) -> None:
        """End the renewing thread and every session held here."""
        self._stopped.set()
        with self._lock:
            tokens, thread = tuple(self._held), self._thread
        for token in tokens:
            self.end(token, "station_closed")
        if thread is not None:
            thread.join(2.0)

    def _drop(self, token: str) -> bool:
        with self._lock:
            return self._held.pop(token, None) is not None

    def _run(self) -> None:
        # three times a lease, so that one lost packet costs nobody the session
        while not self._stopped.wait(self._lease / _SECOND / 3):
            try:
                self.renew_all()
            except Exception as error:  # the thread must live on, and a trace may hold a person's data
                _log.error("renewing leases stumbled over %s", type(error).__name__)
