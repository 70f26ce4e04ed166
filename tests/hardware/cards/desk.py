"""Readers and cards for the tests of drivers."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Protocol, Self, cast

from hardware.pcsc.service import PcscService
from hardware.readers import CardInserted, CardLink, CardRemoved, PinPad, ReaderEvent, ReaderService, Transport
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import CardKeys, Profile, make_card
from hardware.simulated.service import SimulatedService
from hardware.simulated.vpcd import VpcdAddress, plug_into
from tests.pcscd import Pcscd

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of card, the protocol it speaks, and whether its keys are on a curve."""

    profile: Profile
    transport: Transport
    elliptic: bool = False

    def __str__(self) -> str:
        return f"{self.profile}-{self.transport.replace('=', '')}{'-ec' if self.elliptic else ''}"


CASES = (
    Case("pkcs15", "T=1"),
    Case("pkcs15", "T=0"),
    Case("pkcs15", "T=1", elliptic=True),
    Case("azedit", "T=0", elliptic=True),
    Case("piv", "T=1"),
    Case("piv", "T=0"),
    Case("piv", "T=1", elliptic=True),
)
PKCS15 = tuple(case for case in CASES if case.profile == "pkcs15")


@lru_cache(maxsize=16)
def keys(profile: Profile, elliptic: bool) -> CardKeys:
    """Keys of such a card, made once."""
    return CardKeys.make(profile, elliptic=elliptic)


def virtual_card(case: Case, authority: ExampleAuthority, faults: Sequence[str] = ()) -> VirtualCard:
    """A new card of that kind."""
    made_keys = keys(case.profile, case.elliptic)
    return make_card(case.profile, authority, faults, transport=case.transport, keys=made_keys)


def sign_in_pin(case: Case) -> Pin:
    """The PIN that signs in with it."""
    return Pin([1, 2, 3, 4, 5, 6] if case.profile == "piv" else [1, 2, 3, 4])


def signature_pin(case: Case) -> Pin:
    """The PIN that signs with it."""
    return Pin([1, 2, 3, 4, 5, 6] if case.profile == "piv" else [1, 2, 3, 4, 5])


def puk() -> Pin:
    """The PUK of every one."""
    return Pin([1, 2, 3, 4, 5, 6, 7, 8])


class Desk(Protocol):
    """A reader with at most one card in it."""

    def insert(self, card: VirtualCard) -> CardLink:
        """Put a card in and reach it."""

    def remove(self) -> None:
        """Take it out, if it is still in."""


class _Desk:
    def __init__(self, service: ReaderService) -> None:
        self.service = service
        self._events: queue.Queue[ReaderEvent] = queue.Queue()
        self._insertion: int | None = None

    def __enter__(self) -> Self:
        self.service.start(self._events.put)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.service.stop()

    def _await_card(self) -> CardLink:
        while True:
            event = self._events.get(timeout=SECONDS)
            if isinstance(event, CardInserted):
                self._insertion = event.insertion
                return self.service.connect(event.insertion)

    def _await_none(self) -> None:
        while self._insertion is not None:
            event = self._events.get(timeout=SECONDS)
            if isinstance(event, CardRemoved) and event.insertion == self._insertion:
                self._insertion = None


class SimulatedDesk(_Desk):
    """The simulated reader."""

    def __init__(self) -> None:
        self.simulated = SimulatedService()
        super().__init__(self.simulated)

    def insert(self, card: VirtualCard) -> CardLink:
        """Put a card in and reach it."""
        self.simulated.insert(card)
        return self._await_card()

    def remove(self) -> None:
        """Take it out, if it is still in."""
        self.simulated.remove()
        self._await_none()


class _Place:
    """What stays plugged into a slot of vpcd, and the card that is played there now."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        self.atr = card.atr

    @property
    def transport(self) -> Transport:
        """As a card."""
        return self.card.transport

    @transport.setter
    def transport(self, negotiated: Transport) -> None:
        self.card.transport = negotiated

    def play(self, card: VirtualCard) -> None:
        """Be another card with the same answer to reset."""
        card.transport = self.transport
        card.power_on()
        self.card = card

    @property
    def silent(self) -> bool:
        """As a card."""
        return self.card.silent

    def power_on(self) -> bytes:
        """As a card."""
        return self.card.power_on()

    def reset(self) -> bytes:
        """As a card."""
        return self.card.reset()

    def power_off(self) -> None:
        """As a card."""
        self.card.power_off()

    def transmit(self, command: bytes | bytearray) -> bytes:
        """As a card."""
        return self.card.transmit(command)


class PcscDesk(_Desk):
    """The virtual readers of a real pcscd.

    Whatever is plugged stays, for pcscd looks for cards only now and then; cards of one kind follow each other in one
    slot. They are reset at each connect, so none knows of the one before.
    """

    def __init__(self, pcscd: Pcscd) -> None:
        super().__init__(PcscService(environment=pcscd.environment))
        self._ports = iter(pcscd.ports)
        self._places: dict[bytes, tuple[_Place, int]] = {}
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(SECONDS)
        super().__exit__(kind, error, at)

    def insert(self, card: VirtualCard) -> CardLink:
        """Put a card in and reach it."""
        if card.atr not in self._places:
            place = _Place(card)
            where = VpcdAddress("127.0.0.1", next(self._ports))
            arguments = (where, cast(VirtualCard, place), self._stopped, lambda _line: None)
            self._threads.append(threading.Thread(target=plug_into, args=arguments, daemon=True))
            self._threads[-1].start()
            link = self._await_card()
            self._places[card.atr] = place, link.insertion
            card.commands = 0
            return link
        place, insertion = self._places[card.atr]
        place.play(card)
        return self.service.connect(insertion)

    def remove(self) -> None:
        """It stays where it is."""


class DirectLink:
    """A link right to something that answers bytes with bytes: no reader, no service."""

    reader = "table"
    insertion = 1

    def __init__(
        self, atr: bytes, transport: Transport, answer: Callable[[bytes], bytes], pad: PinPad | None = None
    ) -> None:
        self.atr = atr
        self.transport: Transport = transport
        self.sent: list[bytes] = []
        self.resets = 0
        self.closed = False
        self._answer = answer
        self._pad = pad

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Hand it on."""
        self.sent.append(bytes(command))
        return self._answer(bytes(command))

    def pin_pad(self) -> PinPad | None:
        """The pad, if one was given."""
        return self._pad

    def reset(self) -> None:
        """Count it."""
        self.resets += 1

    def close(self) -> None:
        """Note it."""
        self.closed = True
