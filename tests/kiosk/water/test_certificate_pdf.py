"""The certificate's PDF: everything of W8 on A4, in three languages, with all letters, the same bytes each time."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from PIL.Image import Image
from pypdf import PdfReader
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from kiosk.language import LANGUAGES, Language, text
from kiosk.water.certificate_pdf import render
from kiosk.water.certificate_text import CertificateText, certificate_text, services
from kiosk.water.facts import Statement
from tests.kiosk.water.statements import SUBSCRIBER, statement
from tests.stations import START, moment

ISSUED = moment(START)
NUMBER, CODE = "A-2026-000001", "0123456789AB"
URL = f"https://su.example.az/check?n={NUMBER}&c={CODE}"
OPERATOR = "İri Şəhərlərin Birləşmiş Su Təchizatı Xidməti"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def _written(what: Statement, language: Language = "az", qr: str = URL) -> CertificateText:
    return certificate_text(what, NUMBER, ISSUED, qr, CODE, operator=OPERATOR, language=language)


def _pdf(what: Statement, language: Language = "az", *, example: bool = False) -> tuple[PdfReader, int]:
    data, pages = render(_written(what, language), ISSUED, example=example)
    return PdfReader(io.BytesIO(data), strict=True), pages


def _words(pdf: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in pdf.pages).replace(_NO_BREAK, " ").split())


_MONEY = {"az": "1.234,50", "ru": "1 234,50", "en": "1,234.50"}
_SUM = {"az": "13.579,50", "ru": "13 579,50", "en": "13,579.50"}
_MOMENT = {"az": "20.11.2026, 09:00", "ru": "20.11.2026, 09:00", "en": "20 Nov 2026, 09:00"}
_FIRST = {"az": "noyabr 2025", "ru": "ноябрь 2025", "en": "November 2025"}
_REPORT = {"az": "2026, oktyabr", "ru": "2026, октябрь", "en": "2026, October"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_stands_on_it(language: Language) -> None:
    """W8: holder, address, persons, services, meter, report month, twelve months, sums, debt; number and date."""
    pdf, pages = _pdf(statement(), language)
    words = _words(pdf)
    for expected in (
        OPERATOR, NUMBER, _MOMENT[language], SUBSCRIBER.code, "Nümunəyeva Aygün Misal qızı", SUBSCRIBER.address,
        text(language, "certificate.title"), text(language, "certificate.persons") + " 4",
        services(SUBSCRIBER, language), text(language, "certificate.meter.mechanical"), _REPORT[language],
        f"{_FIRST[language]} 12 {_MONEY[language]}", text(language, "certificate.no_invoice"),
        f"{text(language, 'certificate.total')} 132 {_SUM[language]}", CODE, "1 / 1",
    ):  # fmt: skip
        assert expected in words, expected
    debt = text(language, "certificate.debt", moment=_MOMENT[language])
    assert f"{debt} {'16,00' if language != 'en' else '16.00'} AZN" in words
    assert words.count(_MONEY[language]) == 11
    assert (pages, len(pdf.pages)) == (1, 1)
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


def test_the_file_says_what_it_is_and_not_where_it_was_made() -> None:
    """Title, language and date for readers; nothing of the machine."""
    pdf, _ = _pdf(statement(), "ru")
    told: Any = pdf.metadata
    assert (told.title, told.author, told.producer) == (f"Электронная справка {NUMBER}", OPERATOR, "asan-kiosk")
    assert told.creation_date == ISSUED
    assert set(told) == {"/Title", "/Author", "/Producer", "/CreationDate"}
    assert pdf.trailer["/Root"]["/Lang"] == "ru"  # type: ignore[index]


def test_every_letter_is_embedded() -> None:
    """Any reader shows the same: both fonts are in the file, with the way back to letters."""
    pdf, _ = _pdf(statement(), "az")
    fonts: Any = pdf.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert len(fonts) == 2
    for font in (one.get_object() for one in fonts.values()):
        assert "/ToUnicode" in font
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def test_a_name_in_other_letters_is_written_too() -> None:
    """Letters beyond our three alphabets are taken out of the font for that certificate."""
    pdf, _ = _pdf(statement(surname="Παπαδόπουλος", given_name="Ǯorž"), "az")
    assert "Παπαδόπουλος Ǯorž" in _words(pdf)


def test_the_same_facts_make_the_same_bytes() -> None:
    """A repeat of the act gives the very certificate; another number gives another."""
    first = render(_written(statement()), ISSUED)
    assert render(_written(statement()), ISSUED) == first
    assert render(replace(_written(statement()), qr=URL + "0"), ISSUED) != first


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_alone_name_nobody(language: Language) -> None:
    """W8: who signed in with little proof gets the figures, and the page says why the name is missing."""
    words = _words(_pdf(statement(shown="figures"), language)[0])
    assert text(language, "certificate.figures_only") in words
    for label in ("certificate.holder", "certificate.address"):
        assert text(language, label) not in words
    assert SUBSCRIBER.code in words


def test_a_credit_is_no_debt() -> None:
    """W8: what was paid too much stands as a credit, without a sign before it."""
    words = _words(_pdf(statement("-0.01"), "en")[0])
    assert "Credit (20 Nov 2026, 09:00) 0.01 AZN" in words
    assert "Debt" not in words


@pytest.mark.parametrize(
    ("litres", "written"), [(12_000, "12"), (12_500, "12,5"), (12_340, "12,34"), (12_345, "12,345")]
)
def test_a_consumption_is_written_as_exactly_as_it_was_measured(litres: int, written: str) -> None:
    """No decimals where none say anything, all where they do."""
    row = _written(statement(litres=litres)).rows[0]
    assert row[1] == written


@pytest.mark.parametrize(
    ("water", "waste_water", "key"), [(True, True, "both"), (True, False, "water"), (False, True, "waste_water")]
)
def test_the_kind_of_service_is_told(water: bool, waste_water: bool, key: str) -> None:
    """W8: water supply and/or waste water."""
    told = services(replace(SUBSCRIBER, water=water, waste_water=waste_water), "az")
    assert told == text("az", f"certificate.service.{key}")


def test_invented_data_say_so() -> None:
    """K7: a certificate of example data cannot be taken for a real one."""
    assert "NÜMUNƏ" in _words(_pdf(statement(), example=True)[0])
    assert "NÜMUNƏ" not in _words(_pdf(statement())[0])


def test_a_long_address_makes_a_second_page_with_its_number() -> None:
    """Nothing is cut off or drawn over; every page is numbered."""
    pdf, pages = _pdf(statement(address="Bakı, çox uzun bir misal küçəsi, " * 60))
    assert pages == len(pdf.pages) == 2
    assert [f"{number} / 2" in page.extract_text() for number, page in enumerate(pdf.pages, 1)] == [True, True]
    words = _words(pdf)
    assert words.count("misal küçəsi") == 60
    assert CODE in words


def _page_picture(data: bytes, scale: float) -> Image:
    pdf = pypdfium2.PdfDocument(data)
    try:
        picture: Image = pdf[0].render(scale=scale).to_pil().convert("L")
        return picture
    finally:
        pdf.close()


def test_the_qr_can_be_read_off_the_page() -> None:
    """Module by module it is the QR of the address, dark on white with its quiet border, over the mark too."""
    written = _written(statement())
    picture = _page_picture(render(written, ISSUED, example=True)[0], scale := 4.0)
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(URL)
    modules = code.get_matrix()
    dots = scale * 72 / 25.4  # to a millimetre
    side = 30 * dots / len(modules)
    left = 18 * dots
    dark = [row for row in range(picture.height) if picture.getpixel((int(left + 4.5 * side), row)) == 0]
    first = next(row for row in dark if all(row + step in dark for step in range(int(6 * side))))
    top = first - 4 * side
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            found = picture.getpixel((int(left + (column + 0.5) * side), int(top + (row + 0.5) * side)))
            assert found == (0 if is_dark else 255), (row, column)


def test_the_letters_of_a_name_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """K6: fontTools tells the glyphs it keeps, fpdf2 the letters a font lacks."""
    strange = replace(SUBSCRIBER, surname="Nümunəyeva\N{GOTHIC LETTER AHSA}")
    with caplog.at_level(logging.INFO):
        render(_written(replace(statement(), subscriber=strange)), ISSUED)
    assert not caplog.records
