"""The filters of the list of work, each with its key: state, kind, mine, overdue (W7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.water.facts import KINDS, Kind, WorkState
from kiosk.water.work import TO_DO, WorkFilter
from screens.counter.water.words import STATES, kind_short, state_words
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from screens.app import KioskApp

T = TypeVar("T")

_GAP: Final = 2
_CAPS: Final = {"state": "F2", "kind": "F3", "mine": "F4", "overdue": "F5"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which work is shown."""

    state: WorkState | None = None
    """None: whatever is to do."""
    kind: Kind | None = None
    mine: bool = False
    overdue: bool = False

    def turned(self, name: str) -> Filters:
        """The filter of that name at its next value."""
        match name:
            case "state":
                return replace(self, state=_next((None, *STATES), self.state))
            case "kind":
                return replace(self, kind=_next((None, *KINDS), self.kind))
            case "mine":
                return replace(self, mine=not self.mine)
            case _:
                return replace(self, overdue=not self.overdue)

    def wanted(self, typed: str, staff: int) -> WorkFilter:
        """What the station is asked for."""
        return WorkFilter(
            states=TO_DO if self.state is None else (self.state,),
            kinds=() if self.kind is None else (self.kind,),
            typed=typed,
            overdue_only=self.overdue,
            mine=staff if self.mine else None,
        )


def _next(values: Sequence[T], value: T) -> T:
    return values[(values.index(value) + 1) % len(values)]


class FilterBar(TouchArea, can_focus=False):
    """One row: cap and value of each; what is set apart from the usual is in bold."""

    def __init__(self) -> None:
        super().__init__(id="filters")
        self._filters = Filters()

    @property
    def filters(self) -> Filters:
        """What is set."""
        return self._filters

    def turn(self, name: str) -> None:
        """Set a filter to its next value."""
        self._filters = self._filters.turned(name)
        self.refresh()

    def _said(self) -> list[tuple[str, str, bool]]:
        app: KioskApp = self.kiosk
        now = self._filters
        ticks = {True: "✓", False: "–"}
        return [
            ("state", state_words(app, now.state) if now.state else self.text("desk.to_do"), now.state is not None),
            ("kind", kind_short(app, now.kind) if now.kind else self.text("desk.all_kinds"), now.kind is not None),
            ("mine", f"{self.text('desk.mine')} {ticks[now.mine]}", now.mine),
            ("overdue", f"{self.text('desk.overdue_only')} {ticks[now.overdue]}", now.overdue),
        ]

    def _places(self) -> list[tuple[str, str, bool, Region]]:
        found, x = [], 0
        for name, words, is_set in self._said():
            wide = 5 + cell_len(words)
            found.append((name, words, is_set, Region(x, 0, wide, 1)))
            x += wide + _GAP
        return found

    def spots(self) -> Sequence[Spot]:
        """Each filter."""
        return [Spot(name, region, "canvas") for name, _, _, region in self._places()]

    def draw(self, sheet: Sheet) -> None:
        """Caps and values."""
        for name, words, is_set, (x, _, _, _) in self._places():
            cap = _CAPS[name]
            sheet.fill(x, 0, 4, 1, "tint" if self.pressed == name else "deep-raise")
            if sheet.palette.framed:
                sheet.text(x, 0, f"[{cap}]", "ink", bold=True)
            else:
                sheet.text(x + 1, 0, cap, "on-deep", bold=True)
            sheet.text(x + 5, 0, words, "accent" if is_set else "ink", bold=is_set)
