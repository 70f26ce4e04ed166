"""The key of an act that may have to be asked for again."""

from __future__ import annotations

import secrets


class ActKey:
    """The same key as long as the same is asked: after an answer that was lost, asking again does nothing twice."""

    def __init__(self) -> None:
        self._made: tuple[object, str] | None = None

    @property
    def is_made(self) -> bool:
        """Whether something was asked whose answer is not known."""
        return self._made is not None

    def of(self, asked: object) -> str:
        """The key of what is asked; what was asked before and is another thing has lost its own."""
        if self._made is None or self._made[0] != asked:
            self._made = (asked, secrets.token_hex(16))
        return self._made[1]

    def forget(self) -> None:
        """An answer came: what is asked next is another act."""
        self._made = None
