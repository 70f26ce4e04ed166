"""What a certificate tells, and that a signature is its key's."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.serialization import Encoding

from hardware.cards import verify
from hardware.errors import CardFault
from kiosk.signature.certificate import read
from tests.hardware.cards import people

DIGEST = hashlib.sha256(b"what is signed").digest()
SHA256 = utils.Prehashed(hashes.SHA256())


def _holder(**names: str) -> tuple[str, str, str, str | None]:
    holder = verify.holder_of(people.certificate(names))
    assert holder is not None
    return holder.given_name, holder.surname, holder.patronymic, holder.fin


def _serial_number(serial: str) -> dict[str, str]:
    return {"serial_number": serial} if serial else {}


def test_names_and_fin_of_the_subject() -> None:
    assert _holder(given_name="Şəhla", surname="Nümunəli", serial_number="PNOAZ-7NUMN26") == (
        "Şəhla", "Nümunəli", "", "7NUMN26",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("serial", "fin"),
    [
        ("PNOAZ-7NUMN26", "7NUMN26"),
        ("7NUMN26", "7NUMN26"),
        ("7numn26", None),
        ("pnoaz-7NUMN26", None),
        ("PNOAZ-7NUMN2", None),
        ("PNOAZ-7NUMN261", None),
        ("PNOAZ-7NUMN2O", None),
        ("PNOAZ-7NUMN2I", None),
        ("PNOAZ-PNOAZ-7NUMN26", None),
        ("IDCAZ-7NUMN26", None),
        ("IDCAZ-AA12345", None),
        ("PNOEE-7NUMN26", None),
        ("PASAZ-7NUMN26", None),
        ("TINAZ-7NUMN26", None),
        ("-7NUMN26", None),
        ("AZ-12345678", None),
        ("", None),
    ],
)
def test_a_fin_is_a_personal_number_of_azerbaijans(serial: str, fin: str | None) -> None:
    """ETSI EN 319 412-1, 5.1.3: the prefix tells kind and country; a passport's or another country's is no FİN.

    What greets and prefills, and what signs in and is put down, read the same.
    """
    der = people.certificate({"given_name": "Şəhla", "surname": "Nümunəli"} | _serial_number(serial))
    holder = verify.holder_of(der)
    assert holder is not None
    assert holder.fin == fin
    assert read(der).facts.fin == fin


@pytest.mark.parametrize("number", ["7NUMN2Ə", "7NUMN2\u0663", "7NUMN26\n", " 7NUMN26"])
def test_a_fin_has_digits_and_letters_of_ascii_alone(number: str) -> None:
    """AzeDIT's record of it holds what it likes; a digit of another script is none here."""
    assert verify.fin_in(number) is None


@pytest.mark.parametrize(
    ("given", "common", "told"),
    [
        ("Əsmər İlğar qızı", "x", ("Əsmər", "İlğar qızı")),
        ("RAUF ƏLİ OĞLU", "x", ("RAUF", "ƏLİ OĞLU")),
        ("Əsmər", "Nümunəli Əsmər İlğar qızı", ("Əsmər", "İlğar qızı")),
        ("Əsmər", "Əsmər Nümunəli", ("Əsmər", "")),
        ("Əsmər", "Somebody Else", ("Əsmər", "")),
        ("Əsmər", "Nümunəli Əsmər 7NUMN26", ("Əsmər", "")),
    ],
)
def test_a_patronymic_stands_in_the_given_name_or_the_common_name(
    given: str, common: str, told: tuple[str, str]
) -> None:
    found = _holder(given_name=given, surname="Nümunəli", common_name=common)
    assert (found[0], found[2]) == told


def test_who_is_not_named_is_nobody() -> None:
    assert verify.holder_of(people.certificate({"common_name": "a device"})) is None
    assert verify.holder_of(b"\x30\x03\x02\x01\x01") is None
    assert verify.holder_of(b"") is None


def test_the_subject_is_known_from_the_beginning() -> None:
    """As soon as its last byte was read, and not before."""
    der = people.certificate(people.AYXAN)
    known = next(size for size in range(1, len(der)) if verify.holder_in(der[:size])[0])
    assert known < len(der) / 2
    assert verify.holder_in(der[:known])[1] == verify.holder_of(der)


@pytest.mark.parametrize(
    ("digital_signature", "non_repudiation", "authority", "purposes"),
    [
        (True, False, False, ("sign_in",)),
        (False, True, False, ("signature",)),
        (True, True, False, ("signature", "sign_in")),
        (False, False, False, ()),
        (True, True, True, ()),
    ],
)
def test_the_key_usage_tells_what_it_is_for(
    digital_signature: bool, non_repudiation: bool, authority: bool, purposes: tuple[str, ...]
) -> None:
    """RFC 5280, 4.2.1.3; an authority's is for nothing here."""
    der = people.certificate(
        people.AYXAN, digital_signature=digital_signature, non_repudiation=non_repudiation, authority=authority
    )
    assert verify.purposes_of(der) == purposes
    assert verify.purpose_of(der) == (purposes[0] if purposes else None)


def test_a_damaged_certificate_is_for_nothing() -> None:
    der = people.certificate(people.AYXAN)
    assert verify.purpose_of(der[:200]) is None
    assert verify.purpose_of(b"") is None


def test_a_signature_of_the_key_is_good_and_any_other_is_not() -> None:
    der = people.certificate(people.AYXAN)
    signature = people.rsa_key().sign(DIGEST, padding.PKCS1v15(), SHA256)
    verify.check(der, signature, DIGEST, "sha256")
    spoilt = bytes([signature[0] ^ 1]) + signature[1:]
    other = hashlib.sha256(b"something else").digest()
    for wrong, digest in ((spoilt, DIGEST), (signature, other), (b"", DIGEST), (signature[:-1], DIGEST)):
        with pytest.raises(CardFault):
            verify.check(der, wrong, digest, "sha256")


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1, ec.SECP521R1])
def test_what_cards_answer_for_curves_becomes_der(curve: type[ec.EllipticCurve]) -> None:
    """Cards give r‖s of fixed length, X.509 and CMS want a SEQUENCE (X9.62)."""
    key = people.ec_key(curve)
    der = people.certificate(people.AYXAN, key=key)
    signature = key.sign(DIGEST, ec.ECDSA(SHA256))
    r, s = utils.decode_dss_signature(signature)
    half = (key.curve.key_size + 7) // 8
    raw = r.to_bytes(half, "big") + s.to_bytes(half, "big")
    for answered in (raw, signature):
        made = verify.signature_of(answered, key.public_key())
        assert made == signature
        verify.check(der, made, DIGEST, "sha256")
    with pytest.raises(CardFault):
        verify.signature_of(b"\0" + raw[2:], key.public_key())  # one byte less, and never a SEQUENCE by chance


def test_a_weak_key_proves_nothing() -> None:
    weak = people.certificate(people.AYXAN, key=people.rsa_key(1024))
    with pytest.raises(CardFault):
        verify.public_key(weak)
    short = people.certificate(people.AYXAN, key=people.ec_key(ec.SECP224R1))
    with pytest.raises(CardFault):
        verify.public_key(short)


def test_a_key_of_another_kind_is_refused() -> None:
    der = people.certificate(people.AYXAN)
    key = ed25519.Ed25519PrivateKey.generate()
    certificate = x509.load_der_x509_certificate(der)
    other = (
        x509.CertificateBuilder()
        .subject_name(certificate.subject)
        .issuer_name(certificate.issuer)
        .public_key(key.public_key())
        .serial_number(9)
        .not_valid_before(certificate.not_valid_before_utc)
        .not_valid_after(certificate.not_valid_after_utc)
        .sign(people.rsa_key(), hashes.SHA256())
    )

    with pytest.raises(CardFault):
        verify.public_key(other.public_bytes(Encoding.DER))


def test_sizes_are_bounded() -> None:
    assert verify.certificate_size(bytes.fromhex("30820400")) == 0x404
    assert verify.certificate_size(b"\x30") is None
    for beginning in ("30827000", "04020000", "3080"):
        with pytest.raises(CardFault):
            verify.certificate_size(bytes.fromhex(beginning))
