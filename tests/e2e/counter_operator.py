"""An operator before the counter's face: does with hands what the work asks for, and reads what stands there."""

from __future__ import annotations

from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from kiosk.language import text
from kiosk.names import Language
from screens.counter.line import DOT
from tests.e2e.citizen import SETTLED
from tests.e2e.desktop import DesktopTerminal
from tests.e2e.glass import Terminal
from tests.e2e.pty_terminal import PtyTerminal

_TYPED = 0.15
"""A pause that no scanner makes between its last sign and Enter."""


class Operator:
    """Somebody at a counter's terminal, in a language."""

    def __init__(self, face: Terminal, language: Language = "az", name: str = OPERATOR_NAME) -> None:
        self.face = face
        self.language: Language = language
        self.name = name

    def words(self, key: str, **values: object) -> str:
        """A text of the catalogue; its first line."""
        return text(self.language, key, **values).split("\n")[0]

    def sees(self, *signs: str) -> None:
        """Look until all of it stands there, and for as long as people do."""
        self.face.shows(*signs)
        self.face.rests(SETTLED)

    def types(self, typed: str, *, secret: bool = False) -> None:
        """By hand, looking until it stands there, or a dot for each sign: no scanner is as slow as that."""
        shown = (DOT * len(typed) if secret else typed).casefold()
        stood = self.face.text().casefold().count(shown)
        self.face.write(typed)
        self.face.until(lambda: self.face.text().casefold().count(shown) > stood, f"{shown!r} once more")
        self.face.rests(_TYPED)

    def presses(self, *keys: str) -> None:
        """One after the other, looking what each does."""
        for key in keys:
            self.face.press(key)
            self.face.rests(SETTLED)

    def signs_in(self) -> None:
        """From the first screen to the workplace, in one's language."""
        self.sees(text("az", "button.sign_in"))
        if self.language != "az":
            self.face.tap(f" {self.language.upper()} ")
            self.sees(self.words("button.sign_in"))
        self.types(self.name)
        self.face.press("Tab")
        self.face.rests(_TYPED)
        self.types(OPERATOR_PASSWORD, secret=True)
        self.face.press("Return")
        self.sees(self.words("counter.hall.waiting"), self.words("counter.connected"))

    def scans(self, code: str) -> None:
        """What a scanner that is a keyboard sends: many signs at once, and Enter."""
        if isinstance(self.face, DesktopTerminal):
            self.face.scan(code)
        elif isinstance(self.face, PtyTerminal):
            self.face.send(f"{code}\r".encode())
        self.face.rests(SETTLED)

    def finishes(self) -> None:
        """F7, and Enter: the person was served."""
        self.face.press("F7")
        self.face.shows(self.words("counter.finish.help"))
        self.face.press("Return")

    def locks(self) -> None:
        """F12."""
        self.face.press("F12")
        self.sees(self.words("button.unlock"))

    def unlocks(self) -> None:
        """With the password again."""
        self.types(OPERATOR_PASSWORD, secret=True)
        self.face.press("Return")
        self.face.hides(self.words("button.unlock"))
        self.face.rests(SETTLED)
