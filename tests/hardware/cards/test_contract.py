"""What every card does, whichever kind it is and however it is reached (`hardware.cards.card.Card`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from hardware.cards.card import Card, HashName, PinName, Purpose
from hardware.cards.channel import Trace
from hardware.cards.registry import open_card
from hardware.errors import CardFault, CardUnknown, NotSupported, PinBlocked, PinFormat, PinRefused, PinWrong
from hardware.readers import CardLink
from hardware.secret import Pin
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import HOLDER, make_card
from tests.hardware.cards.desk import Case, puk, sign_in_pin, signature_pin

Opened = tuple[Card, VirtualCard, Trace]
Made = Callable[..., VirtualCard]
Insert = Callable[[VirtualCard], CardLink]

DIGESTS: tuple[tuple[HashName, hashes.HashAlgorithm], ...] = (
    ("sha256", hashes.SHA256()), ("sha384", hashes.SHA384()), ("sha512", hashes.SHA512()),
)  # fmt: skip
WRONG = (9, 9, 9, 9, 9, 9)
NAME_COMMANDS = {
    "pkcs15-T1": 7, "pkcs15-T1-ec": 7, "pkcs15-T0": 10, "azedit-T0-ec": 8, "piv-T1": 6, "piv-T1-ec": 6, "piv-T0": 7,
}  # fmt: skip
"""Commands from an opened link to the holder's name, per kind and transport."""


def _digest(name: HashName) -> bytes:
    return hashlib.new(name, b"what is signed").digest()


def _certified(card: Card, purpose: Purpose) -> x509.Certificate:
    (der,) = (one.der for one in card.certificates() if one.purpose == purpose)
    return x509.load_der_x509_certificate(der)


def _is_by(certificate: x509.Certificate, signature: bytes, digest: bytes, algorithm: hashes.HashAlgorithm) -> None:
    key, prehashed = certificate.public_key(), utils.Prehashed(algorithm)
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, digest, padding.PKCS1v15(), prehashed)
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, digest, ec.ECDSA(prehashed))


def _pin_commands(trace: Trace) -> list[str]:
    return [line.command for line in trace.lines() if line.command.endswith("[PIN]")]


def _names(case: Case) -> tuple[PinName, PinName]:
    return ("user_pin", "user_pin") if case.profile == "piv" else ("pin1", "pin2")


def _left(card: Card, name: PinName) -> int | None:
    return next(pin.tries.left for pin in card.pins() if pin.name == name)


def test_the_name_is_told_without_a_pin_in_few_commands(opened: Opened, case: Case) -> None:
    card, virtual, trace = opened
    holder = card.holder()
    assert holder is not None
    assert (holder.given_name, holder.surname, holder.fin) == (HOLDER.given_name, HOLDER.surname, HOLDER.fin)
    assert virtual.commands <= NAME_COMMANDS[str(case)]
    assert not _pin_commands(trace)


def test_with_the_certificates_the_whole_name_is_known(opened: Opened) -> None:
    """For AzeDIT also what stands in records that the greeting leaves for later; no command is sent for it again."""
    card, virtual, _ = opened
    card.certificates()
    holder = card.holder()
    sent = virtual.commands
    assert holder is not None
    assert holder.patronymic == HOLDER.patronymic
    if card.kind == "azedit":
        assert (holder.document, holder.born) == (HOLDER.document, HOLDER.born)
    assert card.holder() == holder
    assert virtual.commands == sent


def test_certificates_come_with_their_purpose_and_pin(opened: Opened, case: Case) -> None:
    """I9: PIN1 signs in, PIN2 signs; what is of no use here comes last."""
    card, _, _ = opened
    found = [(one.purpose, one.pin) for one in card.certificates()]
    sign_in, signature = _names(case)
    assert found[:2] == [("sign_in", sign_in), ("signature", signature)]
    assert all(purpose is None and pin is None for purpose, pin in found[2:])


def test_pins_come_with_their_rules_and_tries(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    pins = {pin.name: pin for pin in card.pins()}
    assert list(pins)[-1] == "puk"
    for name in _names(case):
        assert pins[name].tries.left == 3
        assert pins[name].can_unblock
        assert pins[name].can_change
        assert not pins[name].must_change
    assert not pins["puk"].can_unblock


@pytest.mark.parametrize(("hash_name", "algorithm"), DIGESTS)
def test_signatures_are_the_certificates(
    opened: Opened, case: Case, hash_name: HashName, algorithm: hashes.HashAlgorithm
) -> None:
    card, _, trace = opened
    digest = _digest(hash_name)
    _is_by(_certified(card, "sign_in"), card.answer(digest, hash_name, sign_in_pin(case)), digest, algorithm)
    _is_by(_certified(card, "signature"), card.sign(digest, hash_name, signature_pin(case)), digest, algorithm)
    assert len(_pin_commands(trace)) == 2, "each PIN is sent once"


def test_after_a_reset_everything_still_works(opened: Opened, case: Case) -> None:
    """A desk resets the card after each PIN; what was read before is not read again."""
    card, virtual, _ = opened
    digest = _digest("sha256")
    card.certificates()
    card.answer(digest, "sha256", sign_in_pin(case))
    card.reset()
    assert not any(pin.proved for pin in virtual.pins.values())
    card.pins()
    sent = virtual.commands
    card.sign(digest, "sha256", signature_pin(case))
    assert virtual.commands - sent <= 8


def test_a_wrong_pin_costs_one_try_and_is_wiped(opened: Opened, case: Case) -> None:
    """I9: tries left are told; nothing sends a PIN twice by itself."""
    card, _, trace = opened
    name = _names(case)[1]
    pin = Pin(WRONG)
    with pytest.raises(PinWrong) as wrong:
        card.sign(_digest("sha256"), "sha256", pin)
    assert wrong.value.left == 2
    assert len(pin) == 0
    assert len(_pin_commands(trace)) == 1
    assert _left(card, name) == 2
    card.sign(_digest("sha256"), "sha256", signature_pin(case))
    card.reset()
    assert _left(card, name) == 3, "the right PIN gives all tries back"


def test_three_wrong_pins_block_and_the_puk_unblocks(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    name = _names(case)[0]
    digest = _digest("sha256")
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
    name = _names(case)[0]
    for left in (2, 1):
        with pytest.raises(PinWrong) as wrong:
            card.unblock(name, Pin((9,) * 8), Pin((2, 4, 6, 8, 1, 3)))
        assert wrong.value.left == left
    for pin in (Pin((9,) * 8), puk()):
        with pytest.raises(PinBlocked):
            card.unblock(name, pin, Pin((2, 4, 6, 8, 1, 3)))


def test_a_pin_is_changed(opened: Opened, case: Case) -> None:
    card, _, _ = opened
    name = _names(case)[0]
    with pytest.raises(PinWrong):
        card.change(name, Pin(WRONG), Pin((2, 4, 6, 8, 1, 3)))
    with pytest.raises(PinRefused):
        card.change(name, sign_in_pin(case), sign_in_pin(case))
    old, new = sign_in_pin(case), Pin((2, 4, 6, 8, 1, 3))
    card.change(name, old, new)
    assert len(old) == len(new) == 0
    with pytest.raises(PinWrong):
        card.answer(_digest("sha256"), "sha256", sign_in_pin(case))
    assert card.answer(_digest("sha256"), "sha256", Pin((2, 4, 6, 8, 1, 3)))


@pytest.mark.parametrize("digits", [(), (1, 2, 3), (1,) * 13])
def test_a_pin_that_does_not_fit_is_not_sent(opened: Opened, case: Case, digits: tuple[int, ...]) -> None:
    """I9: refused here, at no cost, and wiped."""
    card, _, trace = opened
    name = _names(case)[0]
    pin, old, new, guard = (Pin(digits) for _ in range(4))
    state = next(one for one in card.pins() if one.name == name)
    with pytest.raises(PinFormat) as refused:
        card.answer(_digest("sha256"), "sha256", pin)
    assert (refused.value.shortest, refused.value.longest) == (state.shortest, state.longest)
    with pytest.raises(PinFormat):
        card.change(name, sign_in_pin(case), new)
    with pytest.raises(PinFormat):
        card.change(name, old, Pin((2, 4, 6, 8, 1, 3)))
    with pytest.raises(PinFormat):
        card.unblock(name, guard, Pin((2, 4, 6, 8, 1, 3)))
    assert not any(map(len, (pin, old, new, guard)))
    assert not _pin_commands(trace)
    assert _left(card, name) == 3


def test_without_a_pin_and_without_a_pad_nothing_is_proved(opened: Opened) -> None:
    card, _, trace = opened
    with pytest.raises(NotSupported):
        card.answer(_digest("sha256"), "sha256", None)
    assert not _pin_commands(trace)


def test_a_digest_of_another_size_is_refused_before_the_pin(opened: Opened, case: Case) -> None:
    card, _, trace = opened
    pin = sign_in_pin(case)
    with pytest.raises(ValueError, match="size"):
        card.answer(b"short", "sha256", pin)
    assert len(pin) == 0
    assert not _pin_commands(trace)


def test_the_puk_cannot_be_unblocked(opened: Opened) -> None:
    card, _, _ = opened
    guard, new = puk(), puk()
    with pytest.raises(NotSupported):
        card.unblock("puk", guard, new)
    assert len(guard) == len(new) == 0


def test_a_blocked_card_says_so_at_no_cost(make: Made, insert: Insert, case: Case) -> None:
    card = open_card(insert(make("blocked")))
    assert next(pin for pin in card.pins() if pin.name == _names(case)[0]).tries.blocked
    with pytest.raises(PinBlocked):
        card.answer(_digest("sha256"), "sha256", sign_in_pin(case))
    card.close()


def test_the_last_try_is_known_before_it(make: Made, insert: Insert, case: Case) -> None:
    card = open_card(insert(make("last-try")))
    assert next(pin for pin in card.pins() if pin.name == _names(case)[0]).tries.is_last
    card.close()


def test_closing_resets_the_card(opened: Opened, case: Case) -> None:
    """What was proved on it counts no more, whoever reaches it next."""
    card, virtual, _ = opened
    card.answer(_digest("sha256"), "sha256", sign_in_pin(case))
    card.close()
    assert not any(pin.proved for pin in virtual.pins.values())


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
