"""A short message's text as the parts that go over the air: GSM 7-bit or UCS-2, joined by a header (3GPP TS 23.038).

Azerbaijani's ə, ğ, ı and ş and all of Russian are not in the GSM alphabet: such a message goes as UCS-2, 70 signs a
part. A sign of two units (an escape, a surrogate pair) is never torn apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Coding = Literal[0, 8]
"""SMPP 3.4, 5.2.19 data_coding: 0 is the centre's default alphabet, here GSM 03.38; 8 is UCS-2."""

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, 6.2.1: a sign's place is its code; 0x1B opens the table below."""
_EXTENDED: Final = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E}
_MORE: Final = {"|": 0x40, "€": 0x65}
_ESCAPE: Final = "\x1b"
_GSM: Final = {sign: bytes([code]) for code, sign in enumerate(_BASIC) if sign != _ESCAPE} | {
    sign: bytes([0x1B, code]) for sign, code in (_EXTENDED | _MORE).items()
}

_GSM_ALONE: Final = 160
_GSM_PART: Final = 153
_UCS2_ALONE: Final = 140
"""In bytes; 70 units."""
_UCS2_PART: Final = 134
_MOST_PARTS: Final = 255


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """What is sent: each part's bytes, with its header where there are several."""

    coding: Coding
    parts: tuple[bytes, ...]

    @property
    def joined(self) -> bool:
        """Whether the parts begin with a header that joins them."""
        return len(self.parts) > 1


def split(text: str, reference: int) -> Parts:
    """The parts of a message.

    Args:
        text: what is to be read.
        reference: 0 to 255, the same for the same message: a phone joins by it, and knows parts that come again.

    Raises:
        ValueError: it needs more than 255 parts.
    """
    gsm = [_GSM.get(sign) for sign in text]
    signs = [code for code in gsm if code is not None]
    if len(signs) == len(gsm):
        return Parts(0, _joined(signs, _GSM_ALONE, _GSM_PART, reference))
    # an unpaired surrogate cannot be written and was never readable
    units = [sign.encode("utf-16-be", errors="replace") for sign in text]
    return Parts(8, _joined(units, _UCS2_ALONE, _UCS2_PART, reference))


def _joined(signs: list[bytes], alone: int, most: int, reference: int) -> tuple[bytes, ...]:
    whole = b"".join(signs)
    if len(whole) <= alone:
        return (whole,)
    parts: list[bytes] = []
    part = b""
    for sign in signs:
        if len(part) + len(sign) > most:
            parts.append(part)
            part = b""
        part += sign
    parts.append(part)
    if len(parts) > _MOST_PARTS:
        raise ValueError("the message has too many parts")
    # 3GPP TS 23.040, 9.2.3.24.1: six bytes of header, element 00 with its three bytes
    return tuple(bytes([5, 0, 3, reference, len(parts), number]) + part for number, part in enumerate(parts, 1))
