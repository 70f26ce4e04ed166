"""Cards of whom `tests.hardware.cards.test_contract` asks the same, and what was seen of what reached them."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from hardware.cards.card import Card, PinName
from hardware.cards.channel import Trace
from hardware.cards.registry import open_card
from hardware.cards.vendor import VendorModules
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from tests.hardware.cards.desk import Case, Desk, sign_in_pin, signature_pin, virtual_card
from tests.hardware.cards.vendor.soft_token import PIN

SPY: Final = Path("/usr/lib", sysconfig.get_config_var("MULTIARCH") or "", "pkcs11-spy.so")
"""OpenSC's module that hands every call on to the one that PKCS11SPY names, and writes each down."""
_CALL: Final = re.compile(r"^\d+: (C_\w+)$", re.MULTILINE)
_WITH_PIN: Final = frozenset({"C_Login", "C_SetPIN"})
_LETS_GO: Final = frozenset({"C_Logout", "C_CloseSession", "C_CloseAllSessions", "C_Finalize"})


class Subject(Protocol):
    """An opened card of the example's holder."""

    @property
    def card(self) -> Card:
        """It, opened."""

    @property
    def names(self) -> tuple[PinName, PinName]:
        """Which PIN signs in, and which signs."""

    def sign_in_pin(self) -> Pin:
        """The PIN that signs in with it."""

    def signature_pin(self) -> Pin:
        """The PIN that signs with it."""

    def traffic(self) -> int:
        """How many commands or calls reached it."""

    def pins_sent(self) -> int:
        """How many of those had a PIN in them."""

    def proved(self) -> bool:
        """Whether a PIN counts as proved there now."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A virtual card in a reader."""

    card: Card
    virtual: VirtualCard
    trace: Trace
    case: Case

    @property
    def names(self) -> tuple[PinName, PinName]:
        """See `Subject`."""
        return names(self.case)

    def sign_in_pin(self) -> Pin:
        """See `Subject`."""
        return sign_in_pin(self.case)

    def signature_pin(self) -> Pin:
        """See `Subject`."""
        return signature_pin(self.case)

    def traffic(self) -> int:
        """See `Subject`."""
        return self.virtual.commands

    def pins_sent(self) -> int:
        """See `Subject`."""
        return pins_sent(self.trace)

    def proved(self) -> bool:
        """See `Subject`."""
        return any(pin.proved for pin in self.virtual.pins.values())


@dataclass(frozen=True, slots=True)
class VendorToken:
    """A token behind a vendor's module, and the file in which the spy writes what the module is called for."""

    card: Card
    spied: Path
    names: tuple[PinName, PinName] = ("user_pin", "user_pin")

    def sign_in_pin(self) -> Pin:
        """See `Subject`."""
        return Pin(map(int, PIN))

    def signature_pin(self) -> Pin:
        """See `Subject`."""
        return self.sign_in_pin()

    def traffic(self) -> int:
        """See `Subject`."""
        return len(self._calls())

    def pins_sent(self) -> int:
        """See `Subject`."""
        return sum(call in _WITH_PIN for call in self._calls())

    def proved(self) -> bool:
        """See `Subject`."""
        told = [call for call in self._calls() if call == "C_Login" or call in _LETS_GO]
        return bool(told) and told[-1] == "C_Login"

    def _calls(self) -> list[str]:
        return _CALL.findall(self.spied.read_text("utf-8", "replace"))


def names(case: Case) -> tuple[PinName, PinName]:
    """Which PIN signs in and which signs, with a card of that kind."""
    return ("user_pin", "user_pin") if case.profile == "piv" else ("pin1", "pin2")


def pins_sent(trace: Trace) -> int:
    """How many commands had a PIN in them."""
    return sum(line.command.endswith("[PIN]") for line in trace.lines())


@contextmanager
def chip_in(desk: Desk, case: Case, authority: ExampleAuthority) -> Iterator[Chip]:
    """A new card of that kind in that reader, opened; taken out at the end."""
    virtual, trace = virtual_card(case, authority), Trace()
    try:
        card = open_card(desk.insert(virtual), trace)
        yield Chip(card, virtual, trace, case)
        card.close()
    finally:
        desk.remove()


@contextmanager
def token_behind_spy(spied: Path) -> Iterator[VendorToken]:
    """The one token of the module that PKCS11SPY names, opened.

    Args:
        spied: PKCS11SPY_OUTPUT.
    """
    modules = VendorModules((("Nümunə", SPY),), 60.0)
    try:
        (token,) = modules.tokens()
        card = modules.open(token)
        yield VendorToken(card, spied)
        card.close()
    finally:
        modules.close()
