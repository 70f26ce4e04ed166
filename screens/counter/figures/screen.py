"""The figures of a day, a week, a month or a year on the screen: numbers left, charts by hour right (C7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.clock import baku
from kiosk.errors import NotAllowed
from kiosk.hall.figures import ALL_CENTRES
from kiosk.language import clock
from screens.base import Placed
from screens.counter.figures.chart import CHARTS, FiguresChart, prepare
from screens.counter.figures.period import Period
from screens.counter.figures.table import ROWS, WIDTH, FiguresTable
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.follow import Follower
from screens.widgets.sheet import fit
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.hall.queue_facts import DayFigures
    from kiosk.identity.staff import StaffMember

PAUSE_SECONDS: Final = 2.0
"""How long at least lies between two counts while the hall goes on."""
_CHART_LEAST: Final = 44
_GAP: Final = 3


class FiguresScreen(DeskScreen):
    """A period and a centre, by keys; where there is no room for all of it, numbers and charts are pages."""

    KEYS: ClassVar = {
        "left": "earlier",
        "right": "later",
        "home": "today",
        "f2": "unit",
        "f3": "centre",
        "f4": "chart",
        "f5": "export",
        "escape": "back",
    }

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.heading = Words(self._heading, "ink", bold=True, id="heading")
        self.numbers = FiguresTable()
        self.upper = FiguresChart("people", id="upper")
        self.lower = FiguresChart("wait", id="lower")
        self.period: Period | None = None
        self.all_centres = False
        self.page = 0
        """Compact: which of numbers and charts is seen. Else which chart stands below."""
        self._follower = Follower(self, self._read, pause=PAUSE_SECONDS)

    def compose(self) -> ComposeResult:
        """All of it; `places` says what is seen."""
        yield self.heading
        yield self.numbers
        yield self.upper
        yield self.lower
        yield from super().compose()

    @property
    def _has_room(self) -> bool:
        body = self.desk_frame.body
        return body.height >= ROWS and body.width >= WIDTH + _GAP + _CHART_LEAST

    def places(self, size: Size) -> Placed:
        """Numbers at the left of two charts; on a small screen one of the three."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        x, y, width, height = frame.body
        if not self._has_room:
            yield (self.numbers if self.page == 0 else self.lower), frame.body
            return
        yield self.numbers, Region(x, y, WIDTH, height)
        x, width = x + WIDTH + _GAP, width - WIDTH - _GAP
        upper = (height - 1) // 2
        yield self.upper, Region(x, y, width, upper)
        yield self.lower, Region(x, y + upper + 1, width, height - upper - 1)

    def keys_here(self) -> Sequence[Key]:
        """The period, the centre, the chart, the file."""
        return (
            Key("earlier", "◀", "figures.key.earlier"),
            Key("later", "▶", "figures.key.later"),
            Key("today", "Home", "figures.key.today"),
            Key("unit", "F2", "figures.key.unit"),
            Key("centre", "F3", "figures.key.centre"),
            Key("chart", "F4", "figures.key.chart"),
            Key("export", "F5", "figures.key.export"),
        )

    @property
    def centre(self) -> str | None:
        """What the station is asked for."""
        return ALL_CENTRES if self.all_centres else None

    @property
    def today(self) -> date:
        """Today in Baku, as the screen shows it."""
        return self.kiosk.now().astimezone(baku()).date()

    def _heading(self) -> str:
        if self.period is None:
            return ""
        app = self.kiosk
        found = self.numbers.found
        where = self.text("figures.all_centres") if self.all_centres else app.centre_name()
        parts = [self.text(f"figures.unit.{self.period.unit}"), self.period.words(app.language)]
        if found is not None and found.first <= self.today <= found.last:
            parts.append(self.text("figures.at", time=clock(found.at)))
        room = self.heading.size.width - sum(len(part) + 3 for part in parts)
        return " · ".join([*parts, fit(where, room)])

    async def on_mount(self) -> None:
        """Today first."""
        self.period = Period.around("day", self.today)
        await self._follower.first()

    def follow(self) -> None:
        """A day that is not over is counted again; longer periods only when they are asked for."""
        if self.period is not None and self.period.unit == "day" and self.period.last >= self.today:
            self._follower.changed()

    async def _read(self) -> None:
        period, centre = self.period, self.centre
        if period is None:
            return
        try:
            await self.kiosk.ask(prepare)
            found = await self.ask(self.kiosk.station.figures.of, period.first, period.last, centre, staff=self.staff)
        except NotAllowed:
            self._show(None)
            self.tell("figures.not_allowed", "error")
            return
        if (period, centre) == (self.period, self.centre):
            self.tell_nothing()
            self.answered()
            self._show(found)

    def _still_waiting(self) -> None:
        """A year of all centres is counted for longer than other answers are waited for."""
        self.note.wait(False)
        self.tell("figures.counting")

    def _show(self, found: DayFigures | None) -> None:
        self.numbers.show(found)
        self.upper.show(found)
        self.lower.show(found)
        self.heading.refresh()

    def do_key(self, name: str) -> None:
        """Another period, centre or chart; the file."""
        period = self.period
        if period is None:
            return super().do_key(name)
        match name:
            case "earlier":
                self._turn(period.earlier())
            case "later":
                self._turn(period.later())
            case "today":
                self._turn(Period.around(period.unit, self.today))
            case "unit":
                self._turn(period.turned(self.today))
            case "centre":
                self.all_centres = not self.all_centres
                self._turn(period)
            case "chart":
                self._next_chart()
            case "export":
                self._export(period)
            case _:
                super().do_key(name)
        return None

    def _turn(self, period: Period) -> None:
        """Show another period; until it is counted there are no numbers, which would be those of the one before."""
        self.period = period
        self.tell_nothing()
        self._show(None)
        self.start(self._read(), group="count")

    def _next_chart(self) -> None:
        """With room: waiting, then service, below. Compact: numbers, then each chart."""
        if self._has_room:
            kinds = CHARTS[1:]
            self.lower.turn(
                kinds[(kinds.index(self.lower.kind) + 1) % len(kinds)] if self.lower.kind in kinds else kinds[0]
            )
            return
        self.page = (self.page + 1) % (len(CHARTS) + 1)
        if self.page:
            self.lower.turn(CHARTS[self.page - 1])
        self.place_anew()

    def on_resize(self) -> None:
        """With room again, the lower chart is one of times."""
        super().on_resize()
        if self._has_room and self.lower.kind == CHARTS[0]:
            self.lower.turn(CHARTS[1])

    def _export(self, period: Period) -> None:
        from screens.counter.figures.export import ExportScreen

        self.kiosk.push_screen(ExportScreen(self.operator, period, self.centre))


def figures_screen(member: StaffMember, insertion: int | None) -> FiguresScreen:
    """The figures for who is signed in at the workplace, by that card or by password."""
    return FiguresScreen(Operator(member, insertion))
