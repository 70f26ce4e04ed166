"""What a status word means after which command (ISO/IEC 7816-4, 5.6; I9)."""

from __future__ import annotations

import pytest

from hardware.cards.status_words import CONTEXTS, PAD_ONLY, TABLE, Context, error, row
from hardware.errors import (
    CardFault,
    EntryCancelled,
    EntryTimeout,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinRefused,
    PinWrong,
)

STATUSES = (*range(0x6000, 0x7000), *range(0x9000, 0x9200))


def test_only_what_says_so_is_a_wrong_pin() -> None:
    """An unknown status word is the card's fault: nobody shall type a good PIN again because of it."""
    for context in CONTEXTS:
        wrong = {status for status in STATUSES if isinstance(error(status, context), PinWrong)}
        expected = {0x6300, *range(0x63C1, 0x63D0)} if context in ("verify", "replace") else set()
        assert wrong == expected


def test_only_what_says_so_is_done() -> None:
    for context in CONTEXTS:
        done = {status for status in STATUSES if error(status, context) is None}
        more = set(range(0x6100, 0x6200))
        assert done == {0x9000, *more} | ({0x6282, 0x6B00} if context == "read" else set())


def test_a_wrong_pin_tells_what_is_left() -> None:
    left = {status: error(status, "verify") for status in (0x6300, 0x63C1, 0x63C2, 0x63CF)}
    assert [one.left for one in left.values() if isinstance(one, PinWrong)] == [None, 1, 2, 15]


@pytest.mark.parametrize(
    ("status", "context", "expected"),
    [
        (0x63C0, "verify", PinBlocked), (0x6983, "verify", PinBlocked), (0x6984, "verify", PinBlocked),
        (0x6983, "replace", PinBlocked), (0x6A80, "replace", PinRefused), (0x6985, "replace", PinRefused),
        (0x6700, "replace", PinRefused), (0x6D00, "replace", NotSupported), (0x6A81, "key", NotSupported),
        (0x6985, "verify", CardFault), (0x6A80, "verify", CardFault), (0x6982, "key", CardFault),
        (0x6983, "key", CardFault), (0x6983, "read", CardFault), (0x6F00, "verify", CardFault),
        (0x6A88, "verify", CardFault), (0x6C10, "verify", CardFault), (0x6FFF, "verify", CardFault),
    ],
)  # fmt: skip
def test_what_each_means(status: int, context: Context, expected: type[Exception]) -> None:
    found = error(status, context)
    assert type(found) is expected
    assert found.code == status


@pytest.mark.parametrize(
    ("status", "expected"), [(0x6400, EntryTimeout), (0x6401, EntryCancelled), (0x6403, PinFormat)]
)
def test_what_only_a_pad_says(status: int, expected: type[Exception]) -> None:
    """PC/SC part 10, 2.5.3: from the card itself these mean nothing that helps."""
    assert type(error(status, "verify", shortest=4, longest=8, pad=True)) is expected
    assert type(error(status, "verify")) is CardFault


def test_a_pad_that_finds_the_length_wrong_says_the_rule() -> None:
    found = error(0x6403, "verify", shortest=4, longest=8, pad=True)
    assert isinstance(found, PinFormat)
    assert (found.shortest, found.longest) == (4, 8)


def test_every_row_is_reached() -> None:
    """The most exact row comes first: none hides another."""
    reached = {id(row(status)) for status in STATUSES if row(status) is not None}
    assert reached == {id(one) for one in TABLE}
    assert all(row(status) is not None for status in PAD_ONLY)
