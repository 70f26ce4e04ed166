"""Every status word that a driver may meet, and what it means after which command (ISO/IEC 7816-4, 5.6).

A status word that is not named here, or not for the command it answered, is a `CardFault` with its number, and never a
wrong PIN: who reads "wrong" types a good PIN again until it is blocked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal

from hardware.errors import (
    CardError,
    CardFault,
    EntryCancelled,
    EntryTimeout,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinRefused,
    PinWrong,
)

Context = Literal["verify", "replace", "key", "read"]
"""After which command: a PIN is proved; a PIN or PUK is proved and a new value set; a key is used; something is read or
selected."""
CONTEXTS: Final[tuple[Context, ...]] = ("verify", "replace", "key", "read")


@dataclass(frozen=True, slots=True)
class StatusWord:
    """One row: a status word, or all that begin like it.

    Attributes:
        pattern: four hexadecimal digits; `x` stands for any one.
        meaning: for technicians.
        errors: the `error` of what is raised after which command; `card_fault` where a command is not named, nothing
            where it is an empty text.
    """

    pattern: str
    meaning: str
    errors: dict[Context, str] = field(default_factory=dict)

    def matches(self, status: int) -> bool:
        """Whether this row is about a status word."""
        return all(mine in ("x", its) for mine, its in zip(self.pattern, f"{status:04X}", strict=True))


_PIN_BLOCKED: Final[dict[Context, str]] = {"verify": "pin_blocked", "replace": "pin_blocked"}
_PIN_WRONG: Final[dict[Context, str]] = {"verify": "pin_wrong", "replace": "pin_wrong"}
_NEW_PIN_REFUSED: Final[dict[Context, str]] = {"replace": "pin_refused"}
_NOT_SUPPORTED: Final[dict[Context, str]] = {"replace": "not_supported", "key": "not_supported"}
_NOTHING: Final[dict[Context, str]] = {"verify": "", "replace": "", "key": "", "read": ""}

TABLE: Final[tuple[StatusWord, ...]] = (
    StatusWord("9000", "done", _NOTHING),
    StatusWord("61xx", "done; more bytes are fetched with GET RESPONSE, within bounds", _NOTHING),
    StatusWord("6Cxx", "wrong expected length; the command is repeated once with the right one"),
    StatusWord("6281", "what was read may be damaged"),
    StatusWord("6282", "the file ends before what was asked for", {"read": ""}),
    StatusWord("6283", "the file or application is deactivated"),
    StatusWord("6300", "wrong PIN or PUK, tries not told", _PIN_WRONG),
    StatusWord("63C0", "wrong PIN or PUK, no try left", _PIN_BLOCKED),
    StatusWord("63Cx", "wrong PIN or PUK, x tries left", _PIN_WRONG),
    StatusWord("6400", "at the reader's own pad: nobody typed in time", {"verify": "entry_timeout"}),
    StatusWord("6401", "at the reader's own pad: cancelled", {"verify": "entry_cancelled"}),
    StatusWord("6402", "at the reader's own pad: the repeated PIN differs"),
    StatusWord("6403", "at the reader's own pad: too short or too long, not sent", {"verify": "pin_format"}),
    StatusWord("6581", "the card's memory fails"),
    StatusWord("6700", "wrong length", _NEW_PIN_REFUSED),
    StatusWord("6881", "logical channels are not supported"),
    StatusWord("6882", "secure messaging is not supported, or demanded"),
    StatusWord("6883", "the last command of a chain was expected"),
    StatusWord("6884", "command chaining is not supported"),
    StatusWord("6982", "the PIN that this needs was not proved"),
    StatusWord("6983", "PIN or PUK blocked", _PIN_BLOCKED),
    StatusWord("6984", "the stored PIN, PUK or key cannot be used", _PIN_BLOCKED),
    StatusWord("6985", "conditions are not met (after a change of PIN: the card does not take the new one)",
               _NEW_PIN_REFUSED),
    StatusWord("6986", "no file is selected"),
    StatusWord("6A80", "the data are wrong (after a change of PIN: the card does not take the new one)",
               _NEW_PIN_REFUSED),
    StatusWord("6A81", "function not supported, or the application is locked", _NOT_SUPPORTED),
    StatusWord("6A82", "file or application not found"),
    StatusWord("6A83", "record not found"),
    StatusWord("6A84", "not enough memory in the file"),
    StatusWord("6A86", "wrong P1 or P2"),
    StatusWord("6A88", "no such PIN, key or data object"),
    StatusWord("6B00", "offset behind the end of the file", {"read": ""}),
    StatusWord("6D00", "the card does not know this command", _NOT_SUPPORTED),
    StatusWord("6E00", "the card does not know this class of commands", _NOT_SUPPORTED),
    StatusWord("6F00", "no diagnosis"),
)  # fmt: skip
PAD_ONLY: Final = frozenset({0x6400, 0x6401, 0x6402, 0x6403})
"""Status words that a reader's own pad makes itself (PC/SC part 10, 2.5.3); from a card they mean nothing to us."""
NOT_THERE: Final = frozenset({0x6283, 0x6985, 0x6A81, 0x6A82, 0x6A83, 0x6A86, 0x6A88, 0x6D00, 0x6E00})
"""Answers that say: this application, file or record is not on this card. Any other is a fault."""


@cache
def row(status: int) -> StatusWord | None:
    """The row about a status word, the most exact first; None: nobody expected it."""
    return next((one for one in TABLE if one.matches(status)), None)


def meaning(status: int) -> str:
    """What a status word means, for technicians; empty where nobody expected it."""
    found = row(status)
    return found.meaning if found is not None else ""


def error(status: int, context: Context, *, shortest: int = 0, longest: int = 0, pad: bool = False) -> CardError | None:
    """What to raise for a status word.

    Args:
        status: the status word.
        context: after which command.
        shortest: fewest digits of that PIN.
        longest: most digits.
        pad: the command was sent by the reader's own pad.

    Returns:
        None where the command was carried out.
    """
    found = row(status)
    if found is None or (status in PAD_ONLY and not pad):
        return CardFault(status)
    match found.errors.get(context, CardFault.error):
        case "":
            return None
        case PinWrong.error:
            return PinWrong(status & 0xF if status & 0xFFF0 == 0x63C0 else None, status)
        case PinBlocked.error:
            return PinBlocked(status)
        case PinRefused.error:
            return PinRefused(status)
        case NotSupported.error:
            return NotSupported(status)
        case PinFormat.error:
            return PinFormat(shortest, longest)
        case EntryTimeout.error:
            return EntryTimeout(status)
        case EntryCancelled.error:
            return EntryCancelled(status)
        case _:
            return CardFault(status)
