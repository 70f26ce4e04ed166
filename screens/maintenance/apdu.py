"""The free APDU: bytes that are typed go to the card, except what could carry a PIN (M3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import on
from textual.widget import Widget

from screens.maintenance.duty import Duty
from screens.maintenance.hex_pad import HEIGHT, HEIGHT_COMPACT, HexPad
from screens.maintenance.typing_trial import TypingTrialScreen
from screens.widgets.field import Field

if TYPE_CHECKING:
    from kiosk.care.trials import Trials

_TAKEN: Final = {**{sign: sign for sign in "0123456789ABCDEF ;"}, **dict(zip("abcdef", "ABCDEF", strict=True))}
"""What a command is written with, and how it stands in the field."""
_LONGEST: Final = 540
"""The longest short command, 261 bytes, in hexadecimal, and some blanks."""


def hexadecimal(typed: str) -> str:
    """What is typed, as the field takes it: capital digits, blanks, and ";" between commands."""
    return "".join(_TAKEN.get(sign, "") for sign in typed)


class ApduScreen(TypingTrialScreen):
    """Commands and answers stay, the newest below; which is refused, and why, the trial tells."""

    def __init__(self, duty: Duty, trials: Trials, words: Callable[[], str]) -> None:
        entry = Field("command", "maintenance.apdu", longest=_LONGEST, shape=hexadecimal)
        super().__init__(duty, "apdu", words, entry)
        self._trials = trials
        self._pad = HexPad(id="hex-pad")

    def keyboard(self) -> Widget:
        """The digits."""
        return self._pad

    def keyboard_height(self, width: int) -> int:
        """Two rows of keys."""
        return HEIGHT_COMPACT if self.frame.compact else HEIGHT

    def show_keyboard(self, on: bool) -> None:
        """It leaves room for the lines, so it stays."""
        if on:
            super().show_keyboard(on)

    @on(HexPad.Pressed)
    def _key_pressed(self, event: HexPad.Pressed) -> None:
        event.stop()
        match event.name:
            case "erase":
                self.entry.erase()
            case "clear":
                self.entry.value = ""
            case digit:
                self.entry.insert(digit)

    def send_typed(self, typed: str) -> None:
        """Send it; the field is ready for the next."""
        self.run(lambda: self._trials.apdu(typed), keep=True)
