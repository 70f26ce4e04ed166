"""The machines of the centre: which are there, whose clock is off, which kiosk is closed (M5, K5)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from kiosk.hall.stations import StationEntry
from kiosk.language import clock, number
from screens.counter.hall.section import LIST_KEYS, SectionScreen
from screens.counter.key_bar import Key
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, Line


class MachinesScreen(SectionScreen):
    """The list. F8 closes a kiosk, or opens it again."""

    SECTION = "machines"
    KEYS: ClassVar = LIST_KEYS | {"f8": "turn"}

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.machines: tuple[StationEntry, ...] = ()

    def columns(self) -> Sequence[Column]:
        """What there is to see of one."""
        return (
            Column("hall.machine.name", 16, grows=True),
            Column("hall.machine.face", 10),
            Column("hall.machine.state", 20),
            Column("hall.machine.seen", 10),
            Column("hall.machine.clock", 12, align="right"),
            Column("hall.machine.version", 8, rank=1, align="right"),
        )

    async def read(self) -> None:
        """The machines of this centre."""
        self.machines = await self.ask(self.kiosk.station.stations.all)
        self.show([self._line(machine) for machine in self.machines])

    def _line(self, machine: StationEntry) -> Line:
        if machine.closed_at is not None:
            state = Cell(f"■ {self.text('hall.machine.closed')}", "held-ink", bold=True)
        elif machine.is_there:
            state = Cell(f"✓ {self.text('hall.machine.there')}")
        else:
            state = Cell(f"✕ {self.text('hall.machine.gone')}", "taken-ink", bold=True)
        off = number(self.kiosk.language, Decimal(machine.clock_off) / 1000, 1)
        seconds = self.text("hall.machine.seconds", number=off)
        cells = (
            Cell(machine.name, bold=True),
            Cell(self.text(f"hall.face.{machine.face}")),
            state,
            Cell(clock(machine.seen_at), "soft"),
            Cell(f"! {seconds}", "taken-ink", bold=True) if machine.clock_is_off else Cell(seconds, "soft"),
            Cell(machine.version, "soft"),
        )
        return Line(f"{machine.face}/{machine.name}", cells)

    @property
    def machine(self) -> StationEntry | None:
        """The chosen one."""
        return next((one for one in self.machines if f"{one.face}/{one.name}" == self.list.chosen), None)

    def keys_here(self) -> Sequence[Key]:
        """A kiosk can be closed and opened."""
        machine = self.machine
        if machine is None or machine.face != "kiosk":
            return ()
        return (Key("turn", "F8", "hall.machine.close_it" if machine.closed_at is None else "hall.machine.open_it"),)

    def open_row(self, name: str) -> None:
        """Nothing is behind a row."""

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        machine = self.machine
        if name == "turn":
            if machine is not None and machine.face == "kiosk":
                self.act(lambda: self._turn(machine))
        else:
            super().do_key(name)

    async def _turn(self, machine: StationEntry) -> None:
        close = machine.closed_at is None
        key = self.key_for(machine.name, machine.closed_at)
        await self.ask(self.kiosk.station.stations.set_closed, key, self.staff, machine.name, close)
        await self.read()
