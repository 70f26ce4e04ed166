"""What is done in maintenance mode is in the audit (M1), and waits for the database where that is away."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from kiosk.acts import Acts, Unit
from kiosk.care.whole_file import write_whole
from kiosk.clock import Instant, machine_now
from kiosk.errors import Unavailable
from kiosk.identity.staff import StaffMember
from kiosk.settings import state_folder

_NAME: Final = "audit-owed.jsonl"
_MOST: Final = 1000
"""Rows that are owed at most; a machine without its database for so long loses the oldest."""
_LATE: Final = 60_000
_DETAIL_SIGNS: Final = 200
_ACTS: Final = frozenset({"maintenance_enter", "maintenance_leave", "maintenance_act"})

_Row = tuple[str, str, int, Instant]
"""Act, detail, staff member, when (milliseconds of UTC)."""


class MaintenanceDesk:
    """Audits entries and acts. Nothing here raises: a technician is needed most when something is broken.

    Args:
        acts: writes the audit.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._file = state_folder() / _NAME
        self._lock = threading.Lock()

    def enter(self, member: StaffMember, by: Literal["card", "password"]) -> None:
        """A staff member enters, by card and PIN or by password."""
        self._note("maintenance_enter", by, member.id)

    def leave(self, member: StaffMember, why: Literal["left", "idle"]) -> None:
        """The staff member left, or the machine left by itself."""
        self._note("maintenance_leave", why, member.id)

    def act(self, member: StaffMember, name: str, detail: str | None = None) -> None:
        """Something was done: a trial, a bundle, out of service. Neither text is about a person."""
        self._note("maintenance_act", f"{name}: {detail}" if detail else name, member.id)

    def settle(self) -> int:
        """Write the rows that the database missed while it was away; how many are still owed."""
        with self._lock:
            owed = _rows(self._file)
            if not owed:
                return 0
            left = list(owed)
            while left and self._audit(left[0]):
                left.pop(0)
            if len(left) < len(owed):
                self._keep(left)
            return len(left)

    def _note(self, act: str, detail: str, staff: int) -> None:
        row = (act, detail[:_DETAIL_SIGNS], staff, machine_now())
        if self.settle() == 0 and self._audit(row):
            return
        with self._lock:
            self._keep([*_rows(self._file), row][-_MOST:])

    def _audit(self, row: _Row) -> bool:
        act, detail, staff, at = row

        def note(unit: Unit) -> None:
            # a row bears the time of its writing, so that the log stays in order; a late one says how late it is
            late = machine_now() - at
            unit.detail = f"{detail} ({late // 1000} s ago)" if late > _LATE else detail

        try:
            self._acts.perform(act, None, {}, note, staff=staff)
        except Unavailable:
            return False
        return True

    def _keep(self, rows: list[_Row]) -> None:
        # a full disk costs the row, never the act
        with suppress(OSError):
            if rows:
                write_whole(self._file, "".join(json.dumps(row) + "\n" for row in rows).encode())
            else:
                self._file.unlink(missing_ok=True)


def owed_rows() -> int:
    """How many rows this machine owes to the audit."""
    return len(_rows(state_folder() / _NAME))


def _rows(file: Path) -> list[_Row]:
    rows: list[_Row] = []
    with suppress(OSError, ValueError, TypeError):
        for line in file.read_text(encoding="utf-8").splitlines():
            act, detail, staff, at = json.loads(line)
            if act in _ACTS and type(staff) is int and type(at) is int:
                rows.append((act, str(detail), staff, at))
    return rows
