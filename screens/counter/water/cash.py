"""The cash desk: an amount, a receipt's number where there is one, a look at it, and the payment counts once (W6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import BadRequest, ReceiptReused, Refusal, RegistryAway, Unavailable
from kiosk.water.payment_papers import payment_slip
from screens.base import Placed
from screens.citizen.water.months import balance, with_sign
from screens.citizen.water.subscriber_code import refusal_key
from screens.counter.act_key import ActKey
from screens.counter.key_bar import Key
from screens.counter.late import FormButton
from screens.counter.water.cash_view import CashView
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.slips import Slips
from screens.widgets.field import HEIGHT, Field
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.water.facts import Payment, Subscriber

Stage = Literal["form", "check", "done"]
_WIDTH: Final = 72
_AMOUNT: Final = re.compile(r"(\d{1,8})(?:[.,](\d{1,2}))?", re.ASCII)


def read_amount(typed: str) -> Decimal | None:
    """An amount as it was typed, with a comma or a point before the qəpik; None when it is none, or nothing."""
    found = _AMOUNT.fullmatch(typed.strip())
    if found is None:
        return None
    amount = Decimal(f"{found[1]}.{(found[2] or '').ljust(2, '0')}")
    return amount if amount > 0 else None


class CashField(Field, can_focus=False):
    """A field; the screen hands it the keys."""


class CashScreen(DeskScreen):
    """Form, check, result. The key of the act is the same until it was answered, whatever the connection does."""

    KEYS: ClassVar = {
        "enter": "on",
        "tab": "next",
        "shift+tab": "next",
        "up": "next",
        "down": "next",
        "escape": "back",
        "shift+f2": "print",
        "f14": "print",
    }

    def __init__(self, operator: Operator, subscriber: Subscriber, debt: Decimal) -> None:
        super().__init__(operator)
        self.subscriber = subscriber
        self.debt = debt
        self.stage: Stage = "form"
        self.question = Question(lambda: self._words(0), lambda: self._words(1))
        self._prefilled = f"{debt:.2f}".replace(".", ",") if debt > 0 else ""
        self.amount = CashField("amount", "desk.amount", self._prefilled, hint="desk.amount_hint", longest=12)
        self.receipt = CashField("receipt", "desk.receipt", hint="desk.receipt_hint", longest=64)
        self.view = CashView(lambda: self._view_lines(), lambda: self.stage == "done")
        self.main = FormButton("main", "main")
        self.payment: Payment | None = None
        self._at: datetime | None = None
        self._slips = Slips(self)
        self._at_receipt = False
        self._key = ActKey()

    def _words(self, line: int) -> str:
        if line:
            return f"{self.text('water.subscriber', code=self.subscriber.code)} · {self.subscriber.name}"
        return self.text(f"desk.cash.{self.stage}")

    def compose(self) -> ComposeResult:
        """All of it; `places` says what is seen."""
        yield self.question
        yield self.amount
        yield self.receipt
        yield self.view
        yield self.main
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column: question, fields or what is to be seen, the button."""
        yield from super().places(size)
        frame = self.desk_frame
        x, y, room, height = Region(*frame.title[:3], frame.body.bottom - frame.title.y)
        width = min(_WIDTH, room)
        x += (room - width) // 2
        yield self.question, Region(x, y, width, 2)
        y += 3
        if self.stage == "form":
            half = (width - 2) // 2
            yield self.amount, Region(x, y, half, HEIGHT)
            yield self.receipt, Region(x + half + 2, y, width - half - 2, HEIGHT)
            y += HEIGHT + 1
        else:
            rows = min(9, height - 3 - 4)
            yield self.view, Region(x, y, width, rows)
            y += rows + 1
        yield self.main, Region(x, y, width, 3)

    def write(self) -> None:
        """The button."""
        self.main.label = self.text(f"desk.cash.button.{self.stage}")

    def keys_here(self) -> Sequence[Key]:
        """What Enter does; Tab in the form; the slip again after it."""
        keys = [Key("on", "Enter", f"desk.cash.button.{self.stage}")]
        if self.stage == "form":
            keys.append(Key("next", "Tab", "keyboard.next"))
        if self.stage == "done" and self._slips.there:
            keys.append(Key("print", "Shift+F2", "button.print_again"))
        return keys

    def on_mount(self) -> None:
        """The caret stands behind the amount."""
        self._go_to(at_receipt=False)

    def _go_to(self, *, at_receipt: bool) -> None:
        self._at_receipt = at_receipt
        self.amount.current = not at_receipt
        self.receipt.current = at_receipt

    def typed_into(self) -> Field | None:
        """The field with the caret."""
        if self.stage != "form":
            return None
        return self.receipt if self._at_receipt else self.amount

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        event.field.problem = None
        self.tell_nothing()

    def _view_lines(self) -> list[tuple[str, str]]:
        """Amount, receipt, and what is left: before it is counted and after."""
        language = self.kiosk.language
        if self.payment is not None:
            paid, receipt, left = self.payment.amount, self.payment.receipt, self.payment.debt
        else:
            paid = read_amount(self.amount.value) or Decimal(0)
            receipt, left = self.receipt.value.strip() or self.text("desk.receipt_ours"), self.debt - paid
        lines = [(self.text("payment.amount"), with_sign(language, paid)), (self.text("payment.receipt"), receipt)]
        lines.append(balance(language, left))
        if self.payment is not None:
            lines += [(self.text("desk.cash.went_on"), one.number) for one in self.payment.registered]
        return lines

    def do_key(self, name: str) -> None:
        """On, the other field, the slip."""
        match name:
            case "on":
                self._on()
            case "next":
                if self.stage == "form":
                    self._go_to(at_receipt=not self._at_receipt)
            case "print":
                self._print(again=True)
            case _:
                super().do_key(name)

    @on(TouchArea.Touched)
    def _touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.area.id in ("amount", "receipt"):
            self._go_to(at_receipt=event.area.id == "receipt")
        elif event.area.id == "main":
            self.do_key("on")

    @property
    def has_typed(self) -> bool:
        """What differs from the form as it was opened; or a payment of which nobody knows yet whether it counted."""
        typed = (self.amount.value.strip(), self.receipt.value.strip())
        return self.stage != "done" and (typed != (self._prefilled, "") or self._key.is_made)

    def leave(self) -> None:
        """From the check back to the form; else away."""
        if self.stage == "check":
            self._turn("form")
        else:
            super().leave()

    def _turn(self, stage: Stage) -> None:
        self.stage = stage
        self.tell_nothing()
        self.write()
        self.question.refresh()
        self.view.refresh()
        self.key_bar.refresh()
        self.refresh(layout=True)

    def _on(self) -> None:
        if self.busy:
            return
        if self.stage == "form":
            amount = read_amount(self.amount.value)
            if amount is None:
                self.amount.problem = "desk.amount_wrong"
                self._go_to(at_receipt=False)
                return
            self._turn("check")
            if amount > max(self.debt, Decimal(0)):
                self.tell("desk.cash.over", "warning")
        elif self.stage == "check":
            self._count()
        else:
            self.leave()

    def _count(self) -> None:
        amount = read_amount(self.amount.value)
        if amount is None:
            return
        typed = (amount, self.receipt.value.strip())
        self.busy = True
        self.main.usable = False
        self.tell_nothing()
        self.start(self._record(self._key.of(typed), *typed), group="cash", exclusive=False)

    async def _record(self, key: str, amount: Decimal, receipt: str) -> None:
        record = self.kiosk.station.water.payments.record
        try:
            payment = await self.ask(record, key, self.subscriber.code, amount, receipt, "cash", staff=self.staff)
        except (Unavailable, RegistryAway) as away:
            # Whether it was counted is not known: the same again, by Enter, is the same payment.
            if isinstance(away, Unavailable):
                self.on_unavailable()
            self.tell("desk.cash.unknown", "warning")
        except ReceiptReused:
            self._refused("receipt", "desk.receipt_reused")
        except BadRequest as bad:
            if bad.field == "amount":
                self._refused("amount", "desk.amount_wrong")
            else:
                self._refused("receipt", "desk.receipt_wrong")
        except Refusal as refusal:
            self._key.forget()
            self.tell(refusal_key(refusal) or "error.unexpected", "error")
        else:
            self.answered()
            self.payment, self._at = payment, self.kiosk.now()
            self._turn("done")
            self._print()
        finally:
            self.busy = False
            self.main.usable = True

    def _refused(self, name: str, problem: str) -> None:
        """Back in the form, at the field that is wrong."""
        self._key.forget()
        self._turn("form")
        field = self.receipt if name == "receipt" else self.amount
        field.problem = problem
        self._go_to(at_receipt=field is self.receipt)

    def _print(self, *, again: bool = False) -> None:
        payment, at = self.payment, self._at
        if payment is None or at is None or not self._slips.there:
            return
        settings, station = self.kiosk.settings, self.kiosk.station
        slip = payment_slip(
            payment,
            at,
            settings.water.operator,
            self._slips.language,
            example=settings.example.data,
            again=again,
        )
        self._slips.print(lambda: station.print_slip("print_payment", slip))


async def cash_screen(screen: DeskScreen, code: str) -> CashScreen:
    """The cash desk for the subscriber of a code, with what is owed now.

    Raises:
        Refusal: it cannot be told.
    """
    water = screen.kiosk.station.water
    subscriber = await screen.ask(water.registry.one, code)
    debt = await screen.ask(water.payments.debt, subscriber.code)
    return CashScreen(screen.operator, subscriber, debt)
