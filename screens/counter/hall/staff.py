"""Staff: who works here, in which role, with which rights (C6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kiosk.identity.staff_office import StaffEntry
from screens.counter.hall.section import LIST_KEYS, SectionScreen
from screens.counter.key_bar import Key
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, Line


class StaffScreen(SectionScreen):
    """The list. Enter edits, F7 enrols, F8 lets somebody leave or come back, F9 gives a new password."""

    SECTION = "staff"
    KEYS: ClassVar = LIST_KEYS | {"f7": "add", "f8": "turn", "f9": "password"}

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.staff_members: tuple[StaffEntry, ...] = ()

    def columns(self) -> Sequence[Column]:
        """What there is to see of one."""
        return (
            Column("staff.name", 18),
            Column("hall.staff.display_name", 20, grows=True),
            Column("hall.staff.role", 16),
            Column("hall.staff.rights", 14, rank=1),
            Column("hall.staff.state", 12),
        )

    async def read(self) -> None:
        """Everybody."""
        self.staff_members = await self.ask(self.kiosk.station.staff_office.all, self.staff)
        self.show([self._line(entry) for entry in self.staff_members])

    def _line(self, entry: StaffEntry) -> Line:
        there = entry.active
        cells = (
            Cell(entry.name, "ink" if there else "soft", bold=there),
            Cell(entry.display_name, "ink" if there else "soft"),
            Cell(self.text(f"staff.role.{entry.role}"), "ink" if there else "soft"),
            Cell(f"+{len(entry.rights)}" if entry.rights else "", "soft"),
            Cell(f"✓ {self.text('hall.staff.yes')}") if there else Cell(f"✕ {self.text('hall.staff.left')}", "soft"),
        )
        return Line(str(entry.id), cells)

    @property
    def entry(self) -> StaffEntry | None:
        """The chosen one."""
        return next((entry for entry in self.staff_members if str(entry.id) == self.list.chosen), None)

    def keys_here(self) -> Sequence[Key]:
        """Of the chosen one, and enrolling."""
        add = Key("add", "F7", "hall.staff.add")
        entry = self.entry
        if entry is None:
            return (add,)
        turn = Key("turn", "F8", "hall.staff.leaves" if entry.active else "hall.staff.comes_back")
        return *super().keys_here(), add, turn, Key("password", "F9", "hall.staff.password")

    def open_row(self, name: str) -> None:
        """Edit name, role and rights."""
        from screens.counter.hall.staff_forms import StaffForm

        if self.entry is not None:
            self.kiosk.push_screen(StaffForm(self.operator, self.entry))

    def do_key(self, name: str) -> None:
        """A key or its cap."""
        entry = self.entry
        if name == "add":
            from screens.counter.hall.staff_forms import NewStaffForm

            self.kiosk.push_screen(NewStaffForm(self.operator))
        elif name == "turn":
            if entry is not None:
                self.act(lambda: self._turn(entry))
        elif name == "password":
            from screens.counter.hall.staff_forms import PasswordForm

            if entry is not None:
                self.kiosk.push_screen(PasswordForm(self.operator, entry))
        else:
            super().do_key(name)

    async def _turn(self, entry: StaffEntry) -> None:
        key = self.key_for(entry.id, entry.active)
        await self.ask(self.kiosk.station.staff_office.set_active, key, self.staff, entry.id, active=not entry.active)
        await self.read()
