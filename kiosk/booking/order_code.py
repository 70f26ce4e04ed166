"""The order code ("Sifariş kodu") and the booking reference: signs a person can type and read out without mistakes.

31 signs: the digits 2 to 9 and the Latin letters without I, L and O. The last sign of a code is a check sign modulo
31. Since 31 is prime and the weights are the distinct non-zero residues, it catches every single wrong sign and every
swap of two neighbours. An order code has seven random signs and is written K7MP-4XRT; a booking reference has eleven
and is written in three groups, so the length alone tells the two apart.
"""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
ORDER_CODE_SIGNS: Final = 8
REFERENCE_SIGNS: Final = 12
GROUP: Final = 4
_VALUE: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_PRIME: Final = len(ALPHABET)


def check_sign(signs: str) -> str:
    """The check sign that belongs after `signs` (at most 29 of them)."""
    total = sum(weight * _VALUE[sign] for weight, sign in enumerate(signs, start=2))
    return ALPHABET[-total % _PRIME]


def new_order_code() -> str:
    """Eight signs without hyphen, seven of them random."""
    return _new(ORDER_CODE_SIGNS)


def new_reference() -> str:
    """Twelve signs without hyphens, eleven of them random."""
    return _new(REFERENCE_SIGNS)


def _new(length: int) -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return signs + check_sign(signs)


def written(code: str) -> str:
    """The code as people see it, in groups of four: K7MP-4XRT."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str) -> str | None:
    """The code in a typed or scanned text, or None when it is none.

    Hyphens, dashes, spaces and case do not count. ASCII rules only: a Turkic i never enters here.
    """
    signs = "".join(sign for sign in typed if not (sign.isspace() or sign in "-‐‑‒–—_"))
    if not signs.isascii():
        return None
    signs = signs.upper()
    if len(signs) not in (ORDER_CODE_SIGNS, REFERENCE_SIGNS) or any(sign not in _VALUE for sign in signs):
        return None
    return signs if check_sign(signs[:-1]) == signs[-1] else None


def is_reference(code: str) -> bool:
    """Whether a code that `read` gave is a booking reference, not an order code."""
    return len(code) == REFERENCE_SIGNS
