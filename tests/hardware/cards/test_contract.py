"""What every card does (`hardware.cards.card.Card`): simulated with T=0 and T=1, behind a real pcscd, and SoftHSM2.

What a vendor's token cannot do stands in `test_chips`; what SoftHSM2 does instead, by name, at the end of this file.
"""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from hardware.cards.card import Card, HashName, PinName, PinState, Purpose, Tries
from hardware.errors import CardGone, NotSupported, PinFormat, PinWrong
from hardware.secret import Pin
from hardware.simulated.profiles import HOLDER
from tests.hardware.cards.desk import puk
from tests.hardware.cards.subjects import Subject, VendorToken

DIGESTS: tuple[tuple[HashName, hashes.HashAlgorithm], ...] = (
    ("sha256", hashes.SHA256()), ("sha384", hashes.SHA384()), ("sha512", hashes.SHA512()),
)  # fmt: skip
WRONG = (9, 9, 9, 9, 9, 9)
NEW = (2, 4, 6, 8, 1, 3)


def _digest(name: HashName = "sha256") -> bytes:
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


def _state(card: Card, name: PinName) -> PinState:
    return next(pin for pin in card.pins() if pin.name == name)


def test_the_name_is_told_without_a_pin(subject: Subject) -> None:
    """I3: whose card it is, before anybody typed anything."""
    holder = subject.card.holder()
    assert holder is not None
    assert (holder.given_name, holder.surname, holder.fin) == (HOLDER.given_name, HOLDER.surname, HOLDER.fin)
    assert subject.pins_sent() == 0


def test_with_the_certificates_the_whole_name_is_known(subject: Subject) -> None:
    """It is not asked for again."""
    card = subject.card
    card.certificates()
    holder = card.holder()
    sent = subject.traffic()
    assert sent > 0
    assert holder is not None
    assert holder.patronymic == HOLDER.patronymic
    assert card.holder() == holder
    assert subject.traffic() == sent


def test_certificates_come_with_their_purpose_and_pin(subject: Subject) -> None:
    """I9: PIN1 signs in, PIN2 signs; what is of no use here comes last."""
    found = [(one.purpose, one.pin) for one in subject.card.certificates()]
    sign_in, signature = subject.names
    assert sorted(found[:2]) == [("sign_in", sign_in), ("signature", signature)]
    assert all(purpose is None and pin is None for purpose, pin in found[2:])


def test_pins_come_with_their_rules(subject: Subject) -> None:
    """The shortest and longest are such as somebody can type, and the PINs that prove can be changed."""
    pins = {pin.name: pin for pin in subject.card.pins()}
    assert {*pins} - {"puk"} == {*subject.names}
    for name in subject.names:
        assert 4 <= pins[name].shortest <= 6 <= pins[name].longest <= 16
        assert pins[name].can_change
        assert not pins[name].must_change
        assert not pins[name].tries.blocked
        assert not pins[name].tries.is_last
    assert subject.pins_sent() == 0


@pytest.mark.parametrize(("hash_name", "algorithm"), DIGESTS)
def test_signatures_are_the_certificates(
    subject: Subject, hash_name: HashName, algorithm: hashes.HashAlgorithm
) -> None:
    card, digest = subject.card, _digest(hash_name)
    first, second = subject.sign_in_pin(), subject.signature_pin()
    _is_by(_certified(card, "sign_in"), card.answer(digest, hash_name, first), digest, algorithm)
    _is_by(_certified(card, "signature"), card.sign(digest, hash_name, second), digest, algorithm)
    assert len(first) == len(second) == 0
    assert subject.pins_sent() == 2, "each PIN is sent once"


def test_after_a_reset_nothing_is_proved_and_everything_still_works(subject: Subject) -> None:
    """A desk resets the card after each PIN."""
    card = subject.card
    certificates = card.certificates()
    card.answer(_digest(), "sha256", subject.sign_in_pin())
    card.reset()
    assert not subject.proved()
    assert card.certificates() == certificates
    card.sign(_digest(), "sha256", subject.signature_pin())
    card.reset()
    assert not subject.proved()
    assert subject.pins_sent() == 2


def test_a_wrong_pin_is_wrong_once_and_is_wiped(subject: Subject) -> None:
    """I9: nothing sends a PIN twice by itself, and the right one is taken afterwards."""
    card, pin = subject.card, Pin(WRONG)
    with pytest.raises(PinWrong):
        card.sign(_digest(), "sha256", pin)
    assert len(pin) == 0
    assert subject.pins_sent() == 1
    assert not subject.proved()
    assert card.sign(_digest(), "sha256", subject.signature_pin())
    assert subject.pins_sent() == 2


def test_a_pin_is_changed(subject: Subject) -> None:
    """E4: the old one counts no more, the new one at once; all of them are wiped."""
    card, name = subject.card, subject.names[0]
    wrong, untaken = Pin(WRONG), Pin(NEW)
    with pytest.raises(PinWrong):
        card.change(name, wrong, untaken)
    old, new = subject.sign_in_pin(), Pin(NEW)
    card.change(name, old, new)
    assert not any(map(len, (wrong, untaken, old, new)))
    assert subject.pins_sent() == 2
    with pytest.raises(PinWrong):
        card.answer(_digest(), "sha256", subject.sign_in_pin())
    assert card.answer(_digest(), "sha256", Pin(NEW))


@pytest.mark.parametrize("digits", [(), (1, 2, 3)])
def test_a_pin_that_does_not_fit_is_not_sent(subject: Subject, digits: tuple[int, ...]) -> None:
    """I9: refused here, at no cost, and wiped."""
    card, name = subject.card, subject.names[0]
    before = _state(card, name)
    typed, old, new, current = Pin(digits), Pin(digits), Pin(digits), subject.sign_in_pin()
    with pytest.raises(PinFormat) as refused:
        card.answer(_digest(), "sha256", typed)
    assert (refused.value.shortest, refused.value.longest) == (before.shortest, before.longest)
    with pytest.raises(PinFormat):
        card.change(name, current, new)
    with pytest.raises(PinFormat):
        card.change(name, old, Pin(NEW))
    assert not any(map(len, (typed, old, new, current)))
    assert subject.pins_sent() == 0
    assert _state(card, name).tries == before.tries


def test_without_a_pin_and_without_a_pad_nothing_is_proved(subject: Subject) -> None:
    for prove in (subject.card.answer, subject.card.sign):
        with pytest.raises(NotSupported):
            prove(_digest(), "sha256", None)
    assert subject.pins_sent() == 0


def test_a_digest_of_another_size_is_refused_before_the_pin(subject: Subject) -> None:
    """With a key on a curve too, which would sign any bytes."""
    first, second = subject.sign_in_pin(), subject.signature_pin()
    with pytest.raises(ValueError, match="size"):
        subject.card.answer(b"short", "sha256", first)
    with pytest.raises(ValueError, match="size"):
        subject.card.sign(_digest("sha512"), "sha256", second)
    assert len(first) == len(second) == 0
    assert subject.pins_sent() == 0


def test_the_puk_cannot_be_unblocked(subject: Subject) -> None:
    guard, new = puk(), puk()
    with pytest.raises(NotSupported):
        subject.card.unblock("puk", guard, new)
    assert len(guard) == len(new) == 0
    assert subject.pins_sent() == 0


def test_nothing_reaches_a_closed_card(subject: Subject) -> None:
    """What was proved on it counts no more, whoever reaches it next; closing twice is closing once."""
    card, name = subject.card, subject.names[0]
    card.answer(_digest(), "sha256", subject.sign_in_pin())
    card.close()
    assert not subject.proved()
    reached = subject.traffic()
    first, second, old, new = subject.sign_in_pin(), subject.signature_pin(), subject.sign_in_pin(), Pin(NEW)
    with pytest.raises(CardGone):
        card.answer(_digest(), "sha256", first)
    with pytest.raises(CardGone):
        card.sign(_digest(), "sha256", second)
    with pytest.raises(CardGone):
        card.change(name, old, new)
    assert not any(map(len, (first, second, old, new)))
    card.close()
    assert subject.traffic() == reached


def test_softhsm2_tells_tries_by_flags_and_never_locks(softhsm2: VendorToken) -> None:
    """Where a chip tells numbers and blocks at the third: PKCS#11 says "few", and no number is invented (I9)."""
    card = softhsm2.card
    assert [pin.tries for pin in card.pins()] == [Tries()]
    for _ in range(4):
        with pytest.raises(PinWrong) as wrong:
            card.answer(_digest(), "sha256", Pin(WRONG))
        assert (wrong.value.left, wrong.value.few) == (None, True)
        assert [pin.tries for pin in card.pins()] == [Tries(few=True)]
    assert card.answer(_digest(), "sha256", softhsm2.sign_in_pin())
    assert [pin.tries for pin in card.pins()] == [Tries()]


def test_softhsm2_has_no_puk_that_unblocks(softhsm2: VendorToken) -> None:
    """Where a chip takes its PUK: PKCS#11 knows none, so nothing is sent and the citizen is told where to go."""
    (state,) = softhsm2.card.pins()
    assert (state.name, state.can_unblock) == ("user_pin", False)
    guard, new = puk(), Pin(NEW)
    with pytest.raises(NotSupported):
        softhsm2.card.unblock("user_pin", guard, new)
    assert len(guard) == len(new) == 0
    assert softhsm2.pins_sent() == 0


def test_softhsm2_takes_the_old_pin_as_a_new_one(softhsm2: VendorToken) -> None:
    """Where a chip refuses it: the kiosk's own rules of PINs keep people from it (E4)."""
    softhsm2.card.change("user_pin", softhsm2.sign_in_pin(), softhsm2.sign_in_pin())
    assert softhsm2.card.answer(_digest(), "sha256", softhsm2.sign_in_pin())
