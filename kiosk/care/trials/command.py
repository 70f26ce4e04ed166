"""Commands that a technician types: read from hexadecimal, and refused where they could carry or touch a PIN (M3)."""

from __future__ import annotations

import re
from typing import Final

from kiosk.care.facts import Message

MOST_COMMANDS: Final = 20

_PIN_INSTRUCTIONS: Final[dict[int, str]] = {
    0x20: "VERIFY",
    0x21: "VERIFY",
    0x24: "CHANGE REFERENCE DATA",
    0x25: "CHANGE REFERENCE DATA",
    0x26: "DISABLE VERIFICATION REQUIREMENT",
    0x27: "DISABLE VERIFICATION REQUIREMENT",
    0x28: "ENABLE VERIFICATION REQUIREMENT",
    0x29: "ENABLE VERIFICATION REQUIREMENT",
    0x2C: "RESET RETRY COUNTER",
    0x2D: "RESET RETRY COUNTER",
    0xC2: "ENVELOPE",
    0xC3: "ENVELOPE",
}
"""ISO/IEC 7816-4, and PIV with the same numbers, under whatever class byte: chaining, secure messaging, logical
channels and makers' own classes change what is around a PIN, not that there is one. An envelope may hold any."""
_READER_CLASS: Final = 0xFF
"""No card's (7816-4, 5.4.1): readers take it for commands to themselves and their PIN pads (PC/SC, parts 3 and 10)."""


class UnusableCommand(Exception):
    """What was typed is no command, or one that is not sent; `why` says it, and holds nothing of what was typed."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.key)
        self.why = why


def read_commands(typed: str) -> tuple[bytes, ...]:
    """Read commands, one a line or with `;` between; blanks, colons and 0x between bytes may stand.

    Raises:
        UnusableCommand: the first that cannot be read, or must not be sent. Then none is.
    """
    lines = [line.strip() for line in re.split(r"[\n;]", typed) if line.strip()]
    if not lines:
        raise UnusableCommand(Message("care.apdu.empty"))
    if len(lines) > MOST_COMMANDS:
        raise UnusableCommand(Message("care.apdu.too_many", {"count": MOST_COMMANDS}))
    commands = tuple(_bytes_of(line, number) for number, line in enumerate(lines, 1))
    for number, command in enumerate(commands, 1):
        _check_lengths(command, number)
        _check_harmless(command, number)
    return commands


def _bytes_of(line: str, number: int) -> bytes:
    # 0x stands before bytes that are written apart; blanks, colons and commas between them
    digits = re.sub(r"(?<![0-9A-Fa-f])0[xX]|[\s:,]", "", line)
    wrong = re.search(r"[^0-9A-Fa-f]", digits)
    if wrong is not None:
        raise UnusableCommand(Message("care.apdu.not_hex", {"n": number, "number": wrong.start() + 1}))
    if len(digits) % 2:
        raise UnusableCommand(Message("care.apdu.half_byte", {"n": number, "count": len(digits)}))
    return bytes.fromhex(digits)


def _check_lengths(command: bytes, number: int) -> None:
    """Hold the length bytes against what follows them, short and extended (7816-4, 5.2)."""
    size = len(command)
    if size < 4:
        raise UnusableCommand(Message("care.apdu.too_short", {"n": number, "count": size}))
    if size in (4, 5):
        return
    if command[4] or size == 6:
        told, rest = command[4], size - 5
        good = (told, told + 1) if told else ()
    elif size == 7:
        return  # no data, extended Le
    else:
        told, rest = int.from_bytes(command[5:7]), size - 7
        good = (told, told + 2) if told else ()
    if rest not in good:
        raise UnusableCommand(Message("care.apdu.lengths", {"n": number, "count": told, "number": rest}))


def _check_harmless(command: bytes, number: int) -> None:
    if command[0] == _READER_CLASS:
        raise UnusableCommand(Message("care.apdu.reader_command", {"n": number}))
    name = _PIN_INSTRUCTIONS.get(command[1])
    if name is not None:
        raise UnusableCommand(Message("care.apdu.carries_pin", {"n": number, "command": name}))
