"""The connections of the web: how many, from one address, and how long one may take to say what it wants."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

IDLE_SECONDS: Final = 15
"""How long a connection may take for the head of a request, and how long it may rest between two."""
_LINGER_SECONDS: Final = 30
"""How long what comes after an early answer is read and thrown away: a phone reads only when it has sent all."""
_LONGEST_LINE: Final = 4096
_MOST_HEADERS: Final = 64

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class BoundedServer(web.Server):
    """Speaks HTTP and hands each request over; what is too much is cut off.

    Args:
        handler: answers requests.
        most: how many connections there may be at one time.
        most_of_address: … of one address; None behind a proxy, where all have its address.
    """

    def __init__(self, handler: Handler, *, most: int, most_of_address: int | None) -> None:
        silent = logging.getLogger(f"{__name__}.library")
        silent.disabled = True  # it would write addresses and whole requests (K6)
        self._options: dict[str, Any] = {
            "keepalive_timeout": IDLE_SECONDS,
            "lingering_time": _LINGER_SECONDS,
            "max_line_size": _LONGEST_LINE,
            "max_field_size": _LONGEST_LINE,
            "max_headers": _MOST_HEADERS,
            "auto_decompress": False,  # a compressed body is no upload, and could be a bomb
            "access_log": None,
            "logger": silent,
        }
        super().__init__(handler, handler_cancellation=True, **self._options)
        self._most = most
        self._most_of_address = most_of_address
        self._of_address: Counter[str] = Counter()
        self._address_of: dict[web.RequestHandler, str] = {}

    def __call__(self) -> web.RequestHandler:
        """The protocol of a new connection."""
        return _Connection(self, loop=asyncio.get_running_loop(), **self._options)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Count it; one too many is cut off."""
        super().connection_made(handler, transport)
        address = str((transport.get_extra_info("peername") or ("",))[0])
        self._address_of[handler] = address
        self._of_address[address] += 1
        of_address = self._most_of_address
        too_many_of_it = of_address is not None and self._of_address[address] > of_address
        if too_many_of_it or len(self._address_of) > self._most:
            transport.abort()

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Count it no longer."""
        super().connection_lost(handler, exc)
        address = self._address_of.pop(handler, None)
        if address is not None:
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]


class _Connection(web.RequestHandler):
    """Answers what is no HTTP with the bare status: the library would tell what it is and quote the request."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to a request that cannot be read, or that nobody foresaw; it ends the connection."""
        answer = web.Response(status=status, headers={"Server": "web", "Cache-Control": "no-store"})
        answer.force_close()
        return answer
