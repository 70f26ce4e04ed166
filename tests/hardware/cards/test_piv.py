"""What is particular to PIV (NIST SP 800-73-4, 800-78-5)."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc
import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from hardware.cards import tlv
from hardware.cards.card import Card, HashName
from hardware.cards.padding import emsa_pkcs1_v1_5
from hardware.cards.registry import open_card
from hardware.errors import CardFault, NotSupported
from hardware.secret import Pin
from tests.hardware.cards import people
from tests.hardware.cards.desk import DirectLink

AID = "A00000030800001000"
PIN = (1, 2, 3, 4, 5, 6)
DIGEST = hashlib.sha256(b"what is signed").digest()
SIGN_IN, SIGNATURE, DISCOVERY = (bytes.fromhex(tag) for tag in ("5C035FC105", "5C035FC10A", "5C017E"))


def held(der: bytes, info: bytes = b"\x00") -> bytes:
    """A certificate as PIV keeps it."""
    return tlv.wrap(0x53, tlv.wrap(0x70, der) + tlv.wrap(0x71, info) + tlv.wrap(0xFE, b""))


class Piv:
    """A PIV card of answers: data objects by tag list, and what GENERAL AUTHENTICATE answers."""

    def __init__(self, objects: dict[bytes, bytes], authenticate: bytes = b"\x69\x82") -> None:
        self.objects = objects
        self.authenticate = authenticate
        self.chained = b""
        self.computed = b""
        self.pending = b""
        self.verified: list[bytes] = []

    def __call__(self, command: bytes) -> bytes:
        """Answer."""
        match command[1]:
            case 0xA4:
                return b"\x90\x00" if command[5:14].hex().upper() == AID else b"\x6a\x82"
            case 0xCB:
                return self._out(self.objects.get(command[5 : 5 + command[4]]))
            case 0xC0:
                return self._out(self.pending)
            case 0x20:
                self.verified.append(command)
                return b"\x90\x00"
            case 0x87:
                self.chained += command[5 : 5 + command[4]]
                if command[0] & 0x10:
                    return b"\x90\x00"
                self.computed, self.chained = self.chained, b""
                return self._out(self.authenticate[:-2]) if len(self.authenticate) > 2 else self.authenticate
        return b"\x6d\x00"

    def _out(self, data: bytes | None) -> bytes:
        if data is None:
            return b"\x6a\x82"
        self.pending = data[256:]
        more = len(self.pending)
        return data[:256] + (bytes([0x61, min(more, 255)]) if more else b"\x90\x00")


def opened(card: Piv) -> tuple[Card, DirectLink]:
    """The card behind its driver."""
    link = DirectLink(b"\x3b\x00", "T=1", card)
    return open_card(link), link


@pytest.mark.parametrize(
    "packed",
    [
        held(people.certificate(people.AYXAN)),
        held(gzip.compress(people.certificate(people.AYXAN)), b"\x01"),
        held(b"\x01\x00\x00\x04" + zlib.compress(people.certificate(people.AYXAN))),
        tlv.wrap(0x53, tlv.wrap(0x70, people.certificate(people.AYXAN) + bytes(9))),
    ],
    ids=["plain", "gzip", "net-id", "filled"],
)
def test_a_certificate_may_be_compressed(packed: bytes) -> None:
    """SP 800-73-4 part 1, appendix A; Net iD's own form as found in the field."""
    card, _ = opened(Piv({SIGN_IN: packed}))
    holder = card.holder()
    assert holder is not None
    assert holder.surname == "Nümunəzadə"
    assert [one.der for one in card.certificates()] == [people.certificate(people.AYXAN)]


@pytest.mark.parametrize(
    "packed",
    [
        held(gzip.compress(bytes(9_000)), b"\x01"),
        held(gzip.compress(bytes(10_000_000)), b"\x01"),
        held(gzip.compress(people.certificate(people.AYXAN))[:-9], b"\x01"),
        held(b"no gzip at all", b"\x01"),
        held(people.certificate(people.AYXAN)[:-9]),
        b"\x53\x10\x70",
        b"",
    ],
    ids=["too-large", "bomb", "cut", "garbage", "short", "no-tlv", "empty"],
)
def test_what_cannot_be_unpacked_within_bounds_is_the_cards_fault(packed: bytes) -> None:
    card, _ = opened(Piv({SIGN_IN: packed}))
    with pytest.raises(CardFault):
        card.certificates()


def test_a_bomb_is_not_unpacked() -> None:
    """Eight megabytes of nothing in as many kilobytes: as much is unpacked as a certificate may have."""
    card, _ = opened(Piv({SIGN_IN: held(gzip.compress(bytes(8_000_000)), b"\x01")}))
    tracemalloc.start()
    try:
        with pytest.raises(CardFault):
            card.certificates()
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_card_without_certificates_is_of_no_use() -> None:
    card, _ = opened(Piv({SIGN_IN: b"\x53\x00"}))
    assert card.certificates() == ()
    assert card.holder() is None
    with pytest.raises(NotSupported):
        card.answer(DIGEST, "sha256", Pin(PIN))


@pytest.mark.parametrize(
    ("discovery", "reference"),
    [
        (None, 0x80),
        ("7E124F0BA0000003080000100001005F2F024000", 0x80),
        ("7E124F0BA0000003080000100001005F2F026010", 0x80),
        ("7E124F0BA0000003080000100001005F2F026020", 0x00),
        ("7E0D4F0BA000000308000010000100", 0x80),
    ],
)
def test_the_discovery_object_tells_which_pin(discovery: str | None, reference: int) -> None:
    """SP 800-73-4 part 1, 3.3.2: the card's own PIN, or the one that all its applications share."""
    virtual = Piv({SIGN_IN: held(people.certificate(people.AYXAN))})
    if discovery is not None:
        virtual.objects[DISCOVERY] = bytes.fromhex(discovery)
    card, _ = opened(virtual)
    with pytest.raises(CardFault):
        card.answer(DIGEST, "sha256", Pin(PIN))
    assert virtual.verified == [bytes([0, 0x20, 0, reference, 8]) + b"123456\xff\xff"]
    assert card.pins()[0].can_unblock is (reference == 0x80)


@pytest.mark.parametrize(("bits", "algorithm"), [(2048, 0x07), (3072, 0x05), (4096, 0x16)])
def test_the_host_pads_for_rsa(bits: int, algorithm: int) -> None:
    """RFC 8017, 9.2: the whole block goes to the card, in a chain where it is long."""
    key = people.rsa_key(bits)
    virtual = Piv({SIGN_IN: held(people.certificate(people.AYXAN, key=key))})
    block = emsa_pkcs1_v1_5(DIGEST, "sha256", bits // 8)
    signature = _raw_rsa(key, block)
    virtual.authenticate = tlv.wrap(0x7C, tlv.wrap(0x82, signature)) + b"\x90\x00"
    card, link = opened(virtual)
    assert card.answer(DIGEST, "sha256", Pin(PIN)) == signature
    assert virtual.computed == tlv.wrap(0x7C, b"\x82\x00" + tlv.wrap(0x81, block))
    assert {command[2:4] for command in link.sent if command[1] == 0x87} == {bytes([algorithm, 0x9A])}


def _raw_rsa(key: rsa.RSAPrivateKey, block: bytes) -> bytes:
    numbers = key.private_numbers()
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return value.to_bytes(len(block), "big")


@pytest.mark.parametrize(
    ("curve", "algorithm", "hash_name", "sent"),
    [
        (ec.SECP256R1, 0x11, "sha256", DIGEST),
        (ec.SECP384R1, 0x14, "sha256", bytes(16) + DIGEST),
        (ec.SECP256R1, 0x11, "sha384", hashlib.sha384(b"what is signed").digest()[:32]),
    ],
)
def test_a_digest_is_brought_to_the_curves_size(
    curve: type[ec.EllipticCurve], algorithm: int, hash_name: HashName, sent: bytes
) -> None:
    """FIPS 186-5, 6.4: the leftmost bits of a longer digest; zeros before a shorter one."""
    virtual = Piv({SIGN_IN: held(people.certificate(people.AYXAN, key=people.ec_key(curve)))})
    card, link = opened(virtual)
    with pytest.raises(CardFault):
        card.answer(hashlib.new(hash_name, b"what is signed").digest(), hash_name, Pin(PIN))
    assert virtual.computed == tlv.wrap(0x7C, b"\x82\x00" + tlv.wrap(0x81, sent))
    assert link.sent[-1][2:4] == bytes([algorithm, 0x9A])


def test_a_signature_without_its_frame_is_the_cards_fault() -> None:
    signature = people.ec_key().sign(DIGEST, ec.ECDSA(Prehashed(SHA256())))
    assert decode_dss_signature(signature)
    for answer in (signature, tlv.wrap(0x7C, tlv.wrap(0x81, signature)), b"\x7c\x00", b"\x7c"):
        virtual = Piv({SIGN_IN: held(people.certificate(people.AYXAN, key=people.ec_key()))}, answer + b"\x90\x00")
        card, _ = opened(virtual)
        with pytest.raises(CardFault):
            card.answer(DIGEST, "sha256", Pin(PIN))


def test_the_signature_key_is_asked_right_behind_its_pin() -> None:
    """SP 800-73-4 part 1, table 4b: 9C wants the PIN always."""
    virtual = Piv({SIGNATURE: held(people.certificate(people.AYXAN, digital_signature=False, non_repudiation=True))})
    card, link = opened(virtual)
    with pytest.raises(CardFault):
        card.sign(DIGEST, "sha256", Pin(PIN))
    assert [command[1] for command in link.sent[-3:]] == [0x20, 0x87, 0x87]
    assert link.sent[-1][3] == 0x9C
