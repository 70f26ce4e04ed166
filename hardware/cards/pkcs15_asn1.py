"""The directory of a PKCS#15 card (PKCS #15 v1.1, 6; ISO/IEC 7816-15, 8), read into plain values.

It is walked with the bounded TLV reader and not decoded against a fixed ASN.1 schema: the standard's types end in "…",
real cards use that, and a field that nobody here needs must not make a card unreadable. Objects of kinds that are of no
use here are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from hardware.cards import tlv
from hardware.errors import CardFault

LARGEST_DIRECTORY: Final = 16_384
"""Bytes; no directory file is longer."""
MOST_OBJECTS: Final = 64
"""How many objects of one kind a card may name."""

SIGN: Final = 2
SIGN_RECOVER: Final = 3
NON_REPUDIATION: Final = 9
"""Bits of a key's usage (PKCS #15 v1.1, 6.2.4)."""
LOCAL: Final = 1
CHANGE_DISABLED: Final = 2
UNBLOCK_DISABLED: Final = 3
INITIALIZED: Final = 4
NEEDS_PADDING: Final = 5
UNBLOCKING_PIN: Final = 6
SO_PIN: Final = 7
"""Flags of a PIN (PKCS #15 v1.1, 6.8.2)."""
ASCII_NUMERIC: Final = 1
UTF8: Final = 2
"""Types of a PIN, those that are sent as ASCII digits."""
RSA_PKCS: Final = 0x1
RSA_RAW: Final = 0x3
ECDSA: Final = 0x1041
"""Mechanisms of PKCS#11, by which TokenInfo names algorithms."""

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_BIT_STRING: Final = 0x03
_OCTET_STRING: Final = 0x04
_BOOLEAN: Final = 0x01
_ENUMERATED: Final = 0x0A
_UTF8: Final = 0x0C
_C0: Final = 0xA0
_C1: Final = 0xA1
_PRIMITIVE_0: Final = 0x80
_ODF_KINDS: Final = {0xA0: "private_keys", 0xA4: "certificates", 0xA5: "certificates", 0xA8: "pins"}


@dataclass(frozen=True, slots=True)
class Path:
    """Where something is: a path of file ids, and which part of the file (None: all of it)."""

    name: bytes
    offset: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An entry of EF.DIR."""

    aid: bytes
    path: bytes = b""
    label: str = ""


@dataclass(frozen=True, slots=True)
class ObjectDirectory:
    """EF.ODF: where the directories of keys, certificates and PINs are."""

    private_keys: tuple[Path, ...] = ()
    certificates: tuple[Path, ...] = ()
    pins: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What a card computes: its number in this directory, PKCS#11's mechanism, and what MSE SET calls it."""

    reference: int
    mechanism: int
    card_reference: int | None = None


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """EF.TokenInfo, as far as it matters here."""

    manufacturer: str = ""
    label: str = ""
    algorithms: tuple[Algorithm, ...] = ()


@dataclass(frozen=True, slots=True)
class PinEntry:
    """A PIN of the AODF."""

    auth_id: bytes
    label: str
    flags: frozenset[int]
    kind: int
    shortest: int
    stored: int
    longest: int
    reference: int = 0
    fill: int = 0xFF
    path: Path | None = None
    unblocked_by: bytes = b""
    """The authId of the PIN that guards this one: its PUK."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A private key of the PrKDF."""

    key_id: bytes
    label: str
    usage: frozenset[int]
    reference: int | None
    auth_id: bytes
    algorithms: frozenset[int] = field(default_factory=frozenset)
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """A certificate of the CDF: a file, or the certificate itself in the directory."""

    key_id: bytes
    label: str
    authority: bool
    path: Path | None = None
    der: bytes = b""


def applications(data: bytes) -> tuple[Application, ...]:
    """EF.DIR (PKCS #15 v1.1, 5.4.1)."""
    found = []
    for entry in tlv.records(data):
        if entry.tag != 0x61:
            continue
        parts = {part.tag: part.value for part in tlv.children(entry.value)}
        if 0x4F in parts:
            found.append(Application(parts[0x4F][:16], parts.get(0x51, b"")[:16], tlv.text(parts.get(0x50, b""))))
    return tuple(found)


def object_directory(data: bytes) -> ObjectDirectory:
    """EF.ODF (PKCS #15 v1.1, 6.2): objects that stand in the ODF itself are of no use here."""
    paths: dict[str, list[Path]] = {"private_keys": [], "certificates": [], "pins": []}
    for entry in tlv.records(data):
        kind = _ODF_KINDS.get(entry.tag)
        if kind is None:
            continue
        for choice in tlv.children(entry.value):
            if choice.tag == _SEQUENCE:
                paths[kind].append(_path(choice.value))
    if sum(map(len, paths.values())) > MOST_OBJECTS:
        raise CardFault
    return ObjectDirectory(tuple(paths["private_keys"]), tuple(paths["certificates"]), tuple(paths["pins"]))


def token_info(data: bytes) -> TokenInfo:
    """EF.TokenInfo (PKCS #15 v1.1, 6.9)."""
    manufacturer = label = ""
    algorithms: list[Algorithm] = []
    for part in tlv.children(tlv.first(data).value):
        if part.tag == _UTF8:
            manufacturer = tlv.text(part.value)
        elif part.tag == _PRIMITIVE_0:
            label = tlv.text(part.value)
        elif part.tag == 0xA2:
            algorithms = [_algorithm(one.value) for one in tlv.children(part.value)]
    return TokenInfo(manufacturer, label, tuple(algorithms))


def pins(data: bytes) -> Iterator[PinEntry]:
    """An AODF; other ways to prove oneself (biometry, keys) are passed over."""
    for entry in tlv.records(data):
        if entry.tag != _SEQUENCE:
            continue
        common, own, _, attributes = _object(entry.value)
        label, guard = _common(common)
        yield _pin(label, guard, own, attributes)


def private_keys(data: bytes) -> Iterator[KeyEntry]:
    """A PrKDF: RSA and EC keys."""
    for entry in tlv.records(data):
        if entry.tag not in (_SEQUENCE, _C0):
            continue
        common, own, _, attributes = _object(entry.value)
        label, guard = _common(common)
        key_id, usage, reference, algorithms = b"", frozenset[int](), None, frozenset[int]()
        for part in tlv.children(own):
            if part.tag == _OCTET_STRING and not key_id:
                key_id = part.value
            elif part.tag == _BIT_STRING and not usage:
                usage = tlv.bits(part.value)
            elif part.tag == _INTEGER:
                reference = tlv.whole_number(part.value) & 0xFF
            elif part.tag == _C1:
                algorithms = frozenset(tlv.whole_number(one.value) for one in tlv.children(part.value))
        yield KeyEntry(key_id, label, usage, reference, guard, algorithms, _first_path(attributes))


def certificates(data: bytes) -> Iterator[CertificateEntry]:
    """A CDF: X.509 certificates."""
    for entry in tlv.records(data):
        if entry.tag != _SEQUENCE:
            continue
        common, own, _, attributes = _object(entry.value)
        label, _ = _common(common)
        key_id, authority = b"", False
        for part in tlv.children(own):
            if part.tag == _OCTET_STRING and not key_id:
                key_id = part.value
            elif part.tag == _BOOLEAN:
                authority = part.value != b"\0"
        value = next(tlv.children(attributes), None)
        if value is None:
            raise CardFault
        if value.tag == _SEQUENCE:
            yield CertificateEntry(key_id, label, authority, path=_path(value.value))
        elif value.tag == _C0:
            yield CertificateEntry(key_id, label, authority, der=value.value)


def _object(value: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """PKCS15Object: common, class, sub-class and type attributes (PKCS #15 v1.1, 6.1.8)."""
    parts = tuple(tlv.children(value))
    if len(parts) < 3 or parts[0].tag != _SEQUENCE or parts[1].tag != _SEQUENCE:
        raise CardFault
    inner = {part.tag: part.value for part in parts[2:]}
    if _C1 not in inner:
        raise CardFault
    own = tlv.first(inner[_C1])
    if own.tag != _SEQUENCE:
        raise CardFault
    return parts[0].value, parts[1].value, inner.get(_C0, b""), own.value


def _common(value: bytes) -> tuple[str, bytes]:
    """CommonObjectAttributes: the label, and the authId that guards the object."""
    label, guard = "", b""
    for part in tlv.children(value):
        if part.tag == _UTF8:
            label = tlv.text(part.value)
        elif part.tag == _OCTET_STRING and not guard:
            guard = part.value
    return label, guard


def _pin(label: str, guard: bytes, own: bytes, attributes: bytes) -> PinEntry:
    """PinAttributes: the numbers stand in the order shortest, stored, longest (PKCS #15 v1.1, 6.8.2)."""
    auth_id = next((part.value for part in tlv.children(own) if part.tag == _OCTET_STRING), b"")
    flags, kind, numbers = frozenset[int](), UTF8, list[int]()
    reference, fill, path = 0, 0xFF, None
    for part in tlv.children(attributes):
        if part.tag == _BIT_STRING:
            flags = tlv.bits(part.value)
        elif part.tag == _ENUMERATED:
            kind = tlv.whole_number(part.value)
        elif part.tag == _INTEGER:
            numbers.append(tlv.whole_number(part.value))
        elif part.tag == _PRIMITIVE_0:
            reference = tlv.whole_number(part.value) & 0xFF
        elif part.tag == _OCTET_STRING and len(part.value) == 1:
            fill = part.value[0]
        elif part.tag == _SEQUENCE:
            path = _path(part.value)
    if len(numbers) < 2 or not all(0 <= number <= 255 for number in numbers):
        raise CardFault
    shortest, stored = numbers[:2]
    longest = numbers[2] if len(numbers) > 2 else stored
    return PinEntry(auth_id, label, flags, kind, shortest, stored, longest, reference, fill, path, guard)


def _algorithm(value: bytes) -> Algorithm:
    """AlgorithmInfo: reference, mechanism, …, and at its end what the card calls it (PKCS #15 v1.1, 6.9)."""
    numbers = [tlv.whole_number(part.value) for part in tlv.children(value) if part.tag == _INTEGER]
    if len(numbers) < 2:
        raise CardFault
    return Algorithm(numbers[0], numbers[1], numbers[2] & 0xFF if len(numbers) > 2 else None)


def _path(value: bytes) -> Path:
    """Path: file ids, index and length (PKCS #15 v1.1, 6.1.4)."""
    name, offset, length = b"", 0, None
    for part in tlv.children(value):
        if part.tag == _OCTET_STRING and not name:
            name = part.value
        elif part.tag == _INTEGER:
            offset = tlv.whole_number(part.value)
        elif part.tag == _PRIMITIVE_0:
            length = tlv.whole_number(part.value)
    if len(name) > 16 or not 0 <= offset <= LARGEST_DIRECTORY or not (length is None or 0 <= length <= tlv.LARGEST):
        raise CardFault
    return Path(name, offset, length)


def _first_path(attributes: bytes) -> Path | None:
    """Where a key is: the path at the beginning of its type attributes; None for one that is named otherwise."""
    value = next(tlv.children(attributes), None)
    return _path(value.value) if value is not None and value.tag == _SEQUENCE else None
