"""The card in the reader beside the screen: who it greets, its PINs, and using it alone (I2, I3, I4, I9, I12).

One thread hears the reader service, reads a card that comes and tells what stands before the person. Everything that is
done with a card names its insertion, so that nothing is done on another one that was put in its place.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from hardware.errors import CardBusy, CardError, CardGone, CardMute, CardUnknown
from hardware.readers import (
    CardInserted,
    CardRemoved,
    ReaderEvent,
    ReaderRemoved,
    ReaderService,
    ServiceCondition,
    ServiceStopped,
)
from kiosk.identity.card_facts import CardFacts, CardSight, Pin, PinName, PinState, SightState, WhyEnded
from kiosk.identity.card_use import GLANCE_SECONDS, CardUse

if TYPE_CHECKING:
    from hardware.cards.card import Card
    from hardware.cards.vendor import VendorCondition, VendorModules
    from hardware.readers import CardLink
    from hardware.simulated.service import SimulatedService

_log = logging.getLogger(__name__)

_USELESS: Final[frozenset[SightState]] = frozenset({"mute", "unknown", "faulty"})
TICK_SECONDS: Final = 1.0
"""How often a busy card is tried again, and modules are asked for tokens that no reader shows."""
FAULTY_AGAIN: Final = 2
"""How often a card that answered wrongly is read anew: a contact that slipped, a swap the service has not seen."""
_TOGETHER_SECONDS: Final = 0.05
"""What follows a removal within this belongs to it: a swap, a reader pulled, a service that stopped."""

Watcher = Callable[[CardSight], None]


@dataclass(frozen=True, slots=True)
class _Reset:
    """Another program reset that card: it stays, and what was proved on it counts no more."""

    insertion: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """The tries of that card, read anew."""

    insertion: int
    pins: tuple[PinState, ...]


_Event = ReaderEvent | _Reset | _Asked


class CardDesk:
    """The readers of this station and the card that counts: the first that came, until it goes.

    Args:
        service: the reader service, not yet started.
        vendor: tokens behind vendors' modules.
        simulated: the simulated service, where that is in use, for technicians' scenarios.
        audit: writes an act on a PIN into the audit: its name, the PIN's name, the outcome. No values.
        elapsed: seconds on a monotonic clock.
    """

    def __init__(
        self,
        service: ReaderService,
        vendor: VendorModules | None = None,
        *,
        simulated: SimulatedService | None = None,
        audit: Callable[[str, PinName, str], None] = lambda _act, _pin, _outcome: None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        from hardware.cards.channel import Trace

        self.service = service
        self.simulated = simulated
        self._vendor = vendor
        self._audit = audit
        self._elapsed = elapsed
        self.trace = Trace()
        """The last commands and answers, redacted."""
        self._events: queue.SimpleQueue[_Event | None] = queue.SimpleQueue()
        self._watchers: list[Watcher] = []
        self._sight = CardSight("no_reader")
        self._use = CardUse(
            service, vendor, self.trace, lambda insertion: self._events.put(_Reset(insertion)), elapsed=elapsed
        )
        self._tokens = 0
        self._again = FAULTY_AGAIN
        self._thread: threading.Thread | None = None

    @property
    def sight(self) -> CardSight:
        """What stands before the person now."""
        return self._sight

    def start(self) -> None:
        """Begin to hear the reader service. Once is enough."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="cards", daemon=True)
            self._thread.start()
            self.service.start(self._events.put)

    def close(self) -> None:
        """Let the card and the readers go. Raises nothing."""
        self.service.stop()
        if self._vendor is not None:
            self._vendor.close()  # who waits for a card or a token hears that it is gone, and lets go
        self._events.put(None)
        if self._thread is not None:
            self._thread.join(5.0)
        self._use.close()

    def watch(self, changed: Watcher) -> Callable[[], None]:
        """Call `changed` with each new sight, from a thread; it must not block. Answers what stops it."""
        self._watchers.append(changed)

        def stop() -> None:
            if changed in self._watchers:
                self._watchers.remove(changed)

        return stop

    def condition(self) -> ServiceCondition:
        """How the reader service stands; never blocks."""
        return self.service.condition()

    def vendor_condition(self) -> tuple[VendorCondition, ...]:
        """How each vendor's module stands."""
        return self._vendor.condition() if self._vendor is not None else ()

    def using(self, insertion: int, *, proves: bool = False) -> AbstractContextManager[Card]:
        """Use the card of that insertion, alone; waits for whoever else uses it here.

        Args:
            insertion: which card.
            proves: a PIN is sent: the card is reset afterwards, so that nothing stays proved on it.

        Raises:
            CardGone: that card is not there any more.
            CardError: whatever else keeps it away.
        """
        return self._use.using(insertion, proves=proves)

    def borrow(self, insertion: int) -> AbstractContextManager[CardLink]:
        """The bare link to the card of that insertion, for technicians' trials; the card is reset afterwards.

        Raises:
            CardGone: that card is not there any more, or is a token without a reader.
            CardError: whatever else keeps it away.
        """
        return self._use.borrow(insertion)

    def hold(self, insertion: int) -> None:
        """Somebody is signed in by this card: keep it from other programs until `let_go`."""
        self._use.hold(insertion)

    def let_go(self, insertion: int) -> None:
        """Nobody is signed in by this card any more: reset it and let others use it."""
        self._use.let_go(insertion)

    def pins(self, insertion: int) -> tuple[PinState, ...]:
        """The card's PINs with tries read anew; the sight follows.

        Raises:
            CardError: the card cannot be asked.
        """
        with self.using(insertion) as card:
            pins = card.pins()
        self._events.put(_Asked(insertion, pins))  # the desk's thread alone tells: a card that went stays gone
        return pins

    def change_pin(self, insertion: int, pin: PinName, old: Pin, new: Pin) -> None:
        """Change a PIN (E4); audited without values. Both are wiped.

        Raises:
            PinWrong, PinBlocked, PinRefused, PinFormat (not sent), NotSupported, CardError.
        """
        with old, new:
            self._on_pin("pin_change", insertion, pin, lambda card: card.change(pin, old, new))

    def unblock_pin(self, insertion: int, pin: PinName, puk: Pin, new: Pin) -> None:
        """Give a blocked PIN new tries and a new value by the PUK (E4); audited without values. Both are wiped.

        Raises:
            PinWrong and PinBlocked (of the PUK), PinRefused, PinFormat (not sent), NotSupported, CardError.
        """
        with puk, new:
            self._on_pin("pin_unblock", insertion, pin, lambda card: card.unblock(pin, puk, new))

    def _on_pin(self, act: str, insertion: int, pin: PinName, do: Callable[[Card], None]) -> None:
        outcome = "done"
        try:
            with self.using(insertion, proves=True) as card:
                do(card)
        except CardError as error:
            outcome = error.error
            raise
        finally:
            self._audit(act, pin, outcome)

    def _run(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=TICK_SECONDS)
            except queue.Empty:
                self._guarded(self._tick)
                continue
            if event is None:
                return
            self._guarded(partial(self._hear, event))

    def _guarded(self, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception as error:  # the thread must live on, and a trace may hold a person's data
            _log.error("the card desk stumbled over %s", type(error).__name__)

    def _hear(self, event: _Event) -> None:
        match event:
            case CardInserted():
                self._again = FAULTY_AGAIN
                self._use.inserted[event.insertion] = event
                if self._sight.state in _USELESS:
                    self._read(event)  # a card nobody can use in one reader must not keep the other from serving
                self._look()
            case CardRemoved():
                self._use.gone(event.insertion)
                if event.insertion == self._sight.insertion:
                    self._ended(event)
            case _Reset(insertion=insertion) if insertion == self._sight.insertion:
                self._tell(CardSight("waiting", ended="card_reset"))
                self._look()
            case _Asked(insertion=insertion, pins=pins):
                sight = self._sight
                if sight.card is not None and sight.insertion == insertion and sight.state == "ready":
                    self._tell(replace(sight, card=replace(sight.card, pins=pins)))
            case _:
                self._look()

    def _ended(self, removed: CardRemoved) -> None:
        """The card that counted is gone: say why, and turn to what is there now."""
        why: WhyEnded = "card_gone"
        following: list[_Event | None] = []
        until = self._elapsed() + _TOGETHER_SECONDS
        while (left := until - self._elapsed()) > 0:
            try:
                following.append(self._events.get(timeout=left))
            except queue.Empty:
                break
            match following[-1]:
                case CardInserted(reader=reader) if reader == removed.reader:
                    why = "card_swapped"
                case ReaderRemoved(reader=reader) if reader == removed.reader and why == "card_gone":
                    why = "reader_gone"
                case ServiceStopped():
                    why = "service_down"
            if why in {"card_swapped", "service_down"} or following[-1] is None:
                break
        self._tell(CardSight(self._empty(), ended=why))
        for event in following:
            if event is None:
                self._events.put(None)
            else:
                self._hear(event)
        self._look()

    def _empty(self) -> SightState:
        condition = self.service.condition()
        if not condition.up:
            return "access_denied" if condition.error == "access_denied" else "service_down"
        return "waiting" if condition.readers else "no_reader"

    def _look(self) -> None:
        """Turn to the card that counts, or to none."""
        sight = self._sight
        if sight.insertion is not None and sight.insertion in self._use.inserted:
            return
        if self._use.inserted:
            self._read(next(iter(self._use.inserted.values())))
        elif sight.state != (empty := self._empty()) or sight.insertion is not None:
            self._tell(CardSight(empty, ended=sight.ended if sight.insertion is None else None))

    def _read(self, inserted: CardInserted) -> None:
        insertion = inserted.insertion
        before = self._sight
        why: WhyEnded | None = "card_swapped" if before.ended == "card_swapped" else None
        if inserted.mute:
            self._tell(CardSight("mute", insertion=insertion, ended=why))
            return
        if before.insertion != insertion:
            self._tell(CardSight("reading", insertion=insertion, ended=why))
        try:
            with self.using(insertion) as card:
                facts = CardFacts(insertion, inserted.reader, inserted.atr, card.kind)
                # the name first: a person is greeted before the rest is read
                facts = replace(facts, holder=card.holder())
                self._tell(CardSight("reading", facts, insertion))
                certificates = card.certificates()
                facts = replace(
                    facts, certificates=certificates, pins=card.pins(), has_pin_pad=self._has_pin_pad(card, inserted)
                )
        except CardGone:
            return  # the service tells that, and why
        except CardError as error:
            self._tell(CardSight(_STATES.get(type(error), "faulty"), None, insertion, why, error.error, error.code))
            return
        self._tell(CardSight("ready", facts, insertion))

    def _has_pin_pad(self, card: Card, inserted: CardInserted) -> bool:
        if card.kind == "vendor":
            from hardware.cards.vendor.card import VendorCard

            # a token's module knows of its own pad, and of no reader's
            return isinstance(card, VendorCard) and card.has_own_pad
        return any(reader.name == inserted.reader and reader.pin_pad for reader in self.condition().readers)

    def _tick(self) -> None:
        sight = self._sight
        if sight.insertion in self._use.inserted and self._is_worth_reading(sight):
            self._read(self._use.inserted[sight.insertion])
        elif self._vendor is not None and sight.insertion is None:
            self._look_for_token(self._vendor)
        elif sight.insertion is not None and sight.insertion < 0 and self._vendor is not None:
            if not self._vendor.tokens(GLANCE_SECONDS) or self._use.is_other_token(sight.insertion):
                self._hear(CardRemoved("", sight.insertion))
        elif sight.insertion is not None and self._use.is_other_token(sight.insertion):
            # a card that a module alone speaks with: the module shows it no more, whatever the reader still holds
            self._use.token_gone(sight.insertion)
            self._tell(CardSight("waiting", ended="card_gone"))
            self._look()
        else:
            self._look()
        self._use.tidy()

    def _is_worth_reading(self, sight: CardSight) -> bool:
        """Whether a card is to be read anew: another program had it, or the reading broke off without a removal.

        One that no driver knows is, as soon as a module shows it: modules look for cards in their own time.
        """
        if sight.state == "faulty" and self._again:
            self._again -= 1
            return True
        if sight.state == "unknown" and self._vendor is not None:
            return bool(self._vendor.tokens(GLANCE_SECONDS))
        return sight.state in {"busy", "reading"}

    def _look_for_token(self, vendor: VendorModules) -> None:
        if tokens := vendor.tokens(GLANCE_SECONDS):
            self._tokens += 1
            self._hear(CardInserted(tokens[0].label, -self._tokens, b""))

    def _tell(self, sight: CardSight) -> None:
        if sight == self._sight:
            return
        self._sight = sight
        for changed in tuple(self._watchers):
            changed(sight)


_STATES: Final[dict[type[CardError], SightState]] = {CardMute: "mute", CardUnknown: "unknown", CardBusy: "busy"}
