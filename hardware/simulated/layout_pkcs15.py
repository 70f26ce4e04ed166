"""A PKCS#15 e-signature card: two keys, two certificates, PIN1, PIN2 and a PUK (PKCS#15 v1.1, ISO 7816-15).

Its master file also answers to the IsoApplet's name with that interface's version: OpenSC has no driver that
signs for a card it does not know, and by that interface it signs with this one as it stands.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hardware.readers import Transport
from hardware.simulated.answer_to_reset import checked
from hardware.simulated.file_system import MASTER_FILE, Directory, TransparentFile
from hardware.simulated.instructions import Content
from hardware.simulated.keys import CardKey, PrivateKey
from hardware.simulated.pins import CardPin, PinForm
from hardware.simulated.tlv import tlv
from hardware.simulated.written import Written

MANUFACTURER: Final = "NÜMUNƏ"
"""How a driver can tell that this card answers an empty VERIFY without counting it."""
AID: Final = b"\xa0\x00\x00\x00\x63PKCS-15"
_ISO_APPLET: Final = bytes.fromhex("f276a288bcfba69d34f31001")
_ISO_APPLET_VERSION: Final = bytes.fromhex("000600")
"""Interface 0.6; no extended length, no random numbers, no elliptic curves by that interface."""

_APPLICATION: Final = 0x5015
_PATH: Final = MASTER_FILE.to_bytes(2) + _APPLICATION.to_bytes(2)
_SIGN_IN_CERTIFICATE, _SIGNATURE_CERTIFICATE, _ISSUER_CERTIFICATE = 0x4331, 0x4332, 0x4333
_RSA, _EC = 0x11, 0x21
"""What MSE SET calls the two algorithms."""
_RSA_LISTED, _EC_LISTED = 1, 2
"""Their numbers in the list of algorithms."""
_CKM_RSA_PKCS, _CKM_ECDSA = 0x0001, 0x1041
_PERSONAL_DATA: Final = 0x4441
_FILLED_TO: Final = 8
_DATE: Final = 10
_BLOCK: Final = 8

_HISTORICAL: Final = bytes.fromhex("8073f621c0") + b"\x56NUMUNE"
_ATR: Final[dict[Transport, bytes]] = {
    "T=0": b"\x3b\x0c" + _HISTORICAL,
    "T=1": b"\x3b\x8c\x81\x31\xfe\x45" + _HISTORICAL,
}


def content(written: Written) -> Content:
    """The card's files, PINs and keys."""
    pins = (
        CardPin("pin1", 0x81, "1234", PinForm(4, 8, _BLOCK), puk="puk"),
        CardPin("pin2", 0x82, "12345", PinForm(5, 8, _BLOCK), puk="puk", once=True),
        CardPin("puk", 0x83, "12345678", PinForm(8, 8, _BLOCK)),
    )
    for pin in pins[:2]:
        pin.transport = written.transport_pin
    keys = (
        _key(0x01, written.sign_in_key, "pin1", sign_in=True),
        _key(0x02, written.signature_key, "pin2", sign_in=False),
    )
    private = _private_key(keys[0], 1, "Giriş açarı", 1) + _private_key(keys[1], 2, "İmza açarı", 2)
    certificates = b"".join(
        (
            _certificate(1, "Giriş sertifikatı", _SIGN_IN_CERTIFICATE),
            _certificate(2, "İmza sertifikatı", _SIGNATURE_CERTIFICATE),
            _certificate(3, "NÜMUNƏ ICA", _ISSUER_CERTIFICATE, authority=True),
        )
    )
    application = Directory(
        _APPLICATION,
        (
            TransparentFile(0x5031, _object_directory(), short=0x11),
            TransparentFile(0x5032, _token_info(written.holder.document or "", keys), short=0x12),
            TransparentFile(0x4401, lambda: _pin_objects(pins)),
            TransparentFile(0x4402, _filled(private)),
            TransparentFile(0x4403, _filled(certificates)),
            TransparentFile(0x4404, _filled(_private_data("Şəxsi məlumat", _PERSONAL_DATA, 1))),
            TransparentFile(_SIGN_IN_CERTIFICATE, _filled(written.sign_in)),
            TransparentFile(_SIGNATURE_CERTIFICATE, _filled(written.signature)),
            TransparentFile(_ISSUER_CERTIFICATE, _filled(written.issuer)),
            TransparentFile(_PERSONAL_DATA, f"{written.holder.born or ''}".encode().ljust(_DATE), needs="pin1"),
        ),
        {AID: None},
    )
    listed = tlv(0x61, tlv(0x4F, AID), tlv(0x50, "NÜMUNƏ e-imza".encode()), tlv(0x51, _PATH))
    root = Directory(
        MASTER_FILE, (TransparentFile(0x2F00, listed, short=0x1E), application), {_ISO_APPLET: _ISO_APPLET_VERSION}
    )
    return Content(
        atr={transport: checked(atr) for transport, atr in _ATR.items()},
        root=root,
        pins=pins,
        keys=keys,
        instructions=frozenset({0x20, 0x22, 0x24, 0x2A, 0x2C, 0x84, 0x88, 0xB0, 0xB2}),
        status_query=True,
        default_key={"authenticate": 0x01},
    )


def _pin_objects(pins: tuple[CardPin, ...]) -> bytes:
    """EF.AODF as it is now: a transport PIN is one that is not yet initialised."""
    return b"".join(
        _pin(pin, number, label, len(pins))
        for number, (pin, label) in enumerate(zip(pins, ("PIN1", "PIN2", "PUK"), strict=True), 1)
    )


def _key(reference: int, private: PrivateKey, pin: str, *, sign_in: bool) -> CardKey:
    is_rsa = isinstance(private, rsa.RSAPrivateKey)
    return CardKey(
        reference,
        private,
        pin,
        "pkcs1" if is_rsa else "r||s",
        frozenset({"sign", "authenticate"} if sign_in else {"sign"}),
        frozenset({_RSA if is_rsa else _EC}),
    )


def _filled(data: bytes) -> bytes:
    """Files are larger than what is in them; what follows is zero."""
    return data + bytes(-len(data) % _FILLED_TO + _FILLED_TO)


def _bits(*places: int) -> bytes:
    """A BIT STRING with these bits set, the first of a named list being 0."""
    size = max(places) // 8 + 1
    value = bytearray(size)
    for place in places:
        value[place // 8] |= 0x80 >> place % 8
    return tlv(0x03, bytes([7 - max(places) % 8]), bytes(value))


def _number(value: int, tag: int = 0x02) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1))


def _text(text: str) -> bytes:
    return tlv(0x0C, text.encode())


def _id(number: int) -> bytes:
    return tlv(0x04, bytes([number]))


def _path(*fids: int) -> bytes:
    return tlv(0x30, tlv(0x04, _PATH, *(fid.to_bytes(2) for fid in fids)))


def _object_directory() -> bytes:
    return _filled(
        tlv(0xA0, _path(0x4402)) + tlv(0xA4, _path(0x4403)) + tlv(0xA7, _path(0x4404)) + tlv(0xA8, _path(0x4401))
    )


def _token_info(document: str, keys: tuple[CardKey, ...]) -> bytes:
    algorithms = b""
    if any(isinstance(key.private, rsa.RSAPrivateKey) for key in keys):
        algorithms += _algorithm(_RSA_LISTED, _CKM_RSA_PKCS, _RSA)
    if any(isinstance(key.private, ec.EllipticCurvePrivateKey) for key in keys):
        algorithms += _algorithm(_EC_LISTED, _CKM_ECDSA, _EC)
    read_only, login_required, eid_compliant = 0, 1, 3
    return _filled(
        tlv(
            0x30,
            _number(0),
            tlv(0x04, document.encode("ascii")),
            _text(MANUFACTURER),
            tlv(0x80, "NÜMUNƏ e-imza kartı".encode()),
            _bits(read_only, login_required, eid_compliant),
            tlv(0xA2, algorithms),
        )
    )


def _algorithm(number: int, mechanism: int, called: int) -> bytes:
    """AlgorithmInfo: its number here, PKCS#11's mechanism, no parameters, signing, and what MSE SET calls it."""
    compute_signature = _bits(1)
    return tlv(0x30, _number(number), _number(mechanism), tlv(0x05), compute_signature, _number(called))


def _pin(pin: CardPin, number: int, label: str, puk_number: int) -> bytes:
    local, initialized, needs_padding, unblocking = 1, 4, 5, 6
    flags = [local, needs_padding]
    if not pin.transport:
        flags.append(initialized)
    if pin.puk is None:
        flags.append(unblocking)
    private, modifiable = 0, 1
    unblocked_by = b"" if pin.puk is None else _id(puk_number)
    form = pin.form
    return tlv(
        0x30,
        tlv(0x30, _text(label), _bits(private, modifiable), unblocked_by),
        tlv(0x30, _id(number)),
        tlv(
            0xA1,
            tlv(
                0x30,
                _bits(*flags),
                _number(1, 0x0A),
                _number(form.shortest),
                _number(form.block),
                _number(form.longest),
                _number(pin.reference, 0x80),
                tlv(0x04, b"\xff"),
                _path(),
            ),
        ),
    )


def _private_key(key: CardKey, number: int, label: str, pin_number: int) -> bytes:
    """A PrKDF entry. The signature key wants its PIN before each signature (userConsent).

    An RSA key does not list its algorithm, because OpenSC then takes it for all that the key can do and refuses to hash
    before it; a key on a curve does.
    """
    sign, non_repudiation = 2, 9
    sensitive, always_sensitive, never_extractable, local = 0, 2, 3, 4
    signs_in = "authenticate" in key.uses
    is_rsa = isinstance(key.private, rsa.RSAPrivateKey)
    consent = b"" if signs_in else _number(1)
    common = tlv(0x30, _text(label), _bits(0), _id(pin_number), consent)
    about = tlv(
        0x30,
        _id(number),
        _bits(sign) if signs_in else _bits(non_repudiation),
        _bits(sensitive, always_sensitive, never_extractable, local),
        _number(key.reference),
        b"" if is_rsa else tlv(0xA1, _number(_EC_LISTED)),
    )
    if isinstance(key.private, rsa.RSAPrivateKey):
        return tlv(0x30, common, about, tlv(0xA1, tlv(0x30, _path(), _number(key.private.key_size))))
    return tlv(0xA0, common, about, tlv(0xA1, tlv(0x30, _path())))


def _certificate(number: int, label: str, fid: int, *, authority: bool = False) -> bytes:
    about = tlv(0x30, _id(number), tlv(0x01, b"\xff") if authority else b"")
    return tlv(0x30, tlv(0x30, _text(label), _bits(1)), about, tlv(0xA1, tlv(0x30, _path(fid))))


def _private_data(label: str, fid: int, pin_number: int) -> bytes:
    """A DODF entry: a data object that is read once that PIN was proved."""
    private = 0
    common = tlv(0x30, _text(label), _bits(private), _id(pin_number))
    return tlv(0x30, common, tlv(0x30, _text(MANUFACTURER)), tlv(0xA1, _path(fid)))
