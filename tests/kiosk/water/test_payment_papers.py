"""What a person gets of a payment: a letter, and the cash desk's receipt on 80 and 58 mm paper, in three languages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from hardware.ports import SlipFact, SlipMark, SlipNote, SlipNumber
from hardware.printer import open_printer
from kiosk.language import LANGUAGES, Language, text
from kiosk.water.facts import Payment, Registered
from kiosk.water.payment_papers import payment_page, payment_slip
from tests.hardware.printer.paper import WIDTH_58_MM, WIDTH_80_MM
from tests.stations import START, moment

OPERATOR = "İri Şəhərlərin Birləşmiş Su Təchizatı Xidməti"
PAYMENT = Payment(
    "1204587", Decimal("1234.50"), "R-2026-000001", "cash", Decimal("0.00"),
    (Registered("2026-000017", "suspension", "registered"),),
)  # fmt: skip
_AMOUNT = {"az": "1.234,50", "ru": "1\N{NO-BREAK SPACE}234,50", "en": "1,234.50"}
_WHEN = {"az": "20.11.2026 09:00", "ru": "20.11.2026 09:00", "en": "20 Nov 2026 09:00"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_tells_what_counts(language: Language) -> None:
    """W6: amount, receipt, subscriber, when, what is left; and what went on."""
    page = payment_page(PAYMENT, moment(START), language)
    assert [value for _, value in page.rows] == [
        f"{_AMOUNT[language]}\N{NO-BREAK SPACE}₼", "R-2026-000001", "1204587", _WHEN[language],
        f"{'0.00' if language == 'en' else '0,00'}\N{NO-BREAK SPACE}₼",
    ]  # fmt: skip
    assert "2026-000017" in page.notes[1]


def test_what_was_paid_too_much_is_a_credit() -> None:
    """A credit has its own word and no sign."""
    page = payment_page(replace(PAYMENT, debt=Decimal("-5.00"), registered=()), moment(START), "az")
    assert page.rows[-1] == (text("az", "payment.credit_left"), "5,00\N{NO-BREAK SPACE}₼")
    assert len(page.notes) == 1


@pytest.mark.parametrize("width", [WIDTH_80_MM, WIDTH_58_MM])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipt_is_printed(language: Language, width: int, tmp_path: Path) -> None:
    """The cash desk's paper: the amount largest, in AZN since printers' fonts lack the sign; it fits the paper."""
    slip = payment_slip(PAYMENT, moment(START), OPERATOR, language)
    (amount,) = (part for part in slip.parts if isinstance(part, SlipNumber))
    assert amount.value == f"{_AMOUNT[language]}\N{NO-BREAK SPACE}AZN"
    facts = [part.value for part in slip.parts if isinstance(part, SlipFact)]
    assert facts[:3] == ["R-2026-000001", "1204587", _WHEN[language]]
    assert SlipNote(OPERATOR) in slip.parts
    printer = open_printer("simulated", "", width, tmp_path)
    assert printer is not None
    assert printer.print_slip(slip).state == "ok"
    printer.close()
    (paper,) = tmp_path.glob("*.png")
    with Image.open(paper) as picture:
        assert picture.width == width


def test_it_says_when_data_are_invented_and_when_it_is_a_copy() -> None:
    """K7; a receipt printed again is the same receipt."""
    slip = payment_slip(PAYMENT, moment(START), OPERATOR, "az", example=True, again=True)
    assert slip.parts[0] == SlipMark("NÜMUNƏ")
    assert slip.parts[1] == SlipNote(text("az", "slip.reprint"))
    assert slip.parts[2:] == payment_slip(PAYMENT, moment(START), OPERATOR, "az").parts
