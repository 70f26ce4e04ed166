"""Step 1: which service (Q1). Search is ready without a tap; agencies at the left, results grouped by agency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking.catalogue import Service
from kiosk.language import matches, plural
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.step import Next, Notice, StepScreen
from screens.frame import Frame
from screens.widgets.keyboard import HEIGHT_COMPACT, HEIGHT_FULL, Keyboard
from screens.widgets.lists import CARD_HEIGHT, CardList, Menu, PagedList, Row, RowList
from screens.widgets.pager import PAGER_WIDTH, Pager, pager_region
from screens.widgets.search_field import SearchField
from screens.widgets.touch_area import TouchArea

ALL: Final = "*"
"""The menu's entry for every agency."""
MENU_WIDTH: Final = 34


class ServiceScreen(StepScreen):
    """The list of services, narrowed by what is typed and by agency."""

    STEP = "service"
    HAS_MAIN: ClassVar[bool] = True
    MAIN_WIDTH_LARGE: ClassVar[int] = 14

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.search = SearchField(draft.search)
        self.agencies = Menu(id="agencies")
        self.results = RowList(id="results")
        self.best = CardList(id="best")
        self.pager = Pager(self.results)
        self.keyboard = Keyboard("az", id="keyboard")
        self.keyboard_open = False

    def title_words(self) -> str:
        """The question."""
        return self.text("step.service").split("\n")[0]

    def help_words(self) -> str:
        """How."""
        return self.text("step.service").split("\n")[1]

    def compose_answer(self) -> Iterable[Widget]:
        """Results first: the arrows begin there."""
        return (self.results, self.best, self.agencies, self.search, self.pager, self.keyboard)

    def shows_question(self) -> bool:
        """The open keyboard needs its rows."""
        return super().shows_question() and not self.keyboard_open

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Search on top, agencies at the left, results at the right; with the keyboard open, the best ones above it."""
        x, y, width, height = area
        if self.keyboard_open:
            yield from self._place_with_keyboard(frame)
        elif frame.large:
            yield self.search, Region(x, y, width, 3)
            yield self.results, Region(x, y + 3, width, height - 3)
        else:
            yield self.search, Region(x, y, width, 3)
            yield self.agencies, Region(x, y + 4, MENU_WIDTH, height - 4)
            left = MENU_WIDTH + 4
            yield self.results, Region(x + left, y + 4, width - left, height - 4)
        if not self._list_is_hidden:
            yield self.pager, pager_region(self, frame)

    @property
    def _list_is_hidden(self) -> bool:
        """In large type the keyboard leaves no room for what was found: the main button leads to it."""
        return self.keyboard_open and self.kiosk.large

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return PAGER_WIDTH + 2 if self.pager.is_needed and not self._list_is_hidden else 0

    def _place_with_keyboard(self, frame: Frame) -> Placed:
        high = HEIGHT_COMPACT if frame.large else HEIGHT_FULL
        keys = frame.answer.bottom - high
        yield self.keyboard, Region(frame.left, keys, frame.width, high)
        if frame.large:
            # Over the row of choices, which is empty on the first step.
            yield self.search, Region(frame.left, keys - 3, frame.width, 3)
        else:
            yield self.search, Region(frame.left, frame.question.y, frame.width, 3)
            yield self.best, Region(frame.left, keys - CARD_HEIGHT, frame.width, CARD_HEIGHT)

    def write(self) -> None:
        """Rows and counts in the language on screen."""
        super().write()
        self._narrow(keep_page=False)
        self._write_main()

    def _write_main(self) -> None:
        if self._list_is_hidden:
            self.set_main(self.text("button.show_list"))
        else:
            self.set_main(f"{self.text('button.proceed')} ▶" if self._came_back else "")

    def on_resize(self) -> None:
        """Another layout has another main button."""
        self._write_main()

    @property
    def _came_back(self) -> bool:
        return self.draft.service is not None

    def on_mount(self) -> None:
        """Say how keys work here, unless there is something else to say."""
        if self._notice is None:
            self.tell("service.keys")

    def _services(self) -> Sequence[Service]:
        catalogue = self.kiosk.catalogue
        return tuple(catalogue.services.values()) if catalogue is not None else ()

    def _narrow(self, *, keep_page: bool) -> None:
        """Show what matches, with counts for each agency."""
        language, query = self.kiosk.language, self.draft.search
        found = [
            (service, spans)
            for service in self._services()
            if (spans := matches(query, service.name.of(language))) is not None
        ]
        counts: dict[str, int] = {}
        names: dict[str, str] = {}
        for service in self._services():
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
                fact=service.fee.of(language) if service.fee is not None else "",
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
        if not rows:
            self.tell("service.none", "warning")
        elif self.note.kind == "warning":
            self.tell("service.keys")

    @on(SearchField.Changed)
    def _typed(self) -> None:
        self.draft.search = self.search.text_typed
        self._narrow(keep_page=False)

    @on(PagedList.PageTurned)
    def _page_turned(self) -> None:
        self.pager.refresh()
        self.place_anew()

    def on_key(self, event: events.Key) -> None:
        """Letters go to the search, page keys turn the page."""
        if event.key in ("pageup", "pagedown"):
            event.stop()
            self.pager.paged.turn(-1 if event.key == "pageup" else 1)
        elif event.key == "enter" and self.draft.search and len(self.results.rows) == 1:
            event.stop()
            event.prevent_default()
            self._choose(self.results.rows[0].name)
        elif self.search.take(event):
            event.stop()
            event.prevent_default()

    @on(TouchArea.Touched, "#results,#best")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._choose(event.name)

    def _choose(self, service: str) -> None:
        if self.draft.service != service:
            self.draft.service = service
            self.draft.time = None
        self.answer(Next())

    def go_on(self) -> None:
        """With the service chosen before; or to the list that the keyboard hides."""
        if self._list_is_hidden:
            self._show_keyboard(False)
        elif self._came_back:
            self.answer(Next())

    @on(TouchArea.Touched, "#agencies")
    def _agency_chosen(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.draft.agency = None if event.name == ALL else event.name
        self._narrow(keep_page=False)

    @on(TouchArea.Touched, "#search")
    def _search_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "clear":
            self.search.clear()
        elif self.kiosk.settings.face.touch and not self.kiosk.by_keys:
            self._show_keyboard(not self.keyboard_open)

    def _show_keyboard(self, shown: bool) -> None:
        self.keyboard_open = shown
        self.pager.paged = self.best if shown and not self.kiosk.large else self.results
        if shown:
            self.keyboard.show(self.kiosk.language)
        self._write_main()
        self.place_anew()

    @on(Keyboard.Pressed)
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "type":
            self.search.insert(event.typed)
        elif event.act == "erase":
            self.search.erase()
        else:
            self._show_keyboard(False)
