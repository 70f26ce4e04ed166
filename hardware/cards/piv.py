"""PIV cards (NIST SP 800-73-4): a certificate and key to sign in (9A), one to sign (9C), one PIN for both.

The host pads RSA blocks itself; the card computes with the bare key.
"""

from __future__ import annotations

import zlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from hardware.cards import tlv, verify
from hardware.cards.apdu import OK, SHORT_ANSWER, Command
from hardware.cards.card import CardCertificate, CardKind, HashName, Holder, PinName, Purpose, Tries
from hardware.cards.channel import Channel
from hardware.cards.driver import Driver, PinSlot
from hardware.cards.padding import emsa_pkcs1_v1_5
from hardware.cards.pin_entry import PinForm
from hardware.cards.status_words import NOT_THERE, error
from hardware.errors import CardFault, NotSupported, PinBlocked, PinWrong

AID: Final = bytes.fromhex("A00000030800001000")
_GET_DATA: Final = bytes.fromhex("00CB3FFF")
_GENERAL_AUTHENTICATE: Final = 0x87
_VERIFY: Final = 0x20
_CERTIFICATES: Final[dict[Purpose, bytes]] = {"sign_in": bytes.fromhex("5FC105"), "signature": bytes.fromhex("5FC10A")}
_KEYS: Final[dict[Purpose, int]] = {"sign_in": 0x9A, "signature": 0x9C}
_DISCOVERY: Final = bytes.fromhex("7E")
_PIN: Final = 0x80
_GLOBAL_PIN: Final = 0x00
_PUK: Final = 0x81
_GLOBAL_PIN_USED: Final = 0x20
_GLOBAL_PIN_FIRST: Final = 0x20
_FORM: Final = PinForm(6, 8, 8)
_PUK_FORM: Final = PinForm(8, 8, 8)
_RSA_ALGORITHMS: Final = {2048: 0x07, 3072: 0x05, 4096: 0x16}
_EC_ALGORITHMS: Final = {256: 0x11, 384: 0x14}
"""Algorithm identifiers of SP 800-78-5, table 9, and 4096 bits as cards in use name it."""
_LARGEST_OBJECT: Final = 12_288
_GZIP: Final = 31
_NET_ID: Final = b"\x01\x00"
"""Where Net iD compressed a certificate: zlib behind this and a length of two bytes."""


class PivCard(Driver):
    """A card whose PIV application is selected."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._found: dict[Purpose, bytes | None] = {}
        self._reference: int | None = None
        self._is_selected = True

    @property
    def kind(self) -> CardKind:
        """PIV."""
        return "piv"

    def holder(self) -> Holder | None:
        """The names in the certificate that signs in, or in the other one."""
        self.channel.begin()
        for purpose in _CERTIFICATES:
            der = self._certificate(purpose)
            if der is not None and (holder := verify.holder_of(der)) is not None:
                return holder
        return None

    def certificates(self) -> tuple[CardCertificate, ...]:
        """Those of 9A and 9C, where they are there."""
        self.channel.begin()
        found = ((purpose, self._certificate(purpose)) for purpose in _CERTIFICATES)
        return tuple(
            CardCertificate(der, purpose, "user_pin", f"{_KEYS[purpose]:02X}")
            for purpose, der in found
            if der is not None
        )

    def _key(self, purpose: Purpose) -> tuple[bytes, PinName]:
        der = self._certificate(purpose)
        if der is None:
            raise NotSupported
        return der, "user_pin"

    def _was_reset(self) -> None:
        self._is_selected = False

    def _slots(self) -> tuple[PinSlot, ...]:
        reference = self._pin_reference()
        return (
            PinSlot("user_pin", reference, _FORM, "PIN", can_unblock=reference == _PIN),
            PinSlot("puk", _PUK, _PUK_FORM, "PUK"),
        )

    def _tries(self, slot: PinSlot) -> Tries | None:
        """By VERIFY without a PIN, which PIV defines to cost no try (SP 800-73-4 part 2, 3.2.1); not so for the PUK."""
        if slot.name == "puk":
            return None
        self._enter()
        response = self.channel.send(Command(bytes([0x00, _VERIFY, 0x00, slot.reference])))
        match error(response.status, "verify"):
            case PinWrong(left=left):
                return Tries(left=left)
            case PinBlocked():
                return Tries(left=0)
        return None

    def _stand(self, pin: PinName) -> None:
        self._enter()

    def _compute(self, purpose: Purpose, digest: bytes, hash_name: HashName, key: verify.PublicKey) -> bytes:
        """GENERAL AUTHENTICATE right behind VERIFY, as key 9C asks for."""
        if isinstance(key, RSAPublicKey):
            algorithm = _RSA_ALGORITHMS.get(key.key_size)
            block = emsa_pkcs1_v1_5(digest, hash_name, (key.key_size + 7) // 8)
        else:
            algorithm = _EC_ALGORITHMS.get(key.curve.key_size)
            size = (key.curve.key_size + 7) // 8
            block = digest[:size].rjust(size, b"\0")
        if algorithm is None:
            raise NotSupported
        header = bytes([0x00, _GENERAL_AUTHENTICATE, algorithm, _KEYS[purpose]])
        data = tlv.wrap(0x7C, tlv.wrap(0x82, b"") + tlv.wrap(0x81, block))
        response = self.channel.send(Command(header, data, SHORT_ANSWER))
        if (refused := error(response.status, "key")) is not None:
            raise refused
        signature = tlv.find(response.data, 0x7C, 0x82)
        if signature is None:
            raise CardFault
        return signature

    def _pin_reference(self) -> int:
        """Which PIN is asked for, by the discovery object (SP 800-73-4 part 1, 3.3.2); its own where there is none."""
        if self._reference is None:
            self._reference = _PIN
            data = self._object(_DISCOVERY)
            policy = None if data is None else tlv.find(data, 0x7E, 0x5F2F)
            if policy is not None and len(policy) == 2:
                is_global = policy[0] & _GLOBAL_PIN_USED and policy[1] == _GLOBAL_PIN_FIRST
                self._reference = _GLOBAL_PIN if is_global else _PIN
        return self._reference

    def _certificate(self, purpose: Purpose) -> bytes | None:
        """A certificate (SP 800-73-4 part 1, appendix A); read once."""
        if purpose not in self._found:
            data = self._object(_CERTIFICATES[purpose])
            self._found[purpose] = None if data is None else _certificate_in(data)
        return self._found[purpose]

    def _enter(self) -> None:
        """Select the application again after a reset."""
        if not self._is_selected:
            if (status := self.channel.select(0x04, AID, p2=0x00)) != OK:
                raise CardFault(status)
            self._is_selected = True

    def _object(self, tag: bytes) -> bytes | None:
        """A data object, or None where the card has it not."""
        self._enter()
        command = Command(_GET_DATA, bytes([0x5C, len(tag)]) + tag, SHORT_ANSWER)
        response = self.channel.send(command, most=_LARGEST_OBJECT)
        if response.status in NOT_THERE:
            return None
        if not response.is_ok:
            raise CardFault(response.status)
        return response.data


def open_application(channel: Channel) -> PivCard | None:
    """Select the PIV application.

    Returns:
        None where the card has none.

    Raises:
        CardFault: the card answers neither yes nor no.
    """
    status = channel.select(0x04, AID, p2=0x00)
    if status == OK:
        return PivCard(channel)
    if status in NOT_THERE:
        return None
    raise CardFault(status)


def _certificate_in(data: bytes) -> bytes | None:
    """The certificate of a data object, unpacked; None for an empty one."""
    parts = {part.tag: part.value for part in tlv.children(tlv.first(data).value)}
    der = parts.get(0x70, b"")
    if not der:
        return None
    if parts.get(0x71, b"\0")[:1] == b"\x01":
        der = _unpacked(der, _GZIP)
    elif der.startswith(_NET_ID):
        der = _unpacked(der[4:], zlib.MAX_WBITS)
    size = verify.certificate_size(der)
    if size is None or size > len(der):
        raise CardFault
    return der[:size]


def _unpacked(packed: bytes, kind: int) -> bytes:
    """What was compressed, as long as it is not larger than a certificate.

    Raises:
        CardFault: it is damaged, or larger.
    """
    unpacking = zlib.decompressobj(kind)
    try:
        data = unpacking.decompress(packed, verify.LARGEST_CERTIFICATE + 1)
    except zlib.error:
        raise CardFault from None
    if not unpacking.eof or len(data) > verify.LARGEST_CERTIFICATE:
        raise CardFault
    return data
