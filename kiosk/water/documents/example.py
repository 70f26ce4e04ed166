"""The trial's USB stick: a folder with two invented documents, so that uploading can be tried without hardware."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from time import gmtime
from typing import TYPE_CHECKING, Final

from hardware.printer.drawing import FontMissing, find_fonts
from kiosk.settings import state_folder

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_SHEET: Final = (1240, 1754)
"""A4 at 150 dots an inch."""
_MARGIN: Final = 120
_INK: Final = (30, 35, 45)
_DRAWN_ON: Final = gmtime(0)
_PALE: Final = (225, 228, 232)
_DOCUMENTS: Final[dict[str, tuple[str, ...]]] = {
    "NÜMUNƏ çıxarış.pdf": (
        "Daşınmaz əmlakın dövlət reyestrindən ÇIXARIŞ",
        "Mülkiyyətçi: Nümunəyeva Aygün Misal qızı",
        "Ünvan: Nümunə küçəsi 1, mənzil 1",
        "Bu sənəd uydurmadır və heç bir hüquqi qüvvəsi yoxdur.",
    ),
    "NÜMUNƏ arayış.jpg": (
        "Yaşayış yeri üzrə qeydiyyatda olan şəxslər haqqında ARAYIŞ",
        "Ünvan: Nümunə küçəsi 1, mənzil 1",
        "Qeydiyyatda olanlar: 3 nəfər",
        "Bu sənəd uydurmadır və heç bir hüquqi qüvvəsi yoxdur.",
    ),
}


def stick_folder() -> Path:
    """The folder that counts as a stick while example data are on; move it away to pull the stick."""
    return state_folder() / "stick"


def make_stick(folder: Path) -> bool:
    """Put the invented documents into the folder if it is not there; whether that was done.

    Raises:
        OSError: it cannot be written.
    """
    if folder.exists():
        return False
    drawn = sheets()  # an empty stick is a stick too
    unfinished = folder.with_name(f".{folder.name}-{os.getpid()}")
    unfinished.mkdir(mode=0o700, parents=True)
    for name, content in drawn.items():
        (unfinished / name).write_bytes(content)
    try:
        unfinished.rename(folder)
    except OSError:  # another start made it meanwhile
        for name in drawn:
            (unfinished / name).unlink()
        unfinished.rmdir()
        return False
    return True


def sheets() -> dict[str, bytes]:
    """The invented documents by name, the same every time; none where there is no font to write them in."""
    try:
        return {name: _drawn(name, lines) for name, lines in _DOCUMENTS.items()}
    except FontMissing:
        return {}


def _drawn(name: str, lines: tuple[str, ...]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    regular = str(find_fonts().plain)
    sheet = Image.new("RGB", _SHEET, "white")
    pen = ImageDraw.Draw(sheet)
    mark: FreeTypeFont = ImageFont.truetype(regular, 260)
    pen.text((_SHEET[0] // 2, _SHEET[1] // 2), "NÜMUNƏ", fill=_PALE, font=mark, anchor="mm")
    text = ImageFont.truetype(regular, 34)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, _MARGIN + 90 * number), line, fill=_INK, font=text)
    file = BytesIO()
    if name.endswith(".pdf"):
        sheet.save(file, "PDF", resolution=150, creationDate=_DRAWN_ON, modDate=_DRAWN_ON)
    else:
        sheet.save(file, "JPEG")
    return file.getvalue()
