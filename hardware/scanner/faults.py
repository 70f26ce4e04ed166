"""What can be wrong with a scanner, told by the numbers and words of SANE (sane-api, "Status Type")."""

from __future__ import annotations

from typing import Final, Literal

ScannerState = Literal["none", "busy", "no_paper", "jammed", "cover_open", "cancelled", "late", "broken"]
"""none: no scanner is found; late: it did not answer in time; broken: it failed, or may not be used."""

_BY_NUMBER: Final[dict[int, ScannerState]] = {
    2: "cancelled",
    3: "busy",
    6: "jammed",
    7: "no_paper",
    8: "cover_open",
}
_BY_WORDS: Final[tuple[tuple[str, ScannerState], ...]] = (
    ("Operation was cancel", "cancelled"),
    ("Device busy", "busy"),
    ("Document feeder jammed", "jammed"),
    ("Document feeder out of documents", "no_paper"),
    ("Scanner cover is open", "cover_open"),
    ("no SANE devices found", "none"),
    ("failed: Invalid argument", "none"),  # opening: no such device
    ("Invalid argument", "broken"),
    ("Error during device I/O", "broken"),
    ("Out of memory", "broken"),
    ("Access to resource has been denied", "broken"),
)


class ScannerFault(Exception):
    """Nothing was scanned; what is wrong with the scanner."""

    def __init__(self, state: ScannerState) -> None:
        super().__init__(state)
        self.state: ScannerState = state


def by_words(said: str) -> ScannerState | None:
    """What `scanimage` has said is wrong, or None; it may say so and hang."""
    told = [line for line in said.splitlines() if "sane_" in line or "failed:" in line or "no SANE" in line]
    return next((state for line in told for words, state in _BY_WORDS if words in line), None)


def by_end(code: int, said: str) -> ScannerState:
    """What is wrong when it ended with an error: SANE's number, or 1 with words."""
    return by_words(said) or _BY_NUMBER.get(code, "broken")
