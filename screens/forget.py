"""What remains of a visit outside its own objects, in the libraries, and how it is made to go (K1).

The session is one object and is dropped whole. But what was drawn stays in caches of Rich and Textual, and asyncio
keeps cancelled timers, with the context of the task that set them and so with its screen, until their time has come.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import heapq
from typing import Any, Final, cast

_CACHE: Final[type] = type(functools.lru_cache(lambda: None))
_DRAWING: Final = frozenset({"rich", "textual"})


def forget_drawn_texts() -> None:
    """Empty the caches of Rich and Textual: their keys and values are texts that stood on the screen."""
    for thing in gc.get_objects():
        if type(thing) is _CACHE and (getattr(thing, "__module__", None) or "").split(".")[0] in _DRAWING:
            cast(Any, thing).cache_clear()


def forget_cancelled_timers(loop: asyncio.AbstractEventLoop) -> None:
    """Take cancelled timers out of the loop's schedule, as the loop itself does when they are many."""
    scheduled: Any = getattr(loop, "_scheduled", None)
    if not isinstance(scheduled, list):
        return
    for handle in scheduled:
        if handle.cancelled():
            handle._scheduled = False
    scheduled[:] = [handle for handle in scheduled if not handle.cancelled()]
    heapq.heapify(scheduled)
    loop._timer_cancelled_count = 0  # type: ignore[attr-defined]


async def forget_all() -> None:
    """Both, and what only cycles of references still hold."""
    # The tasks of stopped timers and workers end in the next round of the loop.
    await asyncio.sleep(0)
    forget_cancelled_timers(asyncio.get_running_loop())
    forget_drawn_texts()
    gc.collect()
