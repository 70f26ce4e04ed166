"""How long a command may be (ISO 7816-3 section 12.1, ISO 7816-4 section 5.2)."""

from __future__ import annotations

import pytest

from hardware.readers import Transport
from hardware.simulated.command import Refused, take_apart


@pytest.mark.parametrize(
    ("raw", "data", "expected", "open_ended"),
    [
        ("00a40000", "", None, False),
        ("00b0000000", "", 256, True),
        ("00b0000005", "", 5, False),
        ("00a4000c023f00", "3f00", None, False),
        ("00a40000023f0000", "3f00", 256, True),
        ("00a40000023f0010", "3f00", 16, False),
        ("00b00000000000", "", 65536, True),
        ("00b00000000123", "", 0x123, False),
        ("00a4000c0000023f00", "3f00", None, False),
        ("00a400000000023f000000", "3f00", 65536, True),
        ("00a400000000023f000102", "3f00", 0x102, False),
    ],
)
def test_a_command_of_each_form_is_taken_apart(raw: str, data: str, expected: int | None, open_ended: bool) -> None:
    """Cases 1 to 4, short and extended, on T=1."""
    command = take_apart(bytearray.fromhex(raw), "T=1")
    assert (command.data.hex(), command.expected, command.open_ended) == (data, expected, open_ended)


@pytest.mark.parametrize("transport", ["T=0", "T=1"])
@pytest.mark.parametrize(
    "raw",
    [
        "",
        "00",
        "00a400",
        "00a40000023f",
        "00a40000023f000000",
        "00a400000000",
        "00a400000000003f00",
        "00a4000000000301",
    ],
)
def test_lengths_that_do_not_fit_are_refused(raw: str, transport: Transport) -> None:
    with pytest.raises(Refused, match="6700"):
        take_apart(bytearray.fromhex(raw), transport)


@pytest.mark.parametrize("raw", ["00a40000023f0000", "00b00000000000", "00a4000c0000023f00"])
def test_t0_has_no_le_with_data_and_no_extended_length(raw: str) -> None:
    """P3 is the one length byte that T=0 has (ISO 7816-3 section 12.2)."""
    take_apart(bytearray.fromhex(raw), "T=1")
    with pytest.raises(Refused, match="6700"):
        take_apart(bytearray.fromhex(raw), "T=0")
