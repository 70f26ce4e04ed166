"""Scanning at the counter (W9): sheets become one document, which goes through the same checks as any other."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Final

from hardware.scanner.faults import ScannerFault, ScannerState
from hardware.scanner.sane import SaneScanner
from kiosk.water_settings import DocumentSettings

_KEYS: Final[dict[ScannerState, str]] = {
    "none": "scanner.none",
    "busy": "scanner.busy",
    "no_paper": "scanner.no_paper",
    "jammed": "scanner.jammed",
    "cover_open": "scanner.cover_open",
    "cancelled": "scanner.cancelled",
    "late": "scanner.late",
    "broken": "scanner.broken",
}
_POINTS_IN_INCH: Final = 72


class NotScanned(Exception):
    """Nothing was scanned: `state` says why, `key` the words for it."""

    def __init__(self, state: ScannerState) -> None:
        super().__init__(state)
        self.state: ScannerState = state
        self.key = _KEYS[state]


class Scanner:
    """The counter's scanner.

    Args:
        scanner: the device.
        most_pages: how many sheets a document may have.
    """

    def __init__(self, scanner: SaneScanner, most_pages: int) -> None:
        self._scanner = scanner
        self._most_pages = most_pages

    def scan(self, stop: threading.Event | None = None) -> bytes:
        """One sheet from the glass, as JPEG; for `Documents.keep` under a name that ends in .jpg.

        Raises:
            NotScanned: nothing was scanned.
        """
        try:
            return self._scanner.scan(stop)
        except ScannerFault as fault:
            raise NotScanned(fault.state) from None

    def scan_all(self, stop: threading.Event | None = None) -> bytes:
        """All sheets of the feeder as one PDF; for `Documents.keep` under a name that ends in .pdf.

        One sheet more than allowed is drawn in, so that a document that is too long is refused and never cut.

        Raises:
            NotScanned: nothing was scanned, or not everything.
        """
        try:
            sheets = self._scanner.scan_all(self._most_pages + 1, stop)
        except ScannerFault as fault:
            raise NotScanned(fault.state) from None
        try:
            return joined(sheets)
        except (OSError, ValueError, ArithmeticError):  # a sheet that is no whole picture, or tells of no size
            raise NotScanned("broken") from None


def open_scanner(settings: DocumentSettings) -> Scanner | None:
    """The scanner that the settings name; None where there is none. Nothing is opened yet."""
    return Scanner(SaneScanner(settings.scanner), settings.most_pages) if settings.scanner else None


def joined(sheets: tuple[bytes, ...]) -> bytes:
    """Scanned JPEGs as the pages of a PDF, each as large as its paper was, their bytes unchanged."""
    from fpdf import FPDF
    from PIL import Image

    document = FPDF(unit="pt")
    document.set_margin(0)
    document.set_auto_page_break(False)
    for sheet in sheets:
        with Image.open(BytesIO(sheet), formats=("JPEG",)) as picture:
            across, down = picture.info.get("dpi", (_POINTS_IN_INCH, _POINTS_IN_INCH))
            size = picture.width * _POINTS_IN_INCH / across, picture.height * _POINTS_IN_INCH / down
        document.add_page(format=size)
        document.image(BytesIO(sheet), 0, 0, *size)
    return bytes(document.output())
