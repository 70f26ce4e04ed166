"""A phone's way to e-gov identity and back: at its end it is shown the number to type at the kiosk (I7).

A state counts once. A browser that loads the page of its number anew, because it dropped the tab from memory, is known
by a cookie that it got with that page, and is shown the same number as long as that is waited for.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from aiohttp import web

from db import changes
from kiosk.acts import Acts, Unit
from kiosk.identity import phone_answer
from kiosk.language import text
from kiosk.names import Language
from kiosk.web import answers, pages

COOKIE: Final = "__Host-phone"
"""Of this very host, over TLS alone (RFC 6265bis, 4.1.3.2)."""


class Browsers:
    """Knows the browser that brought a code, by a cookie good for that state and that code alone.

    The key lives as long as the process: after a restart nobody is known.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def cookie(self, state: str, code: str) -> str:
        """What the browser gets."""
        told = f"{len(state)}|{state}|{code}".encode(errors="surrogatepass")
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()

    def knows(self, cookie: str, state: str, code: str) -> bool:
        """Whether it is the cookie of that state and code."""
        return hmac.compare_digest(cookie.encode(errors="surrogatepass"), self.cookie(state, code).encode())


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


def again(acts: Acts, state: str, code: str) -> str | None:
    """The number once more, for a browser that `Browsers` knows; None where nobody waits for it any more.

    Raises:
        Unavailable: the database is away.
    """
    with acts.reading() as (connection, now):
        return phone_answer.again(connection, state, code, now)


def remember(answer: web.Response, cookie: str, seconds: int) -> None:
    """Let the browser keep its cookie.

    Lax: it came from the provider's site, and to browsers loading the page anew is the same navigation once more; with
    Strict they would keep the cookie back.
    """
    answer.set_cookie(COOKIE, cookie, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")


def page(language: Language, number: str | None) -> web.Response:
    """The number; or that it was given up; or that nobody waits."""
    if number is None:
        return answers.page(pages.told(language, text(language, "web.phone.over")), 410)
    if not number:
        return answers.page(pages.told(language, text(language, "web.phone.given_up")))
    return answers.page(pages.told(language, text(language, "web.phone.number"), number))
