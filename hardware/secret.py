"""A PIN or PUK while it is needed: digits as a list of small integers, wiped in place.

Measured (see docs/cards.md): a PIN that was once a `str` or `bytes` stays in memory; a list of small integers does not,
because those objects exist anyway. Nothing here keeps, prints or compares one.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Final

_ZERO: Final = 0x30
LONGEST: Final = 16
"""No card asks for more digits than this."""


class Pin:
    """Digits that somebody typed. Wipe it, or use it in a `with`, as soon as it was sent."""

    __slots__ = ("_digits",)

    def __init__(self, digits: Iterable[int] = ()) -> None:
        """Make it of digits (0 to 9).

        Raises:
            ValueError: one is no digit, or there are too many.
        """
        self._digits: list[int] = []
        for digit in digits:
            self.add(digit)

    def add(self, digit: int) -> None:
        """One more digit.

        Raises:
            ValueError: it is none, or there are too many.
        """
        if not 0 <= digit <= 9 or len(self._digits) >= LONGEST:
            raise ValueError("not a digit, or too many")
        self._digits.append(digit)

    def drop(self) -> None:
        """Forget the last digit; nothing where there is none."""
        if self._digits:
            self._digits[-1] = 0
            self._digits.pop()

    @property
    def digits(self) -> list[int]:
        """The digits themselves; the list is this PIN's own and is wiped with it."""
        return self._digits

    def block(self, length: int = 0, fill: int = 0xFF) -> bytearray:
        """The digits in ASCII, filled up to `length` bytes (0: as they are). The caller wipes it after sending.

        Raises:
            ValueError: there are more digits than `length`.
        """
        if length and len(self._digits) > length:
            raise ValueError("longer than the card stores")
        made = bytearray(max(length, len(self._digits)))
        for place in range(len(made)):
            made[place] = self._digits[place] + _ZERO if place < len(self._digits) else fill
        return made

    def wipe(self) -> None:
        """Forget every digit, in place."""
        for place in range(len(self._digits)):
            self._digits[place] = 0
        self._digits.clear()

    def __len__(self) -> int:
        return len(self._digits)

    def __enter__(self) -> Pin:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "Pin(…)"

    def __reduce__(self) -> str:
        raise TypeError("a PIN is never stored")


def wipe(sent: bytearray) -> None:
    """Overwrite what held a PIN, in place."""
    for place in range(len(sent)):
        sent[place] = 0
