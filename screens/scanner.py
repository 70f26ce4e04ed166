"""The scanner that types like a keyboard: a fast burst that ends with Enter is a code, not typing (terminal.md C4).

Such a burst never goes through focus, so it neither presses the focused button nor lands in a field.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

from textual import events
from textual.timer import Timer

from screens.lockdown import MODIFIERS, LockedApp
from screens.messages import Scanned, ScannedOverSecret

GAP_SECONDS: Final = 0.035
"""A scanner's letters are nearer to each other than this; a person's are not."""
SHORTEST_CODE: Final = 6
QUICK_AT_LEAST: Final = 4
"""So many gaps in a row that only a scanner makes, its Enter's among them, are no person typing a PIN."""
PAUSE_SECONDS: Final = 0.35
"""After this nothing is the same scan any more, on the slowest cable and the busiest machine."""


class ScanTimes:
    """Tells a scan from typing by when keys came, for screens that take secrets: the keys themselves are not kept.

    Args:
        gap: a scanner's letters are nearer to each other than this, in seconds; 0: there is no scanner.
    """

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._last = float("-inf")
        self._quick = 0

    def ends_scan(self, event: events.Key) -> bool:
        """Count a key by the moment at which it was read; whether it is the Enter of a scan."""
        passed, self._last = event.time - self._last, event.time
        self._quick = 0 if passed > PAUSE_SECONDS else self._quick + (passed < self._gap)
        return event.key == "enter" and passed < self._gap and self._quick >= QUICK_AT_LEAST


class ScannerApp(LockedApp):
    """Holds printable keys for a moment, to see whether they are a scan; `gap` 0 switches that off."""

    def __init__(self, elapsed: Callable[[], float], *, gap: float = GAP_SECONDS) -> None:
        super().__init__(elapsed)
        self._gap = gap
        self._held_keys: list[events.Key] = []
        self._gap_timer: Timer | None = None
        self._gap_ends = 0.0
        self._scan_times = ScanTimes(gap)

    @property
    def takes_secrets(self) -> bool:
        """Whether a PIN is typed just now: its digits are never put together here, as those of a scan are."""
        return bool(getattr(self.screen, "TAKES_SECRETS", False)) if self._screen_stack else False

    async def on_event(self, event: events.Event) -> None:
        """Take a scan out of the stream of keys, and let all else go on in its order."""
        if self._gap and isinstance(event, events.Key) and not event.is_forwarded:
            if event.key in MODIFIERS:
                return
            if self.takes_secrets:
                if self._scan_times.ends_scan(event):
                    self.screen.post_message(ScannedOverSecret())
                else:
                    await super().on_event(event)
                return
            if event.is_printable and event.character:
                self._held_keys.append(event)
                self._restart()
                return
            if self._held_keys:
                if event.key in ("enter", "tab") and self._is_scan():
                    code = "".join(key.character or "" for key in self._held_keys)
                    self._drop()
                    if self._hear(event):
                        self.note_scan()
                        self.screen.post_message(Scanned(code))
                    return
                await self._let_go()
        await super().on_event(event)

    def note_scan(self) -> None:
        """The scanner read something."""

    def _is_scan(self) -> bool:
        """Long enough, and no key that was simply held down."""
        letters = {key.character for key in self._held_keys}
        return len(self._held_keys) >= SHORTEST_CODE and len(letters) > 1

    def _restart(self) -> None:
        if self._gap_timer is not None:
            self._gap_timer.stop()
        self._gap_ends = monotonic() + self._gap
        self._gap_timer = self.set_timer(self._gap, self._gap_is_over)

    async def _gap_is_over(self) -> None:
        """Nothing followed, unless we were busy ourselves: then what was sent meanwhile is not read yet."""
        if monotonic() - self._gap_ends > self._gap / 2:
            self._restart()
        else:
            await self._let_go()

    def _drop(self) -> None:
        self._held_keys = []
        if self._gap_timer is not None:
            self._gap_timer.stop()
            self._gap_timer = None

    async def _let_go(self) -> None:
        """It was typing: hand the keys on."""
        held = self._held_keys
        self._drop()
        for key in held:
            await super().on_event(key)
