"""What no card tells of itself and one has to know: a row for each model of card.

A card without a row works as far as its own directory goes. `docs/cards.md` tells how one adds a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Try = Literal["pkcs15", "piv", "azedit", "pkcs15_by_directory"]


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A model of card.

    Attributes:
        name: for technicians.
        atr: its answer to reset in hexadecimal; empty where a row is found by `manufacturer`.
        manufacturer: what its PKCS#15 TokenInfo names as manufacturer.
        drivers: which drivers to try, in this order.
        free_status: VERIFY without a PIN tells the tries left and costs none. On some cards it counts as a wrong try,
            so it is asked only where somebody made sure.
        most_tries: how many tries each PIN has when it is fresh; None: not known.
        tells_transport_pin: a PIN without the flag "initialized" may be a transport PIN, and VERIFY without a PIN
            answers 6985 as long as it is one. Only with `free_status`.
    """

    name: str
    atr: str = ""
    manufacturer: str = ""
    drivers: tuple[Try, ...] = ("pkcs15", "piv", "azedit", "pkcs15_by_directory")
    free_status: bool = False
    most_tries: int | None = None
    tells_transport_pin: bool = False


ANY: Final = KnownCard(name="")
"""A card without a row."""
KNOWN: Final[tuple[KnownCard, ...]] = (
    KnownCard(
        name="AzeDIT",
        atr="3BF81800008031FE45FE415A452044495433",
        drivers=("azedit",),
        most_tries=3,
    ),
    KnownCard(
        name="new-generation national identity card",
        atr="3BFF9600008131804380318065B08503010F120FFF82900086",
        drivers=("pkcs15", "pkcs15_by_directory"),
    ),
    KnownCard(
        name="example card",
        manufacturer="NÜMUNƏ",
        free_status=True,
        most_tries=3,
        tells_transport_pin=True,
    ),
)


def by_atr(atr: bytes) -> KnownCard:
    """The row of an answer to reset; a card without one has `ANY`."""
    return next((row for row in KNOWN if row.atr and bytes.fromhex(row.atr) == atr), ANY)


def by_manufacturer(name: str) -> KnownCard:
    """The row of a manufacturer that a TokenInfo names, likewise."""
    return next((row for row in KNOWN if row.manufacturer and row.manufacturer == name), ANY)
