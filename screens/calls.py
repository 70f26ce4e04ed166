"""Calls to the station off the event loop: each in a short daemon thread, so that none keeps the process from ending.

A worker thread of Textual or of asyncio's pool is waited for at exit (a database that hangs would hold the restart); a
daemon thread is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """Run `call` in a thread and give back what it gives back.

    When the waiting task is cancelled, the call itself runs on to its end and its result is dropped.

    Raises:
        Exception: what the call raises.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = call()
        except BaseException as raised:  # handed on to the task that waits, whatever it is
            error = raised
        # The loop may be closed by now: then nobody waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="station-call", daemon=True).start()
    return await future
