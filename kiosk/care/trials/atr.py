"""What a card's answer to reset says about it (ISO/IEC 7816-3, 8)."""

from __future__ import annotations

from dataclasses import dataclass

_DIRECT = 0x3B
_INVERSE = 0x3F


@dataclass(frozen=True, slots=True)
class Atr:
    """An answer to reset, taken apart. `sound` says whether it is whole and its check byte fits."""

    convention: str
    """"direct", "inverse", or "?"."""
    protocols: tuple[str, ...]
    """As offered, "T=0" where nothing is said."""
    historical: bytes
    sound: bool


def decode(atr: bytes) -> Atr:
    """Take an answer to reset apart; a torn one as far as it goes."""
    convention = {_DIRECT: "direct", _INVERSE: "inverse"}.get(atr[0] if atr else 0, "?")
    if convention == "?" or len(atr) < 2:
        return Atr(convention, (), b"", sound=False)
    count, more, place = atr[1] & 0x0F, atr[1] >> 4, 2
    protocols: list[str] = []
    checked = False
    while more:
        place += (more & 0b0111).bit_count()  # TA, TB, TC
        if not more & 0b1000:
            break
        if place >= len(atr):
            return Atr(convention, tuple(protocols), b"", sound=False)
        more, protocol = atr[place] >> 4, atr[place] & 0x0F
        place += 1
        if protocol != 15:  # 15 tells of the interface, it is no protocol
            name = f"T={protocol}"
            protocols += [] if name in protocols else [name]
        checked = checked or protocol != 0
    historical = atr[place : place + count]
    end = place + count + checked
    sound = len(atr) == end and (not checked or _xor(atr[1:end]) == 0)
    return Atr(convention, tuple(protocols) or ("T=0",), historical, sound)


def _xor(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result
