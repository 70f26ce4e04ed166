"""Where a document comes from at the counter: the scanner, or a file of a USB stick (W9)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import DocumentRefused
from kiosk.language import number
from kiosk.water.documents.scanning import NotScanned
from screens.base import Placed
from screens.citizen.water.refused import refused_notice
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.words import role_words
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading

if TYPE_CHECKING:
    from kiosk.water.documents.sticks import StickFile
    from kiosk.water.facts import Document, DocumentRole

_SHEET = "sheet"
_FEEDER = "feeder"


class SourceScreen(DeskScreen):
    """One list: the scanner's two ways, then the fitting files; Enter takes the chosen one."""

    KEYS: ClassVar = {
        "enter": "take",
        "escape": "back",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
    }

    def __init__(self, operator: Operator, role: DocumentRole, done: Callable[[DocumentRole, Document], None]) -> None:
        super().__init__(operator)
        self.role = role
        self.heading = Heading(lambda: role_words(self.kiosk, self.role), id="heading")
        self.list = DeskList(self._columns, "desk.no_source")
        self._done = done
        self._files: dict[str, StickFile] = {}
        """By their rows: the chosen row stays the same file when another stick comes or goes."""
        self._stop_watching: Callable[[], None] | None = None
        self._stop_scan: threading.Event | None = None

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.list
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The list below the heading."""
        yield from super().places(size)
        yield self.heading, self.desk_frame.title
        yield self.list, self.desk_frame.body

    def keys_here(self) -> Sequence[Key]:
        """Enter takes."""
        return (Key("take", "Enter", "document.take"),) if self.list.lines else ()

    def _columns(self) -> Sequence[Column]:
        return (Column("desk.head.source", 30, grows=True), Column("desk.head.size", 10))

    def on_mount(self) -> None:
        """Look at the sticks, and whether one comes or goes."""
        self._stop_watching = self.kiosk.station.water.sticks.watch(self._sticks_changed)
        self.start(self._read(), group="stick")

    def on_unmount(self) -> None:
        """Look no more; a scan that runs is given up."""
        if self._stop_watching is not None:
            self._stop_watching()
        if self._stop_scan is not None:
            self._stop_scan.set()

    def _sticks_changed(self) -> None:
        """Called in the thread of the sticks."""
        self.kiosk.call_later(self._look)

    def _look(self) -> None:
        if self.is_attached and not self.busy:
            self.start(self._read(), group="stick")

    async def _read(self) -> None:
        sticks = self.kiosk.station.water.sticks
        found: list[StickFile] = []
        for stick in sticks.sight:
            try:
                found += await self.ask(sticks.files, stick)
            except OSError:
                continue  # one that was pulled meanwhile is told of by its going
        self._files = {f"{file.stick.mount.number}/{'/'.join(file.parts)}": file for file in found}
        self._show()

    def _show(self) -> None:
        lines = []
        if self.kiosk.station.water.scanner is not None:
            lines = [
                Line(name, (Cell(self.text(f"desk.scan.{name}"), bold=True), Cell(""))) for name in (_SHEET, _FEEDER)
            ]
        for name, file in self._files.items():
            size = number(self.kiosk.language, max(Decimal(file.size) / 1_000_000, Decimal("0.1")), 1)
            megabytes = self.text("document.megabytes", size=size)
            lines.append(Line(name, (Cell(file.name), Cell(megabytes, "soft"))))
        self.list.show(lines)
        self.key_bar.refresh()

    def write(self) -> None:
        """The rows in the language on screen."""
        if self.list.known:
            self._show()

    def do_key(self, name: str) -> None:
        """Rows; take; Escape ends a scan that runs."""
        if name in ("up", "down", "pageup", "pagedown"):
            self.list.move(name)
        elif name == "take":
            self._take()
        elif name == "back" and self._stop_scan is not None:
            self._stop_scan.set()
        else:
            super().do_key(name)

    @on(TouchArea.Touched, "#list")
    def _row_touched(self, event: TouchArea.Touched) -> None:
        """The first touch chooses, one on the chosen row takes."""
        event.stop()
        if event.name == self.list.chosen:
            self._take()
        else:
            self.list.choose(event.name)

    def _take(self) -> None:
        if self.busy or self.list.chosen is None:
            return
        self.busy = True
        self.tell_nothing()
        source = self._files.get(self.list.chosen, self.list.chosen)
        self.start(self._keep(source), group="take", exclusive=False)

    async def _bytes(self, source: StickFile | str) -> tuple[bytes, str]:
        """The document's bytes, and a name that ends as they are."""
        water = self.kiosk.station.water
        if not isinstance(source, str):
            return await self.ask(water.sticks.load, source), source.parts[-1]
        if water.scanner is None:
            raise NotScanned("none")
        self._stop_scan = threading.Event()
        self.tell("desk.scan.running")
        try:
            if source == _SHEET:
                return await self.kiosk.ask(water.scanner.scan, self._stop_scan), "skan.jpg"
            return await self.kiosk.ask(water.scanner.scan_all, self._stop_scan), "skan.pdf"
        finally:
            self._stop_scan = None

    async def _keep(self, source: StickFile | str) -> None:
        """Read it and have it checked; what is refused is told, and another can be taken."""
        try:
            data, name = await self._bytes(source)
            document = await self.ask(self.kiosk.station.water.documents.keep, data, name)
        except DocumentRefused as refusal:
            notice = refused_notice(self.kiosk, refusal)
            self.tell(notice.key, notice.kind, **notice.values)
        except NotScanned as failed:
            self.tell(failed.key, "warning")
        except OSError:
            self.tell("document.stick_failed", "warning")
        else:
            self.kiosk.pop_screen()
            self._done(self.role, document)
        finally:
            self.busy = False
