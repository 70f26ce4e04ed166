"""Scanned sheets become one document that is checked like any other (W9)."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from hardware.scanner.faults import ScannerFault, ScannerState
from kiosk.water.documents.jail import Jail
from kiosk.water.documents.scanning import NotScanned, Scanner, joined, open_scanner
from kiosk.water.documents.verdict import Bounds
from kiosk.water_settings import DocumentSettings
from tests.kiosk.water.documents.good import drawing, jpeg, saved


class _Sheets:
    """A scanner with so many sheets in its feeder, or a fault."""

    def __init__(self, count: int = 1, fault: ScannerState | None = None) -> None:
        self._count = count
        self._fault = fault

    def scan(self, _stop: threading.Event | None = None) -> bytes:
        return self.scan_all(1)[0]

    def scan_all(self, most: int, _stop: threading.Event | None = None) -> tuple[bytes, ...]:
        if self._fault is not None:
            raise ScannerFault(self._fault)
        return (saved(drawing((400, 600)), "JPEG", dpi=(200, 200)),) * min(self._count, most)


def _scanner(count: int = 1, fault: ScannerState | None = None) -> Scanner:
    return Scanner(_Sheets(count, fault), 3)  # type: ignore[arg-type]


_JAIL = Jail(Bounds(pages=20, pixels=60_000_000), 60)


def test_one_sheet_is_a_picture() -> None:
    """W9: unchanged, as the scanner gave it."""
    assert _JAIL.check("image/jpeg", _scanner().scan()) == 1


def test_many_sheets_are_one_pdf() -> None:
    """W9: in their order, each as large as its paper; one too many comes too, so that it is refused and not cut."""
    assert _JAIL.check("application/pdf", _scanner(2).scan_all()) == 2
    assert _JAIL.check("application/pdf", _scanner(9).scan_all()) == 4


def test_sheets_stay_as_they_were_scanned() -> None:
    """W9: nothing is made worse by putting them into a PDF; 400 dots at 200 an inch are 144 points."""
    sheet = saved(drawing((400, 600)), "JPEG", dpi=(200, 200))
    whole = joined((sheet, jpeg()))
    assert sheet in whole
    assert jpeg() in whole
    assert b"/MediaBox [0 0 144.00 216.00]" in whole


@pytest.mark.parametrize("state", ["none", "busy", "no_paper", "jammed", "cover_open", "cancelled", "late", "broken"])
def test_a_fault_has_its_words(state: ScannerState) -> None:
    """W9: for one sheet and for many."""
    for scan in (_scanner(1, state).scan, _scanner(1, state).scan_all):
        with pytest.raises(NotScanned) as refused:
            scan()
        assert (refused.value.state, refused.value.key) == (state, f"scanner.{state}")


@pytest.mark.parametrize(
    "sheet",
    [
        b"no picture",
        saved(drawing((40, 60)), "JPEG", dpi=(200, 200)).replace(b"\x01\x00\xc8\x00\xc8", b"\x01\0\0\0\0", 1),
    ],
    ids=["torn", "no size"],
)
def test_sheets_that_are_none_are_a_fault_of_the_scanner(sheet: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """W9: a torn picture, or one of paper without a size."""
    monkeypatch.setattr(_Sheets, "scan_all", lambda *_told: (sheet,))
    with pytest.raises(NotScanned) as refused:
        _scanner().scan_all()
    assert refused.value.state == "broken"


def test_a_counter_without_a_scanner_has_none() -> None:
    """W9: by the settings; the device is not touched before somebody scans."""
    assert open_scanner(DocumentSettings()) is None
    assert isinstance(open_scanner(replace(DocumentSettings(), scanner="auto")), Scanner)
