"""Using a card alone: who uses it is never waited for, and a token is never taken for another (I9, I12)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from hardware.cards.channel import Trace
from hardware.cards.vendor import Token, VendorModules
from hardware.errors import CardGone, CardUnknown, PinWrong
from hardware.readers import CardInserted
from hardware.simulated.service import SimulatedService
from kiosk.identity.card_desk import CardDesk
from kiosk.identity.card_facts import CardSight, Pin
from kiosk.identity.card_use import LINGER_SECONDS, CardUse
from tests.cards import Cards, cards, example_authority

__all__ = ["cards", "example_authority"]

SECONDS = 30.0


def _token(serial: str) -> Token:
    return Token("SİMA", "Token", serial, (), ())


@dataclass
class TokenCard:
    """A card behind a module, as far as the desk looks at it."""

    token: Token
    kind: str = "vendor"
    has_own_pad: bool = False
    closed: bool = False

    def holder(self) -> None:
        return None

    def certificates(self) -> tuple[Any, ...]:
        return ()

    def pins(self) -> tuple[Any, ...]:
        return ()

    def reset(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@dataclass
class Modules:
    """Vendors' modules that show what a test plugs in."""

    there: tuple[Token, ...] = ()
    opened: list[Token] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    def tokens(self, _patience: float | None = None) -> tuple[Token, ...]:
        return self.there

    def open(self, token: Token) -> TokenCard:
        self.opened.append(token)
        return TokenCard(token)

    def condition(self) -> tuple[Any, ...]:
        return ()

    def close(self) -> None:
        self.closed.set()


def _use(modules: Modules, elapsed: Callable[[], float] = lambda: 0.0) -> CardUse:
    vendor = cast(VendorModules, modules)
    return CardUse(SimulatedService(), vendor, Trace(), lambda _insertion: None, elapsed=elapsed)


def test_another_token_is_never_used_in_the_first_ones_name() -> None:
    """I12: whatever took its place while nobody looked, the insertion was the first token, and that is gone."""
    modules = Modules((_token("1"),))
    use = _use(modules)
    use.inserted[-1] = CardInserted("Token", -1, b"")
    with use.using(-1):
        pass
    use.close()
    modules.there = (_token("2"),)
    assert use.is_other_token(-1)
    with pytest.raises(CardGone), use.using(-1):
        pass
    assert modules.opened == [_token("1")]


def test_the_same_token_is_opened_again_beside_another() -> None:
    """The order in which a module lists them says nothing."""
    modules = Modules((_token("1"),))
    use = _use(modules)
    use.inserted[-1] = CardInserted("Token", -1, b"")
    with use.using(-1):
        pass
    use.close()
    modules.there = (_token("2"), _token("1"))
    with use.using(-1) as card:
        assert cast(TokenCard, card).token == _token("1")


def test_a_token_that_is_nowhere_was_never_known() -> None:
    use = _use(Modules())
    use.inserted[-1] = CardInserted("Token", -1, b"")
    with pytest.raises(CardUnknown), use.using(-1):
        pass


def test_tidying_never_waits_for_who_uses_the_card() -> None:
    """The desk's thread tidies; it must go on hearing of cards while a PIN is typed at a reader's own pad."""
    time = [0.0]
    use = _use(Modules((_token("1"),)), lambda: time[0])
    use.inserted[-1] = CardInserted("Token", -1, b"")
    with use.using(-1):
        pass
    tidied = threading.Event()

    def tidy() -> None:
        use.tidy()
        tidied.set()

    with use.using(-1) as card:
        time[0] = LINGER_SECONDS + 1
        thread = threading.Thread(target=tidy, daemon=True)
        thread.start()
        assert tidied.wait(SECONDS)
        assert not cast(TokenCard, card).closed
    use.tidy()
    assert not cast(TokenCard, card).closed  # it was used just now
    time[0] += LINGER_SECONDS + 1
    use.tidy()
    assert cast(TokenCard, card).closed


def test_a_token_in_a_reader_is_missed_when_its_module_shows_it_no_more(cards: Cards) -> None:
    """I12: the session hangs on the token, not on the card that the reader still holds and no driver speaks with."""
    modules, service = Modules((_token("1"),)), SimulatedService()
    desk = CardDesk(service, cast(VendorModules, modules), simulated=service)
    told: list[CardSight] = []
    changed = threading.Condition()

    def seen(sight: CardSight) -> None:
        with changed:
            told.append(sight)
            changed.notify_all()

    def wait(fits: Callable[[CardSight], bool]) -> CardSight:
        with changed:
            assert changed.wait_for(lambda: any(map(fits, told)), SECONDS)
            return next(filter(fits, told))

    desk.watch(seen)
    desk.start()
    try:
        service.insert(cards.make("unknown"))
        ready = wait(lambda sight: sight.state == "ready")
        assert ready.card is not None and ready.card.kind == "vendor" and ready.insertion is not None
        modules.there = ()
        assert wait(lambda sight: sight.ended is not None).ended == "card_gone"
        assert wait(lambda sight: sight.state == "unknown").insertion == ready.insertion
    finally:
        desk.close()


def test_a_module_that_is_slower_than_the_reader_is_waited_for(cards: Cards) -> None:
    """I3: no driver knows the card, and its module, looking for cards in its own time, shows it a little later."""
    modules, service = Modules(), SimulatedService()
    desk = CardDesk(service, cast(VendorModules, modules), simulated=service)
    told: queue.SimpleQueue[CardSight] = queue.SimpleQueue()
    desk.watch(told.put)
    desk.start()
    try:
        service.insert(cards.make("unknown"))
        while told.get(timeout=SECONDS).state != "unknown":
            pass
        modules.there = (_token("1"),)
        while (sight := told.get(timeout=SECONDS)).state != "ready":
            pass
        assert sight.card is not None and sight.card.kind == "vendor"
    finally:
        desk.close()


def test_one_thread_tells_all(cards: Cards) -> None:
    """Tries that a face read of a card that is pulled meanwhile cannot bring it back: they are told in their turn."""
    service = SimulatedService()
    desk = CardDesk(service, simulated=service)
    told: queue.SimpleQueue[tuple[str, CardSight]] = queue.SimpleQueue()
    desk.watch(lambda sight: told.put((threading.current_thread().name, sight)))
    desk.start()
    tellers = set()

    def until(fits: Callable[[CardSight], bool]) -> CardSight:
        while True:
            teller, sight = told.get(timeout=SECONDS)
            tellers.add(teller)
            if fits(sight):
                return sight

    try:
        service.insert(cards.make("pkcs15"))
        insertion = until(lambda sight: sight.state == "ready").insertion
        assert insertion is not None
        with pytest.raises(PinWrong), desk.using(insertion, proves=True) as card:
            card.answer(bytes(32), "sha256", Pin([9, 9, 9, 9]))
        desk.pins(insertion)
        until(lambda sight: sight.card is not None and sight.card.pins[0].tries.left == 2)
        assert tellers == {"cards"}
    finally:
        desk.close()


def test_the_end_waits_for_no_token_that_hangs() -> None:
    """K1: a kiosk that ends is back within seconds, though somebody stands at a token's own pad."""
    modules, service = Modules((_token("1"),)), SimulatedService()
    desk = CardDesk(service, cast(VendorModules, modules), simulated=service)
    ready: queue.SimpleQueue[int] = queue.SimpleQueue()
    desk.watch(lambda sight: ready.put(sight.insertion or 0) if sight.state == "ready" else None)
    desk.start()
    insertion = ready.get(timeout=SECONDS)
    in_use = threading.Event()

    def use() -> None:
        with desk.using(insertion):
            in_use.set()
            modules.closed.wait()  # as a module does until its process is ended

    using = threading.Thread(target=use, daemon=True)
    using.start()
    assert in_use.wait(SECONDS)
    closing = threading.Thread(target=desk.close, daemon=True)
    closing.start()
    closing.join(SECONDS)
    ended = not closing.is_alive()
    modules.closed.set()
    assert ended
