"""An AzeDIT card (Azerbaijani Digital Identity Token), as far as its commands are public: files, PINs and keys.

It follows the Estonian EstEID 3.5 card, and OpenSC 0.15 to 0.24 drives it by its ATR.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from hardware.simulated.file_system import MASTER_FILE, Directory, RecordFile, TransparentFile
from hardware.simulated.instructions import Content
from hardware.simulated.keys import CardKey
from hardware.simulated.pins import CardPin, PinForm
from hardware.simulated.tlv import tlv
from hardware.simulated.written import Written

ATR: Final = bytes.fromhex("3bf81800008031fe45fe415a452044495433")
AID: Final = bytes.fromhex("d031000000446967694944")
_APPLICATION, _COUNTERS, _PERSON, _SIGN_IN, _SIGNATURE = 0xEEEE, 0x0016, 0x5044, 0xAACE, 0xDDCE
_CERTIFICATE_FILE: Final = 0x600
_EMPTY: Final = " "
_VALID_YEARS: Final = 10


def content(written: Written) -> Content:
    """The card's files, PINs and keys."""
    pins = (
        CardPin("pin1", 0x01, "1234", PinForm(4, 12), puk="puk"),
        CardPin("pin2", 0x02, "12345", PinForm(5, 12), puk="puk", once=True),
        CardPin("puk", 0x00, "12345678", PinForm(8, 12)),
    )
    for pin in pins[:2]:
        pin.transport = written.transport_pin
    keys = (
        CardKey(0x01, written.sign_in_key, "pin1", "r||s", frozenset({"authenticate"})),
        CardKey(0x02, written.signature_key, "pin2", "r||s", frozenset({"sign"})),
    )
    person = _person(written)
    application = Directory(
        _APPLICATION,
        (
            RecordFile(_PERSON, lambda: person),
            TransparentFile(_SIGN_IN, written.sign_in.ljust(_CERTIFICATE_FILE, b"\x00")),
            TransparentFile(_SIGNATURE, written.signature.ljust(_CERTIFICATE_FILE, b"\x00")),
        ),
    )
    return Content(
        atr={"T=0": ATR, "T=1": ATR},
        root=Directory(MASTER_FILE, (RecordFile(_COUNTERS, lambda: _counters(pins)), application), {AID: None}),
        pins=pins,
        keys=keys,
        instructions=frozenset({0x20, 0x22, 0x24, 0x2A, 0x2C, 0x84, 0x88, 0xB0, 0xB2}),
        default_key={"authenticate": 0x01, "sign": 0x02},
    )


def _counters(pins: tuple[CardPin, ...]) -> tuple[bytes, ...]:
    """EF_PwdC: the most and what is left of each PIN; reading it costs no try."""
    return tuple(tlv(0x80, bytes([pin.most])) + tlv(0x90, bytes([pin.left])) + tlv(0x83, b"\x00\x00") for pin in pins)


def _person(written: Written) -> tuple[bytes, ...]:
    """The personal data file's sixteen records; an empty one holds a space."""
    holder = written.holder
    issued = written.until.replace(year=written.until.year - _VALID_YEARS)
    fields = (
        holder.surname, holder.given_name, holder.patronymic, "F", "AZE", _written(holder.born), holder.fin,
        holder.document, _written(written.until), "NÜMUNƏ", _written(issued), "", "", "", "", "",
    )  # fmt: skip
    return tuple((field or _EMPTY).encode() for field in fields)


def _written(day: date | None) -> str:
    return "" if day is None else f"{day.day:02}.{day.month:02}.{day.year:04}"
