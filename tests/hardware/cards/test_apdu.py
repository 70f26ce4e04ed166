"""Commands and answers as bytes (ISO/IEC 7816-4, 5.1; ISO/IEC 7816-3, 12)."""

from __future__ import annotations

import pytest

from hardware.cards.apdu import Command, Response
from hardware.errors import CardFault

HEADER = bytes.fromhex("00A40400")


@pytest.mark.parametrize(
    ("data", "expected", "extended", "encoded"),
    [
        (b"", None, False, "00A40400"),
        (b"", 256, False, "00A4040000"),
        (b"", 16, False, "00A4040010"),
        (b"\x3f\x00", None, False, "00A40400023F00"),
        (b"\x3f\x00", 256, False, "00A40400023F0000"),
        (b"", 65_536, True, "00A40400000000"),
        (b"", 4_096, True, "00A40400001000"),
        (b"\x3f\x00", None, True, "00A404000000023F00"),
        (b"\x3f\x00", 65_536, True, "00A404000000023F000000"),
    ],
)
def test_the_four_cases_short_and_extended(data: bytes, expected: int | None, extended: bool, encoded: str) -> None:
    assert Command(HEADER, data, expected).encode(extended=extended).hex().upper() == encoded


def test_where_t0_has_data_it_has_no_expected_length() -> None:
    assert Command(HEADER, b"\x3f\x00", 256).encode(length_expected=False).hex().upper() == "00A40400023F00"


def test_a_short_command_holds_255_bytes() -> None:
    assert len(Command(HEADER, bytes(255)).encode()) == 260
    with pytest.raises(ValueError, match="longer"):
        Command(HEADER, bytes(256)).encode()
    assert Command(HEADER, bytes(256)).encode(extended=True)[4:7] == b"\x00\x01\x00"


def test_an_answer_is_data_and_a_status_word() -> None:
    answer = Response.of(b"abc\x90\x00")
    assert (answer.data, answer.status, answer.is_ok) == (b"abc", 0x9000, True)
    assert not Response.of(b"\x6a\x82").is_ok


@pytest.mark.parametrize("answer", [b"", b"\x90", b"\x00\x00", b"\x60\x00", b"\xff\xff", b"\x50\x00", bytes(65_539)])
def test_what_is_no_answer_is_the_cards_fault(answer: bytes) -> None:
    """A status word begins with 6 (not 60) or 9 (ISO/IEC 7816-4, 5.6)."""
    with pytest.raises(CardFault):
        Response.of(answer)


def test_nothing_of_a_command_or_answer_is_printed() -> None:
    command, answer = Command(HEADER, b"secret"), Response(b"secret", 0x9000)
    assert "secret" not in repr(command) + repr(answer)
    assert b"secret".hex() not in repr(command) + repr(answer)
