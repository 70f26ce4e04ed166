"""The free hours of a service at a centre, as one list to choose from (Q3, Q5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import Refusal
from kiosk.language import matches
from screens.base import Placed
from screens.counter.key_bar import Key
from screens.counter.people.words import moment_words, refused_words
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.search_line import SearchLine
from screens.follow import Follower
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.station import Station
    from screens.app import KioskApp


def free_hours(station: Station, service: str, centre: str) -> tuple[datetime, ...]:
    """Every free hour of the offered dates, the soonest first.

    Raises:
        Refusal: the centre does not give the service; the database is away.
    """
    days = station.bookings.dates(service, centre)
    return tuple(
        slot.time
        for day in days
        if day.open
        for slot in station.bookings.slots(service, centre, day.date).slots
        if slot.state == "free"
    )


def hour_lines(app: KioskApp, hours: Sequence[datetime], typed: str) -> list[tuple[datetime, str]]:
    """The hours whose words have all that was typed: "24 10" finds the 24th at ten."""
    said = [(hour, moment_words(app, hour)) for hour in hours]
    return [(hour, words) for hour, words in said if not typed.strip() or matches(typed, words) is not None]


class HoursScreen(DeskScreen):
    """Typing narrows the list, Enter takes the chosen hour."""

    KEYS: ClassVar = {
        "enter": "take",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
        "escape": "back",
    }

    def __init__(self, operator: Operator, service: str, centre: str, taken: Callable[[datetime], object]) -> None:
        """Make it; `taken` is told the hour, after this has gone."""
        super().__init__(operator)
        self.search = SearchLine("people.hours_hint")
        self.list = DeskList(lambda: (Column("people.head.hour", 20, grows=True),), "people.no_hours")
        self.hours: tuple[datetime, ...] = ()
        self._service = service
        self._centre = centre
        self._taken = taken
        self._follower = Follower(self, self._read, pause=1.0)

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.search
        yield self.list
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Line and list."""
        yield from super().places(size)
        yield self.search, self.desk_frame.line
        yield self.list, self.desk_frame.below_line

    def keys_here(self) -> Sequence[Key]:
        """Take it."""
        return (Key("take", "Enter", "people.key.take"),)

    async def on_mount(self) -> None:
        """Read before the first frame."""
        await self._follower.first()

    def follow(self) -> None:
        """Others take hours meanwhile."""
        self._follower.changed()

    async def _read(self) -> None:
        try:
            self.hours = await self.ask(free_hours, self.kiosk.station, self._service, self._centre)
        except Refusal as refusal:
            if refusal.error == "unavailable":
                raise
            self.hours = ()
            words = refused_words(self.kiosk, refusal)
            self.note.say(lambda: words, "error", align="left")
        else:
            self.read_again()
        self.write()

    def write(self) -> None:
        """The hours in the language on screen."""
        found = hour_lines(self.kiosk, self.hours, self.search.value)
        self.list.show([Line(hour.isoformat(), (Cell(words, bold=True),)) for hour, words in found])
        self.search.show_found(self.text("desk.found", count=len(found)))

    def typed_into(self) -> Field:
        """The search."""
        return self.search

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self.list.to_top()
        self.write()

    def do_key(self, name: str) -> None:
        """Rows, and taking one."""
        if name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
        elif name == "take":
            self._take()
        else:
            super().do_key(name)

    def leave(self) -> None:
        """What is typed goes first."""
        if self.search.value:
            self.search.value = ""
        else:
            super().leave()

    def _take(self) -> None:
        if self.list.chosen is not None:
            hour = datetime.fromisoformat(self.list.chosen)
            self.kiosk.pop_screen()
            self._taken(hour)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row takes it."""
        event.stop()
        if event.name == self.list.chosen:
            self._take()
        else:
            self.list.choose(event.name)
