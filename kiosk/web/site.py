"""Which path is what: one request in, one answer out, and nothing personal in any log (W6 to W9, I7)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, cast

from aiohttp import web

from kiosk.acts import Acts
from kiosk.errors import Unavailable
from kiosk.identity import phone_answer
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.water import payment_notice, uploads
from kiosk.water.certificates import CertificateFacts
from kiosk.water.facts import Payment
from kiosk.water.uploads import Uploads
from kiosk.web import answers, certificate_check, payments, phone
from kiosk.web.limits import Rate, RateLimit, client_address
from kiosk.web.pages import Limits, language_of
from kiosk.web.upload import UploadDoor

HEALTH: Final = "/healthz"
CHECK: Final = "/check"
PAYMENTS: Final = "/payments"
_LOOKS_AT_ONCE: Final = 4
_NOTICE_SECONDS: Final = 10

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class ChecksCertificates(Protocol):
    """Who tells real certificates from others."""

    def check(self, number: str, check_code: str) -> CertificateFacts | None:
        """What it says; None where there is no such certificate."""


class TakesNotices(Protocol):
    """Who counts payments that a payment service tells of."""

    @property
    def takes_notices(self) -> bool:
        """Whether any are taken here."""

    def notice(self, body: bytes, signature: str) -> Payment:
        """Count one."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the site asks."""

    acts: Acts
    uploads: Uploads
    certificates: ChecksCertificates
    payments: TakesNotices


class Site:
    """Answers requests.

    Args:
        rooms: what it asks.
        settings: limits, the first language, whether a proxy stands before it.
    """

    def __init__(self, rooms: Rooms, settings: Settings) -> None:
        self._rooms = rooms
        self._language = cast(Language, settings.face.language)
        self.behind_proxy = not settings.web.certificate
        told = settings.web
        self._people = RateLimit(Rate(told.requests, told.requests_per_second), time.monotonic)
        self._programs = RateLimit(Rate(told.service_requests, told.service_requests_per_second), time.monotonic)
        self._looks = ThreadPoolExecutor(_LOOKS_AT_ONCE, thread_name_prefix="web-look")
        self._checks = ThreadPoolExecutor(told.files, thread_name_prefix="web-check")
        limits = Limits(rooms.uploads.largest, settings.documents.most_pages)
        self._upload = UploadDoor(rooms.uploads, limits, self._looks, self._checks, at_once=told.files)
        self._browsers = phone.Browsers()
        self._number_seconds = settings.e_gov.minutes * 60

    def close(self) -> None:
        """Let the threads go; a check under way ends by itself."""
        self._looks.shutdown(wait=False, cancel_futures=True)
        self._checks.shutdown(wait=False, cancel_futures=True)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """One answer; whatever goes wrong is a page too."""
        language = language_of(request.headers.get("Accept-Language"), self._language)
        try:
            return await self._answer(request, language)
        except Unavailable:
            return answers.message(language, "web.away", 503)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as error:  # neither a trace, which may hold a person's data, nor the address, which is a key
            _log.error("the web stumbled over %s", type(error).__name__)
            return answers.last(answers.message(language, "web.away", 500))

    async def _answer(self, request: web.BaseRequest, language: Language) -> web.StreamResponse:
        path = request.path
        limit = self._programs if path in {PAYMENTS, HEALTH} else self._people
        address = client_address(
            request.remote or "", request.headers.get("X-Forwarded-For"), behind_proxy=self.behind_proxy
        )
        if not limit.allows(address):
            return answers.last(answers.message(language, "web.often", 429))
        if path.startswith(uploads.PATH):
            token = path.removeprefix(uploads.PATH)
            match request.method:
                case "GET":
                    return await self._upload.show(token, language)
                case "POST":
                    return await self._upload.take(request, token, language)
            return answers.last(answers.not_allowed(language, "GET, POST"))
        if path.startswith(f"{phone_answer.PATH}/"):
            if request.method != "GET":
                return answers.last(answers.not_allowed(language, "GET"))
            return await self._begin_on_phone(path.removeprefix(f"{phone_answer.PATH}/"), language)
        doors: dict[str, tuple[str, Callable[[web.BaseRequest, Language], Awaitable[web.Response]]]] = {
            CHECK: ("GET", self._check),
            phone_answer.PATH: ("GET", self._phone),
            HEALTH: ("GET", self._health),
        }
        if self._rooms.payments.takes_notices:
            doors[PAYMENTS] = ("POST", self._notice)
        if path not in doors:
            return answers.last(answers.message(language, "web.not_found", 404))
        method, door = doors[path]
        if request.method != method:
            return answers.last(answers.not_allowed(language, method))
        return await door(request, language)

    async def _check(self, request: web.BaseRequest, language: Language) -> web.Response:
        number, code = request.query.get("n", ""), request.query.get("c", "")
        if not certificate_check.usable(number, code):
            return certificate_check.page(language, None)
        return certificate_check.page(language, await self._aside(lambda: self._rooms.certificates.check(number, code)))

    async def _begin_on_phone(self, state: str, language: Language) -> web.Response:
        return phone.begin_page(language, await self._aside(lambda: phone.target(self._rooms.acts, state)))

    async def _phone(self, request: web.BaseRequest, language: Language) -> web.Response:
        query = request.query
        state, code, error = query.get("state"), query.get("code"), query.get("error")

        acts, browsers, cookie = self._rooms.acts, self._browsers, request.cookies.get(phone.COOKIE)
        if state and code and not error and cookie and browsers.knows(cookie, state, code):
            return phone.page(language, await self._aside(lambda: phone.again(acts, state, code)))
        number = await self._aside(lambda: phone.receive(acts, state, code, error))
        answer = phone.page(language, number)
        if state and code and number:
            phone.remember(answer, browsers.cookie(state, code), self._number_seconds)
        return answer

    async def _notice(self, request: web.BaseRequest, _language: Language) -> web.Response:
        if request.content_length is None:
            return answers.last(answers.values({"error": "bad_request", "field": "body", "why": "length"}, 411))
        if request.content_length > payment_notice.MOST_BYTES:
            return answers.last(answers.values({"error": "bad_request", "field": "body", "why": "too_long"}, 413))
        try:
            async with asyncio.timeout(_NOTICE_SECONDS):
                body = await request.read()
        except TimeoutError:
            return answers.last(answers.values({"error": "bad_request", "field": "body", "why": "late"}, 408))
        signature = request.headers.get("X-Signature", "")
        return await self._aside(lambda: payments.answer(self._rooms.payments.notice, body, signature))

    async def _health(self, _request: web.BaseRequest, _language: Language) -> web.Response:
        def look() -> bool:
            try:
                with self._rooms.acts.reading():
                    return True
            except Unavailable:
                return False

        return answers.plain("ok") if await self._aside(look) else answers.plain("the database is away", 503)

    async def _aside(self, job: Callable[[], _Answer]) -> _Answer:
        return await asyncio.get_running_loop().run_in_executor(self._looks, job)


def rooms_of(station: Any) -> Rooms:
    """What the site asks of a station."""
    water = station.water
    return Rooms(station.acts, water.uploads, water.certificates, water.payments)
