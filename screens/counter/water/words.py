"""Words of the company's desk: kinds, states and days of work orders, in the language on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from kiosk.language import day_figures
from kiosk.names import Language
from kiosk.water.facts import KINDS, Kind, ServiceState, WorkOrder, WorkState
from screens.counter.water.desk_list import Cell

if TYPE_CHECKING:
    from datetime import date

    from screens.app import KioskApp

STATES: Final[tuple[WorkState, ...]] = ("open", "taken", "asked_back", "carried_out", "closed", "refused")

LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"az": "Azərbaycan", "ru": "Русский", "en": "English"}
"""Each in itself."""


def kind_short(app: KioskApp, kind: Kind) -> str:
    """What an application is for, in one or two words."""
    return app.text(f"desk.kind.{kind}")


def kinds_width(app: KioskApp) -> int:
    """The width of the longest of them."""
    return max(cell_len(kind_short(app, kind)) for kind in KINDS)


def state_words(app: KioskApp, state: WorkState) -> str:
    """How a work order stands."""
    return app.text(f"work_order.state.{state}")


def states_width(app: KioskApp) -> int:
    """The width of the longest of them."""
    return max(cell_len(state_words(app, state)) for state in STATES)


def day(app: KioskApp, when: date) -> str:
    """A day in figures."""
    return day_figures(app.language, when)


def due_words(app: KioskApp, order: WorkOrder) -> str:
    """The day an order is due; one that is late has its sign and word."""
    due = day(app, order.due_on)
    return f"! {due} {app.text('desk.overdue')}" if order.overdue else f"  {due}"


def due_width(app: KioskApp) -> int:
    """The width of the longest of them."""
    return 14 + cell_len(app.text("desk.overdue"))


def due_cell(app: KioskApp, order: WorkOrder) -> Cell:
    """The same as a cell."""
    return Cell(due_words(app, order), "held-ink" if order.overdue else "ink", order.overdue)


def service_cell(app: KioskApp, state: ServiceState, *, closed: bool) -> Cell:
    """Whether a subscriber is served; what is not as usual has its sign."""
    if closed:
        return Cell(f"✕ {app.text('desk.service.closed')}", "taken-ink")
    words = app.text(f"desk.service.{state}")
    return Cell(f"! {words}", "held-ink") if state == "suspended" else Cell(f"✓ {words}", "good-ink")


def services_width(app: KioskApp) -> int:
    """The width of the longest of them."""
    return 2 + max(cell_len(app.text(f"desk.service.{state}")) for state in ("active", "suspended", "closed"))


def role_words(app: KioskApp, role: str) -> str:
    """What a document is, in one line."""
    return app.text(f"desk.role.{role}")
