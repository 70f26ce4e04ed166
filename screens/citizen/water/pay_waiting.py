"""Waiting for a payment: at the terminal, or for the phone that scanned the payment QR (W6)."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from textual import on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.errors import Refusal, RegistryAway, Unavailable
from kiosk.water.facts import PaymentOrder, TerminalOutcome
from screens.base import Placed
from screens.citizen.step import Answer, AnsweringScreen
from screens.citizen.water.pay_amount import AmountBox
from screens.frame import Frame
from screens.widgets.countdown import Countdown, RanOut
from screens.widgets.link_qr import LinkQr
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.station import Station

LOOK_SECONDS: Final = 2.0
"""How often an open order is looked at; a change in the database is followed at once besides."""
_BOX_WIDTH: Final = 72
_BOX_HEIGHT: Final = 9
_COUNTDOWN_HEIGHT: Final = 7
GIVEN_UP_AFTER: Final = 60.0
"""Seconds after cancelling within which the terminal has to answer; later the outcome counts as unknown."""


@dataclass(frozen=True)
class Settled(Answer):
    """What became of the payment."""

    outcome: TerminalOutcome

    def __repr__(self) -> str:
        return f"Settled({self.outcome.state!r})"


@dataclass(frozen=True)
class NotBegun(Answer):
    """The station could not be asked: nothing was taken."""


def look_at(station: Station, reference: str) -> TerminalOutcome | None:
    """How an order stands: paid, ended without a payment, or None while it is open. Blocks.

    Raises:
        Refusal: it cannot be told now.
    """
    payments = station.water.payments
    state = payments.state(reference).state
    if state == "paid":
        try:
            return TerminalOutcome("paid", payments.paid(reference))
        except RegistryAway:
            return TerminalOutcome("paid")
    return TerminalOutcome("cancelled") if state == "ended" else None


class _Waiting(AnsweringScreen):
    """What both have in common: the amount, what to do, and until when it is waited."""

    def __init__(self, order: PaymentOrder, said: str) -> None:
        """`said` is the message key of title and help."""
        super().__init__()
        self._said = said
        self.order = order
        self.box = AmountBox("payment.amount")
        self.box.show(order.amount)
        self.words = Words(self.help_words)

    def on_mount(self) -> None:
        """Who pays looks at a phone or a terminal: idle is long here, and the order's own end is the end of waiting."""
        self.idle_seconds = float(self.kiosk.settings.face.idle_code_seconds)

    def title_words(self) -> str:
        """What to do."""
        return self.text(self._said).partition("\n")[0]

    def help_words(self) -> str:
        """How."""
        return self.text(self._said).partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """Amount and countdown."""
        whole = timedelta(minutes=self.kiosk.settings.payments.order_minutes)
        self.countdown = Countdown(
            self.order.ends_at, whole, self.kiosk.now, kept="water.pay.waiting_until", id="countdown"
        )
        return [self.box, self.countdown, self.words]


class TerminalScreen(_Waiting):
    """Ends with `Settled`; “Ləğv et” asks the terminal to stop, and its answer is waited for."""

    def __init__(self, order: PaymentOrder, *, asks: bool = False) -> None:
        """`asks`: the terminal was told before, and is asked what became of it."""
        super().__init__(order, "water.pay.asking" if asks else "water.pay.at_terminal")
        self._asks = asks
        self._stop = threading.Event()

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """One below another; in large type what to do stands between, for the question has no row for it there."""
        wide = min(area.width, _BOX_WIDTH)
        if frame.large:
            yield self.box, Region(area.x, area.y, area.width, 3)
            yield self.words, Region(area.x, area.y + 4, area.width, 2)
            yield self.countdown, Region(area.x, area.y + 7, area.width, area.height - 7)
        else:
            yield self.box, Region(area.x, area.y, wide, _BOX_HEIGHT)
            yield self.countdown, Region(area.x, area.y + _BOX_HEIGHT + 2, wide, _COUNTDOWN_HEIGHT)

    def write(self) -> None:
        """Cancel, in the place of going back."""
        super().write()
        self.back.label = self.text("button.cancel")
        self.back.usable = not self._stop.is_set()

    def on_mount(self) -> None:
        """Begin."""
        self.start(self._pay(), group="payment", exclusive=False)

    def on_unmount(self) -> None:
        """Nobody waits any more: the terminal need not either. Its answer is counted all the same."""
        self._stop.set()

    async def _pay(self) -> None:
        payments = self.kiosk.station.water.payments
        try:
            outcome = await self.kiosk.ask(payments.pay_at_terminal, self.order.reference, self._stop)
        except Unavailable:
            # Nothing was begun by this call; what was begun before is as unknown as it was.
            self.answer(Settled(TerminalOutcome("unknown")) if self._asks else NotBegun())
        else:
            self.answer(Settled(outcome))

    def go_back(self) -> None:
        """Ask the terminal to stop; what was taken by then is told."""
        if not self._stop.is_set():
            self._stop.set()
            self.write()
            self.tell_words(lambda: self.text("water.pay.stopping"))
            self.set_timer(GIVEN_UP_AFTER, lambda: self.answer(Settled(TerminalOutcome("unknown"))))

    @on(RanOut)
    def _ran_out(self, event: RanOut) -> None:
        event.stop()
        self.go_back()


class QrScreen(_Waiting):
    """The payment QR, large; ends with `Settled` when the order is paid or over, or `Back`."""

    def __init__(self, order: PaymentOrder) -> None:
        super().__init__(order, "water.pay.by_phone")
        self.qr = LinkQr(id="qr")
        self.heading = Words(self.title_words, "ink", bold=True)
        self._said_away = False

    def compose_answer(self) -> Iterable[Widget]:
        """The QR besides."""
        self.qr.show(self.kiosk.station.water.payments.qr(self.order))
        return [*super().compose_answer(), self.heading, self.qr]

    def places(self, size: Size) -> Placed:
        """The QR has the height from the header to the footer, in large type the whole of it."""
        frame = self.frame
        if not frame.large:
            room = frame.width - self.qr.columns - 6
            for widget, region in super().places(size):
                narrow = widget is self.question
                yield widget, Region(region.x, region.y, room, region.height) if narrow else region
            top = frame.header.bottom + 1
            yield self.qr, Region(frame.left + room + 2, top, self.qr.columns + 4, frame.footer.y - 1 - top)
            return
        yield from super().places(size) if self.qr.rows > size.height else self._bare(size)

    def _bare(self, size: Size) -> Placed:
        x = self.kiosk.margin
        left = size.width - self.qr.columns - 1
        room = left - x - 1
        yield from ((edge, edge.place()) for edge in self._ring)
        yield self.heading, Region(x, 1, room, 2)
        yield self.box, Region(x, 4, room, 3)
        yield self.words, Region(x, 8, room, 4)
        yield self.countdown, Region(x, 13, room, 3)
        yield self.back, Region(x, size.height - 4, 14, 3)
        yield self.qr, Region(left, 0, size.width - left, size.height)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Amount and countdown under the question."""
        if frame.large:
            yield self.box, Region(area.x, area.y, area.width, 3)
            yield self.countdown, Region(area.x, area.y + 4, area.width, 5)
            return
        room = area.width - self.qr.columns - 6
        yield self.box, Region(area.x, area.y, room, _BOX_HEIGHT)
        yield self.countdown, Region(area.x, area.y + _BOX_HEIGHT + 2, room, _COUNTDOWN_HEIGHT)

    def on_mount(self) -> None:
        """Look at the order until it is paid."""
        self._say_room()
        self.set_interval(LOOK_SECONDS, self.look)

    def _say_room(self) -> None:
        """Half a code is none: say so where it has no room, and else nothing."""
        if self.frame.large and self.qr.rows > self.app.size.height:
            self.tell("water.pay.qr_too_large", "warning")
        else:
            self.tell_words(None)

    def follow(self) -> None:
        """Something changed in the database: it may be this."""
        self.look()

    def look(self) -> None:
        """Ask how the order stands."""
        self.start(self._look(), group="payment")

    async def _look(self) -> None:
        try:
            settled = await self.kiosk.ask(look_at, self.kiosk.station, self.order.reference)
        except Refusal:
            self._said_away = True
            self.tell("database.away", "warning")
            return
        if self._said_away:
            self._said_away = False
            self._say_room()
        if settled is not None:
            self.answer(Settled(settled))

    @on(RanOut)
    def _ran_out(self, event: RanOut) -> None:
        event.stop()
        self.look()
