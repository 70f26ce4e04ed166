"""How much of a debt is paid: all of it, or what is typed (W6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.water.money import to_manat, to_qapik
from screens.base import Placed
from screens.citizen.step import Answer, AnsweringScreen, Notice
from screens.citizen.water import months
from screens.frame import Frame
from screens.widgets import figures, number_pad
from screens.widgets.number_pad import NumberPad
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn
from screens.widgets.words import Words

_BOX_WIDTH: Final = 60
_BOX_HEIGHT: Final = 9
_BOX_HEIGHT_LARGE: Final = 8
_MOST_DIGITS: Final = 10
_LEAST_ROWS: Final = 6
"""With less height label and amount stand in one row."""


@dataclass(frozen=True)
class Wanted(Answer):
    """So much is to be paid, in manat."""

    amount: Decimal


class AmountBox(Drawn):
    """The amount in large figures with its sign; by itself where there is no width for them."""

    def __init__(self, label: str) -> None:
        """`label` is a message key."""
        super().__init__(id="amount")
        self._label = label
        self._amount = Decimal(0)

    def show(self, amount: Decimal) -> None:
        """Show another amount."""
        self._amount = amount
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Label over figure, on a surface; beside it where there is little height."""
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        language = self.kiosk.language
        if sheet.height < _LEAST_ROWS:
            row = sheet.height // 2
            sheet.put(2, row, sheet.width - 4, self.text(self._label), "soft")
            sheet.put(2, row, sheet.width - 4, months.with_sign(language, self._amount), bold=True, align="right")
            return
        sheet.put(3, 1, sheet.width - 6, self.text(self._label), "soft")
        shown = months.manat(language, self._amount).replace("\N{NO-BREAK SPACE}", " ")
        wide = figures.columns(shown)
        y = 1 + (sheet.height - figures.rows()) // 2
        if 3 + wide + 4 <= sheet.width and y + figures.rows() <= sheet.height:
            sheet.pixels(3, y, figures.pixels(shown), "ink")
            sheet.text(3 + wide + 2, y + figures.rows() - 1, months.SIGN, "soft")
        else:
            sheet.put(3, sheet.height // 2, sheet.width - 6, months.with_sign(language, self._amount), bold=True)


class AmountScreen(AnsweringScreen):
    """Number pad and amount; digits come in from the right, as at a cash register. Ends with `Wanted`, or `Back`."""

    HAS_MAIN = True
    HAS_SECOND = True

    def __init__(self, debt: Decimal, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.debt = debt
        self.amount = debt
        self._typed = ""
        """The digits typed so far; nothing typed is the whole debt."""
        self.box = AmountBox("payment.amount")
        self.box.show(debt)
        self.pad = NumberPad(id="pad")
        self.owed = Words(self.help_words)
        """What is owed, where the question has no row for it."""

    def title_words(self) -> str:
        """How much."""
        return self._title().partition("\n")[0]

    def help_words(self) -> str:
        """What is owed."""
        return self._title().partition("\n")[2]

    def _title(self) -> str:
        return self.text("water.pay.amount", amount=months.with_sign(self.kiosk.language, self.debt))

    def compose_answer(self) -> Iterable[Widget]:
        """Amount and pad."""
        return [self.pad, self.box, self.owed]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The amount left, the pad right."""
        if frame.large:
            pad = (number_pad.WIDTH_LARGE, number_pad.HEIGHT_LARGE)
            box = (area.width - pad[0] - 4, _BOX_HEIGHT_LARGE)
            yield self.owed, Region(area.x, area.y + _BOX_HEIGHT_LARGE + 1, box[0], 1)
        else:
            pad = (number_pad.WIDTH, number_pad.HEIGHT)
            box = (_BOX_WIDTH, _BOX_HEIGHT)
        yield self.box, Region(area.x, area.y, *box)
        yield self.pad, Region(area.right - pad[0], area.y, *pad)

    def write(self) -> None:
        """On with this amount; or all of the debt again."""
        super().write()
        self.set_main(self.text("button.proceed"), usable=0 < self.amount <= self.debt)
        self.set_second(self.text("button.whole_debt") if self.amount != self.debt else "")

    def on_key(self, event: events.Key) -> None:
        """Digits and erasing, wherever the focus is."""
        if event.character and event.character.isascii() and event.character.isdigit():
            self._take(self._typed + event.character)
        elif event.key == "backspace":
            self._take(self._typed[:-1])
        elif event.key == "delete":
            self._take("")
        else:
            return
        self.set_focus(None, scroll_visible=False)
        event.stop()
        event.prevent_default()

    @on(NumberPad.Pressed)
    def _pad_pressed(self, event: NumberPad.Pressed) -> None:
        event.stop()
        if event.act == "digit":
            self._take(self._typed + event.digit)
        else:
            self._take(self._typed[:-1] if event.act == "erase" else "")

    def _take(self, typed: str) -> None:
        """Digits as whole qəpik; what is too long is not taken."""
        typed = typed.lstrip("0")
        if len(typed) <= _MOST_DIGITS:
            self._typed = typed
            self._show(to_manat(int(typed or "0")))

    def _show(self, amount: Decimal) -> None:
        self.amount = amount
        self.box.show(amount)
        if amount > self.debt:
            self.tell("water.pay.too_much", "warning")
        else:
            self.tell_words(None)
        self.write()

    def go_on(self) -> None:
        """With an amount that can be paid; else say why not."""
        if self.amount > self.debt:
            self.tell("water.pay.too_much", "warning")
        elif to_qapik(self.amount) < 1:
            self.tell("water.pay.nothing", "warning")
        else:
            self.answer(Wanted(self.amount))

    def do_second(self) -> None:
        """All of it."""
        self._typed = ""
        self._show(self.debt)
