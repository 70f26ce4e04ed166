"""References that nobody can guess, of payment orders and certificates: short, and safe from typing mistakes.

Crockford's base 32 (digits and capitals without I, L, O and U): eleven random signs, 55 bits, and a check sign. The
check is a weighted sum over GF(32) with the powers of its generator as weights; they are all different and none is
zero, so each single wrong sign and each swap of two signs is caught.
"""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS: Final = 12
_VALUE: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_READ_AS: Final = str.maketrans("ILO", "110")
_POLYNOMIAL: Final = 0b100101  # x⁵ + x² + 1, primitive over GF(2)


def new_reference() -> str:
    """Twelve signs in capitals, eleven of them random."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS - 1))
    return signs + check_sign(signs)


def check_sign(signs: str) -> str:
    """The check sign that belongs after `signs` (at most 30 of them).

    Horner's rule over the generator: with the check sign added, the sum of all signs times their weights is zero.
    """
    total = 0
    for sign in signs:
        total = _times_generator(total ^ _VALUE[sign])
    return ALPHABET[total]


def read(typed: str) -> str | None:
    """The reference in a text of another system, or None when it is none.

    Case, spaces and hyphens do not count; I and L are read as 1, O as 0, as Crockford has it. ASCII rules only.
    """
    signs = "".join(sign for sign in typed if sign not in " -")
    if not signs.isascii() or len(signs) != SIGNS:
        return None
    signs = signs.upper().translate(_READ_AS)
    if any(sign not in _VALUE for sign in signs):
        return None
    return signs if check_sign(signs[:-1]) == signs[-1] else None


def _times_generator(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled
