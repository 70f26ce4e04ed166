"""Starts the product with one of its answers taken out, or with a fault put in: `broken.py WHAT+WHAT COMMAND …`.

Only for tests that show that they would fail without the answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECRET = "5ABC123"
"""What a person typed, in a local of the function that breaks and in the exception's text."""


def _break_on_key(event: Any) -> None:
    """F9 breaks the app's own handler, as a fault in any of our handlers would."""
    citizen_fin = SECRET
    if getattr(event, "key", "") == "f9":
        raise RuntimeError(f"cannot book for {citizen_fin}")


def crash_in_app() -> None:
    """F9 raises in the app's loop."""
    from screens.app import KioskApp

    hear = KioskApp.on_event

    async def on_event(self: Any, event: Any) -> None:
        _break_on_key(event)
        await hear(self, event)

    KioskApp.on_event = on_event  # type: ignore[method-assign]


def crash_in_screen() -> None:
    """F9 raises in a screen's handler."""
    from screens.base import KioskScreen

    KioskScreen.on_key = lambda self, event: _break_on_key(event)  # type: ignore[attr-defined,method-assign,unused-ignore]


def crash_in_worker() -> None:
    """F9 raises in an errand, the coroutine that leads a person from screen to screen."""
    from screens.app import KioskApp

    hear = KioskApp.on_event

    async def errand(event: Any) -> None:
        _break_on_key(event)

    async def on_event(self: Any, event: Any) -> None:
        if getattr(event, "key", "") == "f9":
            self.start_errand(lambda: errand(event))
        await hear(self, event)

    KioskApp.on_event = on_event  # type: ignore[method-assign]


def with_textuals_crash() -> None:
    """Crashes are shown by Textual, as it does by itself."""
    from screens.lockdown import LockedApp

    for name in ("_handle_exception", "_fatal_error", "panic"):
        delattr(LockedApp, name)


def with_strict_utf8() -> None:
    """The driver decodes as Textual does by itself."""
    import screens.lockdown

    screens.lockdown.accept_any_byte = lambda: None


def with_textuals_tab() -> None:
    """Tab is a binding of the screen, without priority."""
    from textual.app import App
    from textual.binding import Binding
    from textual.screen import Screen

    from screens.lockdown import LockedApp

    LockedApp.BINDINGS = []
    LockedApp._merged_bindings = App._merge_bindings()
    Screen.BINDINGS = [Binding("tab", "app.focus_next"), Binding("shift+tab", "app.focus_previous")]
    from screens.base import KioskScreen

    KioskScreen.BINDINGS = [*getattr(KioskScreen, "BINDINGS", []), *Screen.BINDINGS]
    KioskScreen._merged_bindings = KioskScreen._merge_bindings()


def with_keys_for_scans() -> None:
    """A scan is typing, and no key is held back to see whether it is one."""
    from screens.scanner import ScannerApp

    del ScannerApp.on_event


def with_a_slow_scanner() -> None:
    """A scan as any other, whose letters come in as long as any machine needs to hand them over."""
    import screens.scanner
    from screens.app import KioskApp

    usual: Any = KioskApp.__init__
    usual.__kwdefaults__["scan_gap"] = 600.0
    screens.scanner.PAUSE_SECONDS = 600.0  # type: ignore[misc]


def with_patient_ears() -> None:
    """The same deaf moment, long enough for any machine's second tap."""
    import screens.lockdown

    screens.lockdown.DEAF_SECONDS = 30.0  # type: ignore[misc]


def with_sharp_ears() -> None:
    """A new screen hears at once."""
    import screens.lockdown

    screens.lockdown.DEAF_SECONDS = 0.0  # type: ignore[misc]


def with_every_button() -> None:
    """Every mouse button is heard."""
    from textual import events

    from screens.lockdown import LockedApp

    hear = LockedApp._hear

    def _hear(self: LockedApp, event: events.InputEvent) -> bool:
        if isinstance(event, events.MouseEvent):
            return True
        return hear(self, event)

    LockedApp._hear = _hear  # type: ignore[method-assign]


def with_textuals_signals() -> None:
    """Signals end the process as they do by themselves."""
    from screens.lockdown import LockedApp

    LockedApp.take_signals = lambda self: None  # type: ignore[method-assign]


def with_textuals_keys() -> None:
    """Ctrl+Q quits, Ctrl+P opens the command palette, as in any Textual app."""
    from textual.app import App

    from screens.app import KioskApp
    from screens.lockdown import LockedApp

    for name in ("action_quit", "action_command_palette"):
        delattr(LockedApp, name)
    LockedApp.ENABLE_COMMAND_PALETTE = KioskApp.ENABLE_COMMAND_PALETTE = True
    for kind in (LockedApp, KioskApp):
        kind.BINDINGS = [*App.BINDINGS]
        kind._inherit_bindings = True
        kind._merged_bindings = kind._merge_bindings()


def with_a_subscription() -> None:
    """Every screen subscribes to a signal of the app and never unsubscribes."""
    from screens.base import KioskScreen

    def on_show(self: Any) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.query("*"))

    KioskScreen.on_show = on_show  # type: ignore[attr-defined,method-assign,unused-ignore]


WHAT: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        crash_in_app,
        crash_in_screen,
        crash_in_worker,
        with_textuals_crash,
        with_strict_utf8,
        with_textuals_tab,
        with_keys_for_scans,
        with_a_slow_scanner,
        with_patient_ears,
        with_sharp_ears,
        with_every_button,
        with_textuals_signals,
        with_textuals_keys,
        with_a_subscription,
    )
}


def main() -> None:
    """Break what is named, then run the command."""
    sys.path[0] = str(Path(__file__).parents[2])
    from screens.environment import clean_environment

    clean_environment()
    for name in sys.argv[1].split("+"):
        WHAT[name]()
    del sys.argv[1]
    from kiosk.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
