"""Step 1: which service (Q1). Search is ready without a tap; agencies at the left, results grouped by agency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking.catalogue import Service
from kiosk.language import matches, plural
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.searching import SearchingScreen
from screens.citizen.step import Next, Notice, StepScreen
from screens.frame import Frame
from screens.widgets.lists import CARD_HEIGHT, CardList, Menu, Row, RowList
from screens.widgets.pager import pager_region
from screens.widgets.search_field import SearchField
from screens.widgets.touch_area import TouchArea

ALL: Final = "*"
"""The menu's entry for every agency."""
MENU_WIDTH: Final = 34


class ServiceScreen(SearchingScreen, StepScreen):
    """The list of services, narrowed by what is typed and by agency."""

    STEP = "service"

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.agencies = Menu(id="agencies")
        self.results = RowList(id="results")
        self.best = CardList(id="best")
        self.take_search(draft.search, self.results)

    def title_words(self) -> str:
        """The question."""
        return self.text("step.service").split("\n")[0]

    def help_words(self) -> str:
        """How."""
        return self.text("step.service").split("\n")[1]

    def compose_answer(self) -> Iterable[Widget]:
        """Results first: the arrows begin there."""
        return (self.results, self.best, self.agencies, self.search, self.pager, self.keyboard)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Search on top, agencies at the left, results at the right; with the keyboard open, the best ones above it."""
        x, y, width, height = area
        if self.keyboard_open:
            yield from self.place_keyboard(frame)
            if not frame.large:
                yield self.best, Region(frame.left, self.keys_top(frame) - CARD_HEIGHT, frame.width, CARD_HEIGHT)
        elif frame.large:
            yield self.search, Region(x, y, width, 3)
            yield self.results, Region(x, y + 3, width, height - 3)
        else:
            yield self.search, Region(x, y, width, 3)
            yield self.agencies, Region(x, y + 4, MENU_WIDTH, height - 4)
            left = MENU_WIDTH + 4
            yield self.results, Region(x + left, y + 4, width - left, height - 4)
        if not self.list_is_hidden:
            yield self.pager, pager_region(self, frame)

    def write(self) -> None:
        """Rows and counts in the language on screen."""
        super().write()
        self.narrow(keep_page=False)
        self.write_main()

    def on_mount(self) -> None:
        """Say how keys work here, unless there is something else to say."""
        if self._notice is None:
            self.tell("service.keys")

    def offered_services(self) -> Sequence[Service]:
        """Those to choose from, in the order of the reference data."""
        catalogue = self.kiosk.catalogue
        return tuple(catalogue.services.values()) if catalogue is not None else ()

    def narrow(self, *, keep_page: bool) -> None:
        """Show what matches, with counts for each agency."""
        language, query = self.kiosk.language, self.draft.search
        found = [
            (service, spans)
            for service in self.offered_services()
            if (spans := matches(query, service.name.of(language))) is not None
        ]
        counts: dict[str, int] = {}
        names: dict[str, str] = {}
        for service in self.offered_services():
            counts.setdefault(service.agency.id, 0)
            names[service.agency.id] = service.agency.name.of(language)
        for service, _ in found:
            counts[service.agency.id] += 1
        agency = self.draft.agency
        if agency is not None and not counts.get(agency):
            agency = None
        self.agencies.show(
            [
                Row(ALL, self.text("service.all_agencies"), fact=str(len(found)), chosen=agency is None),
                *(
                    Row(id, name, fact=str(counts[id]), chosen=id == agency)
                    for id, name in sorted(names.items(), key=lambda item: not counts[item[0]])
                ),
            ],
            keep_page=True,
        )
        order = list(names)
        rows = [
            Row(
                service.id,
                service.name.of(language),
                fact=self.fact_of(service),
                group=service.agency.name.of(language),
                lit=spans,
                chosen=service.id == self.draft.service,
            )
            for service, spans in sorted(found, key=lambda pair: order.index(pair[0].agency.id))
            if agency is None or service.agency.id == agency
        ]
        self.results.show(rows, keep_page=keep_page)
        self.best.show(
            [replace(row, line=" · ".join(filter(None, (row.group, row.fact))), fact="") for row in rows],
            keep_page=keep_page,
        )
        self.search.show_found(plural(language, "service.found", len(rows)))
        self.tell_found(len(rows))

    def fact_of(self, service: Service) -> str:
        """What stands at the right of a service: its fee."""
        return service.fee.of(self.kiosk.language) if service.fee is not None else ""

    def tell_found(self, found: int) -> None:
        """Say when nothing matches, and how keys work when something does again."""
        if not found:
            self.tell("service.none", "warning")
        elif self.note.kind == "warning":
            self.tell("service.keys")

    @on(SearchField.Changed)
    def _typed(self) -> None:
        self.draft.search = self.search.text_typed
        self.narrow(keep_page=False)

    @on(TouchArea.Touched, "#results,#best")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.choose(event.name)

    def choose(self, name: str) -> None:
        """Another service has other hours."""
        if self.draft.service != name:
            self.draft.service = name
            self.draft.time = None
        self.answer(Next())

    @on(TouchArea.Touched, "#agencies")
    def _agency_chosen(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.draft.agency = None if event.name == ALL else event.name
        self.narrow(keep_page=False)

    def has_chosen(self) -> bool:
        """Whether one was chosen before."""
        return self.draft.service is not None

    def only_found(self) -> str | None:
        """The only service of the agency that the search finds."""
        return self.results.rows[0].name if len(self.results.rows) == 1 else None

    def show_keyboard(self, shown: bool) -> None:
        """Over the keyboard stand the cards of the best, not the rows of all."""
        self.pager.paged = self.best if shown and not self.kiosk.large else self.results
        super().show_keyboard(shown)
