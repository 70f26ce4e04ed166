"""The page that tells a real certificate from an invented one, for whoever scanned its QR (W8). No names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from aiohttp import web

from kiosk.clock import in_baku, to_instant
from kiosk.language import clock, day_figures, money, month, text
from kiosk.names import Language
from kiosk.water.certificates import CertificateFacts
from kiosk.web import answers, pages

_LONGEST: Final = 40
"""Signs of a number or a check code; ours are shorter."""


def usable(number: str, code: str) -> bool:
    """Whether it could be ours: what cannot needs no look into the database."""
    return all(0 < len(value) <= _LONGEST and value.isascii() and value.isprintable() for value in (number, code))


def page(language: Language, found: CertificateFacts | None) -> web.Response:
    """What the certificate says, to compare; or that there is none."""
    if found is None:
        return answers.message(language, "web.check.none", 404)
    issued = in_baku(to_instant(found.issued_at))
    credit = found.debt < 0
    rows = {
        text(language, "web.check.number"): found.number,
        text(language, "web.check.issued"): f"{day_figures(language, issued.date())}, {clock(issued)}",
        text(language, "web.check.subscriber"): found.subscriber,
        text(language, "web.check.months"): (
            f"{_month(language, found.first_month)} – {_month(language, found.last_month)}"
        ),
        text(language, "web.check.invoiced"): money(language, found.invoiced),
        text(language, "web.check.paid"): money(language, found.paid),
        text(language, "web.check.credit" if credit else "web.check.debt"): money(language, _size(found.debt)),
    }
    told = text(language, "web.check.good")
    return answers.page(pages.facts(language, text(language, "web.check.title"), told, rows))


def _size(amount: Decimal) -> Decimal:
    return abs(amount)


def _month(language: Language, written: str) -> str:
    day = date.fromisoformat(f"{written}-01")
    return f"{month(language, day.month)} {day.year}"
