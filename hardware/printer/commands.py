"""ESC/POS: the bytes of a print job, the questions a printer answers at once, and how its answers read.

The job is built by python-escpos. Real-time commands (DLE …) act the moment they are received, in front of everything
that waits in the printer's buffer, and also when their bytes only happen to stand inside a picture; hence `_harmless`.
"""

from __future__ import annotations

import logging
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

from hardware.ports import PrinterStatus

if TYPE_CHECKING:
    from PIL.Image import Image

ASK_PRINTER: Final = b"\x10\x04\x01"
ASK_OFFLINE_CAUSE: Final = b"\x10\x04\x02"
ASK_ERROR_CAUSE: Final = b"\x10\x04\x03"
ASK_PAPER: Final = b"\x10\x04\x04"
CLEAR_BUFFERS: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: forget what was received and not printed."""
ASK_IN_TURN: Final = b"\x1dr\x01"
"""GS r 1: the paper sensor, answered only when everything sent before it has been printed."""

_BAND: Final = 256
"""Rows a raster command: printers with small buffers choke on taller ones."""

_LOOKS_REAL_TIME: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")


def is_real_time_answer(byte: int) -> bool:
    """Whether a byte answers DLE EOT: its fixed bits are 0xx1xx10."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_answer_in_turn(byte: int) -> bool:
    """Whether a byte answers GS r: its fixed bits are 0xx0xxxx."""
    return byte & 0b1001_0000 == 0


def read_status(printer: int, offline: int, error: int, paper: int) -> PrinterStatus:
    """What the four answers to DLE EOT 1 to 4 say together; the cover goes before the paper, which it hides."""
    low = bool(paper & 0b0000_1100)
    if offline & 0b0000_0100:
        return PrinterStatus("cover_open", low)
    if offline & 0b0010_0000 or paper & 0b0110_0000:
        return PrinterStatus("no_paper", low)
    if offline & 0b0100_0000 or error & 0b0110_1000:
        return PrinterStatus(
            "error", low, "the cutter is stuck" if error & 0b0000_1000 else "the printer reports a fault"
        )
    if offline & 0b0000_1000 or printer & 0b0000_1000:
        return PrinterStatus("busy", low)
    return PrinterStatus("ok", low)


def job(picture: Image) -> bytes:
    """The bytes that print a black and white picture, feed it past the cutter and cut.

    Raises:
        ValueError: the picture is not black and white, or its width is no multiple of 8 dots.
    """
    if picture.mode != "1":
        raise ValueError("a slip is drawn in black and white")
    if picture.width % 8:
        raise ValueError("a ticket printer's width in dots is a multiple of 8")
    library = escpos()
    spool = library.printer.Dummy()
    # Without a width in its profile the library prints a complaint on stdout, into the face.
    spool.profile.profile_data = {**spool.profile.profile_data, "media": {"width": {"pixels": picture.width}}}
    spool.hw("INIT")
    spool.image(_harmless(picture), impl="bitImageRaster", fragment_height=_BAND)
    spool.cut()
    return bytes(spool.output)


def _harmless(picture: Image) -> Image:
    """The picture with one dot more wherever its bytes would read as a real-time command.

    A status question inside a picture would get an answer nobody asked for; DLE ENQ or DLE DC4 could drop the slip.
    """
    from PIL import Image

    inverted = bytes(range(255, -1, -1))
    rows = picture.tobytes().translate(inverted)  # as the printer gets them: a set bit is black
    return Image.frombytes("1", picture.size, _LOOKS_REAL_TIME.sub(b"\x18", rows).translate(inverted))


def escpos() -> Any:
    """python-escpos, imported when the first slip needs it (half a second), and held to our manners.

    It logs through the root logger, which makes Python put a handler on stderr, the screen, unless there is one; and
    it leaves a temporary folder behind at each import.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    import escpos.capabilities
    import escpos.printer

    shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos
