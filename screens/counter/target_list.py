"""Where a ticket can be sent: counters and services, as far as they match what is typed (C2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from rich.cells import cell_len
from textual.geometry import Region

from kiosk.language import matches, sort_key
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from screens.app import KioskApp

_COUNTER_NUMBER: Final = re.compile(r"(?=.*[0-9])[0-9A-Z]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """A counter by its number, or a service by its id, and how it is written."""

    kind: Literal["counter", "service"]
    id: str
    words: str


def targets_of(app: KioskApp, typed: str, counters: Iterable[str], service: str) -> tuple[Target, ...]:
    """What the typed text may mean: counters first, then services of this centre in the order of the alphabet.

    Args:
        app: knows language, centre and services.
        typed: a counter's number, or a part of a service's name.
        counters: numbers that are known to be in use.
        service: what the ticket is for now, which is no target.
    """
    wanted = typed.strip()
    number = wanted.upper() if wanted.isascii() else ""
    known = [known for known in counters if known.startswith(number)] if number or not wanted else []
    if _COUNTER_NUMBER.fullmatch(number):
        known = [number, *(other for other in known if other != number)]
    found = [Target("counter", known, app.text("counter.number", number=known)) for known in known]
    if app.catalogue is None:
        return tuple(found)
    here = app.settings.station.centre
    services = [
        Target("service", offered.id, offered.name.of(app.language))
        for offered in app.catalogue.services.values()
        if offered.id != service and (offered.id, here) in app.catalogue.capacity
    ]
    services = [target for target in services if matches(wanted, target.words) is not None]
    services.sort(key=lambda target: sort_key(app.language, target.words))
    return (*found, *services)


class TargetList(TouchArea, can_focus=False):
    """Rows with a cursor; a touch on one is told as `TouchArea.Touched` with its place."""

    def __init__(self) -> None:
        super().__init__(id="targets")
        self._targets: Sequence[Target] = ()
        self._at: int | None = None

    @property
    def chosen(self) -> Target | None:
        """The target under the cursor; None before anything was typed or chosen."""
        return self._targets[self._at] if self._targets and self._at is not None else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to choose."""
        return not self._targets

    def show(self, targets: Sequence[Target], *, first: bool) -> None:
        """Show these, the cursor on the first or, for nobody meant one yet, nowhere."""
        self._targets, self._at = targets, 0 if first else None
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor."""
        self.choose(0 if self._at is None else self._at + step)

    def choose(self, place: int) -> None:
        """Put the cursor there, as near as there is a row."""
        self._at = min(max(0, place), max(0, len(self._targets) - 1))
        self.refresh()

    @property
    def page(self) -> int:
        """How many rows there is room for."""
        return max(1, self.size.height)

    def _seen(self) -> range:
        top = max(0, min((self._at or 0) - self.page // 2, len(self._targets) - self.page))
        return range(top, min(len(self._targets), top + self.page))

    def spots(self) -> Sequence[Spot]:
        """The rows in sight."""
        return [
            Spot(str(place), Region(0, row, self.size.width, 1), "canvas") for row, place in enumerate(self._seen())
        ]

    def draw(self, sheet: Sheet) -> None:
        """A row each; where there are more, the last one tells at its end which of how many are in sight."""
        seen = self._seen()
        if not seen:
            sheet.put(2, 0, sheet.width - 2, self.text("counter.transfer.none"), "soft")
            return
        of_all = len(self._targets)
        aside = f"{seen.start + 1}–{seen.stop} / {of_all}" if len(seen) < of_all else ""
        for row, place in enumerate(seen):
            target = self._targets[place]
            if place == self._at:
                sheet.cursor(row)
            room = sheet.width - 2 - (cell_len(aside) + 2 if place == seen[-1] else 0)
            sheet.put(2, row, room, target.words, "ink", bold=place == self._at)
        sheet.put(0, len(seen) - 1, sheet.width, aside, "soft", align="right")
