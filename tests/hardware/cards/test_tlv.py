"""Data objects of cards, within bounds (ISO/IEC 7816-4, 5.2.2)."""

from __future__ import annotations

import pytest

from hardware.cards import tlv
from hardware.errors import CardFault


@pytest.mark.parametrize(
    ("data", "tag", "value"),
    [
        ("5001AA", 0x50, "AA"),
        ("5F2F020102", 0x5F2F, "0102"),
        ("7F4E00", 0x7F4E, ""),
        ("DF812100", 0xDF8121, ""),
        ("308101AA", 0x30, "AA"),
        ("30820001AA", 0x30, "AA"),
        ("3083000001AA", 0x30, "AA"),
    ],
)
def test_tags_and_lengths_of_every_form(data: str, tag: int, value: str) -> None:
    assert tlv.first(bytes.fromhex(data)) == (tag, bytes.fromhex(value))


@pytest.mark.parametrize(
    "data",
    [
        "", "50", "5F", "5F2F", "5002AA", "3080AA0000", "308401000000", "3081", "308200", "DF81818101AA",
        "3083FFFFFF", "30830100 01",
    ],
)  # fmt: skip
def test_what_is_cut_off_too_large_or_of_no_length_is_the_cards_fault(data: str) -> None:
    with pytest.raises(CardFault):
        tlv.first(bytes.fromhex(data))


@pytest.mark.parametrize("data", ["3083010001", "308401000000", "3080", "DF81818101"])
def test_no_header_is_believed_that_no_card_needs(data: str) -> None:
    """Larger than any value, of no length, or with a longer tag: refused before anything is read for it."""
    with pytest.raises(CardFault):
        tlv.header(bytes.fromhex(data))


def test_a_header_may_end_before_its_value() -> None:
    assert tlv.header(bytes.fromhex("30820400AA")) == (0x30, 4, 0x404)
    assert tlv.header(bytes.fromhex("3082")) is None


def test_children_stand_one_after_the_other() -> None:
    assert list(tlv.children(bytes.fromhex("0201010402AABB"))) == [(0x02, b"\x01"), (0x04, b"\xaa\xbb")]
    with pytest.raises(CardFault):
        list(tlv.children(bytes.fromhex("02010104")))


def test_there_are_not_endless_many() -> None:
    with pytest.raises(CardFault):
        list(tlv.children(bytes.fromhex("0500") * 10_000))
    with pytest.raises(CardFault):
        list(tlv.records(bytes.fromhex("0500") * 10_000))


@pytest.mark.parametrize("filling", ["", "00", "0000000000", "FF", "FFFFFF"])
def test_a_file_is_filled_up(filling: str) -> None:
    """Behind the last object stand 00 or FF (ISO/IEC 7816-15, 8.3)."""
    data = bytes.fromhex("0201010000040122" + filling)
    assert list(tlv.records(data)) == [(0x02, b"\x01"), (0x04, b"\x22")]


def test_a_path_of_tags_leads_to_a_value() -> None:
    data = bytes.fromhex("7C0482020102")
    assert tlv.find(data, 0x7C, 0x82) == b"\x01\x02"
    assert tlv.find(data, 0x7C, 0x81) is None
    with pytest.raises(CardFault):
        tlv.find(data[:-1], 0x7C)


def test_numbers_are_signed_and_short() -> None:
    assert tlv.whole_number(b"\x81") == -127
    assert tlv.whole_number(b"\x00\x81") == 0x81
    for value in (b"", bytes(5)):
        with pytest.raises(CardFault):
            tlv.whole_number(value)


def test_bits_count_from_the_first() -> None:
    assert tlv.bits(bytes.fromhex("0640")) == {1}
    assert tlv.bits(bytes.fromhex("06 0040")) == {9}
    assert tlv.bits(bytes.fromhex("00")) == frozenset()
    for value in (b"", b"\x08\x00", bytes(10)):
        with pytest.raises(CardFault):
            tlv.bits(value)


def test_what_is_wrapped_is_found_again() -> None:
    for size in (0, 1, 127, 128, 255, 256, 1_000):
        assert tlv.first(tlv.wrap(0x30, bytes(size))) == (0x30, bytes(size))


def test_texts_are_printable_and_short() -> None:
    """What a card calls its things is never markup and never control characters."""
    assert tlv.text("Giriş\x1b[31m\n".encode()) == "Giriş[31m"
    assert len(tlv.text(b"a" * 10_000)) == 128
    assert tlv.text(b"\xff\xfe")
