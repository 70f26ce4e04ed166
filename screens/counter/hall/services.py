"""What a counter serves: every service of the centre with a tick; none ticked means all (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import CHANGED_MEANWHILE, BadRequest
from kiosk.hall.queue_facts import Counter
from screens.base import Placed
from screens.counter.hall.section import ActingScreen
from screens.counter.key_bar import Key
from screens.counter.shorten import shorten
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading

_LINE: Final = 44
"""What the first line of the note has room for besides its words, in the smallest terminal."""
_LEAST_NAME: Final = 10
"""In fewer cells a service's name tells nothing."""


class ServicesScreen(ActingScreen):
    """Space ticks a service, F10 keeps the ticks."""

    KEYS: ClassVar = {
        "space": "tick",
        "enter": "tick",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
        "f10": "send",
        "escape": "back",
    }

    def __init__(self, operator: Operator, counter: Counter) -> None:
        super().__init__(operator)
        self.counter = counter
        self.ticked = set(counter.services)
        self._first = counter.services
        self.heading = Heading(lambda: self.text("hall.services.title", number=counter.number), id="heading")
        self.list = DeskList(
            lambda: (Column("", 3), Column("hall.services.service", 40, grows=True)), "hall.limits.none"
        )

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.list
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column."""
        yield from super().places(size)
        yield self.heading, self.desk_frame.title
        yield self.list, self.desk_frame.body

    def on_mount(self) -> None:
        """Those that the centre gives now; what it gave once has no tick any more."""
        self.ticked &= set(self._given())
        self._first = frozenset(self.ticked)
        self.write()

    def _changed_meanwhile(self, counter: Counter) -> None:
        """Somebody else kept other ticks since this was opened: say which; what was ticked here stays as it is."""
        self.counter = counter
        touched, before = self.ticked ^ self._first, self._first
        self._first = counter.services & set(self._given())
        self.ticked = {*(self._first - touched), *(self.ticked & touched)}
        others = [service for service in self._given() if service in before ^ self._first]
        self.write()
        if others:
            self.list.choose(others[0])
        what = ", ".join(f"{'✓' if one in self._first else '·'} {self._short(one, len(others))}" for one in others)
        self.tell("hall.changed", "warning", what=what)

    def _short(self, service: str, beside: int) -> str:
        """Its name, so that as many stand in a line."""
        return shorten(service_words(self.kiosk, service), max(_LEAST_NAME, _LINE // beside - 4))

    def _given(self) -> Sequence[str]:
        catalogue, centre = self.kiosk.catalogue, self.kiosk.settings.station.centre
        if catalogue is None:
            return ()
        return [service for service in catalogue.services if (service, centre) in catalogue.capacity]

    def write(self) -> None:
        """The rows, in the language on screen."""
        catalogue = self.kiosk.catalogue
        if catalogue is None:
            return
        self.list.show(
            [
                Line(
                    service,
                    (
                        Cell("✓" if service in self.ticked else "·", "accent" if service in self.ticked else "soft"),
                        Cell(catalogue.services[service].name.of(self.kiosk.language), bold=service in self.ticked),
                    ),
                )
                for service in self._given()
            ]
        )
        if not self.ticked:
            self.tell("hall.services.all")
        else:
            self.tell_nothing()

    def keys_here(self) -> Sequence[Key]:
        """Tick and keep."""
        return Key("tick", "Space", "hall.services.tick"), Key("send", "F10", "hall.key.save")

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        if name == "tick":
            if self.list.chosen is not None and not self.busy:
                self.ticked ^= {self.list.chosen}
                self.write()
        elif name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
        elif name == "send":
            self.act(self._keep)
        else:
            super().do_key(name)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.list.choose(event.name)
        self.do_key("tick")

    @property
    def has_typed(self) -> bool:
        """Whether another one is ticked than before."""
        return self.ticked != self._first

    async def _keep(self) -> None:
        wanted = sorted(self.ticked)
        key, counters, number = self.key_for(*wanted), self.kiosk.station.counters, self.counter.number
        try:
            await self.ask(counters.set_services, key, self.staff, number, wanted, was=self.counter.services)
        except BadRequest as refusal:
            if refusal.why != CHANGED_MEANWHILE:
                raise
            self._changed_meanwhile(next(one for one in await self.ask(counters.of) if one.number == number))
            return
        self._first = frozenset(self.ticked)
        self.busy = False
        self.leave()
