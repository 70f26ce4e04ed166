"""Money and volumes: decimal for people, whole qəpik and whole litres in the database, so that no sum is ever off."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_QAPIK: Final = Decimal("0.01")
_LITRE: Final = Decimal("0.001")
MOST: Final = Decimal("99999999.99")
"""The largest sum that is taken, in manat."""


def to_qapik(amount: Decimal) -> int:
    """An amount in manat as whole qəpik.

    Raises:
        ValueError: it is no number, finer than a qəpik or larger than `MOST`.
    """
    if not amount.is_finite() or abs(amount) > MOST or amount != amount.quantize(_QAPIK):
        raise ValueError("not an amount in manat and qəpik")
    return int(amount * 100)


def qapik_of(manat: Decimal) -> int:
    """Whole qəpik of an amount that `to_manat` made, whatever its size: a balance may be larger than any one sum."""
    return int(manat.scaleb(2))


def to_manat(qapik: int) -> Decimal:
    """Whole qəpik as manat with two places."""
    return (Decimal(qapik) / 100).quantize(_QAPIK)


def to_litres(cubic_metres: Decimal) -> int:
    """A consumption in m³ as whole litres.

    Raises:
        ValueError: it is no number, negative or finer than a litre.
    """
    if not cubic_metres.is_finite() or not 0 <= cubic_metres <= MOST:
        raise ValueError("not a consumption in m³")
    if cubic_metres != cubic_metres.quantize(_LITRE):
        raise ValueError("not a consumption in whole litres")
    return int(cubic_metres * 1000)


def to_cubic_metres(litres: int) -> Decimal:
    """Whole litres as m³ with three places."""
    return (Decimal(litres) / 1000).quantize(_LITRE)
