"""Large figures (face.md, "Space and type")."""

from __future__ import annotations

from itertools import combinations
from string import ascii_uppercase

import pytest

from screens.widgets import figures

ORDER_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def _difference(one: str, other: str) -> int:
    pairs = zip(figures.pixels(one), figures.pixels(other), strict=True)
    return sum(a != b for first, second in pairs for a, b in zip(first.ljust(10), second.ljust(10), strict=True))


def test_every_sign_that_a_ticket_or_an_order_code_can_hold_has_a_figure() -> None:
    """Q7, C2: order code, ticket, hour and verdict marks."""
    assert figures.signs() >= set(ORDER_CODE_SIGNS) | set(ascii_uppercase) | set("0123456789-: ✓✕!")


@pytest.mark.parametrize("sign", sorted(figures.signs()))
def test_a_figure_is_eight_rows_of_equal_width(sign: str) -> None:
    """face.md: 6×8 pixels; `1` is 4 wide, `M W` 8."""
    rows = figures.pixels(sign)
    assert len(rows) == 8
    assert {len(row) for row in rows} == {len(rows[0])}
    if sign.isalnum():
        assert len(rows[0]) == {"1": 4, "M": 8, "W": 8}.get(sign, 6)


def test_no_two_signs_look_alike() -> None:
    """Any two signs differ in four pixels or more."""
    pairs = combinations(sorted(figures.signs()), 2)
    assert [(a, b) for a, b in pairs if _difference(a, b) < 3] == []


@pytest.mark.parametrize(("one", "other"), ["2Z", "5S", "8B", "4Y", "0D", "0O", "0Q"])
def test_the_pairs_that_people_mix_up_are_far_apart(one: str, other: str) -> None:
    """face.md: 2 Z, 5 S, 8 B and 4 Y must be told apart at arm's length."""
    assert _difference(one, other) >= 5


def test_the_digits_are_those_of_the_face() -> None:
    """The ten figures drawn in face.md, to the pixel."""
    assert figures.pixels("17") == [
        ".##.." + "######",
        "###.." + "....##",
        ".##.." + "...##.",
        ".##.." + "...##.",
        ".##.." + "..##..",
        ".##.." + "..##..",
        ".##.." + ".##...",
        "####." + ".##...",
    ]


def test_scale_two_takes_twice_the_room_both_ways() -> None:
    """C1: the ticket is readable from 3 m."""
    assert figures.rows(1) == 4
    assert figures.rows(2) == 8
    assert figures.columns("A-017", 2) == 2 * figures.columns("A-017") == 2 * len(figures.pixels("A-017")[0])


def test_a_sign_without_a_figure_is_an_error() -> None:
    """A text that cannot be drawn large must not vanish silently."""
    with pytest.raises(KeyError):
        figures.pixels("Ə")
