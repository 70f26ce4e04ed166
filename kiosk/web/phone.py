"""A phone's way to e-gov identity and back: at its end it is shown the number to type at the kiosk (I7)."""

from __future__ import annotations

from aiohttp import web

from db import changes
from kiosk.acts import Acts, Unit
from kiosk.identity import phone_answer
from kiosk.language import text
from kiosk.names import Language
from kiosk.web import answers, pages


def target(acts: Acts, state: str) -> str | None:
    """Where a phone that scanned the kiosk's QR goes on; None where nobody waits. Changes nothing: links are previewed.

    Raises:
        Unavailable: the database is away.
    """
    with acts.reading() as (connection, now):
        return phone_answer.sent_to(connection, state, now)


def begin_page(language: Language, address: str | None) -> web.Response:
    """A page with one link, so that nobody is sent on who only opened it; or that nobody waits."""
    if address is None:
        return answers.page(pages.told(language, text(language, "web.phone.over")), 410)
    said, label = text(language, "web.phone.begin"), text(language, "web.phone.go_on")
    return answers.page(pages.link(language, said, label, address))


def receive(acts: Acts, state: str | None, code: str | None, error: str | None) -> str | None:
    """Keep what the phone brought; as `phone_answer.receive`.

    Raises:
        Unavailable: the database is away; nothing is kept, and the phone may come again.
    """

    def do(unit: Unit) -> str | None:
        number = phone_answer.receive(unit.connection, state, code, error, unit.now)
        unit.outcome = "unknown" if number is None else "done" if number else "given_up"
        if number is not None:
            changes.announce(unit.connection)
        return number

    return acts.perform("phone_answer", None, {}, do)


def page(language: Language, number: str | None) -> web.Response:
    """The number; or that it was given up; or that nobody waits."""
    if number is None:
        return answers.page(pages.told(language, text(language, "web.phone.over")), 410)
    if not number:
        return answers.page(pages.told(language, text(language, "web.phone.given_up")))
    return answers.page(pages.told(language, text(language, "web.phone.number"), number))
