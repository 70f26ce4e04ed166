"""A document of an application, page by page in half blocks; who looked is audited by the station (W7, W9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import DocumentRefused, NotFound, Refusal
from screens.base import Placed
from screens.citizen.water.words import document_words
from screens.counter.key_bar import Key
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.words import role_words
from screens.widgets.preview import PreviewPane
from screens.widgets.words import Heading, Words

if TYPE_CHECKING:
    from kiosk.water.facts import Application


class DocumentScreen(DeskScreen):
    """PgUp and PgDn turn its pages, the arrows go to the document beside it."""

    KEYS: ClassVar = {
        "pageup": "before",
        "pagedown": "after",
        "up": "before",
        "down": "after",
        "left": "left",
        "right": "right",
        "escape": "back",
    }

    def __init__(self, operator: Operator, application: Application, place: int) -> None:
        super().__init__(operator)
        self.application = application
        self.place = place
        self.page = 1
        """Counted from 1."""
        self.pages = application.documents[place][1].pages
        self.heading = Heading(self._title, id="heading")
        self.about = Words(self._about, id="about")
        self.preview = PreviewPane()
        self._looked: set[str] = set()

    def _title(self) -> str:
        return role_words(self.kiosk, self.application.documents[self.place][0])

    def _about(self) -> str:
        document = self.application.documents[self.place][1]
        page = self.text("desk.page", page=self.page, pages=self.pages)
        return " · ".join((page, document_words(self.kiosk, document), f"SHA-256 {document.digest[:12]}…"))

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.about
        yield self.preview
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Over the whole width."""
        yield from super().places(size)
        frame = self.desk_frame
        x, y, width, height = frame.body
        yield self.heading, frame.title
        yield self.about, Region(x, y - 1, width, 1)
        yield self.preview, Region(x, y, width, height)

    def keys_here(self) -> Sequence[Key]:
        """Pages where there are several, documents where there are."""
        keys = []
        if self.pages > 1:
            keys += [Key("before", "PgUp", "desk.key.page_before"), Key("after", "PgDn", "desk.key.page_after")]
        if len(self.application.documents) > 1:
            keys.append(Key("right", "►", "desk.key.next_document"))
        return keys

    def on_mount(self) -> None:
        """The first page."""
        self._show()

    def on_resize(self) -> None:
        """As large as there is room now."""
        self._show()

    def _show(self) -> None:
        self.about.refresh()
        self.start(self._draw(), group="preview")

    async def _draw(self) -> None:
        water = self.kiosk.station.water
        digest = self.application.documents[self.place][1].digest
        columns, rows = PreviewPane.room(self.desk_frame.body)
        try:
            await self._look(digest)
            preview = await self.ask(water.documents.preview, digest, self.page, columns, rows)
        except (NotFound, DocumentRefused):
            self.preview.show(())
            self.tell("desk.no_preview", "warning")
            return
        self.read_again()
        self.tell_nothing()
        self.pages = preview.pages
        self.preview.show(preview.cells)
        self.about.refresh()
        self.key_bar.refresh()

    async def _look(self, digest: str) -> None:
        """Once for each document, however often it is drawn: it is audited."""
        if digest not in self._looked:
            self._looked.add(digest)
            try:
                await self.ask(self.kiosk.station.water.work.document, self.staff, self.application.number, digest)
            except Refusal:
                self._looked.discard(digest)
                raise

    def do_key(self, name: str) -> None:
        """Another page, another document."""
        if name in ("before", "after"):
            page = max(1, min(self.page + (1 if name == "after" else -1), self.pages))
            if page != self.page:
                self.page = page
                self._show()
        elif name in ("left", "right"):
            count = len(self.application.documents)
            if count > 1:
                self.place = (self.place + (1 if name == "right" else -1)) % count
                self.page, self.pages = 1, self.application.documents[self.place][1].pages
                self.heading.refresh()
                self._show()
        else:
            super().do_key(name)
