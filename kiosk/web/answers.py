"""Answers with what stands around every one of them: nothing is kept, framed, guessed at or told on."""

from __future__ import annotations

import json
from typing import Final

from aiohttp import web

from kiosk.names import Language
from kiosk.web import pages

_HEADERS: Final = {
    "Server": "web",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,
}
_RETRY_SECONDS: Final = 60


def page(html: str, status: int = 200) -> web.Response:
    """A page of `kiosk.web.pages`."""
    headers = dict(_HEADERS)
    if status in {429, 503}:
        headers["Retry-After"] = str(_RETRY_SECONDS)
    return web.Response(status=status, text=html, content_type="text/html", charset="utf-8", headers=headers)


def message(language: Language, key: str, status: int) -> web.Response:
    """A page that says one thing, as `pages.message`."""
    return page(pages.message(language, key), status)


def not_allowed(language: Language, allowed: str) -> web.Response:
    """The path is known and the method is none of its."""
    answer = message(language, "web.refused", 405)
    answer.headers["Allow"] = allowed
    return answer


def plain(told: str, status: int = 200) -> web.Response:
    """A line for a program."""
    return web.Response(status=status, text=f"{told}\n", content_type="text/plain", charset="utf-8", headers=_HEADERS)


def values(given: dict[str, str], status: int = 200) -> web.Response:
    """JSON for a program."""
    headers = dict(_HEADERS)
    if status in {429, 503}:
        headers["Retry-After"] = str(_RETRY_SECONDS)
    body = json.dumps(given, ensure_ascii=False)
    return web.Response(status=status, text=body, content_type="application/json", charset="utf-8", headers=headers)


def last(answer: web.Response) -> web.Response:
    """The same answer, after which the connection ends: what the other side still sends is not wanted."""
    answer.force_close()
    return answer
