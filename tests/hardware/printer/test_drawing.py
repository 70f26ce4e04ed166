"""What a slip looks like before any printer sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFont

from hardware.ports import Slip, SlipFact, SlipNote, SlipNumber, SlipQr, SlipTitle
from hardware.printer.drawing import FontMissing, draw, find_fonts
from tests.hardware.printer.paper import DIGITS, SLIP, WIDTH_58_MM, WIDTH_80_MM, scanned, stands_on

WIDTHS = (WIDTH_80_MM, WIDTH_58_MM)
LETTERS = (
    "AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz0123456789"
    "АаБбВвГгДдЕеЁёЖжЗзИиЙйКкЛлМмНнОоПпРрСсТтУуФфХхЦцЧчШшЩщЪъЫыЬьЭэЮюЯя“”«»„№–—₼Ww"
)


def test_every_letter_has_its_own_picture() -> None:
    """K3: the font has all letters of Azerbaijani and Russian; none falls to the box of a missing one."""
    fonts = find_fonts()
    for path in (fonts.plain, fonts.bold):
        font = ImageFont.truetype(path, 24)
        missing = bytes(font.getmask("\U0010fffe"))
        alike = {letter for letter in LETTERS if letter != "₼" and bytes(font.getmask(letter)) == missing}
        assert not alike


@pytest.mark.parametrize("width", WIDTHS)
def test_the_qr_is_read_off_the_picture(width: int, tmp_path: Path) -> None:
    """Q7: on 80 mm and on 58 mm paper the scanner reads the digits."""
    draw(SLIP, width, find_fonts()).save(tmp_path / "slip.png")
    assert scanned(tmp_path / "slip.png") == DIGITS


@pytest.mark.parametrize("width", WIDTHS)
def test_the_qr_is_coarse_enough_and_has_its_border(width: int) -> None:
    """1 mm a module, and four white modules around, which hand scanners want."""
    picture = draw(Slip((SlipQr(DIGITS),)), width, find_fonts()).convert("L")
    ink = picture.point(lambda value: 255 - value).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    assert right - left == bottom - top == 37 * 8
    assert min(left, width - right, top) >= 4 * 8 - 4


@pytest.mark.parametrize("width", WIDTHS)
def test_texts_stand_on_it_letter_for_letter(width: int) -> None:
    """K3: az, ru and en, as written, nothing replaced."""
    picture = draw(SLIP, width, find_fonts())
    assert stands_on(picture, "Şəxsiyyət vəsiqəsi", 28, bold=True)
    assert stands_on(picture, "Sifariş kodu", 24)
    assert not stands_on(picture, "Sifaris kodu", 24)
    assert not stands_on(picture, "Şəxsiyyet vəsiqəsi", 28, bold=True)


def ink(picture_of: Slip, width: int) -> tuple[int, int, int, int]:
    box = draw(picture_of, width, find_fonts()).convert("L").point(lambda value: 255 - value).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("value", ["A-017", "A-1017", "K7MP-4XRT"])
def test_the_number_is_as_large_as_the_paper_allows(width: int, value: str) -> None:
    """The number that counts is large and on one line, and nothing of it is cut off."""
    left, top, right, bottom = ink(Slip((SlipNumber("", value),)), width)
    assert left > 0
    assert right < width
    assert bottom - top >= 36


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "text",
    [
        "Ş" * 200,
        "Azərbaycan Respublikasının Daxili İşlər Nazirliyi Baş Dövlət Yol Polisi İdarəsi",
        "Məmmədova-Həsənzadə-Qaraxanova-Süleymanlı-Əliağayeva",
        "şəhər  küçə\n\nmənzil",
    ],
    ids=["one long word", "many words", "many hyphens", "odd spaces"],
)
def test_no_text_is_cut_off(width: int, text: str) -> None:
    """Long names break at spaces, then at hyphens, then anywhere; all stays inside the margins."""
    left, _, right, bottom = ink(Slip((SlipTitle(text), SlipFact(text, text), SlipNote(text))), width)
    assert left > 0
    assert right < width
    assert bottom < draw(Slip((SlipTitle(text), SlipFact(text, text), SlipNote(text))), width, find_fonts()).height


def test_a_double_name_breaks_at_its_hyphen() -> None:
    """A name is not cut in the middle of a syllable where it has a hyphen."""
    picture = draw(Slip((SlipFact("Ad", "Məmmədova-Həsənzadə"),)), WIDTH_58_MM, find_fonts())
    assert stands_on(picture, "Məmmədova-", 28, bold=True)
    assert stands_on(picture, "Həsənzadə", 28, bold=True)


def test_no_break_spaces_hold() -> None:
    """A number stays with its unit."""
    picture = draw(Slip((SlipNote("x" * 26 + " 2026\N{NO-BREAK SPACE}г."),)), WIDTH_58_MM, find_fonts())
    assert stands_on(picture, "2026\N{NO-BREAK SPACE}г.", 24)


def test_paper_that_is_too_narrow_is_told() -> None:
    """A QR that no scanner could read is not printed."""
    with pytest.raises(ValueError, match="too narrow"):
        draw(Slip((SlipQr(DIGITS),)), 104, find_fonts())


def test_a_missing_font_is_told_with_its_package(tmp_path: Path) -> None:
    """No slip with boxes in place of ə: the technician learns what to install."""
    with pytest.raises(FontMissing, match="fonts-dejavu-core"):
        find_fonts(tmp_path)
