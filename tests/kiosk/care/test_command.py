"""Free commands to a card: read with clear errors, and never one that may carry a PIN (M3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.care.trials.command import MOST_COMMANDS, UnusableCommand, read_commands
from kiosk.language import LANGUAGES

PIN_INSTRUCTIONS = (0x20, 0x21, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2C, 0x2D, 0xC2, 0xC3)
SELECT = bytes.fromhex("00A4040C05A000000063")
CLASSES = (0x00, 0x01, 0x03, 0x04, 0x08, 0x0C, 0x10, 0x1C, 0x40, 0x47, 0x60, 0x6F, 0x80, 0x84, 0x90, 0xA0, 0xB0, 0xFE)
"""Plain, logical channels, secure messaging, chaining, further channels, and makers' own."""


@pytest.mark.parametrize(
    "typed",
    [
        "00A4040C05A000000063",
        "00 a4 04 0c 05 a0 00 00 00 63",
        "00:A4:04:0C:05:A0:00:00:00:63",
        "0x00, 0xA4, 0x04, 0x0C, 0x05, 0xA0, 0x00, 0x00, 0x00, 0x63",
        "  00A4 040C 05 A000000063  \n\n",
    ],
)
def test_hexadecimal_is_read_however_it_is_written(typed: str) -> None:
    """Blanks, colons, commas and 0x between bytes."""
    assert read_commands(typed) == (SELECT,)


def test_several_commands_stand_one_a_line() -> None:
    """A card is reset between trials, so what belongs together goes together."""
    assert read_commands("00B0000000\n00B00010; 00C00000 02") == (
        bytes.fromhex("00B0000000"),
        bytes.fromhex("00B00010"),
        bytes.fromhex("00C0000002"),
    )


@pytest.mark.parametrize(
    "command",
    [
        "00A40000",
        "00A4000000",
        "00A4000001AA",
        "00A4000001AA00",
        "00A40000000001AA",
        "00A40000000001AA0000",
        "00B00000000000",
    ],
)
def test_every_case_of_a_command_is_taken(command: str) -> None:
    """ISO/IEC 7816-4, 5.2: without and with data, without and with Le, short and extended."""
    assert read_commands(command) == (bytes.fromhex(command),)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "empty"),
        (" \n; ", "empty"),
        ("00A4 04 0G", "not_hex"),
        ("00A40x40", "not_hex"),
        ("00A4040", "half_byte"),
        ("00A404", "too_short"),
        ("00A4040C05A0", "lengths"),
        ("00A4040C01A0A0A0", "lengths"),
        ("00A40000000002AA", "lengths"),
        ("00A4000000AA", "lengths"),
        ("00B00000\n" * (MOST_COMMANDS + 1), "too_many"),
    ],
)
def test_what_is_no_command_says_why(typed: str, key: str) -> None:
    """Clear errors, told in every language, without what was typed."""
    with pytest.raises(UnusableCommand) as caught:
        read_commands(typed)
    assert caught.value.why.key == f"care.apdu.{key}"
    assert all(caught.value.why.words(language) for language in LANGUAGES)


@pytest.mark.parametrize("instruction", PIN_INSTRUCTIONS)
def test_nothing_that_may_carry_a_pin_is_sent(instruction: int) -> None:
    """M3, I9: VERIFY, CHANGE, RESET RETRY COUNTER, their kin and envelopes: whatever class, with and without data."""
    for cla in CLASSES:
        for rest in ("0001", "000104", "000104FFFFFFFF", "00800831323334FFFFFFFF", "0001000004FFFFFFFF"):
            with pytest.raises(UnusableCommand) as caught:
                read_commands(f"{cla:02X}{instruction:02X}{rest}")
            assert caught.value.why.key == "care.apdu.carries_pin"


@pytest.mark.parametrize("command", ["FFC20106", "FFC2010600", "FF00000000", "FF20000004FFFFFFFF", "FFCA000000"])
def test_nothing_goes_to_the_reader_itself(command: str) -> None:
    """PC/SC parts 3 and 10: class FF reaches pin pads; it is not a card's."""
    with pytest.raises(UnusableCommand) as caught:
        read_commands(command)
    assert caught.value.why.key == "care.apdu.reader_command"


def test_one_refused_command_sends_none() -> None:
    """What is typed together is sent whole or not at all."""
    with pytest.raises(UnusableCommand):
        read_commands("00A4040C05A000000063\n0020000104FFFFFFFF")


def test_an_error_keeps_no_pin() -> None:
    """I9: somebody may have typed a PIN: neither the text nor the facts of the error hold it."""
    with pytest.raises(UnusableCommand) as caught:
        read_commands("00 20 00 01 04 31 32 33 34")
    told = f"{caught.value!r} {caught.value.why!r}"
    assert "31" not in told
    assert "1234" not in told


@given(st.binary(min_size=4, max_size=40))
def test_whatever_is_read_is_harmless(command: bytes) -> None:
    """Any bytes: either refused, or sent as they were typed with an instruction that is none of those."""
    try:
        (read,) = read_commands(command.hex())
    except UnusableCommand:
        return
    assert read == command
    assert read[0] != 0xFF
    assert read[1] not in PIN_INSTRUCTIONS


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    """No other error comes out, whatever is typed."""
    try:
        assert all(len(command) >= 4 for command in read_commands(typed))
    except UnusableCommand as error:
        assert error.why.words("en")
