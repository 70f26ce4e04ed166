"""A PDF's pages, opened and drawn in the jail with PDFium (W9)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from kiosk.water.documents.verdict import Bad, Bounds

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_LOOKED_AT: Final = 1000
"""Pixels of the longer side when a page is only drawn to see whether it can be."""
_SHARPER: Final = 3
_LARGEST_SIDE: Final = 4000


def prepare() -> None:
    """Load everything that drawing needs: later nothing can be opened."""
    for name in ("pypdfium2", "pypdfium2.raw", "PIL.Image"):
        import_module(name)


def check_pages(data: bytes, bounds: Bounds) -> int:
    """Open a PDF and draw every page; how many there are.

    Raises:
        Bad: it does not open: unreadable; too many pages; carries what `pdf_objects` did not see: unsafe.
    """
    import pypdfium2.raw as pdfium

    document = _opened(data)
    count = len(document)
    if count > bounds.pages:
        raise Bad("too_many_pages", count)
    if document.count_attachments() or pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise Bad("unsafe")
    if document.get_formtype() in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
        raise Bad("unsafe")
    for number in range(count):
        _drawn(document[number], _LOOKED_AT, _LOOKED_AT)
    return count


def preview(data: bytes, page: int, width: int, height: int) -> tuple[int, Image]:
    """How many pages there are, and one of them (from 1; the nearest there is), larger than it will be shown."""
    document = _opened(data)
    number = min(max(page, 1), len(document)) - 1
    return len(document), _drawn(document[number], width * _SHARPER, height * _SHARPER)


def _opened(data: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument

    document = PdfDocument(data)
    if not len(document):
        raise Bad("unreadable")
    if document.get_formtype():
        document.init_forms()  # what was filled into a form is drawn too
    return document


def _drawn(page: PdfPage, width: int, height: int) -> Image:
    page_width, page_height = page.get_size()
    if not (page_width > 0 and page_height > 0):
        raise Bad("unreadable")
    scale = min(width / page_width, height / page_height, _LARGEST_SIDE / max(page_width, page_height))
    image: Image = page.render(scale=scale).to_pil()
    page.close()
    return image
