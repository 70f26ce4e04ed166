"""PIN entry: boxes that hold digits nobody can read back, a pad of their own, and the tries that are left (face.md 10).

The digits live in a `Pin` alone: no text is made of them, no message carries them, and whoever takes them over leaves
an empty one behind (I9). What is drawn is a square for each.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from textual import events
from textual.message import Message

from kiosk.identity.card_facts import Pin, Tries
from kiosk.language import countdown
from screens.palette import Colour
from screens.widgets import figures
from screens.widgets.number_pad import NumberPad
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn, Spot, TouchArea

HEIGHT: Final = 5
HEIGHT_LARGE: Final = 3
_DIGITS: Final = "0123456789"
_WIDEST, _NARROWEST = 7, 3
_PIPS_AT_MOST: Final = 10
_LOW: Final = 5
"""Up to this height a panel has half a row of air above and below, and shows no large figure."""


class HolderLine(Drawn):
    """Whose card it is."""

    def __init__(self, name: str, *, id: str = "holder") -> None:
        super().__init__(id=id)
        self._name = name

    def draw(self, sheet: Sheet) -> None:
        """Label and name; nothing where the card does not say."""
        if self._name:
            end = sheet.text(0, 0, self.text("card.holder"), "soft")
            sheet.put(end + 3, 0, sheet.width - end - 3, self._name, bold=True)


class PinBoxes(TouchArea, can_focus=False):
    """As many boxes as the PIN can have digits; more than eight are narrower. A full PIN does not send itself."""

    class Changed(Message):
        """There are more or fewer digits now; which they are is not told."""

        def __init__(self, boxes: PinBoxes) -> None:
            super().__init__()
            self.boxes = boxes

    def __init__(self, longest: int, *, id: str = "pin") -> None:
        super().__init__(id=id)
        self._longest = longest
        self._pin = Pin()

    @property
    def count(self) -> int:
        """How many digits were typed."""
        return len(self._pin)

    @property
    def longest(self) -> int:
        """How many there can be."""
        return self._longest

    def begin(self, longest: int) -> None:
        """Forget what was typed and take up to so many digits."""
        self._longest = longest
        self._pin.wipe()
        self.refresh()

    def add(self, digit: int) -> None:
        """One more digit, where there is a box for it."""
        if len(self._pin) < self._longest:
            self._pin.add(digit)
            self._changed()

    def press(self, digit: int | None) -> None:
        """A key of the pad: one more digit; None forgets the last."""
        if digit is None:
            self.erase()
        else:
            self.add(digit)

    def erase(self) -> None:
        """Forget the last digit."""
        if len(self._pin):
            self._pin.drop()
            self._changed()

    def wipe(self) -> None:
        """Forget every digit."""
        if len(self._pin):
            self._pin.wipe()
            self._changed()

    def take_over(self) -> Pin:
        """Hand the digits to whoever sends them, and forget them here."""
        taken, self._pin = self._pin, Pin()
        self._changed()
        return taken

    def _changed(self) -> None:
        self.refresh()
        self.post_message(self.Changed(self))

    def take(self, event: events.Key) -> bool:
        """Do what a key of a real keyboard means here; whether it meant anything."""
        if event.character is not None and (digit := _DIGITS.find(event.character)) >= 0 and len(event.character) == 1:
            self.add(digit)
        elif event.key == "backspace":
            self.erase()
        elif event.key == "delete":
            self.wipe()
        else:
            return False
        return True

    def on_unmount(self) -> None:
        """Whatever ends the screen: nothing typed outlives it."""
        self._pin.wipe()

    def spots(self) -> Sequence[Spot]:
        """None: digits land here wherever they are typed."""
        return ()

    def draw(self, sheet: Sheet) -> None:
        """Boxes from left to right; a square for each digit, a caret in the first empty one."""
        count = self._longest
        width = max(_NARROWEST, min(_WIDEST, (sheet.width + 1) // count - 1))
        for place in range(count):
            x = place * (width + 1)
            current = place == len(self._pin)
            if sheet.palette.framed:
                sheet.area(x, 0, width, sheet.height, "surface", frame=("heavy", "accent") if current else None)
            else:
                # Low boxes leave half a row of air below the line over them.
                first = 0 if sheet.height >= HEIGHT else 1
                sheet.fill_halves(x, first, width, 2 * sheet.height - first, "surface")
                sheet.text(x, sheet.height - 1, "▁" * width, "accent" if current else "line", bold=current)
            if place < len(self._pin):
                square = 2 if width % 2 == 0 else 1 if width < 5 else 3
                first, halves = (3, 3) if sheet.height >= HEIGHT else (2, 2)
                sheet.fill_halves(x + (width - square) // 2, first, square, halves, "ink")
            elif current:
                sheet.text(x + width // 2, (sheet.height - 1) // 2, "▏", "accent")


class PinPad(NumberPad, can_focus=False):
    """The number pad of a PIN: it hands on digits as numbers, by a call and not by a message; perhaps shuffled."""

    def __init__(self, press: Callable[[int | None], None], clear: Callable[[], None], *, id: str = "pin-pad") -> None:
        """Make it.

        Args:
            press: called with the digit of each key; None erases the last.
            clear: called to forget all.
            id: the widget's id.
        """
        super().__init__(id=id)
        self._press = press
        self._clear = clear

    def shuffle(self) -> None:
        """Put the digits in another order, so that where a finger went tells nothing."""
        digits = list(_DIGITS)
        random.SystemRandom().shuffle(digits)
        self.put_in_order(digits)
        self.refresh()

    def touch(self, name: str) -> None:
        """Hand the key on."""
        self.show_pressed(name)
        if name == "erase":
            self._press(None)
        elif name == "clear":
            self._clear()
        else:
            self._press(_DIGITS.index(name))


class TriesPanel(Drawn):
    """How many tries are left: as number, pips and words. Yellow when some are missing, red before the last one."""

    def __init__(self, *, id: str = "tries") -> None:
        super().__init__(id=id)
        self._tries = Tries()
        self._pin: Callable[[], str] = str

    @property
    def tries(self) -> Tries:
        """What it shows."""
        return self._tries

    def show(self, tries: Tries, pin: Callable[[], str]) -> None:
        """Show these tries of the PIN of that name."""
        self._tries, self._pin = tries, pin
        self.refresh()

    def looks(self) -> tuple[Colour, Colour, Colour]:
        """Ground, ink and bar."""
        if self._tries.is_last or self._tries.blocked:
            return "taken-ground", "taken-ink", "taken"
        missing = self._tries.few or (
            self._tries.left is not None and self._tries.most is not None and self._tries.left < self._tries.most
        )
        return ("held-ground", "held-ink", "held") if missing else ("surface", "ink", "line")

    def draw(self, sheet: Sheet) -> None:
        """Ground, bar, and what is said."""
        ground, ink, bar = self.looks()
        if sheet.height > _LOW or sheet.palette.framed:
            sheet.area(0, 0, sheet.width, sheet.height, ground)
            sheet.fill(0, 0, 1, sheet.height, bar)
        else:
            sheet.fill_halves(0, 1, sheet.width, 2 * sheet.height - 2, ground)
            sheet.fill_halves(0, 1, 1, 2 * sheet.height - 2, bar)
        if self._tries.left is None:
            self._draw_lines(sheet, 3, self._unknown(), ink)
        else:
            self._draw_number(sheet, self._tries.left, ink)

    def _unknown(self) -> str:
        if self._tries.is_last:
            return self.text("pin.last_try", pin=self._pin())
        if self._tries.few:
            return self.text("pin.few")
        return self.text("pin.tries_unknown")

    def _draw_lines(self, sheet: Sheet, x: int, words: str, ink: Colour) -> None:
        room = sheet.width - x - 2
        lines = wrap(words, room, sheet.height)
        top = (sheet.height - len(lines)) // 2
        for row, line in enumerate(lines):
            sheet.put(x, top + row, room, line, ink, bold=row == 0)

    def _draw_number(self, sheet: Sheet, left: int, ink: Colour) -> None:
        high = sheet.height > _LOW
        tall = sheet.height >= 7
        x = 4 if tall else 3
        if tall:
            sheet.put(x, 1, sheet.width - x - 2, self.text("pin.tries_title"), ink, bold=True)
        if high:
            top = 3 if tall else (sheet.height - 4) // 2
            x += sheet.pixels(x, top, figures.pixels(str(left)), ink) + 3
        room = sheet.width - x - 2
        most = self._tries.most
        pips = ""
        if most is not None and most <= _PIPS_AT_MOST:
            pips = " ".join("●" * left + "○" * max(0, most - left))
        if most is None:
            count = self.text("pin.tries_left", left=left)
        else:
            count = self.text("pin.tries_of", left=left, most=most)
        beside = bool(pips) and len(pips) + 3 + len(count) <= room
        head = [f"{pips}   {count}"] if beside else [line for line in (pips, *wrap(count, room, 2)) if line]
        rest = [line for part in self._advice().split("\n") for line in wrap(part, room, 2) if line]
        free = sheet.height - (4 if tall else 2)
        if not beside and pips and len(head) + len(rest) > free:
            head = head[1:]  # the number stands large already
        lines = [*head, *rest][:free]
        top = 3 + max(0, (free - len(lines)) // 2) if tall else (sheet.height - len(lines)) // 2
        for row, line in enumerate(lines):
            sheet.put(x, top + row, room, line, ink, bold=row < len(head))

    def _advice(self) -> str:
        tries = self._tries
        if tries.is_last:
            return self.text("pin.last_try", pin=self._pin())
        if tries.most is None:
            return ""
        if tries.left is not None and tries.left < tries.most:
            return self.text("pin.tries_missing", pin=self._pin())
        return self.text("pin.tries_full")


class ReaderCountdown(Drawn):
    """How long the reader itself still waits for a PIN: seconds as a large number, and a bar that drains."""

    def __init__(self, seconds: int, elapsed: Callable[[], float], *, id: str = "at-reader") -> None:
        """Count `seconds` from `restart` on; `elapsed` is a clock of elapsed seconds."""
        super().__init__(id=id)
        self._seconds = seconds
        self._elapsed = elapsed
        self._start = elapsed()

    @property
    def left(self) -> int:
        """Whole seconds left, a begun one counted; never below zero."""
        return max(0, math.ceil(self._seconds - (self._elapsed() - self._start)))

    def restart(self) -> None:
        """Count anew."""
        self._start = self._elapsed()
        self.refresh()

    def on_mount(self) -> None:
        """Look at the clock once a second."""
        self.set_interval(1.0, self.refresh)

    def draw(self, sheet: Sheet) -> None:
        """Words, number, bar."""
        left = self.left
        sheet.area(0, 0, sheet.width, sheet.height, "tint")
        sheet.fill(0, 0, 1, sheet.height, "accent")
        end = 4 + sheet.pixels(4, (sheet.height - 4) // 2, figures.pixels(str(left)), "ink")
        room = sheet.width - end - 6
        row = sheet.height // 2 - 1
        sheet.put(
            end + 3, row, room, self.text("pin.at_reader_left", left=countdown(timedelta(seconds=left))), bold=True
        )
        sheet.fill_halves(end + 3, 2 * row + 3, room, 1, "line")
        sheet.fill_halves(end + 3, 2 * row + 3, room * left // self._seconds, 1, "accent")
