"""A document as it was kept, page by page, before it is taken (W9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import Unavailable
from screens.base import Placed
from screens.citizen.step import AnsweringScreen, Next
from screens.citizen.water.page_column import WIDTH, PageColumn
from screens.citizen.water.words import document_words
from screens.frame import Frame
from screens.widgets.preview import PreviewPane

if TYPE_CHECKING:
    from kiosk.water.facts import Document, DocumentRole


class DocumentPreviewScreen(AnsweringScreen):
    """Ends with `Next` when the document is the right one, with `Back` to choose another."""

    HAS_MAIN: ClassVar[bool] = True

    def __init__(self, role: DocumentRole, document: Document) -> None:
        super().__init__()
        self.role = role
        self.document = document
        self.pane = PreviewPane(id="pane")
        self.turn = PageColumn(lambda: (self.page, self.document.pages))
        self.page = 0
        self._read: tuple[int, int, int] | None = None

    def title_words(self) -> str:
        """Is it the right one, and can it be read."""
        return self.text("document.look").partition("\n")[0]

    def help_words(self) -> str:
        """Which document it is to be, and what was found."""
        name = self.text(f"document.{self.role}").partition("\n")[0]
        return f"{name} · {document_words(self.kiosk, self.document)}"

    def compose_answer(self) -> Iterable[Widget]:
        """The page, and the buttons beside it."""
        return [self.turn, self.pane]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The page as large as it gets."""
        top = frame.question.bottom if frame.large else area.y
        height = area.bottom - top
        yield self.pane, Region(area.x, top, area.width - WIDTH - 2, height)
        yield self.turn, Region(area.right - WIDTH, top, WIDTH, height)

    def on_mount(self) -> None:
        """Read the first page."""
        self._show()

    def on_resize(self) -> None:
        """Other cells."""
        self._show()

    def _show(self) -> None:
        self.call_after_refresh(self._ask_page)

    def _ask_page(self) -> None:
        columns, rows = self.pane.room(self.pane.region)
        if columns > 0 and rows > 0 and self._read != (self.page, columns, rows):
            self._read = (self.page, columns, rows)
            self.start(self._draw(self.page, columns, rows), group="preview")

    async def _draw(self, page: int, columns: int, rows: int) -> None:
        documents = self.kiosk.station.water.documents
        try:
            preview = await self.ask(documents.preview, self.document.digest, page + 1, columns, rows)
        except Unavailable:
            # Turning to the page again asks again.
            self._read = None
            raise
        self.pane.show(preview.cells)

    def write(self) -> None:
        """Take it, or another."""
        super().write()
        self.set_main(self.text("document.take"))
        self.back.label = self.text("document.other")
        self.place_anew()

    def go_on(self) -> None:
        """It is the right one."""
        self.answer(Next())

    def on_key(self, event: events.Key) -> None:
        """Page keys turn the page."""
        if event.key in ("pageup", "pagedown"):
            event.stop()
            self._turn(-1 if event.key == "pageup" else 1)

    @on(PageColumn.Turned)
    def _turned(self, event: PageColumn.Turned) -> None:
        event.stop()
        self._turn(event.by)

    def _turn(self, by: int) -> None:
        if 0 <= self.page + by < self.document.pages:
            self.page += by
            self.turn.refresh()
            self._show()
