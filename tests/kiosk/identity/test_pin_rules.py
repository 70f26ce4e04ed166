"""New PINs that anybody would guess are refused before the card is asked (E4)."""

from __future__ import annotations

from datetime import date

import pytest

from hardware.cards.card import Holder
from hardware.secret import Pin
from kiosk.identity.pin_rules import problem

HOLDER = Holder("Aygün", "Nümunəyeva", "", "5AB7391", "AZE58240617", date(1984, 3, 27))


def _pin(digits: str) -> Pin:
    return Pin(int(digit) for digit in digits)


@pytest.mark.parametrize(
    ("new", "key"),
    [
        ("4827", None),
        ("739", "pin.weak_length"),
        ("482719361", "pin.weak_length"),
        ("7777", "pin.weak_same"),
        ("00000000", "pin.weak_same"),
        ("1234", "pin.weak_rising"),
        ("7890", "pin.weak_rising"),
        ("89012", "pin.weak_rising"),
        ("9876", "pin.weak_falling"),
        ("2109", "pin.weak_falling"),
        ("1235", None),
        ("7391", "pin.weak_own"),  # of the FİN
        ("57391", "pin.weak_own"),  # of its digits
        ("8240", "pin.weak_own"),  # of the document
        ("1984", "pin.weak_born"),
        ("2703", "pin.weak_born"),
        ("0327", "pin.weak_born"),
        ("270384", "pin.weak_born"),
        ("840327", "pin.weak_born"),
        ("27031984", "pin.weak_born"),
        ("19840327", "pin.weak_born"),
        ("1985", None),
    ],
)
def test_what_anybody_would_guess(new: str, key: str | None) -> None:
    """Rising, falling, all alike, part of one's own numbers, one's birthday."""
    assert problem(_pin(new), _pin("9999"), HOLDER, 4, 8) == key


def test_the_old_one_is_not_new() -> None:
    """A PIN that stays as it is was not changed."""
    assert problem(_pin("4827"), _pin("4827"), None, 4, 8) == "pin.weak_old"
    assert problem(_pin("4827"), None, None, 4, 8) is None


def test_without_a_holder_only_the_digits_are_looked_at() -> None:
    """A card that says nothing of its holder forbids no dates."""
    assert problem(_pin("1984"), None, None, 4, 8) is None
    assert problem(_pin("1984"), None, Holder("A", "B"), 4, 8) is None


def test_nothing_is_wiped() -> None:
    """The PINs are still to be sent."""
    new, old = _pin("4827"), _pin("9999")
    problem(new, old, HOLDER, 4, 8)
    assert (new.digits, old.digits) == ([4, 8, 2, 7], [9, 9, 9, 9])
