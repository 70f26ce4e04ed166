"""“Müraciətin statusunu yoxla”: the person's applications, and one of them with what became of it (W4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import on
from textual.geometry import Region

from kiosk.water.facts import Application, ApplicationState, Kind
from screens.citizen.step import Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.paged import PagedScreen
from screens.citizen.water.words import applicant_words, application_facts, day_words, kind_words
from screens.palette import Colour
from screens.widgets.fact_list import FactList
from screens.widgets.lists import PagedList, Row
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn

_ROW: Final = 3
_HEAD: Final = 2
_LARGE: Final = 4
_PAD: Final = 3
_TYPE_AT, _NAME_AT, _STATE_AT = 20, 58, 84
_MARKS: Final[dict[ApplicationState, tuple[str, Colour]]] = {
    "awaiting_payment": ("!", "held-ink"),
    "registered": ("○", "accent"),
    "in_work": ("◐", "accent"),
    "asked_back": ("!", "held-ink"),
    "completed": ("✓", "accent"),
    "refused": ("✕", "taken-ink"),
    "dropped": ("–", "soft"),
}
"""No state speaks by its colour alone."""


class ApplicationTable(PagedList):
    """Number and date, type and source, who applied, and how it stands; a touch opens one."""

    def __init__(self, *, id: str = "applications") -> None:
        super().__init__(id=id)
        self._applications: tuple[Application, ...] = ()

    def show_applications(self, applications: Sequence[Application]) -> None:
        """Show these, the page that is shown stays."""
        self._applications = tuple(applications)
        self.show([Row(str(index), one.number) for index, one in enumerate(self._applications)], keep_page=True)

    @property
    def _top(self) -> int:
        return 0 if self.kiosk.large else _HEAD

    @property
    def _pitch(self) -> int:
        return _LARGE if self.kiosk.large else _ROW

    def pages(self) -> list[range]:
        """As many as fit below the head."""
        each = max(1, (self.size.height - self._top + (self._pitch - _ROW)) // self._pitch)
        return [range(first, min(first + each, len(self._rows))) for first in range(0, len(self._rows), each)]

    def spots(self) -> Sequence[Spot]:
        """The applications of this page."""
        return [
            Spot(str(index), Region(0, self._top + place * self._pitch, self.size.width, _ROW), self._ground(index))
            for place, index in enumerate(self.page)
        ]

    def _ground(self, index: int) -> Colour:
        return "tint" if self.pressed == str(index) else "surface"

    def draw(self, sheet: Sheet) -> None:
        """Head and rows; in large type each is a card of three lines."""
        if not self.kiosk.large:
            heads = (("number", _PAD), ("kind", _TYPE_AT), ("applicant", _NAME_AT), ("state", _STATE_AT))
            for name, x in heads:
                sheet.text(x, 0, self.text(f"application.head.{name}"), "soft")
            sheet.text(0, 1, "─" * sheet.width, "line")
        spots = self.spots()
        for place, (spot, index) in enumerate(zip(spots, self.page, strict=True)):
            sheet.area(spot.region.x, spot.region.y, spot.region.width, _ROW, spot.ground)
            if self.kiosk.large:
                self._draw_card(sheet, self._applications[index], spot.region.y)
                continue
            if place + 1 < len(spots) and not sheet.palette.framed:
                sheet.text(0, spot.region.y + 2, "▁" * sheet.width, "line")
            self._draw_row(sheet, self._applications[index], spot.region.y)

    def _state(self, application: Application) -> tuple[str, Colour]:
        mark, ink = _MARKS[application.state]
        return f"{mark} {self.text(f'application.state.{application.state}')}", ink

    def _draw_row(self, sheet: Sheet, one: Application, y: int) -> None:
        app, state = self.kiosk, self._state(one)
        sheet.put(_PAD, y, _TYPE_AT - _PAD - 1, one.number or "–", bold=True)
        sheet.put(_PAD, y + 1, _TYPE_AT - _PAD - 1, day_words(app, one.created_at), "soft")
        sheet.put(_TYPE_AT, y, _NAME_AT - _TYPE_AT - 2, kind_words(app, one.kind))
        source = self.text(f"application.source.{one.source}")
        sheet.put(_TYPE_AT, y + 1, _NAME_AT - _TYPE_AT - 2, source, "soft")
        sheet.put(_NAME_AT, y, _STATE_AT - _NAME_AT - 2, applicant_words(one))
        room = sheet.width - _STATE_AT - 3
        for row, line in enumerate(wrap(state[0], room, 2)):
            sheet.put(_STATE_AT, y + row, room, line, state[1], bold=True)
        sheet.text(sheet.width - 2, y + 1, "▸", "accent")

    def _draw_card(self, sheet: Sheet, one: Application, y: int) -> None:
        app, (state, ink) = self.kiosk, self._state(one)
        room = sheet.width - 2 * 2
        sheet.put(2, y, room, one.number or "–", bold=True)
        sheet.put(2 + 13, y, room - 13, state, ink, bold=True, align="right")
        sheet.put(2, y + 1, room, kind_words(app, one.kind))
        source = self.text(f"application.source.{one.source}")
        sheet.put(
            2, y + 2, room - 2, " · ".join((day_words(app, one.created_at), source, applicant_words(one))), "soft"
        )
        sheet.text(sheet.width - 2, y + 2, "▸", "accent")


class StatusScreen(PagedScreen):
    """Ends with `Chosen(number)`, the application in the draft's `looked_at`, or with `Back`."""

    def __init__(self, who: SignedIn, kinds: Sequence[Kind], notice: Notice | None = None) -> None:
        self.table = ApplicationTable()
        super().__init__(self.table, notice)
        self.who = who
        self.kinds = tuple(kinds)
        self._found: tuple[Application, ...] | None = None

    def title_words(self) -> str:
        """The manual's words."""
        return self.text("application.status").partition("\n")[0]

    def help_words(self) -> str:
        """What a touch does."""
        return self.text("application.status").partition("\n")[2]

    def on_mount(self) -> None:
        """Ask for them."""
        self.follow()

    def follow(self) -> None:
        """A step may have been taken at the company's desk."""
        self.start(self._read(), group="status")

    async def _read(self) -> None:
        found = await self.ask(self.kiosk.station.water.applications.of, self.who)
        self._found = tuple(one for one in found if one.kind in self.kinds)
        self.table.show_applications(self._found)
        if not self._found:
            self.tell("application.none")

    def write(self) -> None:
        """Words in the language on screen."""
        super().write()
        self.table.refresh()
        self.pager.refresh()

    @on(TouchArea.Touched, "#applications")
    def _application_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if self._found is not None:
            self.kiosk.session.water.looked_at = self._found[int(event.name)]
            self.answer(Chosen(event.name))


class ApplicationScreen(PagedScreen):
    """One application: what stands in it, its steps and the company's answer. Ends with `Back`."""

    def __init__(self, application: Application) -> None:
        self.facts = FactList(id="facts")
        super().__init__(self.facts)
        self.application = application

    def title_words(self) -> str:
        """Which."""
        number = self.application.number
        return self.text("application.one", number=number) if number else kind_words(self.kiosk, self.application.kind)

    def help_words(self) -> str:
        """What it is for."""
        return kind_words(self.kiosk, self.application.kind) if self.application.number else ""

    def write(self) -> None:
        """Words in the language on screen."""
        super().write()
        self.facts.show_facts(application_facts(self.kiosk, self.application))
