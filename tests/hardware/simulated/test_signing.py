"""What the keys do, and when they do nothing (ISO 7816-4 section 11.5, ISO 7816-8 section 11, SP 800-73-4)."""

from __future__ import annotations

import gzip
import hashlib
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from hardware.readers import Transport
from tests.cards import Cards, Host, block

_DIGEST: Final = hashlib.sha256(b"what is signed").digest()
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420") + _DIGEST


@pytest.fixture(params=["T=0", "T=1"])
def transport(request: pytest.FixtureRequest) -> Transport:
    return "T=0" if request.param == "T=0" else "T=1"


def _rsa_key(cards: Cards, *, signature: bool) -> rsa.RSAPublicKey:
    keys = cards.keys["rsa", False]
    public = (keys.signature if signature else keys.sign_in).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    return public


def test_pkcs15_signs_in_once_the_pin_is_proved(cards: Cards, transport: Transport) -> None:
    """MSE names the key, PSO fills and signs a DigestInfo; 6982 before the PIN. PIN1 goes on proving."""
    host = Host(cards.make("pkcs15", transport=transport))
    assert host.status("002241b6", bytes.fromhex("840101")) == 0x9000
    assert host.status("002a9e9a", _DIGEST_INFO, 0) == 0x6982
    host.send("00200081", block("1234"))
    for _ in range(2):
        signature, status = host.send("002a9e9a", _DIGEST_INFO, 0)
        assert status == 0x9000
        _rsa_key(cards, signature=False).verify(
            signature, _DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())
        )


def test_internal_authenticate_is_the_sign_in_keys_alone(cards: Cards, transport: Transport) -> None:
    host = Host(cards.make("pkcs15", transport=transport))
    host.send("00200081", block("1234"))
    signature, status = host.send("00880000", _DIGEST_INFO, 0)
    assert status == 0x9000
    _rsa_key(cards, signature=False).verify(signature, _DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    assert host.status("002241a4", bytes.fromhex("840102")) == 0x9000
    assert host.status("00880000", _DIGEST_INFO, 0) == 0x6985


def test_one_signature_uses_up_pin2(cards: Cards, transport: Transport) -> None:
    """Each signature wants PIN2 anew; one that failed for its data uses nothing up."""
    host = Host(cards.make("pkcs15", transport=transport))
    host.send("002241b6", bytes.fromhex("840102"))
    host.send("00200082", block("12345"))
    assert host.status("002a9e9a", bytes(200), 0) == 0x6A80
    signature, status = host.send("002a9e9a", _DIGEST_INFO, 0)
    assert status == 0x9000
    _rsa_key(cards, signature=True).verify(signature, _DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    assert host.status("002a9e9a", _DIGEST_INFO, 0) == 0x6982
    assert host.card.pins["pin2"].left == 3


def test_a_signature_key_on_a_curve_answers_r_and_s(cards: Cards) -> None:
    """PKCS#15 with elliptic=True: P-384 over the bare hash, 96 bytes."""
    host = Host(cards.make("pkcs15", elliptic=True))
    host.send("002241b6", bytes.fromhex("800121840102"))
    host.send("00200082", block("12345"))
    signature, status = host.send("002a9e9a", _DIGEST, 0)
    assert (len(signature), status) == (96, 0x9000)
    _check_raw(cards.keys["pkcs15", True].signature.public_key(), signature)


def test_azedit_signs_in_and_signs(cards: Cards, transport: Transport) -> None:
    """INTERNAL AUTHENTICATE with PIN1, PSO with PIN2; both r‖s of 96 bytes, no MSE."""
    host = Host(cards.make("azedit", transport=transport))
    assert host.status("00880000", _DIGEST, 0) == 0x6982
    host.send("00200001", b"1234")
    host.send("00200002", b"12345")
    keys = cards.keys["azedit", False]
    for header, key in (("00880000", keys.sign_in), ("002a9e9a", keys.signature)):
        signature, status = host.send(header, _DIGEST, 0)
        assert (len(signature), status) == (96, 0x9000)
        _check_raw(key.public_key(), signature)
    assert host.status("00880000", _DIGEST, 0) == 0x9000
    assert host.status("002a9e9a", _DIGEST, 0) == 0x6982


@pytest.mark.parametrize(
    ("header", "data", "status"),
    [
        ("002241b6", "840103", 0x6A88),
        ("002241b6", "800199840101", 0x6A80),
        ("002241b6", "8401", 0x6A80),
        ("002241b6", "800111", 0x6A80),
        ("002241b6", "8400", 0x6A80),
        ("002241b4", "840101", 0x6A86),
        ("002281b6", "840101", 0x6A86),
        ("002a9e9b", "00", 0x6A86),
        ("002a8086", "00", 0x6A86),
        ("00880100", "00", 0x6A86),
    ],
)
def test_what_cannot_be_named_or_done(cards: Cards, header: str, data: str, status: int) -> None:
    """6A88 no such key, 6A80 no such algorithm or a cut-off template, 6A86 no such operation."""
    assert Host(cards.make("pkcs15")).status(header, bytes.fromhex(data)) == status


def test_without_a_key_named_there_is_none_to_sign_with(cards: Cards) -> None:
    """6985; MSE RESTORE forgets what was named, and so does a reset."""
    host = Host(cards.make("pkcs15"))
    host.send("00200081", block("1234"))
    assert host.status("002a9e9a", _DIGEST_INFO, 0) == 0x6985
    host.send("002241b6", bytes.fromhex("840101"))
    assert host.status("0022f301") == 0x9000
    assert host.status("002a9e9a", _DIGEST_INFO, 0) == 0x6985
    assert host.status("0022f302") == 0x6A88
    host.send("002241b6", bytes.fromhex("840101"))
    host.card.reset()
    host.send("00200081", block("1234"))
    assert host.status("002a9e9a", _DIGEST_INFO, 0) == 0x6985


def test_estids_way_to_name_a_key(cards: Cards) -> None:
    """83 03 80 nn 00 names one, 83 00 gives the default back."""
    host = Host(cards.make("azedit"))
    host.send("00200001", b"1234")
    assert host.status("002241a4", bytes.fromhex("8303800200")) == 0x9000
    assert host.status("00880000", _DIGEST, 0) == 0x6985
    assert host.status("002241a4", bytes.fromhex("830100")) == 0x9000
    assert host.status("00880000", _DIGEST, 0) == 0x9000


@pytest.mark.parametrize("size", [1, 19, 33, 65])
def test_a_curve_signs_hashes_alone(cards: Cards, size: int) -> None:
    """6A80 for what is no SHA-1 to SHA-512 digest; PIN2 is not used up by it."""
    host = Host(cards.make("azedit"))
    host.send("00200002", b"12345")
    assert host.status("002a9e9a", bytes(size), 0) == 0x6A80
    assert host.status("002a9e9a", bytes(64), 0) == 0x9000


def test_piv_signs_what_the_host_filled(cards: Cards, transport: Transport) -> None:
    """GENERAL AUTHENTICATE by a chain of commands; the bare RSA operation over an EMSA-PKCS1-v1_5 block."""
    host = Host(cards.make("piv", transport=transport))
    filled = b"\x00\x01" + b"\xff" * (256 - 3 - len(_DIGEST_INFO)) + b"\x00" + _DIGEST_INFO
    request = _dynamic(filled)
    host.send("00200080", block("123456"))
    assert host.status("1087079a", request[:200]) == 0x9000
    answer, status = host.send("0087079a", request[200:], 0)
    assert status == 0x9000
    assert answer[:8].hex() == "7c82010482820100"
    _rsa_key(cards, signature=False).verify(answer[8:], _DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


@pytest.mark.parametrize("sent", [b"\x00\x01", b"\x00" * 257, b"\xff" * 256])
def test_piv_signs_a_whole_block_alone(cards: Cards, sent: bytes) -> None:
    """6A80 for what is not as long as the modulus, or greater than it."""
    host = Host(cards.make("piv"))
    host.send("00200080", block("123456"))
    challenge = b"\x82\x00\x81\x82" + len(sent).to_bytes(2) + sent
    request = b"\x7c\x82" + len(challenge).to_bytes(2) + challenge
    for place in range(0, len(request) - 8, 200):
        assert host.status("1087079a", request[place : min(place + 200, len(request) - 8)]) == 0x9000
    assert host.status("0087079a", request[-8:], 0) == 0x6A80


def test_nothing_is_not_signed(cards: Cards) -> None:
    """6700, and PIN2 is not used up by it."""
    host = Host(cards.make("azedit"))
    host.send("00200002", b"12345")
    assert host.status("002a9e9a") == 0x6700
    assert host.status("002a9e9a", _DIGEST, 0) == 0x9000


def test_piv_wants_the_pin_just_before_a_signature(cards: Cards) -> None:
    """Key 9C: PIN always (SP 800-73-4 part 1, table 4b); key 9A: once."""
    host = Host(cards.make("piv", elliptic=True))
    request = b"\x7c\x24\x82\x00\x81\x20" + _DIGEST
    assert host.status("0087119a", request, 0) == 0x6982
    host.send("00200080", block("123456"))
    assert host.status("0087119a", request, 0) == 0x9000
    assert host.status("0087119a", request, 0) == 0x9000
    assert host.status("0087119c", request, 0) == 0x6982
    host.send("00200080", block("123456"))
    answer, status = host.send("0087119c", request, 0)
    assert status == 0x9000
    public = cards.keys["piv", True].signature.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(answer[4:], _DIGEST, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    assert host.status("0087119c", request, 0) == 0x6982


@pytest.mark.parametrize(
    ("header", "data", "status"),
    [
        ("0087119a", "7c", 0x6A86),
        ("0087079b", "7c", 0x6A88),
        ("0087079a", "7c028200", 0x6A80),
        ("0087079a", "7c0382008101", 0x6A80),
        ("0087079a", "7c058200810100", 0x6982),
        ("0087079a", "7c0481008200", 0x6A80),
        ("00cb3ffe", "5c015f", 0x6A86),
        ("00cb3fff", "5c035fc101", 0x6A82),
        ("00cb3fff", "5d00", 0x6A80),
        ("00cb3fff", "5c03", 0x6A80),
        ("00a40000", "3f00", 0x6A82),
    ],
)
def test_what_piv_refuses(cards: Cards, header: str, data: str, status: int) -> None:
    """6A86 algorithm, 6A88 key, 6A80 template, 6982 PIN, 6A82 object; it has no files."""
    assert Host(cards.make("piv")).status(header, bytes.fromhex(data)) == status


def test_piv_gives_certificates_plain_and_compressed(cards: Cards, transport: Transport) -> None:
    """53 {70 certificate, 71 how, FE}: 9A plain, 9C gzip (SP 800-73-4 part 1, appendix A)."""
    host = Host(cards.make("piv", transport=transport))
    for tag, name, info in (("5fc105", False, 0), ("5fc10a", True, 1)):
        told, status = host.send("00cb3fff", bytes.fromhex(f"5c03{tag}"), 0)
        assert (status, told[0], told[4]) == (0x9000, 0x53, 0x70)
        size = int.from_bytes(told[6:8])
        stored = told[8 : 8 + size]
        assert told[8 + size :] == bytes([0x71, 1, info, 0xFE, 0])
        certificate = x509.load_der_x509_certificate(gzip.decompress(stored) if info else stored)
        assert certificate.public_key() == _rsa_key(cards, signature=name)


def test_a_chain_goes_on_or_ends(cards: Cards) -> None:
    """6883 when another command comes in between; 6700 when it grows too long (ISO 7816-4 section 5.3.3)."""
    host = Host(cards.make("piv"))
    assert host.status("1087079a", bytes(10)) == 0x9000
    assert host.status("00200080") == 0x6883
    assert host.status("00200080") == 0x63C3
    told = [host.status("1087079a", bytes(255)) for _ in range(17)]
    assert told == [0x9000] * 16 + [0x6700]


def _check_raw(public: object, signature: bytes) -> None:
    assert isinstance(public, ec.EllipticCurvePublicKey)
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    public.verify(utils.encode_dss_signature(r, s), _DIGEST, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def _dynamic(data: bytes) -> bytes:
    return b"\x7c\x82\x01\x06\x82\x00\x81\x82\x01\x00" + data
