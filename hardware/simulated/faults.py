"""Faults on order, so that every trouble a card can make is met on a desk first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

FaultKind = Literal[
    "pull", "mute", "6f00", "endless61", "slow",
    "broken-tlv", "blocked", "last-try", "expired", "suspended", "revoked", "wrong-issuer", "transport-pin",
]  # fmt: skip

_AT_COMMAND: Final = re.compile(r"(pull|mute|6f00|endless61)@([1-9][0-9]{0,5})", re.ASCII)
_SLOW: Final = re.compile(r"slow@([1-9][0-9]{0,5}):([1-9][0-9]{0,5})", re.ASCII)
_PLAIN: Final[dict[str, FaultKind]] = {
    "broken-tlv": "broken-tlv",
    "blocked": "blocked",
    "last-try": "last-try",
    "expired": "expired",
    "suspended": "suspended",
    "revoked": "revoked",
    "wrong-issuer": "wrong-issuer",
    "transport-pin": "transport-pin",
}
_COUNTED: Final[dict[str, FaultKind]] = {"pull": "pull", "mute": "mute", "6f00": "6f00", "endless61": "endless61"}
ALLOWED: Final = ", ".join(("pull@N", "mute@N", "6f00@N", "endless61@N", "slow@N:MILLISECONDS", *_PLAIN))


class CardPulled(Exception):
    """The card is taken out in the middle of a command."""


class CardSilent(Exception):
    """The card does not answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `at` is the number of the command it strikes, from 1 on since the card was made.

    pull and 6f00 strike that command alone; mute and endless61 that one and all after it; slow makes that one take
    `milliseconds`.
    """

    kind: FaultKind
    at: int = 0
    milliseconds: int = 0


def parse_fault(text: str) -> Fault:
    """A fault as it is written on the command line, as pull@3 or slow@2:500.

    Raises:
        ValueError: there is no such fault; the text says which there are.
    """
    if text in _PLAIN:
        return Fault(_PLAIN[text])
    if found := _AT_COMMAND.fullmatch(text):
        return Fault(_COUNTED[found[1]], int(found[2]))
    if found := _SLOW.fullmatch(text):
        return Fault("slow", int(found[1]), int(found[2]))
    raise ValueError(f"no fault is called {text!r}; allowed: {ALLOWED}")
