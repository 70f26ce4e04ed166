"""The QR that a phone pays by: EMV QR Code Specification for Payment Systems, merchant-presented mode, version 1.1.

Each data object is its id, its length and its value, two digits the first two (section 3.2); templates hold objects of
their own (3.3). The checksum (4.7.3, ISO/IEC 13239) is CRC-16 with the polynomial 0x1021 and the start 0xFFFF, over all
before it with its own id and length. Every value is of the standard's common character set, so bytes are letters.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Final

from kiosk.water_settings import PaymentSettings

_FORMAT, _INITIATION, _MERCHANT, _CATEGORY, _CURRENCY, _AMOUNT = "00", "01", "26", "52", "53", "54"
_COUNTRY, _NAME, _CITY, _ADDITIONAL, _CHECKSUM = "58", "59", "60", "62", "63"
_SCHEME, _ACCOUNT = "00", "01"  # in template 26 (4.7.5)
_BILL_NUMBER: Final = "01"  # in template 62 (4.8.1)
_DYNAMIC: Final = "12"
_MANAT: Final = "944"  # ISO 4217
_NAME_SIGNS, _CITY_SIGNS = 25, 15
_MOST_AMOUNT_SIGNS: Final = 13

_LETTERS: Final = {
    "ə": "e", "ı": "i", "ğ": "g", "ş": "s", "ç": "c", "ö": "o", "ü": "u",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "–": "-", "—": "-", "№": "No",
}  # fmt: skip


def encode(settings: PaymentSettings, amount: Decimal, reference: str, operator: str) -> str:
    """The payload for one order.

    Args:
        settings: the scheme, and the company's account, category, name and city there.
        amount: in manat.
        reference: the order's; payment services send it back with the payment.
        operator: the company's name, where the settings give none for the QR.

    Raises:
        ValueError: a value is too long for its field.
    """
    written = f"{amount:.2f}"
    if len(written) > _MOST_AMOUNT_SIGNS:
        raise ValueError("the amount is too long for the payment QR")
    name = ascii_capitals(settings.qr_name or operator)[:_NAME_SIGNS].strip()
    city = ascii_capitals(settings.qr_city)[:_CITY_SIGNS].strip()
    objects = (
        (_FORMAT, "01"),
        (_INITIATION, _DYNAMIC),
        (_MERCHANT, _object(_SCHEME, settings.qr_scheme) + _object(_ACCOUNT, settings.qr_merchant)),
        (_CATEGORY, settings.qr_category),
        (_CURRENCY, _MANAT),
        (_AMOUNT, written),
        (_COUNTRY, "AZ"),
        (_NAME, name),
        (_CITY, city),
        (_ADDITIONAL, _object(_BILL_NUMBER, reference)),
    )
    payload = "".join(_object(name_, value) for name_, value in objects) + f"{_CHECKSUM}04"
    return f"{payload}{checksum(payload.encode('ascii')):04X}"


def checksum(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected, nothing added."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def ascii_capitals(name: str) -> str:
    """A name as payment services take it: ə as E, Cyrillic as ICAO Doc 9303 writes it in passports, and all capitals.

    Capitals, digits and few other signs make the QR's alphanumeric mode possible, in which it is a third smaller.
    """
    written = []
    for sign in unicodedata.normalize("NFC", name):
        latin = _LETTERS.get(sign.lower())
        if latin is None:  # other letters lose their marks, as İ does
            latin = "".join(part for part in unicodedata.normalize("NFKD", sign) if " " <= part <= "~")
        written.append(latin.upper())
    return " ".join("".join(written).split())


def _object(name: str, value: str) -> str:
    if not 0 < len(value) <= 99:
        raise ValueError(f"the payment QR's field {name} takes 1 to 99 signs")
    return f"{name}{len(value):02d}{value}"
