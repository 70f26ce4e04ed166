"""A payment terminal without a terminal, for trials and tests: it takes everything, or fails as it is ordered to.

What it took lies in a folder, one file a reference, so it remembers over a crash of the station and is one terminal for
all processes that use the folder. The file `fault` beside them orders a fault until it is removed.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast, get_args

from hardware.payment_terminal.port import (
    Approved,
    Cancelled,
    Declined,
    DeclineReason,
    Outcome,
    TerminalStatus,
    Unknown,
)

FAULTS: Final = ("decline", "decline:WHY", "cancel", "lost", "lost-request", "late:N", "hang", "unplugged")
"""decline: the bank refuses. cancel: nobody puts a card in. lost: the money is taken, the answer is lost. lost-request:
the terminal never hears of it. late: as lost, and the first N questions are answered "not known yet". hang: it does
not answer any more. unplugged: it is not there."""

_FAULT_FILE: Final = "fault"
_LOCK_FILE: Final = "lock"
_REASONS: Final = get_args(DeclineReason)


class SimulatedTerminal:
    """A `PaymentTerminal` that keeps the port's promises.

    Args:
        folder: where it remembers; made when it is first needed.
        seconds: how long a person takes to put a card in.
        limit_seconds: how long a payment may take before the terminal counts as hung.
        fault: a fault from the start, one of `FAULTS`; the file goes before it.
    """

    def __init__(self, folder: Path, *, seconds: float = 2.0, limit_seconds: float = 60.0, fault: str = "") -> None:
        self._folder = folder
        self._seconds = seconds
        self._limit = limit_seconds
        self.fault = fault
        self._cancelled: set[str] = set()

    def start(self, reference: str, amount: int, stop: threading.Event) -> Outcome:
        """Take a payment; a reference that was started before is only asked for."""
        fault, _, value = self._fault().partition(":")
        if fault in ("unplugged", "lost-request"):
            return Unknown()
        if not self._begin(reference, amount):
            return self.ask(reference)
        if fault == "hang":
            stop.wait(self._limit)
            return Unknown()
        if fault == "cancel" or self._is_given_up(reference, stop):
            return self._end(reference, {"state": "cancelled"})
        if fault == "decline":
            return self._end(reference, {"state": "declined", "why": value if value in _REASONS else "funds"})
        late = {"late": int(value or 1)} if fault == "late" else {}
        taken = self._end(reference, {"state": "approved", "receipt": f"SIM-{secrets.token_hex(6)}"} | late)
        return Unknown() if fault in ("lost", "late") else taken

    def ask(self, reference: str) -> Outcome:
        """What became of a payment."""
        if self._fault() in ("hang", "unplugged"):
            return Unknown()
        with self._alone():
            kept = self._kept(reference)
            if kept is None:
                return Cancelled()
            if late := kept.pop("late", 0):
                self._write(reference, kept | ({"late": late - 1} if late > 1 else {}))
                return Unknown()
            if kept["state"] == "begun":
                if time.time() - float(kept["at"]) < self._limit:
                    return Unknown()  # somebody may be at it
                kept["state"] = "cancelled"
                self._write(reference, kept)
            return _outcome(kept)

    def cancel(self, reference: str) -> None:
        """Give up a payment that waits for its card."""
        self._cancelled.add(reference)

    def status(self) -> TerminalStatus:
        """How it stands."""
        match self._fault():
            case "unplugged":
                return TerminalStatus("unplugged")
            case "hang":
                return TerminalStatus("error", "no answer")
            case _:
                return TerminalStatus("ok", "simulated")

    def close(self) -> None:
        """There is nothing to let go."""

    def taken(self) -> dict[str, int]:
        """What was really taken: qəpik by reference, for those who check."""
        kept = {path.stem: json.loads(path.read_text("utf-8")) for path in self._folder.glob("*.json")}
        return {name: int(one["amount"]) for name, one in kept.items() if one["state"] == "approved"}

    def _fault(self) -> str:
        try:
            return (self._folder / _FAULT_FILE).read_text("utf-8").strip()
        except FileNotFoundError:
            return self.fault

    def _is_given_up(self, reference: str, stop: threading.Event) -> bool:
        return stop.wait(self._seconds) or reference in self._cancelled

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold what is remembered, against other threads and processes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK_FILE).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _begin(self, reference: str, amount: int) -> bool:
        """Note that a payment begins; False when it began before, here or in another process."""
        with self._alone():
            if self._kept(reference) is not None:
                return False
            self._write(reference, {"state": "begun", "amount": amount, "at": time.time()})
            return True

    def _end(self, reference: str, values: dict[str, Any]) -> Outcome:
        """Note how it ended, unless it took too long and was given up meanwhile."""
        with self._alone():
            kept = self._kept(reference) or {"state": "cancelled"}
            if kept["state"] == "begun":
                kept |= values
                self._write(reference, kept)
            return _outcome(kept)

    def _kept(self, reference: str) -> dict[str, Any] | None:
        try:
            return cast(dict[str, Any], json.loads(self._file(reference).read_text("utf-8")))
        except FileNotFoundError:
            return None

    def _write(self, reference: str, values: dict[str, Any]) -> None:
        whole = self._folder / f"{reference}.{secrets.token_hex(4)}.new"
        whole.write_text(json.dumps(values), encoding="utf-8")
        whole.replace(self._file(reference))

    def _file(self, reference: str) -> Path:
        return self._folder / f"{reference}.json"


def _outcome(kept: dict[str, Any]) -> Outcome:
    match kept["state"]:
        case "approved":
            return Approved(kept["receipt"])
        case "declined":
            return Declined(kept["why"])
        case _:
            return Cancelled()
