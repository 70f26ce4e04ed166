"""The log, live: filtered by level and by words, held still, turned back (M4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.care.log_tail import LEVELS, Level, LogLine, LogTail, chosen
from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.foot import FootKey
from screens.palette import Colour
from screens.screen import Placed
from screens.widgets.key_layers import FULL_COLUMNS
from screens.widgets.keyboard import HEIGHT_COMPACT, HEIGHT_FULL, Keyboard
from screens.widgets.search_field import SearchField
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn, TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from screens.maintenance.duty import Duty

READ_SECONDS: Final = 1.0
_MARKS: Final[dict[Level, tuple[str, Colour]]] = {
    "debug": ("·", "soft"),
    "info": ("·", "soft"),
    "warning": ("!", "held"),
    "error": ("✕", "taken"),
}
_TIME: Final = 9
_MOST_ROWS: Final = 8
"""Rows that one entry may take: where a crash happened is its last lines."""

Row = tuple[LogLine, str, bool]


class LogLines(Drawn):
    """Entries from the bottom up; page 0 holds the newest."""

    def __init__(self) -> None:
        super().__init__(id="log-lines")
        self.entries: tuple[LogLine, ...] = ()
        self.page = 0

    def show(self, entries: tuple[LogLine, ...]) -> None:
        """Show these."""
        if entries != self.entries:
            self.entries = entries
            self.refresh()

    def _rows_backwards(self) -> Iterator[Row]:
        room = max(10, self.size.width - _TIME - 2)
        for entry in reversed(self.entries):
            words = [
                line for part in f"{entry.name} {entry.words}".split("\n") for line in wrap(part, room, _MOST_ROWS)
            ]
            kept = words[:1] + words[1:][-_MOST_ROWS + 1 :]
            for number, line in reversed(list(enumerate(kept))):
                yield entry, line, number == 0

    def _shown(self) -> tuple[list[Row], bool]:
        """The rows of the page from top to bottom, and whether there are older ones."""
        height = self.size.height
        last = (self.page + 1) * height
        rows: list[Row] = []
        for row in self._rows_backwards():
            if len(rows) == last:
                return rows[last - height :][::-1], True
            rows.append(row)
        return rows[max(0, min(self.page * height, len(rows) - height)) :][::-1], False

    @property
    def has_older(self) -> bool:
        """Whether there are entries before those that are shown."""
        return self._shown()[1]

    def draw(self, sheet: Sheet) -> None:
        """Time, mark, words."""
        for y, (entry, words, is_first) in enumerate(self._shown()[0]):
            mark, ink = _MARKS[entry.level]
            if is_first:
                sheet.text(0, y, entry.time, "soft")
                sheet.text(_TIME, y, mark, ink, bold=True)
            sheet.text(_TIME + 2, y, words, "soft" if entry.level in ("debug", "info") else "ink")


class LogScreen(MaintenanceScreen):
    """What is typed filters; the level's key goes round; the newest come by themselves until it is held still."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty)
        self.level: Level = "info"
        self.held = False
        self.keyboard_on = False
        self.title_line = Words(self._title, "ink", bold=True, id="title")
        self.search = SearchField("")
        self.lines = LogLines()
        self.keyboard = Keyboard("en", id="keyboard")
        self._tail: LogTail | None = None
        self._all: tuple[LogLine, ...] = ()

    def _title(self) -> str:
        state = "maintenance.log.held" if self.held or self.lines.page else "maintenance.log.live"
        return self.text(state, shown=len(self.lines.entries), all=len(self._all))

    def compose(self) -> ComposeResult:
        """The filter first."""
        yield self.search
        yield self.lines
        yield self.keyboard
        yield self.title_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Filter, lines, and the keyboard over their last rows while it is on."""
        yield from super().places(size)
        frame = self.frame
        yield self.title_line, frame.line
        x, y, width = frame.left, frame.line.bottom + (0 if frame.compact else 1), frame.width
        yield self.search, Region(x, y, width, 3)
        height = frame.note.y - y - 3
        if self.keyboard_on:
            high = HEIGHT_FULL if width >= FULL_COLUMNS else HEIGHT_COMPACT
            if high <= height:
                yield self.keyboard, Region(x, frame.note.y - high, width, high)
                height -= high
        if height > 0:
            yield self.lines, Region(x, y + 3, width, height)

    def on_mount(self) -> None:
        """Read, and again every second."""
        self._tail = LogTail(self.kiosk.settings.log_file)
        self.read()
        self.set_interval(READ_SECONDS, self.read)

    def read(self) -> None:
        """Read what was written since."""
        if not self.held and self.lines.page == 0:
            self.start(self._read(), group="log")

    async def _read(self) -> None:
        if self._tail is None:
            return
        try:
            self._all = await self.kiosk.ask(self._tail.read)
        except OSError:
            self.tell("maintenance.log.unreadable", "error")
            return
        self._filter()

    def _filter(self) -> None:
        self.lines.show(chosen(self._all, self.level, self.search.text_typed))
        self.title_line.refresh()
        self.foot.refresh()

    def keys_now(self) -> Sequence[FootKey]:
        """Level, hold still, older, newer, back."""
        level = f"maintenance.log.{self.level}"
        has_older = self.lines.is_attached and self.lines.size.height > 0 and self.lines.has_older
        return [
            self.key("level", "F2", level),
            self.key("hold", "F5", "maintenance.log.go_on" if self.held else "maintenance.log.hold"),
            FootKey("older", "pageup", "PgUp", lambda: f"▲ {self.text('maintenance.log.older')}", usable=has_older),
            FootKey(
                "newer",
                "pagedown",
                "PgDn",
                lambda: f"▼ {self.text('maintenance.log.newer')}",
                usable=bool(self.lines.page),
            ),
            self.back_key(),
        ]

    def do_key(self, name: str) -> None:
        """The keys."""
        match name:
            case "level":
                self.level = LEVELS[(LEVELS.index(self.level) + 1) % len(LEVELS)]
                self._first_page()
            case "hold":
                self.held = not self.held
                self._filter()
                self.read()
            case "older" if self.lines.has_older:
                self._turn(1)
            case "newer" if self.lines.page:
                self._turn(-1)
            case "back":
                self.go_back()

    def _turn(self, by: int) -> None:
        self.lines.page += by
        self.lines.refresh()
        self._filter()
        self.read()

    def _first_page(self) -> None:
        self.lines.page = 0
        self._filter()

    def on_key(self, event: events.Key) -> None:
        """Typing is the filter's."""
        if self.search.take(event):
            event.stop()
            event.prevent_default()

    @on(SearchField.Changed)
    def _typed(self, event: SearchField.Changed) -> None:
        event.stop()
        self._first_page()

    @on(TouchArea.Touched, "#search")
    def _search_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "clear":
            self.search.clear()
        else:
            self._show_keyboard(not self.keyboard_on)

    def _show_keyboard(self, on: bool) -> None:
        self.keyboard_on = on
        self.place_anew()

    @on(Keyboard.Pressed, "#keyboard")
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        match event.act:
            case "erase":
                self.search.erase()
            case "type":
                self.search.insert(event.typed)
            case _:
                self._show_keyboard(False)
