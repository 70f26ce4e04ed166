"""A PIV card: two keys, two certificates, a PIN and a PUK (NIST SP 800-73-4, parts 1 and 2)."""

from __future__ import annotations

import gzip
import uuid
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hardware.readers import Transport
from hardware.simulated.answer_to_reset import checked
from hardware.simulated.command import WRONG_DATA, WRONG_P1P2, Command, Refused
from hardware.simulated.file_system import MASTER_FILE, Directory
from hardware.simulated.instructions import Content, Instructions
from hardware.simulated.keys import CardKey, PrivateKey
from hardware.simulated.pins import CardPin, PinForm
from hardware.simulated.tlv import elements, tlv
from hardware.simulated.written import Written

_PROVIDER: Final = bytes.fromhex("a000000308")
_APPLICATION: Final = bytes.fromhex("000010000100")
AID: Final = _PROVIDER + _APPLICATION
_SIGN_IN, _SIGNATURE = 0x9A, 0x9C
_RSA_2048, _P256, _P384 = 0x07, 0x11, 0x14
_DYNAMIC, _RESPONSE, _CHALLENGE = 0x7C, 0x82, 0x81
_GZIPPED: Final = b"\x01"
_WRITTEN: Final = 0x53
_END: Final = tlv(0xFE)

_HISTORICAL: Final = bytes.fromhex("8073c021c0") + b"\x56NUMPIV"
_ATR: Final[dict[Transport, bytes]] = {
    "T=0": b"\x3b\x0c" + _HISTORICAL,
    "T=1": b"\x3b\x8c\x81\x31\xfe\x45" + _HISTORICAL,
}


def content(written: Written) -> Content:
    """The card's data objects, PINs and keys. The signature certificate is compressed, as SP 800-73-4 allows."""
    pins = (
        CardPin("pin", 0x80, "123456", PinForm(6, 8, 8), puk="puk"),
        CardPin("puk", 0x81, "12345678", PinForm(8, 8, 8)),
    )
    pins[0].transport = written.transport_pin
    keys = (
        _key(_SIGN_IN, written.sign_in_key, "authenticate"),
        _key(_SIGNATURE, written.signature_key, "sign"),
    )
    objects = {
        bytes.fromhex("5fc105"): _certificate(written.sign_in),
        bytes.fromhex("5fc10a"): _certificate(gzip.compress(written.signature, mtime=0), _GZIPPED),
        bytes.fromhex("5fc102"): _holder_id(written),
        bytes.fromhex("5fc107"): _capabilities(),
        bytes.fromhex("7e"): tlv(0x7E, tlv(0x4F, AID), tlv(0x5F2F, b"\x40\x00")),
    }
    answer = tlv(0x61, tlv(0x4F, _APPLICATION), tlv(0x79, tlv(0x4F, _PROVIDER)))
    return Content(
        atr={transport: checked(atr) for transport, atr in _ATR.items()},
        root=Directory(MASTER_FILE, names={AID: answer}),
        pins=pins,
        keys=keys,
        objects=objects,
        instructions=frozenset({0x20, 0x24, 0x2C, 0x87, 0xCB}),
        status_query=True,
        log_out=True,
        only_by_name=True,
        general=general_authenticate,
        fresh_proof=frozenset({_SIGNATURE}),
    )


def general_authenticate(card: Instructions, command: Command) -> bytes:
    """GENERAL AUTHENTICATE, signing alone: `7C {82 empty, 81 what is to be signed}` (SP 800-73-4 part 2, 3.2.4)."""
    key = card.key(command.p2)
    if command.p1 != _algorithm(key.private):
        raise Refused(WRONG_P1P2)
    try:
        parts = dict(elements(dict(elements(command.data))[_DYNAMIC]))
    except (ValueError, KeyError):
        raise Refused(WRONG_DATA) from None
    if parts.get(_RESPONSE) != b"" or not parts.get(_CHALLENGE):
        raise Refused(WRONG_DATA)
    return tlv(_DYNAMIC, tlv(_RESPONSE, card.use_key(key, parts[_CHALLENGE])))


def _key(reference: int, private: PrivateKey, use: str) -> CardKey:
    is_rsa = isinstance(private, rsa.RSAPrivateKey)
    return CardKey(
        reference, private, "pin", "raw" if is_rsa else "der", frozenset({"sign" if use == "sign" else "authenticate"})
    )


def _algorithm(private: PrivateKey) -> int:
    if isinstance(private, rsa.RSAPrivateKey):
        return _RSA_2048
    return _P256 if isinstance(private.curve, ec.SECP256R1) else _P384


def _certificate(stored: bytes, info: bytes = b"\x00") -> bytes:
    return tlv(_WRITTEN, tlv(0x70, stored), tlv(0x71, info), _END)


def _holder_id(written: Written) -> bytes:
    """The CHUID: an invented number, and until when the card is good; unsigned."""
    number = uuid.uuid5(uuid.NAMESPACE_DNS, f"{written.holder.document}.example.az").bytes
    return tlv(
        _WRITTEN,
        tlv(0x30, bytes(25)),
        tlv(0x34, number),
        tlv(0x35, f"{written.until:%Y%m%d}".encode("ascii")),
        tlv(0x3E),
        _END,
    )


def _capabilities() -> bytes:
    """The card capability container, with nothing in what nobody reads (SP 800-73-4 part 1, 3.1.1)."""
    empty = b"".join(tlv(tag) for tag in (0xF3, 0xF4, 0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD))
    return tlv(_WRITTEN, tlv(0xF0, bytes(21)), tlv(0xF1, b"\x21"), tlv(0xF2, b"\x21"), tlv(0xF5, b"\x10"), empty, _END)
