"""What stands on an electronic certificate (arayış), as text: the same for the PDF, the letter and the slip (W8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from kiosk.clock import baku
from kiosk.language import clock, day_figures, money, month, number, text
from kiosk.names import Language
from kiosk.post.body import one_line
from kiosk.water.facts import MonthLine, Statement, Subscriber

_AZN: Final = "AZN"
"""On paper: the font has no ₼."""


@dataclass(frozen=True, slots=True)
class CertificateText:
    """A certificate ready to be drawn. `rows` are month, consumption, invoiced, paid; None twice: no invoice."""

    language: Language
    operator: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    head: tuple[str, str, str, str]
    rows: tuple[tuple[str, str | None, str | None, str], ...] = field(repr=False)
    no_invoice: str
    totals: tuple[str, str, str, str]
    balance: tuple[str, str]
    notes: tuple[str, ...]
    qr: str = field(repr=False)
    check_lines: tuple[str, ...] = field(repr=False)


def certificate_text(
    statement: Statement,
    certificate_number: str,
    issued_at: datetime,
    qr: str,
    check_code: str,
    *,
    operator: str,
    language: Language,
) -> CertificateText:
    """The certificate of a statement.

    Args:
        statement: what is certified. Of one that shows figures alone, name and address are left out.
        certificate_number: its number.
        issued_at: when it was issued.
        qr: what its QR holds.
        check_code: stands in the QR too, and in words for who has no camera.
        operator: the water company's name.
        language: the reader's.
    """
    places = _places(statement.months)
    left = "certificate.credit" if statement.debt < 0 else "certificate.debt"
    hint = "certificate.check_url" if qr.startswith("https://") else "certificate.check_plain"
    return CertificateText(
        language=language,
        operator=one_line(operator),
        title=text(language, "certificate.title"),
        subtitle=text(language, "certificate.subtitle"),
        facts=(
            (text(language, "certificate.number"), certificate_number),
            (text(language, "certificate.issued"), _moment(language, issued_at)),
            *_subscriber(statement, language),
        ),
        head=(
            text(language, "certificate.month"),
            text(language, "certificate.consumption"),
            text(language, "certificate.invoiced"),
            text(language, "certificate.paid"),
        ),
        rows=tuple(_row(line, places, language) for line in statement.months),
        no_invoice=text(language, "certificate.no_invoice"),
        totals=(
            text(language, "certificate.total"),
            number(language, statement.consumption, places),
            number(language, statement.invoiced, 2),
            number(language, statement.paid, 2),
        ),
        balance=(
            text(language, left, moment=_moment(language, statement.as_of)),
            money(language, abs(statement.debt), _AZN),
        ),
        notes=(text(language, "certificate.figures_only"),) if statement.shown != "all" else (),
        qr=qr,
        check_lines=(text(language, hint), text(language, "certificate.check_code", code=check_code)),
    )


def services(subscriber: Subscriber, language: Language) -> str:
    """Which services a subscriber gets, in words."""
    match subscriber.water, subscriber.waste_water:
        case True, True:
            return text(language, "certificate.service.both")
        case True, False:
            return text(language, "certificate.service.water")
        case False, True:
            return text(language, "certificate.service.waste_water")
        case _:
            return "–"


def month_year(language: Language, written: str) -> str:
    """A month as "2026-10" in words: oktyabr 2026."""
    year, _, in_year = written.partition("-")
    return f"{month(language, int(in_year))} {year}"


def _subscriber(statement: Statement, language: Language) -> tuple[tuple[str, str], ...]:
    subscriber = statement.subscriber
    who: tuple[tuple[str, str], ...] = ()
    if statement.shown == "all":
        who = (
            (text(language, "certificate.holder"), one_line(subscriber.name)),
            (text(language, "certificate.address"), one_line(subscriber.address)),
        )
    year, _, in_year = statement.report_month.partition("-")
    return (
        (text(language, "certificate.subscriber"), subscriber.code),
        *who,
        (text(language, "certificate.persons"), str(subscriber.persons)),
        (text(language, "certificate.service"), services(subscriber, language)),
        (text(language, "certificate.meter"), text(language, f"certificate.meter.{subscriber.meter}")),
        (text(language, "certificate.report_month"), f"{year}, {month(language, int(in_year))}"),
    )


def _row(line: MonthLine, places: int, language: Language) -> tuple[str, str | None, str | None, str]:
    return (
        month_year(language, line.month),
        None if line.consumption is None else number(language, line.consumption, places),
        None if line.invoiced is None else number(language, line.invoiced, 2),
        number(language, line.paid, 2),
    )


def _places(months: tuple[MonthLine, ...]) -> int:
    """How many decimals of a m³ say all: none where every consumption is whole."""
    litres = [int((line.consumption or Decimal(0)) * 1000) for line in months]
    return next((places for places in range(3) if all(one % 10 ** (3 - places) == 0 for one in litres)), 3)


def _moment(language: Language, moment: datetime) -> str:
    local = moment.astimezone(baku())
    return f"{day_figures(language, local.date())}, {clock(local)}"
