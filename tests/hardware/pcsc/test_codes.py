"""The table from PC/SC codes to our errors (guide cards-and-signatures, 1.6; pcsc.md, 3)."""

from __future__ import annotations

import pytest
from smartcard import scard

from hardware.errors import (
    AccessDenied,
    CardBusy,
    CardError,
    CardFault,
    CardGone,
    CardMute,
    CardWasReset,
    ReaderGone,
    ServiceDown,
)
from hardware.pcsc import codes

TABLE = [
    (0x8010001D, ServiceDown),
    (0x8010001E, ServiceDown),
    (0x80100013, ServiceDown),
    (0x8010006A, AccessDenied),
    (0x8010002E, ReaderGone),
    (0x80100009, ReaderGone),
    (0x80100017, ReaderGone),
    (0x8010000C, CardGone),
    (0x80100069, CardGone),
    (0x80100068, CardWasReset),
    (0x80100066, CardMute),
    (0x80100067, CardMute),
    (0x80100065, CardMute),
    (0x8010000B, CardBusy),
    (0x80100016, CardFault),
    (0x80100001, CardFault),
    (0x12345678, CardFault),
]


@pytest.mark.parametrize(("code", "error"), TABLE)
def test_a_code_is_one_error_and_keeps_its_number(code: int, error: type[CardError]) -> None:
    assert type(codes.failure(code)) is error
    assert codes.failure(code).code == code


@pytest.mark.parametrize(("code", "error"), TABLE)
def test_a_negative_code_is_the_same(code: int, error: type[CardError]) -> None:
    """Some versions of pyscard tell codes as signed numbers."""
    assert type(codes.failure(code - (1 << 32))) is error
    assert codes.failure(code - (1 << 32)).code == code


def test_the_names_are_those_of_pcsc() -> None:
    """For technicians: as `smartcard.scard` has them."""
    theirs = {
        codes.unsigned(getattr(scard, name)): name
        for name in dir(scard)
        if name.startswith(("SCARD_E_", "SCARD_F_", "SCARD_W_", "SCARD_P_"))
    }
    for code, _ in TABLE[:-1]:
        assert codes.name(code) == f"{code:08X} {theirs[code]}"
    assert codes.name(0x12345678) == "12345678"


def test_the_text_of_an_error_is_its_name_alone() -> None:
    assert str(codes.failure(0x8010001D)) == "service_down"
