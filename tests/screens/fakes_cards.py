"""Cards and what the station does with them, as a test says: inserted, taken out, answering right, wrong or not at all.

People and digits are invented.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kiosk.identity.card_facts import (
    CardCertificate,
    CardError,
    CardFacts,
    CardGone,
    CardSight,
    Holder,
    Pin,
    PinBlocked,
    PinName,
    PinState,
    PinWrong,
    Tries,
    WhyEnded,
)
from kiosk.identity.sign_in import CitizenSession
from kiosk.signature.facts import CertificateFacts, CertificateVerdict, RevocationFacts
from tests.screens.fakes import NOW
from tests.screens.fakes_booked import BookedStation

HOLDER = Holder("AYGÜN", "MƏMMƏDOVA", "RƏŞİD", "5ABC123")
OTHER_HOLDER = Holder("TURAL", "ƏLİYEV", "", "7ZKLMNP")
PINS = (
    PinState("pin1", 4, 8, Tries(3, 3), can_unblock=True),
    PinState("pin2", 5, 8, Tries(3, 3), can_unblock=True),
    PinState("puk", 8, 8, Tries(3, 3), can_change=False),
)
RIGHT = {"pin1": [1, 2, 3, 4], "pin2": [1, 2, 3, 4, 5], "puk": [1, 2, 3, 4, 5, 6, 7, 8]}
CERTIFICATE = CertificateFacts(
    subject="CN=MƏMMƏDOVA AYGÜN",
    issuer="CN=AZ E-Government Authority, O=NÜMUNƏ, C=AZ",
    given_name="AYGÜN",
    surname="MƏMMƏDOVA",
    fin="5ABC123",
    serial="0A1B2C3D",
    not_before=NOW - timedelta(days=300),
    not_after=NOW + timedelta(days=500),
    fingerprint="ab" * 32,
    key="RSA 2048",
    uses=("digitalSignature",),
)
VERDICT = CertificateVerdict("good", True, CERTIFICATE, (), RevocationFacts("ocsp", NOW))


def card(insertion: int = 1, holder: Holder | None = HOLDER, pins: tuple[PinState, ...] = PINS) -> CardFacts:
    return CardFacts(
        insertion,
        "Reader 1",
        b"\x3b\x00",
        "pkcs15",
        holder,
        (CardCertificate(b"", "sign_in", "pin1"), CardCertificate(b"", "signature", "pin2")),
        pins,
    )


def with_tries(pins: tuple[PinState, ...], name: PinName, tries: Tries) -> tuple[PinState, ...]:
    return tuple(replace(pin, tries=tries) if pin.name == name else pin for pin in pins)


class FakeDesk:
    """The desk: a test inserts and removes, and every PIN that is sent is counted."""

    def __init__(self) -> None:
        self.sight = CardSight("waiting")
        self.watchers: list[Callable[[CardSight], None]] = []
        self.insertions = 0
        self.sent: list[tuple[str, int]] = []
        """What was sent with a PIN: the act, and how many digits."""
        self.right = {name: list(digits) for name, digits in RIGHT.items()}
        self.refuse: CardError | None = None
        self.hold_up: threading.Event | None = None
        """While this is not set, the card works on what was sent."""
        self.at_work = threading.Event()
        self._lock = threading.Lock()

    def watch(self, changed: Callable[[CardSight], None]) -> Callable[[], None]:
        self.watchers.append(changed)
        return lambda: self.watchers.remove(changed)

    def tell(self, sight: CardSight) -> None:
        self.sight = sight
        for changed in list(self.watchers):
            changed(sight)

    def insert(self, facts: CardFacts | None = None) -> CardFacts:
        """A card comes: it is read, first the name, then the rest."""
        self.insertions += 1
        facts = replace(facts or card(), insertion=self.insertions)
        self.tell(CardSight("reading", insertion=facts.insertion))
        self.tell(CardSight("reading", replace(facts, certificates=(), pins=()), facts.insertion))
        self.tell(CardSight("ready", facts, facts.insertion))
        return facts

    def remove(self, why: WhyEnded = "card_gone") -> None:
        self.tell(CardSight("waiting", ended=why))

    @property
    def pins_now(self) -> tuple[PinState, ...]:
        return self.sight.card.pins if self.sight.card is not None else ()

    def set_tries(self, name: PinName, tries: Tries) -> None:
        if self.sight.card is not None:
            facts = replace(self.sight.card, pins=with_tries(self.sight.card.pins, name, tries))
            self.sight = replace(self.sight, card=facts)

    def pins(self, insertion: int) -> tuple[PinState, ...]:
        if insertion != self.sight.insertion:
            raise CardGone
        return self.pins_now

    def verify(self, act: str, name: PinName, pin: Pin) -> None:
        """What a card does with a PIN: count, compare, take a try away, block."""
        self.sent.append((act, len(pin)))
        state = next((state for state in self.pins_now if state.name == name), None)
        self.at_work.set()
        if self.hold_up is not None:
            self.hold_up.wait(60)
        if self.refuse is not None:
            error, self.refuse = self.refuse, None
            raise error
        if state is None:
            raise CardGone
        left = state.tries.left
        if left == 0:
            raise PinBlocked
        if pin.digits == self.right[name]:
            self.set_tries(name, replace(state.tries, left=state.tries.most))
            return
        if left is None:
            raise PinWrong(None)
        self.set_tries(name, replace(state.tries, left=left - 1))
        if left == 1:
            raise PinBlocked
        raise PinWrong(left - 1)

    def change_pin(self, insertion: int, pin: PinName, old: Pin, new: Pin) -> None:
        with old, new:
            self.verify("change", pin, old)
            self.right[pin] = list(new.digits)

    def unblock_pin(self, insertion: int, pin: PinName, puk: Pin, new: Pin) -> None:
        with puk, new:
            self.verify("unblock", "puk", puk)
            self.right[pin] = list(new.digits)
            self.set_tries(pin, Tries(3, 3))


class FakeSignIns:
    """Signs in by the fake desk's card."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.refuse: Exception | None = None
        self.begun: list[CitizenSession] = []
        self.ended: list[tuple[str, str]] = []
        self.alive = True

    def by_card(self, insertion: int, pin: Pin | None) -> CitizenSession:
        if pin is not None:
            with pin:
                self.desk.verify("sign_in", "pin1", pin)
        else:
            self.desk.verify("sign_in", "pin1", Pin([1, 2, 3, 4]))
        if self.refuse is not None:
            raise self.refuse
        session = CitizenSession(
            token=f"t{len(self.begun)}",
            insertion=insertion,
            given_name="AYGÜN",
            surname="MƏMMƏDOVA",
            patronymic="RƏŞİD",
            fin="5ABC123",
            verdict=VERDICT,
            started_at=NOW,
            ends_at=NOW + timedelta(minutes=500),
        )
        self.begun.append(session)
        return session

    def is_alive(self, session: CitizenSession) -> bool:
        return self.alive

    def end(self, session: CitizenSession, why: str) -> None:
        self.ended.append((session.token, why))


class CardStation(BookedStation):
    """A station with a card reader."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: FakeDesk = FakeDesk()
        self.sign_ins = FakeSignIns(self.cards)
        self.lines: Callable[..., Any] | None = None

    @property
    def desk(self) -> FakeDesk:
        return self.cards
