"""The page of one upload, and the file that comes by it (W9).

A file is read only for a living address, never more of it than a document may have, never slower than told, never more
than a few at one time. It is checked in a thread, by a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, TypeVar

from aiohttp import BodyPartReader, web
from aiohttp.multipart import MultipartReader

from kiosk.errors import DocumentRefused, Unavailable
from kiosk.language import text
from kiosk.names import Language
from kiosk.water.uploads import UploadOver, UploadPage, Uploads, usable_token
from kiosk.web import answers, pages
from kiosk.web.pages import Limits

_FORM_BYTES: Final = 16 << 10
"""What a form has around its file: boundaries, headers, the file's name."""
_SHORTEST_SECONDS: Final = 20.0
_LONGEST_SECONDS: Final = 300.0
_SLOWEST: Final = 32 << 10
"""Bytes a second, over a whole file; a phone at the edge of its network is faster."""
_PIECE: Final = 64 << 10

_Answer = TypeVar("_Answer")


class _NoFile(Exception):
    """The form came without one."""


class _TooMuch(Exception):
    """More came than a document may have: how many bytes so far."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class UploadDoor:
    """Answers at `/u/<token>`.

    Args:
        uploads: the rules.
        limits: how much a document may be.
        looks: threads that ask the database.
        checks: threads that wait for checks.
        at_once: how many files are read or checked at one time: so much memory they may take together, and no more.
    """

    def __init__(self, uploads: Uploads, limits: Limits, looks: Executor, checks: Executor, *, at_once: int) -> None:
        self._uploads = uploads
        self._limits = limits
        self._looks = looks
        self._checks = checks
        self._at_once = at_once
        self._under_way = 0

    async def show(self, token: str, language: Language) -> web.Response:
        """The page; `language` is the reader's where the upload's own is not known."""
        try:
            page = await self._look(token)
        except UploadOver as over:
            return _over(over, language)
        return answers.page(pages.upload_form(page, self._limits))

    async def take(self, request: web.BaseRequest, token: str, language: Language) -> web.Response:
        """The form with its file."""
        try:
            page = await self._look(token)
        except UploadOver as over:
            return answers.last(_over(over, language))
        refusal = self._refused_unread(request, page)
        if refusal is not None:
            return answers.last(refusal)
        self._under_way += 1
        try:
            return await self._read_and_take(request, token, page)
        finally:
            self._under_way -= 1

    def _refused_unread(self, request: web.BaseRequest, page: UploadPage) -> web.Response | None:
        if request.content_type != "multipart/form-data":
            return self._again(page, "web.upload.no_file", 415)
        if request.content_length is None:
            return self._again(page, "web.upload.broken", 411)
        if request.content_length > self._limits.most_bytes + _FORM_BYTES:
            return self._too_big(page, request.content_length)
        if self._under_way >= self._at_once:
            return self._again(page, "web.upload.busy", 503)
        return None

    async def _read_and_take(self, request: web.BaseRequest, token: str, page: UploadPage) -> web.Response:
        length = request.content_length or 0
        seconds = min(_LONGEST_SECONDS, _SHORTEST_SECONDS + length / _SLOWEST)
        try:
            async with asyncio.timeout(seconds):
                data, name = await self._file(request)
        except TimeoutError:
            return answers.last(self._again(page, "web.upload.slow", 408))
        except _NoFile:
            return self._again(page, "web.upload.no_file", 422)
        except _TooMuch as much:
            return answers.last(self._too_big(page, much.size))
        except ConnectionError:
            raise
        except Exception:  # whatever the parser says of a hostile or torn form: there is no file in it
            return answers.last(self._again(page, "web.upload.broken", 400))
        return await self._checked(token, data, name, page)

    async def _file(self, request: web.BaseRequest) -> tuple[bytes, str]:
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if isinstance(part, MultipartReader) or part.name != pages.FIELD:
                await part.release()
                continue
            return await self._content(part)
        raise _NoFile

    async def _content(self, part: BodyPartReader) -> tuple[bytes, str]:
        pieces: list[bytes] = []
        size = 0
        while piece := await part.read_chunk(_PIECE):
            size += len(piece)
            if size > self._limits.most_bytes:
                raise _TooMuch(size)
            pieces.append(bytes(piece))
        name = part.filename or ""
        if not size and not name:
            raise _NoFile
        return b"".join(pieces), name

    async def _checked(self, token: str, data: bytes, name: str, page: UploadPage) -> web.Response:
        try:
            await _aside(self._checks, lambda: self._uploads.take(token, data, name))
        except UploadOver as over:
            return _over(over, page.language)
        except DocumentRefused as refused:
            return self._refused(page, refused)
        except Unavailable:
            return self._again(page, "web.upload.away", 503)
        return answers.message(page.language, "web.upload.done", 200)

    async def _look(self, token: str) -> UploadPage:
        if not usable_token(token):
            raise UploadOver("unknown", None)
        return await _aside(self._looks, lambda: self._uploads.look(token))

    def _too_big(self, page: UploadPage, size: int) -> web.Response:
        return self._refused(page, DocumentRefused("too_big", size, self._limits.most_bytes), 413)

    def _refused(self, page: UploadPage, refused: DocumentRefused, status: int = 422) -> web.Response:
        return answers.page(pages.upload_form(page, self._limits, why(page.language, refused)), status)

    def _again(self, page: UploadPage, key: str, status: int) -> web.Response:
        return answers.page(pages.upload_form(page, self._limits, text(page.language, key)), status)


def why(language: Language, refused: DocumentRefused) -> str:
    """Why a document was not taken, as it is read."""
    found, limit = refused.found or 0, refused.limit or 0
    match refused.why:
        case "too_big":
            size = pages.megabytes(language, found, up=True)
            return text(language, "upload.too_big", size=size, limit=pages.megabytes(language, limit))
        case "too_many_pages":
            return text(language, "upload.too_many_pages", pages=str(found), limit=str(limit))
        case _:
            return text(language, f"upload.{refused.why}")


def _over(over: UploadOver, language: Language) -> web.Response:
    known = over.language or language
    if over.state == "unknown":
        return answers.message(known, "web.not_found", 404)
    return answers.message(known, "web.upload.used" if over.state == "done" else "web.upload.ended", 410)


async def _aside(threads: Executor, job: Callable[[], _Answer]) -> _Answer:
    return await asyncio.get_running_loop().run_in_executor(threads, job)
