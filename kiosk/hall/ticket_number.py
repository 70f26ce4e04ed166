"""How a ticket's number is written: the letter of the service's group and three digits or more, A-017."""

from __future__ import annotations

from typing import overload


@overload
def ticket_number(letter: str, number: int) -> str: ...
@overload
def ticket_number(letter: str | None, number: int | None) -> str | None: ...
def ticket_number(letter: str | None, number: int | None) -> str | None:
    """The written number, or None where there is no ticket."""
    return None if letter is None or number is None else f"{letter}-{number:03d}"
