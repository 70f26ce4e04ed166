"""Acts that change something, each with a key that stays the same until the act is answered.

A lost connection leaves open whether the act was done; asking again with its key is the same act, never a second one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.errors import Refusal, Unavailable

if TYPE_CHECKING:
    from screens.base import KioskScreen

T = TypeVar("T")


class Acts:
    """The acts of one screen."""

    def __init__(self, screen: KioskScreen) -> None:
        self._screen = screen
        self._keys: dict[tuple[object, ...], str] = {}

    async def do(self, call: Callable[..., T], *what: Any) -> T:
        """Call the station's `call(key, *what)` in a thread.

        Raises:
            Refusal: what the call raises. After `Unavailable` the key stays; any other answer ends the act.
        """
        act = (getattr(call, "__name__", ""), *what)
        key = self._keys.setdefault(act, secrets.token_hex(16))
        try:
            result = await self._screen.ask(call, key, *what)
        except Unavailable:
            raise
        except Refusal:
            del self._keys[act]
            raise
        del self._keys[act]
        return result
