"""Printer and scanner."""

from __future__ import annotations

from typing import Final

from hardware.ports import PrinterState, PrinterStatus
from kiosk.care.facts import Facts, Finding, Message
from kiosk.care.printer_words import PRINTER_KEYS
from kiosk.care.probes.scene import Scene
from kiosk.care.words import said
from kiosk.clock import to_datetime
from kiosk.station_paper import open_printer_of

_ADVICE: Final[dict[PrinterState, str]] = {
    "no_paper": "care.printer.no_paper.advice",
    "cover_open": "care.printer.cover_open.advice",
    "unplugged": "care.printer.unplugged.advice",
    "error": "care.printer.error.advice",
}


def printer(scene: Scene) -> Finding:
    """How the ticket printer stands, and whether its paper runs out."""
    status = _status(scene)
    if status is None:
        return Finding("printer", "absent", "care.printer.none")
    facts: Facts = {"name": scene.settings.printer.device, "what": said(status.detail)}
    if status.state == "ok" and status.paper_low:
        return Finding("printer", "warning", "care.printer.low", facts, "care.printer.low.advice", trial="ticket")
    if status.state == "ok" and status.detail is not None:
        return Finding("printer", "good", "care.printer.silent", facts, trial="ticket")
    if status.state in ("ok", "busy"):
        return Finding("printer", "good", PRINTER_KEYS[status.state], facts, trial="ticket")
    return Finding("printer", "fault", PRINTER_KEYS[status.state], facts, _ADVICE[status.state], trial="ticket")


def _status(scene: Scene) -> PrinterStatus | None:
    if scene.station is not None:
        return scene.station.printer_status()
    opened = open_printer_of(scene.settings)
    if opened is None:
        return None
    try:
        return opened.status()
    finally:
        opened.close()


def scanner(scene: Scene) -> Finding:
    """When it last read something; a scanner that types like a keyboard tells no more of itself."""
    if scene.station is None:
        return Finding("scanner", "absent", "care.scanner.not_here")
    at = scene.station.scans.at
    when = Message("care.scanner.never") if at is None else to_datetime(at)
    return Finding("scanner", "good", "care.scanner.good", {"moment": when}, trial="scanner")
