"""How different scanners are asked for the same page (W9)."""

from __future__ import annotations

import pytest

from hardware.scanner.options import has_feeder, options_for

_SHEET_FED = """
All options specific to device `maker:libusb:001:004':
  Scan Mode:
    --mode Lineart|Halftone|Gray|24bit Color[Fast] [Lineart]
        Selects the scan mode.
    --resolution 75|150|300|600dpi [75]
        Sets the resolution of the scanned image.
    --source ADF Duplex|ADF|Flatbed [Flatbed]
  Geometry:
    -l 0..215.9mm [0]
"""
_PLAIN = """
  Scan Mode:
    --mode Lineart|Gray [Gray]
    --resolution 50..150dpi (in steps of 1) [100]
"""
_FIXED = """
    --mode Color|Gray [inactive]
    --resolution=300dpi [300]
"""


@pytest.mark.parametrize(
    ("listed", "feeder", "options"),
    [
        (_SHEET_FED, False, ("--mode", "24bit Color[Fast]", "--resolution", "150", "--source", "Flatbed")),
        (_SHEET_FED, True, ("--mode", "24bit Color[Fast]", "--resolution", "150", "--source", "ADF")),
        (_PLAIN, False, ("--mode", "Gray", "--resolution", "150")),
        (_FIXED, False, ("--resolution", "300")),
        ("", True, ()),
    ],
)
def test_a_scanner_is_asked_for_what_it_can_do(listed: str, feeder: bool, options: tuple[str, ...]) -> None:
    """W9: colour where there is, the resolution nearest to 200 dots an inch, one side."""
    assert options_for(listed, feeder=feeder) == options


def test_a_feeder_is_known_by_its_source() -> None:
    """W9."""
    assert [has_feeder(listed) for listed in (_SHEET_FED, _PLAIN, _FIXED, "")] == [True, False, False, False]
