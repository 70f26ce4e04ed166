"""Out of service (M5): a file in the state folder, so that it holds with the database away and over a restart.

Both faces of this machine look at it every second. The audit is the maintenance desk's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kiosk.care.whole_file import write_whole
from kiosk.clock import Instant, machine_now
from kiosk.identity.staff import StaffMember
from kiosk.settings import Settings, state_folder

_NAME: Final = "out-of-service.json"


@dataclass(frozen=True, slots=True)
class Since:
    """Since when this machine serves nobody, and which staff member (row id) said so; None: it is not known who."""

    at: Instant
    by: int | None


class OutOfService:
    """Whether this machine serves citizens.

    Args:
        settings: the station's; its name goes into the file, for whoever finds it.
        now: this machine's clock, in milliseconds of UTC.
    """

    def __init__(self, settings: Settings, now: Callable[[], Instant] = machine_now) -> None:
        self._station = settings.station.name
        self._now = now
        self._file = state_folder() / _NAME
        self._known: tuple[tuple[int, int], Since] | None = None

    def is_on(self) -> Since | None:
        """Since when it is on, or None. Costs one look at the file's times, so a face may ask every second."""
        try:
            stat = self._file.stat()
        except OSError:
            self._known = None
            return None
        mark = (stat.st_mtime_ns, stat.st_ino)
        if self._known is None or self._known[0] != mark:
            self._known = (mark, self._read(stat.st_mtime_ns // 1_000_000))
        return self._known[1]

    def set(self, by: StaffMember | None) -> Since:
        """Take this machine out of service until `clear`; since when it is.

        Raises:
            OSError: the state folder cannot be written; the machine still serves.
        """
        since = self.is_on()
        if since is None:
            since = Since(self._now(), by.id if by is not None else None)
            write_whole(self._file, json.dumps({"at": since.at, "by": since.by, "station": self._station}).encode())
        return since

    def clear(self) -> bool:
        """Let it serve again; whether it did not before.

        Raises:
            OSError: the file cannot be taken away; the machine stays out of service.
        """
        was_on = self.is_on() is not None
        self._file.unlink(missing_ok=True)
        return was_on

    def _read(self, changed_at: Instant) -> Since:
        """What the file says; one that cannot be read still means out of service."""
        try:
            values: Any = json.loads(self._file.read_text(encoding="utf-8"))
            at, by = values["at"], values["by"]
        except (OSError, ValueError, TypeError, KeyError):
            return Since(changed_at, None)
        return Since(at if type(at) is int else changed_at, by if type(by) is int else None)
