"""The way into the hall's screens from the workplace: by right, at the first section that may be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.counter.hall.section import SectionScreen
from screens.counter.hall.sections import SECTIONS
from screens.counter.water.desk import Operator

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember


def hall_menu(member: StaffMember, insertion: int | None = None) -> SectionScreen:
    """The first section that a staff member may open.

    Raises:
        LookupError: there is none: whoever opens this asked for the rights first.
    """
    first = next((section for section in SECTIONS if section.right in member.rights), None)
    if first is None:
        raise LookupError("no section of the hall may be opened")
    return section_screen(first.name, Operator(member, insertion))


def section_screen(name: str, operator: Operator) -> SectionScreen:
    """The screen of a section; imported as it is opened."""
    match name:
        case "counters":
            from screens.counter.hall.counters import CountersScreen

            return CountersScreen(operator)
        case "closures":
            from screens.counter.hall.closures import ClosuresScreen

            return ClosuresScreen(operator)
        case "machines":
            from screens.counter.hall.machines import MachinesScreen

            return MachinesScreen(operator)
        case "staff":
            from screens.counter.hall.staff import StaffScreen

            return StaffScreen(operator)
        case _:
            from screens.counter.hall.limits import LimitsScreen

            return LimitsScreen(operator)
