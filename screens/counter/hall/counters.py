"""Counters: open or closed, who sits there, what they serve, how one gets there (C2, C4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kiosk.hall.queue_facts import Counter
from kiosk.hall.way import ARROWS, LONGEST_WORDS, Way, direction_of, way_of
from kiosk.language import plural
from kiosk.names import LANGUAGES, Names
from screens.board.places import large_lines
from screens.counter.hall.form import FormField, HallForm
from screens.counter.hall.section import LIST_KEYS, SectionScreen
from screens.counter.key_bar import Key
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, Line

_FROM_AFAR = {0: "hall.counter.small", 1: "hall.counter.large_one", 2: "hall.counter.large_two"}
"""By lines of large letters on the board."""


class CountersScreen(SectionScreen):
    """The list. Enter edits, F7 adds, F8 opens or closes, F9 says what it serves, Delete frees it."""

    SECTION = "counters"
    KEYS: ClassVar = LIST_KEYS | {"f7": "add", "f8": "turn", "f9": "services", "delete": "free"}

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.counters: tuple[Counter, ...] = ()

    def columns(self) -> Sequence[Column]:
        """What there is to see of one."""
        return (
            Column("hall.counter.number", 8),
            Column("hall.counter.state", 12),
            Column("hall.counter.staff", 20, grows=True),
            Column("hall.counter.services", 18),
            Column("hall.counter.direction", 26, rank=1),
        )

    async def read(self) -> None:
        """The counters of this centre."""
        self.counters = await self.ask(self.kiosk.station.counters.of)
        self.show([self._line(counter) for counter in self.counters])

    def _line(self, counter: Counter) -> Line:
        language = self.kiosk.language
        state = Cell(self.text("hall.counter.open")) if counter.open else Cell(self.text("hall.counter.closed"), "soft")
        if counter.services:
            services = plural(language, "hall.counter.some_services", len(counter.services))
        else:
            services = self.text("hall.counter.all_services")
        cells = (
            Cell(counter.number, bold=True),
            state,
            Cell(counter.staff_name or "–"),
            Cell(services, "soft"),
            Cell(counter.direction.of(language), "soft"),
        )
        return Line(counter.number, cells)

    @property
    def counter(self) -> Counter | None:
        """The chosen one."""
        return next((counter for counter in self.counters if counter.number == self.list.chosen), None)

    def keys_here(self) -> Sequence[Key]:
        """Of the chosen one, and adding."""
        add = Key("add", "F7", "hall.counter.add")
        counter = self.counter
        if counter is None:
            return (add,)
        turn = "hall.counter.close_it" if counter.open else "hall.counter.open_it"
        free = (Key("free", "Del", "hall.counter.free"),) if counter.staff is not None else ()
        return (
            *super().keys_here(),
            add,
            Key("turn", "F8", turn),
            Key("services", "F9", "hall.counter.services"),
            *free,
        )

    def open_row(self, name: str) -> None:
        """Edit how one gets there."""
        if self.counter is not None:
            self.kiosk.push_screen(DirectionForm(self.operator, self.counter))

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        counter = self.counter
        if name == "add":
            self.kiosk.push_screen(CounterForm(self.operator))
        elif name == "turn" and counter is not None:
            self.act(lambda: self._turn(counter))
        elif name == "free" and counter is not None and counter.staff is not None:
            self.act(lambda: self._free(counter))
        elif name == "services" and counter is not None:
            from screens.counter.hall.services import ServicesScreen

            self.kiosk.push_screen(ServicesScreen(self.operator, counter))
        elif name not in ("turn", "free", "services"):
            super().do_key(name)

    async def _turn(self, counter: Counter) -> None:
        key = self.key_for("turn", counter.number, counter.open)
        await self.ask(self.kiosk.station.counters.set_open, key, self.staff, counter.number, not counter.open)
        await self.read()

    async def _free(self, counter: Counter) -> None:
        key = self.key_for("free", counter.number, counter.staff)
        await self.ask(self.kiosk.station.counters.free, key, self.staff, counter.number)
        await self.read()


class CounterForm(HallForm):
    """A new counter: its number."""

    TITLE = "hall.counter.new"

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator, {"number": ""})

    def fields(self) -> Sequence[FormField]:
        """One row."""
        return (FormField("number", "hall.counter.number", longest=4),)

    def hint_words(self) -> str:
        """What a number is."""
        return self.text("hall.counter.number_hint")

    def send(self) -> None:
        """Add it."""
        self.act(self._add)

    async def _add(self) -> None:
        typed = self.values["number"]
        number = typed.upper() if typed.isascii() else typed  # as the hall reads it
        await self.ask(self.kiosk.station.counters.add, self.key_for(number), self.staff, number)
        self.done()


class DirectionForm(HallForm):
    """How one gets to a counter: words in three languages, and an arrow that is seen from afar."""

    TITLE = "hall.counter.edit"

    def __init__(self, operator: Operator, counter: Counter) -> None:
        self.counter = counter
        ways = {name: way_of(text) for name, text in counter.direction.as_dict().items()}
        super().__init__(operator, {name: way.words for name, way in ways.items()} | {"arrow": ways["az"].arrow})

    def heading_words(self) -> str:
        """Of which counter."""
        return self.text("hall.counter.edit", number=self.counter.number)

    def fields(self) -> Sequence[FormField]:
        """A row a language, and the arrow."""
        words = (FormField(name, f"hall.in.{name}", longest=LONGEST_WORDS) for name in LANGUAGES)
        return (*words, FormField("arrow", "hall.counter.arrow", "choice", choices=self._arrows))

    def _arrows(self) -> Sequence[tuple[str, str]]:
        return (("", self.text("hall.counter.no_arrow")), *((arrow, arrow) for arrow in ARROWS))

    def hint_words(self) -> str:
        """Where it is shown, and whether what stands in the current row is read from afar."""
        hint = self.text("hall.counter.direction_hint")
        if self.current == "arrow":
            return f"{hint}\n{self.text('hall.counter.arrow_hint')}"
        words = " ".join(self.values[self.current].split())
        return f"{hint}\n{self.text(_FROM_AFAR[large_lines(words)])}" if words else hint

    def send(self) -> None:
        """Keep it."""
        self.act(self._keep)

    async def _keep(self) -> None:
        arrow = self.values["arrow"]
        direction = Names(*(direction_of(Way(arrow, self.values[name])) for name in LANGUAGES))
        key = self.key_for(direction)
        await self.ask(self.kiosk.station.counters.set_direction, key, self.staff, self.counter.number, direction)
        self.done()

    def row_of(self, field: str) -> str:
        """The first language that is missing."""
        return next((name for name in LANGUAGES if not self.values[name].strip()), "az")
