"""T=0 and T=1: the same card by two protocols (ISO 7816-3 sections 10 to 12)."""

from __future__ import annotations

import pytest

from hardware.simulated.answer_to_reset import protocol
from hardware.simulated.profiles import Profile
from tests.cards import Cards, Host, block

_WALKS: dict[Profile, tuple[tuple[str, bytes, int | None], ...]] = {
    "pkcs15": (
        ("00a40400", bytes.fromhex("a000000063504b43532d3135"), 0),
        ("00a40204", bytes.fromhex("5031"), 0),
        ("00b00000", b"", 0x20),
        ("00a40204", bytes.fromhex("4331"), 0),
        ("00b00000", b"", 0xE0),
        ("00200081", b"", None),
        ("00200081", block("9999"), None),
        ("00200081", block("1234"), None),
        ("002241b6", bytes.fromhex("840101"), None),
        ("002a9e9a", b"\x30\x00", 0),
        ("00240081", block("1234") + block("4321"), None),
        ("002c0081", block("12345678") + block("1234"), None),
        ("00a40000", bytes.fromhex("dead"), None),
    ),
    "azedit": (
        ("00a4000c", b"", None),
        ("00a4010c", bytes.fromhex("eeee"), None),
        ("00a40204", bytes.fromhex("5044"), 0),
        ("00b20104", b"", 0),
        ("00b20704", b"", 0),
        ("00200001", b"1234", None),
    ),
    "piv": (
        ("00a40400", bytes.fromhex("a000000308"), 0),
        ("00cb3fff", bytes.fromhex("5c035fc105"), 0),
        ("00cb3fff", bytes.fromhex("5c035fc10a"), 0),
        ("00cb3fff", bytes.fromhex("5c017e"), 0),
        ("00200080", block("123456"), None),
    ),
}


@pytest.mark.parametrize("profile", ["pkcs15", "azedit", "piv"])
def test_both_protocols_give_the_same_answers(cards: Cards, profile: Profile) -> None:
    """What a host by the book gets, byte for byte, status words with it."""
    first = cards.make(profile, transport="T=0")
    # The same card again: another one would have other certificates.
    told = {}
    for transport in ("T=0", "T=1"):
        first.transport = "T=0" if transport == "T=0" else "T=1"
        for pin in first.pins.values():
            pin.left = pin.most
        host = Host(first)
        told[transport] = [host.send(*step) for step in _WALKS[profile]]
    assert told["T=0"] == told["T=1"]
    assert any(data for data, _ in told["T=0"])


def test_t0_hands_data_out_on_request(cards: Cards) -> None:
    """61xx after a command with data, 6Cxx for a wrong length, GET RESPONSE in pieces, and only right after."""
    host = Host(cards.make("pkcs15", transport="T=0"))
    assert host.raw("00a40804022f00") == "6117"
    assert host.raw("00c0000018") == "6c17"
    first = host.raw("00c0000010")
    assert (len(first), first[-4:]) == (2 * 18, "6107")
    assert host.raw("00c0000007")[-4:] == "9000"
    assert host.raw("00c0000007") == "6985"
    host.raw("00a40804022f00")
    host.raw("0084000008")
    assert host.raw("00c0000017") == "6985"


def test_t1_without_le_keeps_the_answer(cards: Cards) -> None:
    """A command that left Le out is told what there is (61xx)."""
    host = Host(cards.make("pkcs15"))
    assert host.raw("00a40804022f00") == "6117"
    assert host.raw("00c0000000")[-4:] == "9000"


def test_long_answers_come_whole_by_extended_length_or_in_pieces(cards: Cards) -> None:
    """A PIV object of over 256 bytes: 61xx and GET RESPONSE, or one extended command (ISO 7816-4 section 5.1.3)."""
    host = Host(cards.make("piv"))
    piece = host.raw("00cb3fff055c035fc10500")
    assert (len(piece), piece[-4:-2]) == (2 * 258, "61")
    in_pieces, _ = host.send("00cb3fff", bytes.fromhex("5c035fc105"), 0)
    whole = bytes.fromhex(host.raw("00cb3fff0000055c035fc1050000"))
    assert whole == in_pieces + b"\x90\x00"
    assert len(in_pieces) > 512


@pytest.mark.parametrize(
    ("atr", "expected"),
    [
        ("3b00", "T=0"),
        ("3b800181", "T=1"),
        ("3b8080", "T=0"),
        ("3b80800101", "T=1"),
        ("3bf81800008031fe45fe415a452044495433", "T=1"),
        ("3b", "T=0"),
        ("3bf0", "T=0"),
        ("", "T=0"),
    ],
)
def test_the_protocol_that_is_agreed_on(atr: str, expected: str) -> None:
    """T=1 where the ATR offers it, as pcscd chooses; a cut-off ATR offers T=0."""
    assert protocol(bytes.fromhex(atr)) == expected


@pytest.mark.parametrize("profile", ["pkcs15", "piv", "unknown"])
def test_an_atr_offers_the_protocol_that_is_spoken(cards: Cards, profile: Profile) -> None:
    """Each ATR is well-formed: a check byte where another protocol than T=0 is named (ISO 7816-3 section 8.2.5)."""
    for transport in ("T=0", "T=1"):
        atr = cards.make(profile, transport="T=0" if transport == "T=0" else "T=1").atr
        assert protocol(atr) == transport
        check = 0
        for one in atr[1:]:
            check ^= one
        assert check == 0 if transport == "T=1" else len(atr) == 2 + (atr[1] & 0x0F)
