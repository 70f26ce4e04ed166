"""How a ticket's number is written: the letter of the service's group and three digits or more, A-017."""

from __future__ import annotations

import re
from typing import Final, overload

_WRITTEN: Final = re.compile(r"([A-Z])-?([0-9]{1,6})", re.ASCII)


def read_ticket(typed: str) -> tuple[str, int] | None:
    """Letter and number of a ticket as typed: "A-017", "a17", " A 017 "; None where it is none."""
    found = _WRITTEN.fullmatch("".join(typed.split()).upper()) if typed.isascii() else None
    return None if found is None else (found[1], int(found[2]))


@overload
def ticket_number(letter: str, number: int) -> str: ...
@overload
def ticket_number(letter: str | None, number: int | None) -> str | None: ...
def ticket_number(letter: str | None, number: int | None) -> str | None:
    """The written number, or None where there is no ticket."""
    return None if letter is None or number is None else f"{letter}-{number:03d}"
