"""The list of trials, and the way into each (M3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size

from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.choices import Choice, Choices
from screens.maintenance.duty import Duty
from screens.maintenance.foot import FootKey
from screens.maintenance.trial import TrialScreen
from screens.screen import Placed
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.care.trials import Trials
    from screens.app import KioskApp

ORDER: Final = ("card", "chain", "trace", "apdu", "ticket", "scanner", "screen", "mail", "sms", "service", "simulated")
_AUTO: Final = frozenset({"card", "chain", "trace"})
"""They change nothing, so they begin by themselves."""


def open_trial(app: KioskApp, duty: Duty, name: str, *, instead: bool = False) -> None:
    """Open the screen of a trial, over the one that is open or in its place."""
    screen = _screen(app, duty, name)
    if instead:
        app.switch_screen(screen)
    else:
        app.push_screen(screen)


def _screen(app: KioskApp, duty: Duty, name: str) -> MaintenanceScreen:
    if name == "screen":
        from screens.maintenance.glass import GlassScreen

        return GlassScreen(duty)
    trials = app.make_trials()
    words = lambda: app.text(f"maintenance.trial.{name}")  # noqa: E731
    match name:
        case "apdu":
            from screens.maintenance.apdu import ApduScreen

            return ApduScreen(duty, trials, words)
        case "mail":
            from screens.maintenance.mail import MailScreen

            return MailScreen(duty, trials, words)
        case "sms":
            from screens.maintenance.mail import SmsScreen

            return SmsScreen(duty, trials, words)
        case "scanner":
            from screens.maintenance.scanner import ScannerScreen

            return ScannerScreen(duty, trials, words)
        case "simulated":
            return ScenariosScreen(duty, trials)
        case _:
            begins = {
                "card": trials.read_card,
                "chain": trials.chain,
                "trace": trials.trace,
                "ticket": lambda: trials.print_ticket(app.language),
                "service": trials.restart_service,
            }
            return TrialScreen(duty, name, words, begins[name], auto=name in _AUTO)


class _ChoiceScreen(MaintenanceScreen):
    """A title over choices, chosen by touch, digit or arrows."""

    def __init__(self, duty: Duty, title: str, choices: Sequence[Choice]) -> None:
        super().__init__(duty)
        self.on_duty = duty
        self.title_line = Words(lambda: self.text(title), "ink", bold=True, id="title")
        self.choices = Choices(choices)

    def compose(self) -> ComposeResult:
        """The choices."""
        yield self.choices
        yield self.title_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """The title over the choices."""
        yield from super().places(size)
        yield self.title_line, self.frame.line
        yield self.choices, self.frame.body

    def keys_now(self) -> Sequence[FootKey]:
        """Turn the page where there are more, and back."""
        pages = self.choices.pages if self.choices.is_attached else 1
        words = f"▼ {self.choices.page + 1}/{pages}" if pages > 1 else ""
        return [*([FootKey("page", "pagedown", "PgDn", lambda: words)] if pages > 1 else []), self.back_key()]

    def do_key(self, name: str) -> None:
        """Page and back."""
        if name == "page":
            self.choices.turn(1)
            self.foot.refresh()
        else:
            super().do_key(name)

    def on_key(self, event: events.Key) -> None:
        """A digit chooses."""
        if event.character and (name := self.choices.by_digit(event.character)) is not None:
            event.stop()
            self.choose(name)

    @on(TouchArea.Touched, "#choices")
    def _touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.choose(event.name)

    def choose(self, name: str) -> None:
        """One was chosen."""
        raise NotImplementedError


class TrialsScreen(_ChoiceScreen):
    """What this station can try; what it has no device for is not offered."""

    def __init__(self, duty: Duty, possible: frozenset[str]) -> None:
        names = [name for name in ORDER if name in possible]
        super().__init__(duty, "maintenance.trials", [Choice(name, self._words_of(name)) for name in names])

    def _words_of(self, name: str) -> Callable[[], str]:
        return lambda: self.text(f"maintenance.trial.{name}")

    def choose(self, name: str) -> None:
        """Open it."""
        open_trial(self.kiosk, self.on_duty, name)


class ScenariosScreen(_ChoiceScreen):
    """What the simulated reader can play."""

    def __init__(self, duty: Duty, trials: Trials) -> None:
        self._trials = trials
        super().__init__(
            duty, "maintenance.scenarios", [Choice(name, self._words_of(name)) for name in trials.scenarios()]
        )

    def _words_of(self, name: str) -> Callable[[], str]:
        return lambda: self.text(f"care.scenario.{name}")

    def choose(self, name: str) -> None:
        """Play it, and tell what came of it."""
        self.app.push_screen(
            TrialScreen(
                self.on_duty,
                f"simulated {name}",
                self._words_of(name),
                lambda: self._trials.scenario(name),
                auto=True,
            )
        )
