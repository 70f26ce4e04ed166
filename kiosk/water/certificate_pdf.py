"""Drawing the electronic certificate as a PDF (W8): A4, every letter embedded, the same bytes for the same facts.

Cutting the fonts down to their used letters is most of the work of writing a PDF. So the letters of our languages are
cut out once in a process; each certificate then cuts its own out of a tenth of the font.
"""

from __future__ import annotations

import io
import logging
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from hardware.printer.drawing import find_fonts
from kiosk.post.letters import EXAMPLE_MARK
from kiosk.water.certificate_text import CertificateText

if TYPE_CHECKING:
    from fpdf import FPDF

_FAMILY: Final = "certificate"
_LETTERS: Final = frozenset(
    {*range(0x20, 0x7F), *range(0xA0, 0x180), 0x18F, 0x259, *range(0x400, 0x460), 0x490, 0x491}
    | {ord(sign) for sign in "–—‘’“”„•№…"}
)
_UNUSED_TABLES: Final = ("FFTM", "GDEF", "GPOS", "GSUB", "MATH", "hdmx")

# millimetres on A4
_LEFT, _TOP, _BOTTOM = 18.0, 16.0, 18.0
_WIDTH: Final = 210.0 - 2 * _LEFT
_LABEL: Final = 68.0
_COLUMNS: Final = (50.0, 40.0, 42.0, 42.0)
_ROW: Final = 6.4
_QR_SIZE: Final = 30.0
_QR_BORDER: Final = 4
"""Light modules around a QR code, as ISO/IEC 18004 wants them."""

_INK, _GREY, _PALE, _BAND = (17, 24, 39), (75, 85, 99), (156, 163, 175), (229, 237, 245)


def render(certificate: CertificateText, issued_at: datetime, *, example: bool = False) -> tuple[bytes, int]:
    """The PDF, and how many pages it has.

    Args:
        certificate: what stands on it.
        issued_at: the document's own date.
        example: whether it is made of example data and has to say so.

    Raises:
        hardware.printer.drawing.FontMissing: the font is not on this machine.
    """
    pdf = _begin(certificate, issued_at, example)
    _heading(pdf, certificate)
    _facts(pdf, certificate)
    _table(pdf, certificate)
    _balance(pdf, certificate)
    _check(pdf, certificate)
    written = bytes(pdf.output())
    return written, pdf.pages_count


@cache
def _document() -> type[FPDF]:
    for talkative in ("fontTools", "fpdf"):
        # They log which letters a font is cut down to, and which ones it lacks: those of the holder's name (K6).
        logging.getLogger(talkative).setLevel(logging.ERROR)
    from fpdf import FPDF
    from fpdf.enums import Align

    class Document(FPDF):
        """A page with its number, and a mark across it where the data are invented."""

        mark = ""

        def header(self) -> None:
            if self.mark:
                self.set_font(_FAMILY, "B", 96)
                self.set_text_color(246, 224, 224)
                with self.rotation(52, 105, 148):
                    self.set_xy(0, 130)
                    self.cell(210, 40, self.mark, align=Align.C)
                self.set_xy(_LEFT, _TOP)

        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(_FAMILY, "", 8)
            self.set_text_color(*_GREY)
            self.cell(0, 5, f"{self.page_no()} / {{nb}}", align=Align.R)

    return Document


def _begin(certificate: CertificateText, issued_at: datetime, example: bool) -> FPDF:
    from fpdf.prefs import ViewerPreferences

    pdf = _document()(format="A4")
    pdf.mark = EXAMPLE_MARK if example else ""  # type: ignore[attr-defined]
    pdf.set_lang(certificate.language)
    pdf.set_title(f"{certificate.title} {certificate.facts[0][1]}")
    pdf.set_author(certificate.operator)
    pdf.set_producer("asan-kiosk")
    pdf.set_creation_date(issued_at)
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    pdf.set_margins(_LEFT, _TOP, _LEFT)
    pdf.set_auto_page_break(auto=True, margin=_BOTTOM)
    _use_fonts(pdf, frozenset(map(ord, "".join(_letters_of(certificate)))) - _LETTERS)
    pdf.add_page()
    return pdf


def _letters_of(certificate: CertificateText) -> list[str]:
    facts = [part for fact in certificate.facts for part in fact]
    return [certificate.operator, *facts]


def _use_fonts(pdf: FPDF, others: frozenset[int]) -> None:
    from fpdf.fonts import TTFFont

    fonts = find_fonts()
    for style, path in (("", fonts.plain), ("B", fonts.bold)):
        key = _FAMILY + style
        # fontTools reads a font from memory as well as from a file, and fpdf2 only hands it on
        pdf.fonts[key] = TTFFont(pdf, cast(Path, io.BytesIO(_cut(path, others))), key, style)


@lru_cache(maxsize=8)
def _cut(path: Path, others: frozenset[int]) -> bytes:
    """The font with the letters of our languages, and with `others` that somebody's name needs, alone."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(notdef_outline=True, recommended_glyphs=True, hinting=False)
    options.drop_tables += list(_UNUSED_TABLES)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_LETTERS | others)
    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        cutter.subset(font)
        kept = io.BytesIO()
        font.save(kept)
    return kept.getvalue()


def _text(pdf: FPDF, written: str, size: float, height: float, *, bold: bool = False, grey: bool = False) -> None:
    """A paragraph across the page, and on to the next line."""
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.set_text_color(*(_GREY if grey else _INK))
    pdf.multi_cell(0, height, written, align="L", new_x="LMARGIN", new_y="NEXT")


def _heading(pdf: FPDF, certificate: CertificateText) -> None:
    _text(pdf, certificate.operator, 10, 5.5, bold=True, grey=True)
    pdf.set_draw_color(*_INK)
    pdf.set_line_width(0.6)
    pdf.line(_LEFT, pdf.get_y() + 1.5, _LEFT + _WIDTH, pdf.get_y() + 1.5)
    pdf.ln(6)
    _text(pdf, certificate.title, 20, 10, bold=True)
    _text(pdf, certificate.subtitle, 11, 6, grey=True)
    pdf.ln(4)


def _facts(pdf: FPDF, certificate: CertificateText) -> None:
    for label, value in certificate.facts:
        pdf.set_font(_FAMILY, "", 9)
        pdf.set_text_color(*_GREY)
        pdf.cell(_LABEL, 5.6, label)
        pdf.set_font(_FAMILY, "B", 9.5)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, 5.6, value, align="L", new_x="LMARGIN", new_y="NEXT")
    for note in certificate.notes:
        _text(pdf, note, 9, 5.6, grey=True)
    pdf.ln(4)


def _table(pdf: FPDF, certificate: CertificateText) -> None:
    pdf.set_line_width(0.2)
    pdf.set_draw_color(*_PALE)
    pdf.set_fill_color(*_BAND)
    _cells(pdf, certificate.head, bold=True, filled=True, size=8.5)
    for month, consumption, invoiced, paid in certificate.rows:
        if consumption is None or invoiced is None:
            _cells(pdf, (month, "", certificate.no_invoice, paid), greyed=2)
        else:
            _cells(pdf, (month, consumption, invoiced, paid))
    _cells(pdf, certificate.totals, bold=True, filled=True)
    pdf.ln(3)


def _cells(
    pdf: FPDF,
    values: tuple[str, str, str, str],
    *,
    bold: bool = False,
    filled: bool = False,
    size: float = 9.5,
    greyed: int | None = None,
) -> None:
    for column, (width, value) in enumerate(zip(_COLUMNS, values, strict=True)):
        pdf.set_font(_FAMILY, "B" if bold else "", size)
        pdf.set_text_color(*(_GREY if column == greyed else _INK))
        align: Any = "L" if column == 0 else "R"
        pdf.cell(width, _ROW, value, border="B", align=align, fill=filled)
    pdf.ln(_ROW)


def _balance(pdf: FPDF, certificate: CertificateText) -> None:
    label, value = certificate.balance
    pdf.set_font(_FAMILY, "", 10)
    pdf.set_text_color(*_INK)
    pdf.cell(_WIDTH - _COLUMNS[3], 7, label)
    pdf.set_font(_FAMILY, "B", 11)
    pdf.cell(_COLUMNS[3], 7, value, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _check(pdf: FPDF, certificate: CertificateText) -> None:
    """The QR, drawn as squares so that it prints sharp at every size, with what it is for beside it."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    if pdf.will_page_break(_QR_SIZE + 2):
        pdf.add_page()
    top = pdf.get_y()
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QR_BORDER)
    code.add_data(certificate.qr)
    modules = code.get_matrix()
    side = _QR_SIZE / len(modules)
    pdf.set_fill_color(255, 255, 255)
    pdf.rect(_LEFT, top, _QR_SIZE, _QR_SIZE, style="F")
    pdf.set_fill_color(0, 0, 0)
    for row, line in enumerate(modules):
        for start, length in _runs(line):
            pdf.rect(_LEFT + start * side, top + row * side, length * side, side, style="F")
    pdf.set_left_margin(_LEFT + _QR_SIZE + 4)
    pdf.set_xy(_LEFT + _QR_SIZE + 4, top + 6)
    for sentence in certificate.check_lines:
        _text(pdf, sentence, 9, 5.6, grey=True)
    pdf.set_left_margin(_LEFT)


def _runs(modules: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules stand beside each other: the first, and how many."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(modules):
        if not dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
