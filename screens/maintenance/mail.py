"""The trials of mail and short messages: one to an address or a number that is typed (M3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from screens.maintenance.duty import Duty
from screens.maintenance.typing_trial import TypingTrialScreen
from screens.widgets.field import Field
from screens.widgets.key_layers import FULL_COLUMNS, Layer
from screens.widgets.keyboard import HEIGHT_COMPACT, HEIGHT_FULL, Keyboard

if TYPE_CHECKING:
    from kiosk.care.facts import TrialName
    from kiosk.care.trials import Trials


class _SendingScreen(TypingTrialScreen):
    """To whom it goes is kept nowhere: neither in the audit nor with the result."""

    def __init__(
        self, duty: Duty, trials: Trials, name: TrialName, words: Callable[[], str], entry: Field, layer: Layer
    ) -> None:
        super().__init__(duty, name, words, entry)
        self._trials = trials
        self._keyboard = Keyboard(layer, id="keyboard")

    def keyboard(self) -> Widget:
        """The layer that such an entry begins with."""
        return self._keyboard

    def keyboard_height(self, width: int) -> int:
        """As everywhere."""
        return HEIGHT_FULL if width >= FULL_COLUMNS else HEIGHT_COMPACT

    @on(Keyboard.Pressed, "#keyboard")
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "hide":
            self.show_keyboard(False)
        elif event.act == "next":
            self.send()
        else:
            self.entry.press(event)


class MailScreen(_SendingScreen):
    """A test letter."""

    def __init__(self, duty: Duty, trials: Trials, words: Callable[[], str]) -> None:
        super().__init__(duty, trials, "mail", words, Field("address", "field.label.email", longest=100), "mail")

    def send_typed(self, typed: str) -> None:
        """Send the letter in the language on screen."""
        language = self.kiosk.language
        self.run(lambda: self._trials.mail(typed, language))


class SmsScreen(_SendingScreen):
    """A test message; offered where the settings name a way for them."""

    def __init__(self, duty: Duty, trials: Trials, words: Callable[[], str]) -> None:
        super().__init__(duty, trials, "sms", words, Field("number", "field.label.phone", longest=20), "digits")

    def send_typed(self, typed: str) -> None:
        """Send the message in the language on screen."""
        language = self.kiosk.language
        self.run(lambda: self._trials.sms(typed, language))
