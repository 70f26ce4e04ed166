"""A field for a password: a dot for each sign, and the signs themselves in a list that is wiped (I8, I9).

No text is made of what was typed: `value` is the dots. Whoever takes it over leaves an empty field behind.
"""

from __future__ import annotations

from typing import Final

from textual import events

from kiosk.identity.typed_password import LONGEST, TypedPassword
from screens.widgets.field import Field
from screens.widgets.keyboard import Keyboard

_DOT: Final = "•"


class SecretField(Field):
    """Signs are added and taken away at the end alone; there is no caret between signs that nobody sees."""

    def __init__(self, id: str, label: str) -> None:
        super().__init__(id, label, longest=LONGEST)
        self._typed = TypedPassword()

    def insert(self, typed: str) -> None:
        """Add signs at the end."""
        for sign in typed:
            self._typed.add(sign)
        self._show()

    def erase(self) -> None:
        """Forget the last sign."""
        self._typed.drop()
        self._show()

    def wipe(self) -> None:
        """Forget every sign."""
        self._typed.wipe()
        self._show()

    def take_over(self) -> TypedPassword:
        """Hand the signs to whoever sends them, and forget them here."""
        taken, self._typed = self._typed, TypedPassword()
        self._show()
        return taken

    def _show(self) -> None:
        dots = _DOT * len(self._typed)
        if dots != self._value:
            self._set(dots, len(dots))

    def take(self, event: events.Key) -> bool:
        """Typing, erasing and Enter; the arrow keys lead elsewhere."""
        if event.key in ("left", "right", "home", "end"):
            return False
        if event.key == "delete":
            self.wipe()
            return True
        return super().take(event)

    def press(self, pressed: Keyboard.Pressed) -> None:
        """A key of the on-screen keyboard."""
        if pressed.act == "erase":
            self.erase()
        elif pressed.act == "type":
            self.insert(pressed.typed)

    def on_unmount(self) -> None:
        """Whatever ends the screen: nothing typed outlives it."""
        self._typed.wipe()
