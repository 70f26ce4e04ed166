"""The QR code of an order, drawn so that scanners read it off any terminal (Q7; guide: a `█▀▄` drawing has seams).

Ground colours carry the modules; `▄` stands only where the two halves of a cell differ.
"""

from __future__ import annotations

from typing import Final

from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

VERSION: Final = 5
"""Always this version, so that the place it takes never changes: 37 modules a side."""
BORDER: Final = 2
COLUMNS: Final = 17 + 4 * VERSION + 2 * BORDER
ROWS: Final = (COLUMNS + 1) // 2


def modules(content: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of the code with its border, row by row; True is dark.

    Raises:
        ValueError: `content` is not digits only, or too long for version 5 at level M (202 digits).
    """
    # Imported here: the first screen needs no QR, and a station starts faster without it.
    import qrcode
    from qrcode.exceptions import DataOverflowError

    if not (content.isascii() and content.isdigit()):
        raise ValueError("a QR of ours holds digits only, which every scanner's keyboard layout leaves alone")
    code = qrcode.QRCode(version=VERSION, error_correction=qrcode.ERROR_CORRECT_M, border=BORDER)
    code.add_data(content)
    try:
        code.make(fit=False)
    except DataOverflowError as error:
        raise ValueError("too long for a QR of version 5 at level M") from error
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


class Qr(Drawn, can_focus=False):
    """A QR code of 41×21 cells, in the middle of whatever room it gets, on white in every theme."""

    GROUND = "paper"

    DEFAULT_CSS = "Qr { width: 41; height: 21; }"

    def __init__(self, content: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows = ["".join("#" if module else "." for module in row) for row in modules(content)]

    def draw(self, sheet: Sheet) -> None:
        """The modules as grounds."""
        sheet.pixels((sheet.width - COLUMNS) // 2, (sheet.height - ROWS) // 2, self._rows, "print")
