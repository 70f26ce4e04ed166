"""Keeping documents and looking at them (W9)."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from typing import Final

from db import documents as rows
from kiosk.acts import Acts, Unit
from kiosk.errors import BadRequest, DocumentRefused, NotFound
from kiosk.water.documents import kinds
from kiosk.water.documents.jail import Jail
from kiosk.water.documents.verdict import Bounds
from kiosk.water.facts import Document, MediaType
from kiosk.water_settings import DocumentSettings

_MB: Final = 1_000_000
_PIXELS_IN_MEGAPIXEL: Final = 1_000_000
_WIDEST: Final = 400
"""Columns or rows of a terminal that a preview is ever asked for."""
_log = logging.getLogger(__name__)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """A page as a terminal shows it: in each cell `▀`, its upper half in one colour, its lower in the other."""

    pages: int
    columns: int
    rows: int
    pixels: bytes = field(repr=False)
    """RGB, row by row; twice as many rows as cells."""

    @property
    def cells(self) -> tuple[tuple[tuple[Colour, Colour], ...], ...]:
        """Rows of cells: (upper colour, lower colour)."""
        return tuple(
            tuple((self._at(column, 2 * row), self._at(column, 2 * row + 1)) for column in range(self.columns))
            for row in range(self.rows)
        )

    def _at(self, x: int, y: int) -> Colour:
        place = 3 * (y * self.columns + x)
        red, green, blue = self.pixels[place : place + 3]
        return red, green, blue


class Documents:
    """Checks documents by content, keeps each once and unchanged, shows them.

    Args:
        acts: performs what changes.
        settings: how much a document may be.
    """

    def __init__(self, acts: Acts, settings: DocumentSettings) -> None:
        self._acts = acts
        self._most = settings.most_mb * _MB
        bounds = Bounds(pages=settings.most_pages, pixels=settings.most_megapixels * _PIXELS_IN_MEGAPIXEL)
        self._jail = Jail(bounds, settings.seconds)

    @property
    def largest(self) -> int:
        """How many bytes a document may have."""
        return self._most

    def keep(self, data: bytes, name: str) -> Document:
        """Check a document by its content and keep it; the same bytes again are the same document.

        Args:
            data: the file's bytes; kept unchanged.
            name: its name; only the ending is looked at, it has to fit the content.

        Raises:
            DocumentRefused: it cannot be taken; nothing is kept.
            Unavailable: the database is away, or no process can check it; nothing is kept.
        """
        media_type = self._media_type(data, name)
        pages = self._jail.check(media_type, data)
        document = Document(hashlib.sha256(data).hexdigest(), media_type, len(data), pages)

        def do(unit: Unit) -> Document:
            rows.keep(unit.connection, document.digest, media_type, pages, data, unit.now)
            return document

        return self._acts.perform("keep_document", None, {"digest": document.digest}, do)

    def read(self, digest: str) -> bytes:
        """The bytes of a kept document, the same as were given.

        Raises:
            NotFound: there is none (any more).
            DocumentRefused: unreadable; what is stored is not what was kept.
            Unavailable: the database is away.
        """
        return self._stored(digest)[1]

    def preview(self, digest: str, page: int, columns: int, rows: int) -> Preview:
        """A page (from 1) of a kept document, within so many cells.

        Raises:
            BadRequest: no terminal has so many cells.
            NotFound: as `read`.
            DocumentRefused: as `read`; or it could not be drawn.
            Unavailable: as `read`; or no process can draw it.
        """
        media_type, data = self._stored(digest)
        return self._drawn(media_type, data, page, columns, rows)

    def preview_pdf(self, data: bytes, page: int, columns: int, rows: int) -> Preview:
        """A page (from 1) of a PDF that is not kept here: one that this product made.

        Raises:
            BadRequest, DocumentRefused, Unavailable: as `preview`.
        """
        return self._drawn("application/pdf", data, page, columns, rows)

    def _media_type(self, data: bytes, name: str) -> MediaType:
        if not data:
            raise DocumentRefused("unreadable")
        if len(data) > self._most:
            raise DocumentRefused("too_big", len(data), self._most)
        media_type = kinds.by_content(data)
        if media_type is None or media_type != kinds.by_ending(name):
            raise DocumentRefused("wrong_type")
        return media_type

    def _stored(self, digest: str) -> tuple[MediaType, bytes]:
        with self._acts.reading() as (connection, _):
            found = rows.find(connection, digest)
        if found is None:
            raise NotFound
        if hashlib.sha256(found.content).hexdigest() != digest:
            _log.error("a stored document is not what was kept")
            raise DocumentRefused("unreadable")
        return kinds.known(found.media_type), found.content

    def _drawn(self, media_type: MediaType, data: bytes, page: int, columns: int, rows: int) -> Preview:
        if not (0 < columns <= _WIDEST and 0 < rows <= _WIDEST):
            raise BadRequest("preview", "size")
        pages, width, height, pixels = self._jail.preview(media_type, data, page, columns, 2 * rows)
        return Preview(pages, width, height // 2, pixels)
