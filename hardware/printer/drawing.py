"""Drawing a slip as the picture that goes on paper.

Ticket printers have code pages, and none has all of ə, ğ, ı and Cyrillic; so the whole slip is drawn, every letter from
one font, and the QR in the same picture. Black and white only: greys would come out as dust.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipNumber, SlipPart, SlipQr, SlipRule, SlipTitle

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_PLAIN: Final = "DejaVuSans.ttf"
_BOLD: Final = "DejaVuSans-Bold.ttf"
_FONT_FOLDERS: Final = (
    "/usr/share/fonts/truetype/dejavu",  # Debian: fonts-dejavu-core
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/TTF",
    "/usr/local/share/fonts",
)

_MARGIN: Final = 12
_BLACK: Final = 0
_WHITE: Final = 1
_LABEL_SIZE: Final = 24  # 3 mm at 203 dots an inch
_VALUE_SIZE: Final = 28
_TITLE_SIZE: Final = 34
_LARGEST: Final = 120
_LINE: Final = 1.3
_NUMBER_LINE: Final = 1.15
_QR_BORDER: Final = 4
_QR_DOTS: Final = 8
"""1 mm a module at 203 dots an inch: hand scanners and phones read it from a crumpled slip too."""


class FontMissing(Exception):
    """The font with the letters of Azerbaijani and Russian is not on this machine."""


@dataclass(frozen=True, slots=True)
class SlipFonts:
    """The two font files that a slip is drawn with."""

    plain: Path
    bold: Path


def find_fonts(folder: Path | None = None) -> SlipFonts:
    """The fonts in `folder`, or where systems keep them.

    Raises:
        FontMissing: they are not there.
    """
    for place in (folder,) if folder is not None else map(Path, _FONT_FOLDERS):
        fonts = SlipFonts(place / _PLAIN, place / _BOLD)
        if fonts.plain.is_file() and fonts.bold.is_file():
            return fonts
    raise FontMissing(f"{_PLAIN} and {_BOLD} are missing (Debian: fonts-dejavu-core)")


def draw(slip: Slip, width: int, fonts: SlipFonts) -> Image:
    """The slip as a black and white picture `width` dots wide (576 for 80 mm paper, 384 for 58 mm).

    Raises:
        ValueError: the paper is too narrow for the QR.
    """
    pen = _Pen(width, fonts)
    # Drawn twice: the first time over a sheet of no height, which tells how long the second must be.
    height = pen.draw(slip.parts, 1)[1]
    return pen.draw(slip.parts, height)[0]


class _Pen:
    """Draws parts one below the other."""

    def __init__(self, width: int, fonts: SlipFonts) -> None:
        self._width = width
        self._inner = width - 2 * _MARGIN
        self._fonts = fonts
        self._cut: dict[tuple[bool, int], FreeTypeFont] = {}

    def draw(self, parts: tuple[SlipPart, ...], height: int) -> tuple[Image, int]:
        from PIL import Image, ImageDraw

        sheet = Image.new("1", (self._width, height), _WHITE)
        pen = ImageDraw.Draw(sheet)
        y = _MARGIN
        for part in parts:
            y = self._part(sheet, pen, part, y)
        return sheet, y

    def _part(self, sheet: Image, pen: ImageDraw, part: SlipPart, y: int) -> int:
        """Draw one part from `y` down; answers where the next begins."""
        match part:
            case SlipTitle(text):
                return self._text(pen, text, y, _TITLE_SIZE, bold=True, centred=True) + 8
            case SlipNumber(label, value):
                y = self._text(pen, label, y, _LABEL_SIZE, centred=True)
                return self._text(pen, value, y, self._largest(value), bold=True, centred=True, line=_NUMBER_LINE)
            case SlipFact(label, value):
                y = self._text(pen, label, y, _LABEL_SIZE)
                return self._text(pen, value, y, _VALUE_SIZE, bold=True) + 8
            case SlipNote(text, strong):
                return self._text(pen, text, y, _VALUE_SIZE if strong else _LABEL_SIZE, bold=strong) + 8
            case SlipQr(digits):
                return self._qr(sheet, digits, y)
            case SlipMark(text):
                return self._mark(pen, text, y)
            case SlipRule():
                pen.rectangle((_MARGIN, y + 4, self._width - _MARGIN - 1, y + 5), fill=_BLACK)
                return y + 16

    def _text(
        self,
        pen: ImageDraw,
        text: str,
        y: int,
        size: int,
        *,
        bold: bool = False,
        centred: bool = False,
        ink: int = _BLACK,
        line: float = _LINE,
    ) -> int:
        font = self._font(size, bold=bold)
        for written in self._wrapped(text, font):
            x = (self._width - font.getlength(written)) / 2 if centred else _MARGIN
            pen.text((round(x), y), written, fill=ink, font=font)
            y += round(size * line)
        return y

    def _mark(self, pen: ImageDraw, text: str, y: int) -> int:
        height = round(_TITLE_SIZE * _LINE) + 12
        pen.rectangle((_MARGIN, y, self._width - _MARGIN - 1, y + height - 1), fill=_BLACK)
        self._text(pen, text, y + 6, _TITLE_SIZE, bold=True, centred=True, ink=_WHITE)
        return y + height + 8

    def _qr(self, sheet: Image, digits: str, y: int) -> int:
        import qrcode
        from PIL import Image
        from qrcode.constants import ERROR_CORRECT_M

        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_QR_BORDER)
        code.add_data(digits)
        rows = code.get_matrix()
        dots = min(_QR_DOTS, self._width // len(rows))
        if dots < 3:
            raise ValueError("the paper is too narrow for the QR code")
        picture = Image.new("1", (len(rows), len(rows)), _WHITE)
        picture.putdata([_BLACK if dark else _WHITE for row in rows for dark in row])
        picture = picture.resize((len(rows) * dots, len(rows) * dots), Image.Resampling.NEAREST)
        sheet.paste(picture, ((self._width - picture.width) // 2, y))
        return y + picture.height

    def _largest(self, value: str) -> int:
        """The largest size at which `value` fits on one line."""
        for size in range(_LARGEST, _VALUE_SIZE, -2):
            if self._font(size, bold=True).getlength(value) <= self._inner:
                return size
        return _VALUE_SIZE

    def _font(self, size: int, *, bold: bool) -> FreeTypeFont:
        from PIL import ImageFont

        if (bold, size) not in self._cut:
            path = self._fonts.bold if bold else self._fonts.plain
            self._cut[bold, size] = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        return self._cut[bold, size]

    def _wrapped(self, text: str, font: FreeTypeFont) -> list[str]:
        """The lines of `text`, broken at spaces, and inside a word only where it is alone too long for a line."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split(" "):  # and not at no-break spaces
                longer = f"{line} {word}" if line else word
                if font.getlength(longer) <= self._inner:
                    line = longer
                    continue
                if line:
                    lines.append(line)
                *full, line = self._pieces(word, font)
                lines += full
            lines.append(line)
        return lines

    def _pieces(self, word: str, font: FreeTypeFont) -> list[str]:
        """The word in pieces that fit, cut behind a hyphen where it has one."""
        pieces: list[str] = []
        while font.getlength(word) > self._inner:
            fits = next(n for n in range(len(word) - 1, 0, -1) if font.getlength(word[:n]) <= self._inner)
            end = word.rfind("-", 0, fits) + 1 or fits
            pieces.append(word[:end])
            word = word[end:]
        return [*pieces, word]
