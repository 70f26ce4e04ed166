"""An answer to reset, taken apart (ISO/IEC 7816-3, 8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.care.trials.atr import Atr, decode


@pytest.mark.parametrize(
    ("atr", "told"),
    [
        ("3B00", Atr("direct", ("T=0",), b"", sound=True)),
        ("3F021122", Atr("inverse", ("T=0",), b"\x11\x22", sound=True)),
        ("3B8001804F" + f"{0x80 ^ 0x01 ^ 0x80 ^ 0x4F:02X}", None),
        ("3B8101AA" + f"{0x81 ^ 0x01 ^ 0xAA:02X}", Atr("direct", ("T=1",), b"\xaa", sound=True)),
        ("3B8080014242" + "00", None),
        ("3B8101AAFF", Atr("direct", ("T=1",), b"\xaa", sound=False)),
        ("3B9011", Atr("direct", (), b"", sound=False)),
        ("", Atr("?", (), b"", sound=False)),
        ("FFFF", Atr("?", (), b"", sound=False)),
    ],
)
def test_what_a_card_says_of_itself(atr: str, told: Atr | None) -> None:
    """Convention, protocols, historical bytes, and whether it is whole with a check byte that fits."""
    read = decode(bytes.fromhex(atr))
    if told is None:
        assert not read.sound
    else:
        assert read == told


def test_both_protocols_are_told() -> None:
    """A card may offer T=0 first and T=1 too; then it has a check byte."""
    body = bytes.fromhex("8080013B"[:2] + "80" + "01")
    check = 0
    for byte in body:
        check ^= byte
    assert decode(b"\x3b" + body + bytes([check])) == Atr("direct", ("T=0", "T=1"), b"", sound=True)


@given(st.binary(max_size=40))
def test_any_bytes_are_told_somehow(atr: bytes) -> None:
    """A broken card answers anything."""
    read = decode(atr)
    assert len(read.historical) <= 15
