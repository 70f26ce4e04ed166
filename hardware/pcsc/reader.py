"""One reader as the worker watches it: which states PC/SC told become which news.

The upper half of a state counts insertions and removals since the reader is there, so that a card exchanged between two
looks is seen even when the new one is of the same model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hardware.pcsc.protocol import Kind, Message

UNAWARE: Final = 0x0000
CHANGED: Final = 0x0002
UNKNOWN: Final = 0x0004
UNAVAILABLE: Final = 0x0008
PRESENT: Final = 0x0020
MUTE: Final = 0x0200
_COUNTER: Final = 0xFFFF


@dataclass(slots=True)
class Reader:
    """A reader and its card.

    `state` is what PC/SC last told and is given back at the next look; `card` the number of the card in it; `counter`
    the reader's event counter when that card was told.
    """

    name: str
    state: int = 0
    card: int | None = None
    mute: bool = False
    counter: int = 0

    def look(self, state: int, atr: bytes, numbers: Iterator[int]) -> list[Message]:
        """The news in a state; a new card takes the next of `numbers`."""
        before, self.state = self.state, state & ~CHANGED
        counter = state >> 16
        if not state & PRESENT:
            return self.empty()
        if self.card is None:
            return [self._fill(counter, atr, bool(state & MUTE), numbers)]
        # One step alone is the insertion counted late or the removal counted early; a swap is two.
        swapped = (counter - self.counter) & _COUNTER >= 2
        spoke = bool(before & MUTE) and not state & MUTE
        fell_silent = bool(state & MUTE) and not self.mute
        if swapped or spoke or fell_silent:
            return [*self.empty(), self._fill(counter, atr, bool(state & MUTE), numbers)]
        return []

    def silent(self, numbers: Iterator[int]) -> list[Message]:
        """The card did not answer when it was to be reached: it is told anew as a mute one, once."""
        if self.card is None or self.mute:
            return []
        counter = self.counter
        return [*self.empty(), self._fill(counter, b"", True, numbers)]

    def empty(self) -> list[Message]:
        """No card is in it (any more)."""
        if self.card is None:
            return []
        gone, self.card, self.mute = self.card, None, False
        return [Message(Kind.CARD_OUT, number=gone, text=self.name)]

    def _fill(self, counter: int, atr: bytes, mute: bool, numbers: Iterator[int]) -> Message:
        self.card, self.counter, self.mute = next(numbers), counter, mute
        return Message(Kind.CARD_IN, number=self.card, extra=int(mute), text=self.name, data=b"" if mute else atr)
