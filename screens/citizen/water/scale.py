"""The scale of a bar chart in half rows: round steps, with gridlines where they belong and room for their labels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_ROUND: Final = (1, 2, 5)
_LEAST_APART: Final = 4
"""Half rows between two gridlines, so that their labels stand apart; always an even number, so that each gridline is
as deep in its row as the line of nothing."""
_LEAST_APART_LOW: Final = 2
"""The same where a plot has three rows or less: a bar's height is worth more than air between labels."""
_LOW: Final = 7


@dataclass(frozen=True, slots=True)
class Scale:
    """`halves` half rows for each `step`, an even number."""

    step: Decimal
    halves: int

    @classmethod
    def of(cls, highest: Decimal, room: int) -> Scale:
        """The finest scale on which `highest` fits into `room` half rows, which are four at least."""
        apart = _LEAST_APART_LOW if room <= _LOW else _LEAST_APART
        exponent = highest.adjusted() - 1 if highest > 0 else 0
        while True:
            for factor in _ROUND:
                step = Decimal(factor).scaleb(exponent)
                halves = min(int(step * room / highest), room) // 2 * 2 if highest > 0 else apart
                if halves >= apart or step >= highest:
                    return cls(step, halves)
            exponent += 1

    def height(self, value: Decimal) -> int:
        """A bar's height in half rows; whatever is above nothing is seen."""
        return max(1, round(value * self.halves / self.step)) if value > 0 else 0

    def lines(self, room: int) -> list[tuple[Decimal, int]]:
        """Values and heights of the gridlines above nothing."""
        return [(self.step * count, self.halves * count) for count in range(1, room // self.halves + 1)]
