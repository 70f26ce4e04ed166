"""A card that goes wrong at any moment: one error of ours, the PIN wiped, no try spent by us, never an endless wait."""

from __future__ import annotations

import hashlib

import pytest

from hardware.cards.card import Card
from hardware.cards.channel import MOST_RESPONSES, Trace
from hardware.cards.registry import open_card
from hardware.errors import CardError, CardFault, CardGone, CardMute, PinMustChange, PinWrong
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from tests.hardware.cards.desk import CASES, PKCS15, Case, SimulatedDesk, sign_in_pin, signature_pin, virtual_card

DIGEST = hashlib.sha256(b"what is signed").digest()
_FEW = tuple(case for case in CASES if not case.elliptic or case.profile == "azedit")


def _everything(card: Card, case: Case, pins: list[Pin]) -> None:
    card.holder()
    card.certificates()
    card.pins()
    card.answer(DIGEST, "sha256", pins[0])
    card.sign(DIGEST, "sha256", pins[1])


@pytest.fixture
def commands(case: Case, authority: ExampleAuthority) -> int:
    """How many commands everything takes."""
    with SimulatedDesk() as desk:
        virtual = virtual_card(case, authority)
        card = open_card(desk.insert(virtual))
        _everything(card, case, [sign_in_pin(case), signature_pin(case)])
        return virtual.commands


@pytest.mark.parametrize("case", _FEW, ids=str)
@pytest.mark.parametrize(
    ("fault", "errors"), [("pull", (CardGone,)), ("mute", (CardMute, CardGone)), ("6f00", (CardFault,))]
)
def test_wherever_it_breaks_off(
    fault: str, errors: tuple[type[CardError], ...], case: Case, authority: ExampleAuthority, commands: int
) -> None:
    for at in range(1, commands + 1):
        with SimulatedDesk() as desk:
            virtual, trace = virtual_card(case, authority, (f"{fault}@{at}",)), Trace()
            pins = [sign_in_pin(case), signature_pin(case)]
            link = desk.insert(virtual)
            try:
                _everything(open_card(link, trace), case, pins)
                assert fault == "6f00", "a command whose answer does not matter may fail"
            except errors:
                assert at <= virtual.commands
            sent = [line.command for line in trace.lines() if line.command.endswith("[PIN]")]
            assert len(sent) <= 2
            assert len(set(sent)) == len(sent) or case.profile == "piv", "no PIN is sent again after a fault"
            assert all(pin.left == pin.most for pin in virtual.pins.values()), "no try is spent"
            if len(sent) < 2 and len(pins[1]):
                pins[1].wipe()
            assert not any(map(len, pins)) or not sent


@pytest.mark.parametrize("case", _FEW, ids=str)
def test_a_card_that_has_always_more_comes_to_an_end(case: Case, authority: ExampleAuthority, commands: int) -> None:
    for at in range(1, commands + 1):
        with SimulatedDesk() as desk:
            virtual = virtual_card(case, authority, (f"endless61@{at}",))
            link = desk.insert(virtual)
            with pytest.raises(CardError) as found:
                _everything(open_card(link), case, [sign_in_pin(case), signature_pin(case)])
            assert not isinstance(found.value, PinWrong)
            assert virtual.commands <= at + 3 * (MOST_RESPONSES + 2)


@pytest.mark.parametrize("case", PKCS15, ids=str)
def test_a_transport_pin_has_to_be_changed_first(case: Case, authority: ExampleAuthority) -> None:
    """It is known before anything is sent, and changing it is all that the card wants."""
    with SimulatedDesk() as desk:
        trace = Trace()
        card = open_card(desk.insert(virtual_card(case, authority, ("transport-pin",))), trace)
        state = next(pin for pin in card.pins() if pin.must_change)
        name = state.name
        assert name in ("pin1", "pin2")
        pin = sign_in_pin(case) if name == "pin1" else signature_pin(case)
        prove = card.answer if name == "pin1" else card.sign
        with pytest.raises(PinMustChange):
            prove(DIGEST, "sha256", pin)
        assert len(pin) == 0
        assert not [line for line in trace.lines() if line.command.endswith("[PIN]")]
        old = sign_in_pin(case) if name == "pin1" else signature_pin(case)
        card.change(name, old, Pin((2, 4, 6, 8, 1, 3)))
        assert prove(DIGEST, "sha256", Pin((2, 4, 6, 8, 1, 3)))
