"""What the centre gives of each service at most: people in an hour, walk-in tickets a day (Q5, C5)."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.errors import CHANGED_MEANWHILE, BadRequest
from kiosk.hall.limits import Limit
from kiosk.language import number
from screens.counter.hall.form import FormField, HallForm
from screens.counter.hall.section import SectionScreen
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import Operator
from screens.counter.water.desk_list import Cell, Column, Line


class LimitsScreen(SectionScreen):
    """The list; Enter changes."""

    SECTION = "limits"

    def __init__(self, operator: Operator) -> None:
        super().__init__(operator)
        self.limits: tuple[Limit, ...] = ()

    def columns(self) -> Sequence[Column]:
        """Service and numbers."""
        return (
            Column("hall.services.service", 40, grows=True),
            Column("hall.limits.capacity", 16, align="right"),
            Column("hall.limits.walk_in", 16, align="right"),
        )

    async def read(self) -> None:
        """Every service's."""
        self.limits = await self.ask(self.kiosk.station.limits.all)
        self.show([self._line(limit) for limit in self.limits])

    def _line(self, limit: Limit) -> Line:
        language = self.kiosk.language
        given = bool(limit.capacity)
        cells = (
            Cell(service_words(self.kiosk, limit.service), "ink" if given else "soft", bold=given),
            Cell(number(language, limit.capacity)) if given else Cell(self.text("hall.limits.not_given"), "soft"),
            Cell(number(language, limit.walk_in)) if limit.walk_in else Cell("–", "soft"),
        )
        return Line(limit.service, cells)

    def open_row(self, name: str) -> None:
        """Change it."""
        limit = next((limit for limit in self.limits if limit.service == name), None)
        if limit is not None:
            self.kiosk.push_screen(LimitForm(self.operator, limit))


class LimitForm(HallForm):
    """Two numbers."""

    TITLE = "hall.limits.title"

    def __init__(self, operator: Operator, limit: Limit) -> None:
        self.limit = limit
        super().__init__(operator, _values_of(limit))

    def heading_words(self) -> str:
        """Of which service."""
        return service_words(self.kiosk, self.limit.service)

    def fields(self) -> Sequence[FormField]:
        """A row each."""
        return (
            FormField("capacity", "hall.limits.capacity", longest=4),
            FormField("walk_in", "hall.limits.walk_in", longest=6),
        )

    def hint_words(self) -> str:
        """What 0 means, and what stays."""
        return self.text("hall.limits.hint")

    def send(self) -> None:
        """Change it."""
        numbers = {name: value.strip() for name, value in self.values.items()}
        for name, value in numbers.items():
            if not (value.isascii() and value.isdigit()):
                self.refused(BadRequest(name, ""))
                return
        capacity, walk_in = int(numbers["capacity"]), int(numbers["walk_in"])
        self.act(lambda: self._keep(capacity, walk_in))

    async def _keep(self, capacity: int, walk_in: int) -> None:
        key, limits, service = self.key_for(capacity, walk_in), self.kiosk.station.limits, self.limit.service
        try:
            await self.ask(limits.set, key, self.staff, service, capacity, walk_in, was=self.limit)
        except BadRequest as refusal:
            if refusal.why != CHANGED_MEANWHILE:
                raise
            self.limit = next(limit for limit in await self.ask(limits.all) if limit.service == service)
            self.changed_meanwhile(_values_of(self.limit))
        else:
            self.done()


def _values_of(limit: Limit) -> dict[str, str]:
    return {"capacity": str(limit.capacity), "walk_in": str(limit.walk_in)}
