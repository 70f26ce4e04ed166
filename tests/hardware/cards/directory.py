"""A PKCS#15 directory written with a library's ASN.1 encoder, and a card of plain files that serves it.

The driver reads directories with a walker of its own; these classes are made after the standard (PKCS #15 v1.1, 6) and
share nothing with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from asn1crypto import core, x509

AID = b"\xa0\x00\x00\x00\x63PKCS-15"
HOME = bytes.fromhex("3F005015")


class DdoPath(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("path", core.OctetString),
        ("index", core.Integer, {"optional": True}),
        ("length", core.Integer, {"implicit": 0, "optional": True}),
    ]


class ObjectFlags(core.BitString):  # type: ignore[misc]
    _map: ClassVar = {0: "private", 1: "modifiable"}


class CommonObject(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("label", core.UTF8String, {"optional": True}),
        ("flags", ObjectFlags, {"optional": True}),
        ("auth_id", core.OctetString, {"optional": True}),
        ("user_consent", core.Integer, {"optional": True}),
    ]


class PinFlags(core.BitString):  # type: ignore[misc]
    _map: ClassVar = {
        0: "case-sensitive", 1: "local", 2: "change-disabled", 3: "unblock-disabled", 4: "initialized",
        5: "needs-padding", 6: "unblocking", 7: "so",
    }  # fmt: skip


class PinType(core.Enumerated):  # type: ignore[misc]
    _map: ClassVar = {0: "bcd", 1: "ascii-numeric", 2: "utf8", 3: "half-nibble-bcd", 4: "iso9564-1"}


class CommonAuthentication(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("auth_id", core.OctetString)]


class PinAttributes(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("flags", PinFlags),
        ("type", PinType),
        ("min", core.Integer),
        ("stored", core.Integer),
        ("max", core.Integer, {"optional": True}),
        ("reference", core.Integer, {"implicit": 0, "optional": True}),
        ("pad", core.OctetString, {"optional": True}),
        ("changed", core.GeneralizedTime, {"optional": True}),
        ("path", DdoPath, {"optional": True}),
    ]


class Pin(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("common", CommonObject), ("own", CommonAuthentication), ("type", PinAttributes, {"explicit": 1}),
    ]  # fmt: skip


class KeyUsage(core.BitString):  # type: ignore[misc]
    _map: ClassVar = {1: "decrypt", 2: "sign", 3: "sign-recover", 5: "unwrap", 9: "non-repudiation"}


class References(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Integer


class CommonKey(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("id", core.OctetString),
        ("usage", KeyUsage),
        ("native", core.Boolean, {"default": True}),
        ("reference", core.Integer, {"optional": True}),
        ("algorithms", References, {"implicit": 1, "optional": True}),
    ]


class RsaKey(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("value", DdoPath), ("modulus_length", core.Integer)]


class PrivateKey(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("common", CommonObject), ("own", CommonKey), ("type", RsaKey, {"explicit": 1})]


class CommonCertificate(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("id", core.OctetString), ("authority", core.Boolean, {"default": False})]


class X509Attributes(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [("value", DdoPath), ("subject", x509.Name, {"optional": True})]


class Certificate(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("common", CommonObject), ("own", CommonCertificate), ("type", X509Attributes, {"explicit": 1}),
    ]  # fmt: skip


class Operations(core.BitString):  # type: ignore[misc]
    _map: ClassVar = {1: "compute-signature"}


class AlgorithmInfo(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("reference", core.Integer),
        ("algorithm", core.Integer),
        ("parameters", core.Null),
        ("operations", Operations),
        ("oid", core.ObjectIdentifier, {"optional": True}),
        ("card_reference", core.Integer, {"optional": True}),
    ]


class AlgorithmInfos(core.SequenceOf):  # type: ignore[misc]
    _child_spec = AlgorithmInfo


class TokenInfo(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar = [
        ("version", core.Integer),
        ("serial", core.OctetString),
        ("manufacturer", core.UTF8String, {"optional": True}),
        ("label", core.UTF8String, {"implicit": 0, "optional": True}),
        ("flags", core.BitString),
        ("algorithms", AlgorithmInfos, {"implicit": 2, "optional": True}),
    ]


def path(name: str, **more: int) -> dict[str, object]:
    """A path of file ids in hexadecimal."""
    return {"path": bytes.fromhex(name), **more}


def pin(
    label: str,
    number: int,
    flags: set[str],
    reference: int = 0x81,
    *,
    guard: int | None = None,
    more: Mapping[str, object] | None = None,
) -> bytes:
    """A PIN of the AODF; 4 to 8 digits filled up to 8, unless `more` tells otherwise."""
    attributes = {
        "flags": flags, "type": "ascii-numeric", "min": 4, "stored": 8, "max": 8, "reference": reference,
        "pad": b"\xff", **(more or {}),
    }  # fmt: skip
    common: dict[str, object] = {"label": label, "flags": {"private"}}
    if guard is not None:
        common["auth_id"] = bytes([guard])
    return bytes(Pin({"common": common, "own": {"auth_id": bytes([number])}, "type": attributes}).dump())


def key(number: int, usage: set[str], guard: int | None, reference: int = 1, algorithms: tuple[int, ...] = ()) -> bytes:
    """An RSA key of the PrKDF."""
    common: dict[str, object] = {"label": f"key {number}", "flags": {"private"}}
    if guard is not None:
        common["auth_id"] = bytes([guard])
    own: dict[str, object] = {"id": bytes([number]), "usage": usage, "reference": reference}
    if algorithms:
        own["algorithms"] = list(algorithms)
    attributes = {"value": path("3F005015"), "modulus_length": 2048}
    return bytes(PrivateKey({"common": common, "own": own, "type": attributes}).dump())


def certificate(number: int, where: Mapping[str, object], *, authority: bool = False) -> bytes:
    """A certificate of the CDF."""
    common = {"label": f"certificate {number}", "flags": {"modifiable"}}
    own = {"id": bytes([number]), "authority": authority}
    return bytes(Certificate({"common": common, "own": own, "type": {"value": dict(where)}}).dump())


def odf(**kinds: str) -> bytes:
    """EF.ODF: `keys`, `certificates` and `pins` at these paths."""
    tags = {"keys": 0xA0, "public": 0xA1, "certificates": 0xA4, "pins": 0xA8}
    entries = []
    for kind, where in kinds.items():
        inner = DdoPath(path(where)).dump()
        entries.append(bytes([tags[kind], len(inner)]) + inner)
    return b"".join(entries)


def token_info(manufacturer: str = "Somebody", algorithms: Sequence[Mapping[str, object]] = ()) -> bytes:
    """EF.TokenInfo."""
    return bytes(
        TokenInfo(
            {
                "version": 0, "serial": b"\x01\x02", "manufacturer": manufacturer, "label": "a card",
                "flags": (0, 1), **({"algorithms": [dict(one) for one in algorithms]} if algorithms else {}),
            }
        ).dump()
    )  # fmt: skip


class FileCard:
    """Files by path under HOME, an application, and nothing else: no PINs, no keys. Call it with a command.

    Args:
        files: hexadecimal path from the master file (3F00…) to contents.
        other: answers to commands that are no SELECT and no READ BINARY, by their first four bytes.
    """

    def __init__(self, files: dict[str, bytes], aid: bytes = AID, other: dict[str, bytes] | None = None) -> None:
        self.files = {bytes.fromhex(name): data for name, data in files.items()}
        self.aid = aid
        self.other = {bytes.fromhex(header): answer for header, answer in (other or {}).items()}
        self._directory = bytes.fromhex("3F00")
        self._file: bytes | None = None

    def __call__(self, command: bytes) -> bytes:
        """Answer."""
        if command[1] == 0xA4:
            return self._select(command[2], command[5 : 5 + command[4]])
        if command[1] == 0xB0:
            if self._file is None:
                return b"\x69\x86"
            offset = command[2] << 8 | command[3]
            data = self.files[self._file][offset : offset + (command[4] or 256)]
            return data + (b"\x90\x00" if data else b"\x6b\x00")
        return self.other.get(command[:4], b"\x6d\x00")

    def _select(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x04:
            if name != self.aid:
                return b"\x6a\x82"
            self._directory, self._file = HOME, None
            return b"\x90\x00"
        if p1 == 0x00 and name == b"\x3f\x00":
            self._directory, self._file = name, None
            return b"\x90\x00"
        whole = bytes.fromhex("3F00") + name if p1 == 0x08 else self._directory + name
        if whole == HOME:
            self._directory, self._file = HOME, None
            return b"\x90\x00"
        if whole not in self.files:
            return b"\x6a\x82"
        self._directory, self._file = whole[:-2], whole
        return b"\x90\x00"
