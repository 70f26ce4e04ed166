"""What every chip does beside `test_contract`, whichever kind it is and whichever reader it is in.

A vendor's token cannot: PKCS#11 knows no PUK and tells of tries by flags alone, SoftHSM2 never locks and takes any new
PIN, and what reaches the token from its module is the vendor's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from hardware.cards.card import Card, PinName
from hardware.cards.channel import Trace
from hardware.cards.registry import open_card
from hardware.errors import CardFault, CardUnknown, PinBlocked, PinFormat, PinRefused, PinWrong
from hardware.readers import CardLink
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import HOLDER, make_card
from tests.hardware.cards.desk import Case, puk, sign_in_pin, signature_pin
from tests.hardware.cards.subjects import names, pins_sent

Opened = tuple[Card, VirtualCard, Trace]
Made = Callable[..., VirtualCard]
Insert = Callable[[VirtualCard], CardLink]

WRONG = (9, 9, 9, 9, 9, 9)
NAME_COMMANDS = {
    "pkcs15-T1": 7, "pkcs15-T1-ec": 7, "pkcs15-T0": 10, "azedit-T0-ec": 8, "piv-T1": 6, "piv-T1-ec": 6, "piv-T0": 7,
}  # fmt: skip
"""Commands from an opened link to the holder's name, per kind and transport."""


def _digest() -> bytes:
    return hashlib.sha256(b"what is signed").digest()


def _left(card: Card, name: PinName) -> int | None:
    return next(pin.tries.left for pin in card.pins() if pin.name == name)


def test_the_name_takes_few_commands(opened: Opened, case: Case) -> None:
    card, virtual, _ = opened
    assert card.holder() is not None
    assert virtual.commands <= NAME_COMMANDS[str(case)]


def test_azedit_tells_document_and_birth_with_the_certificates(opened: Opened, case: Case) -> None:
    """What stands in records that the greeting leaves for later."""
    card, _, _ = opened
    card.certificates()
    holder = card.holder()
    assert holder is not None
    told = (HOLDER.document, HOLDER.born) if case.profile == "azedit" else (None, None)
    assert (holder.document, holder.born) == told


def test_pins_come_with_their_rules_and_tries(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    pins = {pin.name: pin for pin in card.pins()}
    assert list(pins)[-1] == "puk"
    for name in names(case):
        assert pins[name].tries.left == 3
        assert pins[name].can_unblock
        assert pins[name].can_change
        assert not pins[name].must_change
    assert not pins["puk"].can_unblock


def test_after_a_reset_a_signature_takes_few_commands(opened: Opened, case: Case) -> None:
    """A desk resets the card after each PIN; what was read before is not read again."""
    card, virtual, _ = opened
    card.certificates()
    card.answer(_digest(), "sha256", sign_in_pin(case))
    card.reset()
    card.pins()
    sent = virtual.commands
    card.sign(_digest(), "sha256", signature_pin(case))
    assert virtual.commands - sent <= 8


def test_a_wrong_pin_tells_tries_and_the_right_one_gives_them_back(opened: Opened, case: Case) -> None:
    """I9: tries left are told."""
    card, _, _ = opened
    name = names(case)[1]
    with pytest.raises(PinWrong) as wrong:
        card.sign(_digest(), "sha256", Pin(WRONG))
    assert wrong.value.left == 2
    assert _left(card, name) == 2
    card.sign(_digest(), "sha256", signature_pin(case))
    card.reset()
    assert _left(card, name) == 3


def test_the_old_pin_is_no_new_one(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    with pytest.raises(PinRefused):
        card.change(names(case)[0], sign_in_pin(case), sign_in_pin(case))


def test_three_wrong_pins_block_and_the_puk_unblocks(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    name = names(case)[0]
    digest = _digest()
    for _ in range(2):
        with pytest.raises(PinWrong):
            card.answer(digest, "sha256", Pin(WRONG))
    assert next(pin for pin in card.pins() if pin.name == name).tries.is_last
    with pytest.raises(PinBlocked):
        card.answer(digest, "sha256", Pin(WRONG))
    with pytest.raises(PinBlocked):
        card.answer(digest, "sha256", sign_in_pin(case))
    assert next(pin for pin in card.pins() if pin.name == name).tries.blocked
    with pytest.raises(PinWrong):
        card.unblock(name, Pin((9,) * 8), Pin((2, 4, 6, 8, 1, 3)))
    guard, new = puk(), Pin((2, 4, 6, 8, 1, 3))
    card.unblock(name, guard, new)
    assert len(guard) == len(new) == 0
    assert _left(card, name) == 3
    assert card.answer(digest, "sha256", Pin((2, 4, 6, 8, 1, 3)))


def test_three_wrong_puks_block_the_puk(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    name = names(case)[0]
    for left in (2, 1):
        with pytest.raises(PinWrong) as wrong:
            card.unblock(name, Pin((9,) * 8), Pin((2, 4, 6, 8, 1, 3)))
        assert wrong.value.left == left
    for pin in (Pin((9,) * 8), puk()):
        with pytest.raises(PinBlocked):
            card.unblock(name, pin, Pin((2, 4, 6, 8, 1, 3)))


@pytest.mark.parametrize("digits", [(), (1, 2, 3), (1,) * 13])
def test_what_does_not_fit_unblocks_nothing_and_is_not_sent(
    opened: Opened, case: Case, digits: tuple[int, ...]
) -> None:
    """I9: refused here, at no cost, and wiped; more digits than a chip takes as well as fewer."""
    card, _, trace = opened
    name = names(case)[0]
    pin, guard, new = (Pin(digits) for _ in range(3))
    with pytest.raises(PinFormat):
        card.answer(_digest(), "sha256", pin)
    with pytest.raises(PinFormat):
        card.unblock(name, guard, Pin((2, 4, 6, 8, 1, 3)))
    with pytest.raises(PinFormat):
        card.unblock(name, puk(), new)
    assert not any(map(len, (pin, guard, new)))
    assert not pins_sent(trace)
    assert _left(card, name) == 3


def test_a_blocked_card_says_so_at_no_cost(make: Made, insert: Insert, case: Case) -> None:
    card = open_card(insert(make("blocked")))
    assert next(pin for pin in card.pins() if pin.name == names(case)[0]).tries.blocked
    with pytest.raises(PinBlocked):
        card.answer(_digest(), "sha256", sign_in_pin(case))
    card.close()


def test_the_last_try_is_known_before_it(make: Made, insert: Insert, case: Case) -> None:
    card = open_card(insert(make("last-try")))
    assert next(pin for pin in card.pins() if pin.name == names(case)[0]).tries.is_last
    card.close()


def test_an_unknown_card_is_told_in_few_commands(authority: ExampleAuthority, insert: Insert) -> None:
    virtual = make_card("unknown", authority)
    link = insert(virtual)
    with pytest.raises(CardUnknown):
        open_card(link)
    link.close()
    assert virtual.commands <= 6


def test_a_directory_that_is_no_tlv_is_the_cards_fault(make: Made, insert: Insert) -> None:
    card = open_card(insert(make("broken-tlv")))
    with pytest.raises(CardFault):
        card.certificates()
    card.close()
