"""What a certificate tells without trusting it, and whether a signature is its key's: a card may err silently.

The certificate is walked, not parsed whole: a driver reads the holder's name from the first part of a certificate that
is still being read, and a card's certificate with an oddity that no library likes must still prove its key.
"""

from __future__ import annotations

import re
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hardware.cards import tlv
from hardware.cards.card import HashName, Holder, Purpose
from hardware.errors import CardFault

LARGEST_CERTIFICATE: Final = 8_192
"""Bytes; no certificate of a person is longer."""
SHORTEST_RSA: Final = 2_048
"""Bits; a shorter key proves nothing any more."""
SHORTEST_EC: Final = 256
"""Bits, likewise."""
HASHES: Final[dict[HashName, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_INTEGER: Final = 0x02
_BIT_STRING: Final = 0x03
_OCTET_STRING: Final = 0x04
_OID: Final = 0x06
_BOOLEAN: Final = 0x01
_VERSION: Final = 0xA0
_EXTENSIONS: Final = 0xA3
_COMMON_NAME: Final = bytes.fromhex("550403")
_SURNAME: Final = bytes.fromhex("550404")
_SERIAL_NUMBER: Final = bytes.fromhex("550405")
_GIVEN_NAME: Final = bytes.fromhex("55042A")
_KEY_USAGE: Final = bytes.fromhex("551D0F")
_BASIC_CONSTRAINTS: Final = bytes.fromhex("551D13")
_DIGITAL_SIGNATURE: Final = 0
_NON_REPUDIATION: Final = 1
_ENCODINGS: Final = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x1E: "utf-16-be", 0x14: "latin-1"}
_FIN: Final = re.compile(r"(?:PNOAZ-)?([0-9A-HJ-NP-Z]{7})", re.ASCII)
"""A FİN has seven digits and capital letters, without I and O."""
_CHILD_OF: Final = frozenset({"oğlu", "Oğlu", "OĞLU", "qızı", "Qızı", "QIZI"})
"""Son or daughter of, at the end of a patronymic."""

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def signature_of(answer: bytes, key: PublicKey) -> bytes:
    """What a card answered as X.509 and CMS want it: ECDSA's r‖s of fixed length becomes a DER SEQUENCE.

    Raises:
        CardFault: it is neither.
    """
    if isinstance(key, rsa.RSAPublicKey):
        return answer
    half = (key.curve.key_size + 7) // 8
    if len(answer) == 2 * half:
        return utils.encode_dss_signature(int.from_bytes(answer[:half], "big"), int.from_bytes(answer[half:], "big"))
    if answer[:1] == bytes([_SEQUENCE]):
        return answer
    raise CardFault


def check(der: bytes, signature: bytes, digest: bytes, hash_name: HashName) -> None:
    """Whether a signature over a digest is by the certificate's key: PKCS#1 v1.5 for RSA, DER for ECDSA.

    Raises:
        CardFault: it is not, or the key is too short to prove anything.
    """
    check_by(public_key(der), signature, digest, hash_name)


def check_by(key: PublicKey, signature: bytes, digest: bytes, hash_name: HashName) -> None:
    """`check`, with a key that was read before."""
    prehashed = utils.Prehashed(HASHES[hash_name])
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), prehashed)
        else:
            key.verify(signature, digest, ec.ECDSA(prehashed))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        raise CardFault from None


def public_key(der: bytes) -> PublicKey:
    """The key that a certificate certifies.

    Raises:
        CardFault: the certificate is damaged, or the key is of another kind or too short.
    """
    parts = _body(der)
    if len(parts) < 6:
        raise CardFault
    key_info = parts[5].value
    try:
        key = load_der_public_key(tlv.wrap(_SEQUENCE, key_info))
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm):
        raise CardFault from None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= SHORTEST_RSA:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= SHORTEST_EC:
        return key
    raise CardFault


def purpose_of(der: bytes) -> Purpose | None:
    """What a certificate is for, by its key usage (RFC 5280, 4.2.1.3): nonRepudiation signs, digitalSignature signs in.

    Returns:
        None for an authority, for other uses, and for a damaged certificate.
    """
    return next(iter(purposes_of(der)), None)


def purposes_of(der: bytes) -> tuple[Purpose, ...]:
    """Everything a certificate is for, a signature first: one of a card with a single key may be for both."""
    try:
        usage, authority = _uses(der)
    except CardFault:
        return ()
    if authority:
        return ()
    signs: tuple[Purpose, ...] = ("signature",) if _NON_REPUDIATION in usage else ()
    return (*signs, "sign_in") if _DIGITAL_SIGNATURE in usage else signs


def holder_of(der: bytes) -> Holder | None:
    """Whose certificate it is; None where it names nobody by given name or surname, or is damaged."""
    try:
        subject = subject_of(der)
        return None if subject is None else _holder(subject)
    except CardFault:
        return None


def names_apart(names_given: str) -> tuple[str, str]:
    """Given name and patronymic, where a certificate has both as given name: Əsmər İlğar qızı."""
    words = names_given.split()
    if len(words) >= 3 and words[-1] in _CHILD_OF:
        return " ".join(words[:-2]), " ".join(words[-2:])
    return names_given, ""


def fin_in(serial_number: str) -> str | None:
    """The FİN in a number: bare, or as PNOAZ- (ETSI EN 319 412-1, 5.1.3) names Azerbaijan's; None for any other."""
    found = _FIN.fullmatch(serial_number)
    return found[1] if found else None


def subject_of(beginning: bytes) -> bytes | None:
    """The value of the subject's SEQUENCE, out of the beginning of a certificate.

    Returns:
        None where more of the certificate has to be read first.

    Raises:
        CardFault: this is not the beginning of a certificate.
    """
    at = 0
    for _ in range(2):
        found = tlv.header(beginning, at)
        if found is None:
            return None
        if found.tag != _SEQUENCE:
            raise CardFault
        at = found.start
    wanted = 4
    for number in range(6):
        found = tlv.header(beginning, at)
        if found is None:
            return None
        if number == 0 and found.tag == _VERSION:
            wanted = 5
        if number == wanted:
            if found.tag != _SEQUENCE:
                raise CardFault
            return beginning[found.start : found.end] if found.end <= len(beginning) else None
        at = found.end
    raise CardFault


def certificate_size(beginning: bytes) -> int | None:
    """How many bytes the certificate has that begins here; None where its length was not read yet.

    Raises:
        CardFault: this is not the beginning of a certificate, or one larger than any person's.
    """
    found = tlv.header(beginning)
    if found is None:
        return None
    if found.tag != _SEQUENCE or not 0 < found.end <= LARGEST_CERTIFICATE:
        raise CardFault
    return found.end


def holder_in(beginning: bytes) -> tuple[bool, Holder | None]:
    """Whether enough of a certificate was read to know its subject, and whom it names.

    Raises:
        CardFault: this is not the beginning of a certificate.
    """
    subject = subject_of(beginning)
    return (False, None) if subject is None else (True, _holder(subject))


def _holder(subject: bytes) -> Holder | None:
    named: dict[bytes, str] = {}
    for names in tlv.children(subject):
        if names.tag != _SET:
            raise CardFault
        for name in tlv.children(names.value):
            parts = tuple(tlv.children(name.value))
            if len(parts) == 2 and parts[0].tag == _OID:
                named.setdefault(parts[0].value, _decoded(parts[1]))
    names_given, surname = named.get(_GIVEN_NAME, ""), named.get(_SURNAME, "")
    if not names_given and not surname:
        return None
    given, patronymic = names_apart(names_given)
    return Holder(
        given_name=given,
        surname=surname,
        patronymic=patronymic or _patronymic(named.get(_COMMON_NAME, ""), given, surname),
        fin=fin_in(named.get(_SERIAL_NUMBER, "")),
    )


def _patronymic(common_name: str, given: str, surname: str) -> str:
    """What the common name says besides given name and surname: X.509 has no attribute for it."""
    words = common_name.split()
    for known in (*given.split(), *surname.split()):
        if known not in words:
            return ""
        words.remove(known)
    left = " ".join(words)
    return left if left.replace(" ", "").replace("-", "").isalpha() else ""


def _decoded(name: tlv.Tlv) -> str:
    encoding = _ENCODINGS.get(name.tag)
    if encoding is None:
        return ""
    told = name.value[:512].decode(encoding, "replace")
    return " ".join("".join(letter for letter in told if letter.isprintable()).split())[:128]


def _uses(der: bytes) -> tuple[frozenset[int], bool]:
    """The key usage bits, and whether it is an authority's."""
    usage: frozenset[int] = frozenset()
    authority = False
    for part in _body(der)[6:]:
        if part.tag != _EXTENSIONS:
            continue
        for extension in tlv.children(tlv.first(part.value).value):
            fields = tuple(tlv.children(extension.value))
            if len(fields) < 2 or fields[-1].tag != _OCTET_STRING:
                raise CardFault
            if fields[0].value == _KEY_USAGE:
                usage = tlv.bits(tlv.first(fields[-1].value).value)
            elif fields[0].value == _BASIC_CONSTRAINTS:
                constraints = tlv.first(fields[-1].value).value
                authority = any(field.tag == _BOOLEAN and field.value != b"\0" for field in tlv.children(constraints))
    return usage, authority


def _body(der: bytes) -> tuple[tlv.Tlv, ...]:
    """The parts of the TBSCertificate from the serial number on (RFC 5280, 4.1)."""
    certificate = tlv.first(der)
    if certificate.tag != _SEQUENCE or len(der) > LARGEST_CERTIFICATE:
        raise CardFault
    parts = tuple(tlv.children(tlv.first(certificate.value).value))
    return parts[1:] if parts and parts[0].tag == _VERSION else parts
