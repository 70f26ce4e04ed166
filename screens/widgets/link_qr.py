"""A QR code of any text: an address for a phone, or what a payment needs (W9, W6, I7)."""

from __future__ import annotations

from typing import Final

from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

SMALLEST: Final = 5
"""The first version tried: an address of up to 84 bytes keeps the size of an order's QR."""
LARGEST: Final = 17
"""Beyond this no terminal of 120×36 holds it, and no phone reads it off a screen with ease."""
BORDER: Final = 2


def modules(content: str) -> tuple[str, ...]:
    """The rows of the code with its edge, `#` is dark: of the smallest version from `SMALLEST` on.

    Level M corrects what a reflection hides; a text that would need a larger version for it gets level L.

    Raises:
        ValueError: too long for version `LARGEST` at level L.
    """
    # Imported here: the first screen needs no QR, and a station starts faster without it.
    import qrcode
    from qrcode.exceptions import DataOverflowError

    for version in range(SMALLEST, LARGEST + 1):
        for level in (qrcode.ERROR_CORRECT_M, qrcode.ERROR_CORRECT_L):
            code = qrcode.QRCode(version=version, error_correction=level, border=BORDER)
            code.add_data(content)
            try:
                code.make(fit=False)
            except DataOverflowError:
                continue
            return tuple("".join("#" if module else "." for module in row) for row in code.get_matrix())
    raise ValueError(f"too long for a QR of version {LARGEST}")


class LinkQr(Drawn, can_focus=False):
    """The code in the middle of whatever room it gets, on white in every theme; two pixels in a cell."""

    GROUND = "paper"

    def __init__(self, content: str = "", *, id: str | None = None) -> None:
        """Make it; without a content it is white."""
        super().__init__(id=id)
        self._rows: tuple[str, ...] = modules(content) if content else ()

    def show(self, content: str) -> None:
        """Show another."""
        self._rows = modules(content) if content else ()
        self.refresh()

    @property
    def columns(self) -> int:
        """How many cells wide the code is, with its edge: 41 for an address of up to 84 bytes."""
        return len(self._rows)

    @property
    def rows(self) -> int:
        """How many cells high it is: 21 for an address of up to 84 bytes."""
        return (len(self._rows) + 1) // 2

    def draw(self, sheet: Sheet) -> None:
        """The modules as grounds; not at all where they do not fit, for half a code is none."""
        if self._rows and self.columns <= sheet.width and self.rows <= sheet.height:
            sheet.pixels((sheet.width - self.columns) // 2, (sheet.height - self.rows) // 2, self._rows, "print")
