"""Labels and values that may be longer than the room for them: lines that are moved through by keys, never cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

_BESIDE: Final = 50
"""From that width on values stand beside their labels; below it only beside short ones."""
_LABEL: Final = 24
_SHORT: Final = 16
_MOST_LINES: Final = 400


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; a fact without a value is a heading."""

    label: str
    value: str = ""


class FactPane(Drawn):
    """Facts from the top; how far one is stands at the foot when there is more than room."""

    def __init__(self, *, id: str = "facts") -> None:
        super().__init__(id=id)
        self._facts: tuple[Fact, ...] = ()
        self._top = 0

    def show(self, facts: Sequence[Fact]) -> None:
        """Show these, as far down as one was."""
        self._facts = tuple(facts)
        self.refresh()

    def _label_width(self) -> int:
        """The columns of the labels with a free one; 0: each stands over its value."""
        longest = max((cell_len(fact.label) for fact in self._facts if fact.value), default=0) + 2
        if self.size.width >= _BESIDE:
            return min(longest, _LABEL)
        return longest if longest <= _SHORT else 0

    def _laid(self) -> list[tuple[str, str, bool]]:
        """Label, value and whether it is a heading, for each line."""
        width, label_width = self.size.width, self._label_width()
        lines: list[tuple[str, str, bool]] = []
        for fact in self._facts:
            if not fact.value:
                if lines:
                    lines.append(("", "", False))
                lines.append((fact.label, "", True))
            elif label_width:
                labels = wrap(fact.label, label_width - 1, 3)
                values = wrap(fact.value, width - label_width, _MOST_LINES)
                for row in range(max(len(labels), len(values))):
                    label = labels[row] if row < len(labels) else ""
                    lines.append((label, values[row] if row < len(values) else "", False))
            else:
                lines += [(label, "", False) for label in wrap(fact.label, width, 3)]
                lines += [("", f"  {value}", False) for value in wrap(fact.value, width - 2, _MOST_LINES)]
        return lines

    def _rows(self, count: int) -> int:
        """The rows for facts: the last one says how far one is when not everything fits."""
        height = self.size.height
        return height if count <= height else max(1, height - 1)

    def move(self, key: str) -> None:
        """Move by a line or a page."""
        count = len(self._laid())
        rows = self._rows(count)
        step = max(1, rows - 1) if key.startswith("page") else 1
        self._top = max(0, min(self._top + (step if key.endswith("down") else -step), count - rows))
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Labels soft, values bold."""
        lines = self._laid()
        rows = self._rows(len(lines))
        self._top = max(0, min(self._top, len(lines) - rows))
        value_at = self._label_width()
        for row, (label, value, heads) in enumerate(lines[self._top : self._top + rows]):
            if label:
                sheet.put(0, row, sheet.width, label, "ink" if heads else "soft", bold=heads)
            if value:
                sheet.put(value_at, row, sheet.width - value_at, value, bold=True)
        if len(lines) > rows:
            shown = f"PgUp PgDn  {self._top + 1}–{self._top + rows} / {len(lines)}"
            sheet.put(0, sheet.height - 1, sheet.width, shown, "accent")
