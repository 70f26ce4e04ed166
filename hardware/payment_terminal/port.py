"""The payment terminal as the rest sees it: what is asked of it, and what becomes of a payment.

An adapter for a bank's terminal keeps these promises, and `tests/hardware/payment_terminal` holds it to them:

- A reference is charged once at most, however often and from wherever it is started.
- `ask` tells of every reference that was ever started. `Cancelled` from it is final: nothing was taken, and nothing
  will be. While that is not sure it tells `Unknown`.
- A receipt is unique among all terminals of all stations: the acquirer's retrieval reference number, or the terminal's
  number with its receipt number; never a bare counter.
- Calls block, raise nothing, and belong in a thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal, Protocol

TerminalState = Literal["ok", "unplugged", "busy", "error"]
DeclineReason = Literal["funds", "card", "pin", "limit", "host", "other"]
"""host: the bank did not answer, and the terminal knows that nothing was taken."""


@dataclass(frozen=True, slots=True)
class Approved:
    """The money was taken."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The bank or the terminal refused; nothing was taken."""

    why: DeclineReason


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody cancelled, nobody put a card in, or the terminal never heard of it; nothing was taken."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The terminal did not answer, or does not know yet. Money may have been taken."""


Outcome = Approved | Declined | Cancelled | Unknown


@dataclass(frozen=True, slots=True)
class TerminalStatus:
    """How the terminal stands. `detail` is for technicians: English, no personal data."""

    state: TerminalState
    detail: str | None = None


class PaymentTerminal(Protocol):
    """A terminal that takes bank cards."""

    def start(self, reference: str, amount: int, stop: threading.Event) -> Outcome:
        """Take a payment and wait for its outcome, as long as the terminal's own limit for a person lasts.

        Args:
            reference: our order's; it stands on the terminal's receipt.
            amount: in qəpik.
            stop: set when the person changed their mind: the terminal is told to cancel, and the outcome is still what
                really happened.
        """

    def ask(self, reference: str) -> Outcome:
        """What became of a payment that was started."""

    def cancel(self, reference: str) -> None:
        """Ask the terminal to give up a payment under way; harmless for any other."""

    def status(self) -> TerminalStatus:
        """How the terminal stands."""

    def close(self) -> None:
        """Let the device go."""
