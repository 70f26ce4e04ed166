"""A real PKCS#11 module: SoftHSM2, with a token of the test's own. It locks nothing; tests of flags stand elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.cards import verify
from hardware.cards.card import Card, HashName
from hardware.cards.vendor import VendorModules
from hardware.errors import CardFault, NotSupported, PinWrong
from tests.hardware.cards.vendor import people
from tests.hardware.cards.vendor.conftest import pin
from tests.hardware.cards.vendor.soft_token import MODULE, PIN, SoftToken


@pytest.fixture
def modules(token: SoftToken) -> Iterator[VendorModules]:
    opened = VendorModules((("SoftHSM", MODULE),), 60)
    yield opened
    opened.close()


def opened(modules: VendorModules) -> Card:
    (token,) = modules.tokens()
    return modules.open(token)


def digest_of(hash_name: HashName) -> bytes:
    return hashlib.new(hash_name, b"what is signed").digest()


def test_a_module_is_described(modules: VendorModules) -> None:
    """M2: PKCS#11 modules on the page of health."""
    assert modules.condition()[0].loads is None
    (token,) = modules.tokens()
    assert (token.module, token.label) == ("SoftHSM", "Nümunə")
    (condition,) = modules.condition()
    assert (condition.loads, condition.tokens, condition.restarts, condition.last_fault) == (True, 1, 0, None)
    assert "SoftHSM" in condition.about
    assert condition.version.startswith("2.")


def test_certificates_have_their_purpose_and_their_holder(token: SoftToken, modules: VendorModules) -> None:
    """I3: key usage tells which certificate signs in and which signs; an authority's does neither."""
    first, second = people.certificate(people.rsa_key()), people.certificate(people.rsa_key(1), signs=True)
    authority = people.certificate(people.rsa_key(2), authority=True)
    token.add_certificate("09", authority)
    token.add(people.rsa_key(1), "02", second)
    token.add(people.rsa_key(), "01", first)
    card = opened(modules)
    found = {one.der: (one.purpose, one.pin) for one in card.certificates()}
    assert found == {first: ("sign_in", "user_pin"), second: ("signature", "user_pin"), authority: (None, None)}
    assert card.certificates()[-1].der == authority
    assert {one.label for one in card.certificates()} == {"a certificate"}
    holder = card.holder()
    assert holder is not None
    assert (holder.given_name, holder.surname, holder.fin) == ("Nümunə", "Nümunəyeva", "1TEST23")
    assert card.kind == "vendor"


@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_both_keys_prove_themselves(token: SoftToken, modules: VendorModules, hash_name: HashName) -> None:
    """RSA signatures are PKCS#1 v1.5, ECDSA's are DER; one PIN for both is the user PIN."""
    elliptic = ec.generate_private_key(ec.SECP256R1())
    first, second = people.certificate(people.rsa_key()), people.certificate(elliptic, signs=True)
    token.add(people.rsa_key(), "01", first)
    token.add(elliptic, "02", second)
    card, digest = opened(modules), digest_of(hash_name)
    typed = pin(PIN)
    verify.check(first, card.answer(digest, hash_name, typed), digest, hash_name)
    assert len(typed) == 0
    verify.check(second, card.sign(digest, hash_name, pin(PIN)), digest, hash_name)


def test_a_key_that_asks_before_each_signature(token: SoftToken, modules: VendorModules) -> None:
    """CKA_ALWAYS_AUTHENTICATE: the context-specific login that other programs forgot."""
    token.make("05", signs=True)
    card, digest = opened(modules), digest_of("sha256")
    (certificate,) = card.certificates()
    for _ in range(2):
        verify.check(certificate.der, card.sign(digest, "sha256", pin(PIN)), digest, "sha256")


def test_a_wrong_pin_is_wrong_and_not_counted_by_us(token: SoftToken, modules: VendorModules) -> None:
    """I9: no number is invented."""
    token.add(people.rsa_key(), "01", people.certificate(people.rsa_key()))
    card, digest = opened(modules), digest_of("sha256")
    typed = pin("654321")
    with pytest.raises(PinWrong) as wrong:
        card.answer(digest, "sha256", typed)
    assert (wrong.value.left, wrong.value.few, len(typed)) == (None, True, 0)
    (state,) = card.pins()
    assert (state.tries.left, state.tries.few, state.tries.blocked) == (None, True, False)
    card.answer(digest, "sha256", pin(PIN))
    assert not card.pins()[0].tries.few


def test_a_pin_is_changed(token: SoftToken, modules: VendorModules) -> None:
    """E4: the old one counts no more, the new one at once."""
    token.add(people.rsa_key(), "01", people.certificate(people.rsa_key()))
    card, digest = opened(modules), digest_of("sha256")
    with pytest.raises(PinWrong):
        card.change("user_pin", pin("111111"), pin("222222"))
    card.change("user_pin", pin(PIN), pin("222222"))
    with pytest.raises(PinWrong):
        card.answer(digest, "sha256", pin(PIN))
    assert card.answer(digest, "sha256", pin("222222"))


def test_a_certificate_without_its_key_proves_nothing(token: SoftToken, modules: VendorModules) -> None:
    token.add_certificate("07", people.certificate(people.rsa_key()))
    card = opened(modules)
    with pytest.raises(CardFault):
        card.answer(digest_of("sha256"), "sha256", pin(PIN))


def test_a_token_without_a_certificate_for_it_does_not_sign(modules: VendorModules) -> None:
    card = opened(modules)
    assert (card.certificates(), card.holder()) == ((), None)
    with pytest.raises(NotSupported):
        card.sign(digest_of("sha256"), "sha256", pin(PIN))


def test_two_modules_stand_beside_each_other(token: SoftToken, modules: VendorModules) -> None:
    """Each in its own process: the same file twice are two modules."""
    both = VendorModules((("One", MODULE), ("Two", MODULE)), 60)
    assert [found.module for found in both.tokens()] == ["One", "Two"]
    both.close()
    assert both.tokens() == ()
