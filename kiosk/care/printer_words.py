"""What each state of the printer is called, for the page of health and for the trial."""

from __future__ import annotations

from typing import Final

from hardware.ports import PrinterState

PRINTER_KEYS: Final[dict[PrinterState, str]] = {
    "ok": "care.printer.good",
    "no_paper": "care.printer.no_paper",
    "cover_open": "care.printer.cover_open",
    "unplugged": "care.printer.unplugged",
    "busy": "care.printer.busy",
    "error": "care.printer.error",
}
