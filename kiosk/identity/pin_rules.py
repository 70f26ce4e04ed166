"""New PINs that anybody would guess, refused before the card is asked (E4).

Digits are compared as small integers, so that no text of a PIN is ever made (`hardware/secret.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from hardware.cards.card import Holder
from hardware.secret import Pin


def problem(new: Pin, old: Pin | None, holder: Holder | None, shortest: int, longest: int) -> str | None:
    """What is wrong with a new PIN, as a message key; None where nothing is.

    Args:
        new: what was typed. It is not wiped.
        old: the PIN it takes the place of; None where it is not known (as when a PUK unblocks).
        holder: whose card it is; what the card says of them must not be the PIN.
        shortest: fewest digits that the card takes.
        longest: most digits that the card takes.
    """
    digits = new.digits
    if not shortest <= len(digits) <= longest:
        return "pin.weak_length"
    if old is not None and digits == old.digits:
        return "pin.weak_old"
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    if steps == {0}:
        return "pin.weak_same"
    if steps == {1}:
        return "pin.weak_rising"
    if steps == {9}:
        return "pin.weak_falling"
    if holder is None:
        return None
    if any(_is_part(digits, number) for number in (holder.fin, holder.document) if number):
        return "pin.weak_own"
    if holder.born is not None and any(digits == form for form in _forms(holder.born)):
        return "pin.weak_born"
    return None


def _is_part(digits: Sequence[int], number: str) -> bool:
    """Whether the digits stand together in a number, its letters left where they are or left out."""
    whole = [ord(sign) - ord("0") if sign in "0123456789" else -1 for sign in number]
    only = [digit for digit in whole if digit >= 0]
    return any(
        digits == within[at : at + len(digits)]
        for within in (whole, only)
        for at in range(len(within) - len(digits) + 1)
    )


def _forms(born: date) -> Iterator[list[int]]:
    """A date of birth as people write it: year alone, day and month, all of it with a long or a short year."""
    for form in ("%Y", "%d%m", "%m%d", "%d%m%Y", "%Y%m%d", "%m%d%Y", "%d%m%y", "%y%m%d", "%m%d%y"):
        yield [ord(sign) - ord("0") for sign in born.strftime(form)]
