"""Looking at paper: what the scanner reads off it, and whether a text stands on it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipNumber, SlipQr, SlipRule, SlipTitle
from hardware.printer.drawing import find_fonts

DIGITS = "0123456789" * 19 + "7"
WIDTH_80_MM = 576
WIDTH_58_MM = 384

SLIP = Slip(
    (
        SlipMark("NÜMUNƏ"),
        SlipTitle("Növbəniz təsdiqləndi"),
        SlipNumber("Sifariş kodu", "K7MP-4XRT"),
        SlipQr(DIGITS),
        SlipRule(),
        SlipFact("Xidmət", "Şəxsiyyət vəsiqəsi"),
        SlipNote("Прийти можно не позднее 10:15.", strong=True),
        SlipNote("Be sure to bring the order code with you."),
    )
)


def scanned(picture: Path) -> str:
    """What zbar reads in the picture."""
    read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, check=True, text=True)
    return read.stdout.strip()


def written(text: str, size: int, *, bold: bool = False) -> Image.Image:
    """How a line of text looks on paper: as wide as its ink, as high as a line, so that marks above and below count."""
    fonts = find_fonts()
    font = ImageFont.truetype(fonts.bold if bold else fonts.plain, size, layout_engine=ImageFont.Layout.BASIC)
    sheet = Image.new("L", (round(font.getlength(text)) + 8, round(size * 1.15)), 255)
    pen = ImageDraw.Draw(sheet)
    pen.fontmode = "1"
    pen.text((4, 0), text, fill=0, font=font)
    ink = sheet.point(lambda value: 255 - value).getbbox()
    assert ink is not None
    return sheet.crop((ink[0], 0, ink[2], sheet.height))


def stands_on(paper: Image.Image, text: str, size: int, *, bold: bool = False) -> bool:
    """Whether the text stands on the paper, dot for dot, wherever."""
    wanted, there = written(text, size, bold=bold), paper.convert("L")
    rows = [wanted.crop((0, y, wanted.width, y + 1)).tobytes() for y in range(wanted.height)]
    fullest = max(range(len(rows)), key=lambda y: rows[y].count(0))
    for y in range(fullest, there.height):
        row = there.crop((0, y, there.width, y + 1)).tobytes()
        x = row.find(rows[fullest])
        while x >= 0:
            top = y - fullest
            if there.crop((x, top, x + wanted.width, top + wanted.height)).tobytes() == wanted.tobytes():
                return True
            x = row.find(rows[fullest], x + 1)
    return False
