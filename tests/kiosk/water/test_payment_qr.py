"""The payment QR by EMV QRCPS (merchant-presented), and references of orders (W6)."""

from __future__ import annotations

import random
import string
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.language.letters import fold
from kiosk.water import references
from kiosk.water.payment_qr import ascii_capitals, checksum, encode
from kiosk.water_settings import PaymentSettings

OPERATOR = "İri Şəhərlərin Birləşmiş Su Təchizatı Xidməti"
SETTINGS = PaymentSettings(qr_scheme="AZ.EXAMPLE", qr_merchant="0001-2345")
REFERENCE = "0123456789AB"


def _objects(payload: str) -> dict[str, str]:
    """The data objects, read as the standard says: id, length, value, one after the other to the very end."""
    found: dict[str, str] = {}
    while payload:
        name, length = payload[:2], int(payload[2:4])
        value, payload = payload[4 : 4 + length], payload[4 + length :]
        assert len(value) == length
        assert name not in found
        found[name] = value
    return found


@pytest.mark.parametrize(
    ("data", "crc"),
    # the check value of CRC-16/CCITT-FALSE, the start value by itself, and a byte by hand
    [(b"123456789", 0x29B1), (b"", 0xFFFF), (b"A", 0xB915)],
)
def test_the_checksum_is_the_standards(data: bytes, crc: int) -> None:
    """EMV QRCPS 4.7.3."""
    assert checksum(data) == crc


def test_a_payload_holds_what_the_standard_asks_for() -> None:
    """EMV QRCPS 3.2, 4.7, 4.8: order, presence and values; the checksum stands last."""
    payload = encode(SETTINGS, Decimal("3.4"), REFERENCE, OPERATOR)
    objects = _objects(payload)
    assert list(objects) == ["00", "01", "26", "52", "53", "54", "58", "59", "60", "62", "63"]
    assert objects | {"26": "", "62": "", "63": ""} == {
        "00": "01", "01": "12", "26": "", "52": "4900", "53": "944", "54": "3.40", "58": "AZ",
        "59": "IRI SEHERLERIN BIRLESMIS", "60": "BAKI", "62": "", "63": "",
    }  # fmt: skip
    assert _objects(objects["26"]) == {"00": "AZ.EXAMPLE", "01": "0001-2345"}
    assert _objects(objects["62"]) == {"01": REFERENCE}
    assert objects["63"] == f"{checksum(payload[:-4].encode('ascii')):04X}"
    assert payload.startswith("000201010212")


@settings(max_examples=40, deadline=None)
@given(
    name=st.text(max_size=25),
    city=st.text(min_size=1, max_size=15),
    qapik=st.integers(1, 9_999_999_999),
    scheme=st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=32),
    merchant=st.text(string.printable[:95], min_size=1, max_size=59),
)
def test_every_setting_makes_a_readable_payload(name: str, city: str, qapik: int, scheme: str, merchant: str) -> None:
    """Whatever the settings allow: ASCII with right lengths; a name of no Latin letter is refused."""
    told = PaymentSettings(qr_scheme=scheme, qr_merchant=merchant, qr_name=name, qr_city=city)
    written = [ascii_capitals(name or OPERATOR), ascii_capitals(city)]
    if not all(written):
        with pytest.raises(ValueError, match="signs"):
            encode(told, Decimal(qapik) / 100, REFERENCE, OPERATOR)
        return
    payload = encode(told, Decimal(qapik) / 100, REFERENCE, OPERATOR)
    assert payload.isascii()
    assert Decimal(_objects(payload)["54"]) * 100 == qapik


@pytest.mark.parametrize(
    ("written", "capitals"),
    [
        ("Bakı", "BAKI"), ("İçərişəhər", "ICERISEHER"), ("Əzizbəyov küçəsi", "EZIZBEYOV KUCESI"),
        ("Gəncə", "GENCE"), ("Щёлково, Объект № 5", "SHCHELKOVO, OBEKT NO 5"), ("  a   b ", "A B"), ("水", ""),
    ],
)  # fmt: skip
def test_names_are_written_in_ascii_capitals(written: str, capitals: str) -> None:
    """Payment services take the common character set; az letters keep their sound, Cyrillic goes by ICAO Doc 9303."""
    assert ascii_capitals(written) == capitals


def test_every_letter_of_ours_has_an_ascii_one() -> None:
    """No letter of the three alphabets is lost, save the two Cyrillic signs that have no sound."""
    letters = "abcçdeəfgğhxıijkqlmnoöprsştuüvyz" + "ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ"
    cyrillic = "абвгдеёжзийклмнопрстуфхцчшщыэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЮЯ"
    assert all(ascii_capitals(letter) for letter in letters + cyrillic)
    assert all(fold(letter) == fold(ascii_capitals(letter)) for letter in "çğıöşüÇĞİÖŞÜ")


def test_a_reference_catches_each_wrong_sign_and_each_swap() -> None:
    """Twelve signs of Crockford's base 32; every single mistake and every swap of two signs is noticed."""
    for _ in range(20):
        reference = references.new_reference()
        assert len(reference) == references.SIGNS
        assert references.read(reference) == reference
        for place, sign in enumerate(reference):
            for other in references.ALPHABET:
                if other != sign:
                    assert references.read(reference[:place] + other + reference[place + 1 :]) is None
        for one in range(references.SIGNS):
            for two in range(one):
                swapped = list(reference)
                swapped[one], swapped[two] = swapped[two], swapped[one]
                assert (references.read("".join(swapped)) is None) == (reference[one] != reference[two])


def test_a_reference_is_read_as_people_write_it() -> None:
    """Case, spaces and hyphens do not count; I and L are 1, O is 0; no Turkic letter enters."""
    chance = random.Random(4)  # noqa: S311 - which one, no secret
    reference = next(
        one for one in (references.new_reference() for _ in iter(chance.random, 2.0)) if "1" in one and "0" in one
    )
    written = f"{reference[:4]}-{reference[4:8]} {reference[8:]}".lower()
    assert references.read(written) == reference
    assert references.read(written.replace("1", "l").replace("0", "o")) == reference
    assert references.read(written.replace("1", "ı")) is None
    assert references.read(reference[:-1]) is None
    assert references.read("U" * 12) is None
