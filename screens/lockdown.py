"""A Textual app that nobody can leave, that shows no data when it crashes, and that survives any byte on its input.

Each rule answers a finding that was run (terminal.md, section 0): crashes print locals, quit keys, a bad UTF-8 byte, a
Tab in a burst, double taps that go through two screens, every mouse button as a click, paste, signals.
"""

from __future__ import annotations

import asyncio
import codecs
import functools
import logging
import signal
import traceback
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import Binding, BindingType
from textual.drivers import linux_driver
from textual.filter import ANSIToTruecolor
from textual.screen import Screen

_log = logging.getLogger(__name__)

DEAF_SECONDS: Final = 0.35
"""After a change of screen nothing is heard for so long: the second tap of a double tap is not for the new screen."""

MODIFIERS: Final = frozenset(
    f"{side}_{key}" for side in ("left", "right") for key in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"caps_lock", "num_lock", "scroll_lock", "iso_level3_shift", "iso_level5_shift"}
"""foot reports these as keys of their own, between a scanner's letters (finding 17)."""

_COUNTED: Final = (events.Key, events.MouseDown, events.MouseUp, events.Click)


class _PatientParser(XTermParser):
    """Drops a key that cannot be: a number beyond Unicode makes the input thread raise, which ends Textual's app."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        try:
            keys = list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):
            return ()
        return keys


def accept_any_byte() -> None:
    """Make the driver live through any input.

    It decodes invalid UTF-8 as U+FFFD (one such byte kills Textual 8.2.8 otherwise, issue 6456), and drops keys that
    cannot be.
    """
    linux_driver.getincrementaldecoder = _replacing_decoder  # type: ignore[attr-defined,assignment]
    linux_driver.XTermParser = _PatientParser  # type: ignore[attr-defined]


def _replacing_decoder(name: str) -> Callable[[], codecs.IncrementalDecoder]:
    return functools.partial(codecs.getincrementaldecoder(name), errors="replace")


def log_crash(error: BaseException) -> None:
    """Write where it happened and of what kind it was; never its text, which may hold what a person typed (K6)."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.critical("crashed with %s\n%s", type(error).__name__, where)


class LockedApp(App[int], inherit_bindings=False):
    """The base of every face."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that focus has moved before the next key of the same burst is routed (finding 6).
        Binding("tab", "app.focus_next", priority=True, show=False, system=True),
        Binding("shift+tab", "app.focus_previous", priority=True, show=False, system=True),
    ]

    def __init__(self, elapsed: Callable[[], float]) -> None:
        """Make it; `elapsed` gives seconds on a monotonic clock."""
        super().__init__()
        # Every colour of ours is given in full: looking each line through for the terminal's own sixteen only costs.
        self._filters = [kept for kept in self._filters if not isinstance(kept, ANSIToTruecolor)]
        self.elapsed = elapsed
        self._deaf_until = float("-inf")
        self.by_keys = False
        """Whether the last thing a person did was a key: the focus ring is shown only then."""

    async def action_quit(self) -> None:
        """Nothing: a citizen cannot leave."""

    def action_suspend_process(self) -> None:
        """Nothing."""

    def action_command_palette(self) -> None:
        """Nothing."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Nothing: a picture could hold a person's data."""

    def action_change_theme(self) -> None:
        """Nothing."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Nothing."""

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing: what one person copies, the next could paste."""

    def deliver_text(self, *args: Any, **kwargs: Any) -> str | None:
        """Nothing."""
        return None

    def deliver_binary(self, *args: Any, **kwargs: Any) -> str | None:
        """Nothing."""
        return None

    def _handle_exception(self, error: Exception) -> None:
        log_crash(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        _log.critical("fatal error")
        self._return_code = 1
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """Close with exit status 1 and show nothing of it."""
        _log.critical("panic")
        self._return_code = 1
        self._close_messages_no_wait()

    def take_signals(self) -> None:
        """End cleanly on SIGTERM, SIGINT and SIGHUP, never stop on SIGTSTP; log what no task handled, without data."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_loop_trouble)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 0)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)

    def grow_deaf(self, _screen: Screen[Any] | None = None) -> None:
        """A screen has changed: hear nothing for a moment."""
        self._deaf_until = self.elapsed() + DEAF_SECONDS

    def touched(self) -> None:
        """A person did something."""

    async def on_event(self, event: events.Event) -> None:
        """Drop what a kiosk does not hear; tell `touched` of the rest."""
        if isinstance(event, events.Paste):
            return
        if isinstance(event, events.InputEvent) and not event.is_forwarded and not self._hear(event):
            return
        await super().on_event(event)

    def _hear(self, event: events.InputEvent) -> bool:
        if isinstance(event, events.MouseEvent) and event.button not in (0, 1):
            return False
        if isinstance(event, events.Key) and event.key in MODIFIERS:
            return False
        if isinstance(event, _COUNTED):
            if self.elapsed() < self._deaf_until:
                return False
            self.by_keys = isinstance(event, events.Key)
            self.touched()
        return True


def _loop_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        log_crash(error)
    else:
        _log.error("the event loop reports: %s", context.get("message", ""))
