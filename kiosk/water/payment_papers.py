"""What a person gets of a payment that counts: a letter, and at the cash desk a printed receipt (W6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hardware.ports import Slip, SlipFact, SlipMark, SlipNote, SlipNumber, SlipPart, SlipRule, SlipTitle
from kiosk.clock import baku
from kiosk.language import clock, day_figures, money, text
from kiosk.names import Language
from kiosk.post.body import one_line
from kiosk.post.letters import EXAMPLE_MARK
from kiosk.post.page import PageFacts
from kiosk.water.facts import Payment

_AZN: Final = "AZN"
"""On paper: the printers' font has no ₼."""


def payment_page(payment: Payment, at: datetime, language: Language) -> PageFacts:
    """The letter that a payment has come.

    Args:
        payment: what counts.
        at: when it was counted.
        language: the reader's.
    """
    notes = [text(language, "payment.letter.received")]
    notes += [text(language, "payment.letter.went_on", number=one.number) for one in payment.registered]
    return PageFacts(text(language, "payment.letter.title"), tuple(notes), _rows(payment, at, language, "₼"))


def payment_slip(
    payment: Payment, at: datetime, operator: str, language: Language, *, example: bool = False, again: bool = False
) -> Slip:
    """The receipt of a payment at the cash desk.

    Args:
        payment: what counts.
        at: when it was counted.
        operator: the water company's name.
        language: the reader's.
        example: whether it is made of example data.
        again: whether it was printed before.
    """
    marks: list[SlipPart] = [SlipMark(EXAMPLE_MARK)] if example else []
    if again:
        marks.append(SlipNote(text(language, "slip.reprint")))
    return Slip(
        (
            *marks,
            SlipTitle(text(language, "payment.slip.title")),
            SlipNote(one_line(operator)),
            SlipNumber(text(language, "payment.amount"), money(language, payment.amount, _AZN)),
            SlipRule(),
            *(SlipFact(label, value) for label, value in _rows(payment, at, language, _AZN)[1:]),
            SlipRule(),
            *(SlipNote(text(language, "payment.letter.went_on", number=one.number)) for one in payment.registered),
            SlipNote(text(language, "payment.slip.keep")),
        )
    )


def _rows(payment: Payment, at: datetime, language: Language, sign: str) -> tuple[tuple[str, str], ...]:
    moment = at.astimezone(baku())
    left = "payment.credit_left" if payment.debt < 0 else "payment.debt_left"
    return (
        (text(language, "payment.amount"), money(language, payment.amount, sign)),
        (text(language, "payment.receipt"), payment.receipt),
        (text(language, "payment.subscriber"), payment.subscriber),
        (text(language, "payment.when"), f"{day_figures(language, moment.date())} {clock(moment)}"),
        (text(language, left), money(language, abs(payment.debt), sign)),
    )
