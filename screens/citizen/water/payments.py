"""Paying a debt at the kiosk (W6): how, how much, the terminal or the phone, and what became of it.

A payment counts once. Where its outcome is not known nobody is told to pay again: the order is looked at until it is.
"""

from __future__ import annotations

from decimal import Decimal
from secrets import token_hex
from typing import TYPE_CHECKING, Final, Literal

from kiosk.errors import Refusal, Unavailable
from kiosk.water.facts import Payment, PaymentOrder, TerminalOutcome
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.step import Next, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water import months
from screens.citizen.water.pay_amount import AmountScreen, Wanted
from screens.citizen.water.pay_result import CashScreen, PaidScreen, UnpaidScreen
from screens.citizen.water.pay_waiting import QrScreen, Settled, TerminalScreen

if TYPE_CHECKING:
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

Way = Literal["terminal", "qr"]

_REFUSED: Final = {
    "bad_request": "error.unexpected",
    "unknown_subscriber": "subscriber.unknown",
    "registry_away": "registry.away",
    "unavailable": "database.away",
}


async def pay(app: KioskApp, stage: Stage, code: str, debt: Decimal, application: int | None = None) -> Payment | None:
    """Ask how and how much, take the payment, tell what became of it.

    Args:
        app: the face.
        stage: shows the screens.
        code: the subscriber's.
        debt: what is owed, in manat.
        application: the application (row id) that the debt holds: then nothing less than the debt is asked for.

    Returns:
        The payment that counted; None when the person went back, pays elsewhere, or the outcome is not known.
    """
    amount: Decimal | None = debt if application is not None else None
    notice: Notice | None = None
    orders = Orders(app, code, application)
    while True:
        if amount is None:
            wanted = await stage.show(AmountScreen(debt, notice))
            if not isinstance(wanted, Wanted):
                return None
            amount, notice = wanted.amount, None
        way = await _choose(app, stage, amount, notice)
        notice = None
        if way is None:
            if application is not None:
                return None
            amount = None
        elif way == "cash":
            if not await _leads_back(stage, CashScreen(code, amount)):
                return None
        else:
            done = await _take(app, stage, orders, amount, way)
            if isinstance(done, Notice):
                notice = done
            elif done != "again":
                return done


async def _choose(app: KioskApp, stage: Stage, amount: Decimal, notice: Notice | None) -> str | None:
    """Terminal, QR or cash, as this station offers them; None: back."""
    payments = app.station.water.payments
    names: list[str] = [*payments.ways(), *(("cash",) if payments.takes_cash else ())]
    tiles = [(name, lambda name=name: app.text(f"water.pay.{name}")) for name in names]

    def title() -> str:
        key = "water.pay.how" if names else "water.pay.nowhere"
        # In large type the question has one row: the amount stands in it.
        key = "water.pay.how_short" if names and app.large else key
        return app.text(key, amount=months.with_sign(app.language, amount))

    main = names[0] if names else ""
    answer = await stage.show(ChoosingScreen(title, tiles, main=main, notice=notice))
    return answer.name if isinstance(answer, Chosen) else None


async def _leads_back(stage: Stage, screen: CashScreen) -> bool:
    return not isinstance(await stage.show(screen), Next)


class Orders:
    """The orders of one payment: asked for again after a lost connection, it is the same one."""

    def __init__(self, app: KioskApp, code: str, application: int | None) -> None:
        self._app = app
        self._code = code
        self._application = application
        self._keys: dict[tuple[Decimal, Way], str] = {}

    async def make(self, amount: Decimal, way: Way) -> PaymentOrder:
        """A new order, or the one whose answer was lost.

        Raises:
            Refusal: what the station raises.
        """
        act = (amount, way)
        key = self._keys.setdefault(act, token_hex(16))
        call = self._app.station.water.payments.order
        try:
            order = await self._app.ask(call, key, self._code, amount, way, self._application)
        except Unavailable:
            raise
        except Refusal:
            del self._keys[act]
            raise
        del self._keys[act]
        return order


async def _take(
    app: KioskApp, stage: Stage, orders: Orders, amount: Decimal, way: str
) -> Payment | Notice | Literal["again"] | None:
    """Wait for the payment and tell what became of it.

    Returns:
        The payment, "again" to choose a way once more, a notice beside that choice, or None when the person is done.
    """
    try:
        order = await orders.make(amount, "terminal" if way == "terminal" else "qr")
    except Refusal as refusal:
        return Notice(_REFUSED.get(refusal.error, "error.unexpected"), "warning")
    outcome = await (_at_terminal(stage, order) if way == "terminal" else _by_phone(app, stage, order))
    while isinstance(outcome, TerminalOutcome):
        if outcome.state == "paid":
            await stage.show(PaidScreen(order, outcome.payment))
            return outcome.payment
        answer = await stage.show(UnpaidScreen(order, outcome))
        match answer:
            case Settled(outcome=later):
                outcome = later
            case Chosen(name="check"):
                outcome = await _at_terminal(stage, order, asks=True)
            case Chosen(name="again"):
                return "again"
            case _:
                return None
    return outcome or "again"


async def _at_terminal(stage: Stage, order: PaymentOrder, *, asks: bool = False) -> TerminalOutcome | Notice:
    """The terminal takes it; told a second time of the same order, it only says what became of it."""
    answer = await stage.show(TerminalScreen(order, asks=asks))
    return answer.outcome if isinstance(answer, Settled) else Notice("database.away", "warning")


async def _by_phone(app: KioskApp, stage: Stage, order: PaymentOrder) -> TerminalOutcome | None:
    """The phone pays. Who goes back is asked first whether they have paid there already: nobody pays twice."""
    while True:
        answer = await stage.show(QrScreen(order))
        if isinstance(answer, Settled):
            return answer.outcome
        tiles = [(name, lambda name=name: app.text(f"water.pay.phone.{name}")) for name in ("wait", "not_paid")]
        asked = await stage.show(ChoosingScreen(lambda: app.text("water.pay.phone.ask"), tiles, main="wait"))
        if isinstance(asked, Chosen) and asked.name == "not_paid":
            return None
