"""The QR codes on a glass, read by zbar as a phone's camera reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from PIL import Image

from tests.e2e.glass import PATIENCE, Glass

_NOTHING_FOUND: Final = 4
"""zbarimg's exit status for a picture without a code."""
_DOTS: Final = 6
"""How many dots of a picture a module is wide and high."""


def qr_of(picture: Path) -> str:
    """What a scanner reads from a picture, a line for each code; "" where there is none."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode in (0, _NOTHING_FOUND), done.stderr
    return done.stdout.strip()


def qr_on(glass: Glass, folder: Path, *, beside: str = "") -> str:
    """Wait for a QR on the glass, another than `beside`; what it says.

    Raises:
        NeverShown: none came that can be read.
    """
    read = beside

    def is_read() -> bool:
        nonlocal read
        read = qr_of(_photograph(glass, folder / "glass.png"))
        return read not in ("", beside)

    glass.until(is_read, "a QR")
    return read


def _photograph(glass: Glass, path: Path) -> Path:
    """The cells' colours as a picture: two dots above one another in a cell, letters left out."""
    halves = glass.halves()
    picture = Image.new("L", (len(halves[0]), len(halves)))
    picture.putdata([255 if light else 0 for line in halves for light in line])
    picture.resize((picture.width * _DOTS, picture.height * _DOTS), Image.Resampling.NEAREST).save(path)
    return path
