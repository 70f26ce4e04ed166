"""A password while it is typed and sent: code points in a list that is wiped in place, never a text of ours (I8, I9).

As with a PIN (`hardware/secret.py`) nothing here keeps, prints or compares one. The HTTP library needs bytes of its own
to send, and those live until they are freed; the process writes no core and is read by nobody (`kiosk/undumpable.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Final

LONGEST: Final = 128


class TypedPassword:
    """What somebody typed. Wipe it, or use it in a `with`, as soon as it was sent."""

    __slots__ = ("_points",)

    def __init__(self, signs: Iterable[str] = ()) -> None:
        """Make it of single signs."""
        self._points: list[int] = []
        for sign in signs:
            self.add(sign)

    def add(self, sign: str) -> None:
        """One more sign; what is not printable, or too much, is dropped."""
        if len(sign) == 1 and sign.isprintable() and len(self._points) < LONGEST:
            self._points.append(ord(sign))

    def drop(self) -> None:
        """Forget the last sign; nothing where there is none."""
        if self._points:
            self._points[-1] = 0
            self._points.pop()

    def json(self) -> bytearray:
        """It as a JSON string in UTF-8, with its quotes. The caller wipes it after sending."""
        made = bytearray(b'"')
        for point in self._points:
            if point in (0x22, 0x5C):
                made.append(0x5C)
            made += chr(point).encode(errors="replace")
        made += b'"'
        return made

    def wipe(self) -> None:
        """Forget every sign, in place."""
        for place in range(len(self._points)):
            self._points[place] = 0
        self._points.clear()

    def __len__(self) -> int:
        return len(self._points)

    def __enter__(self) -> TypedPassword:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return "TypedPassword(…)"

    def __reduce__(self) -> str:
        raise TypeError("a password is never stored")
