"""What became of a payment, and what to do next (W6): paid, not taken, not known yet; or where cash is taken."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kiosk.errors import Refusal
from kiosk.water.facts import Payment, PaymentOrder, TerminalOutcome
from screens.citizen.telling import TellingScreen
from screens.citizen.water import months
from screens.citizen.water.pay_waiting import LOOK_SECONDS, Settled, look_at
from screens.widgets.verdict import View, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ADVICE: Final = frozenset({"staff", "counter"})
"""Tiles that only say whom to go to."""
_LARGE_DIGITS: Final = 9
"""A code of so many digits stands in large figures in every layout."""
_DECLINED: Final = frozenset({"funds", "card", "pin", "limit", "host"})


class _Told(TellingScreen):
    """A verdict that is made from the screen's own words."""

    def __init__(self, ways: Sequence[str] = (), *, main: str = "") -> None:
        """`ways` are the acts of the tiles; their words have the key `water.pay.way.<act>`."""
        tiles = [Way(self._words(f"water.pay.way.{act}"), "" if act in _ADVICE else act, act == main) for act in ways]
        super().__init__(self._view, tiles, clears=False)

    def _words(self, key: str) -> Callable[[], Sequence[str]]:
        return lambda: self.text(key).split("\n")

    def _view(self) -> View:
        raise NotImplementedError

    def figure(self, amount: Decimal) -> str:
        """An amount in the signs that large figures have."""
        return months.manat(self.kiosk.language, amount).replace("\N{NO-BREAK SPACE}", " ")


class PaidScreen(_Told):
    """Paid: how much, the receipt's number, what is left, and what went on by it."""

    def __init__(self, order: PaymentOrder, payment: Payment | None) -> None:
        """`payment` is None where the money was taken and what is left cannot be told now."""
        self._order = order
        self._payment = payment
        super().__init__()

    def write(self) -> None:
        """One goes on from here."""
        super().write()
        self.close_button.label = self.text("button.proceed")

    def _view(self) -> View:
        sentence = self.text("water.paid")
        amount = (f"{self.text('payment.amount')}, {months.SIGN}", self.figure(self._order.amount))
        payment = self._payment
        if payment is None:
            return View("good", sentence, (amount,))
        label, left = months.balance(self.kiosk.language, payment.debt)
        receipt = self.text("water.paid.receipt", receipt=payment.receipt)
        went_on = (self.text("water.paid.registered", number=done.number) for done in payment.registered)
        # In one line: the band has two rows under a large figure, and what went on must be read as well.
        lines = (f"{receipt} · {label}: {left}", *went_on)
        return View("good", sentence, (amount,), lines)


class UnpaidScreen(_Told):
    """Not paid, or not known: ends with `Chosen("again" | "check")`, `Settled` when it is known later, or `Next`."""

    def __init__(self, order: PaymentOrder, outcome: TerminalOutcome) -> None:
        self._order = order
        self._outcome = outcome
        is_open = outcome.state == "unknown"
        super().__init__(
            ("check", "staff") if is_open else ("again", "staff"),
            main="check" if is_open else "again",
        )

    def on_mount(self) -> None:
        """What is not known is looked at again and again, and told by itself."""
        if self._outcome.state == "unknown":
            self.set_interval(LOOK_SECONDS, self.look)

    def follow(self) -> None:
        """Something changed in the database: it may be this."""
        if self._outcome.state == "unknown":
            self.look()

    def look(self) -> None:
        """Ask how the order stands."""
        self.start(self._look(), group="payment")

    async def _look(self) -> None:
        try:
            settled = await self.kiosk.ask(look_at, self.kiosk.station, self._order.reference)
        except Refusal:
            return  # away just now; the next look may tell
        if settled is not None:
            self.answer(Settled(settled))

    def _view(self) -> View:
        outcome = self._outcome
        if outcome.state == "declined":
            why = outcome.why if outcome.why in _DECLINED else "other"
            sentence, *lines = self.text(f"water.declined.{why}").split("\n")
            return View("taken", sentence, (), tuple(lines))
        key = f"water.{outcome.state}.{'qr' if self._order.method == 'qr' else 'terminal'}"
        sentence, *lines = self.text(key).split("\n")
        return View("held", sentence, (), tuple(lines))


class CashScreen(_Told):
    """Where cash is taken, and what to say there: ends with `Chosen("again")`, or `Next`."""

    def __init__(self, code: str, amount: Decimal) -> None:
        self._code = code
        self._amount = amount
        super().__init__(("counter", "again"))

    def _view(self) -> View:
        sentence, *lines = self.text("water.pay.cash_where").split("\n")
        code = self.text("payment.subscriber")
        amount = f"{self.text('payment.amount')}: {months.with_sign(self.kiosk.language, self._amount)}"
        if len(self._code) <= _LARGE_DIGITS:
            return View("held", sentence, ((code, self._code),), (amount, *lines))
        return View("held", sentence, (), (f"{code}: {self._code}", amount, *lines))
