"""The layers of the on-screen keyboard and where their keys lie (K2).

Rows keep their place over all layers. Small and capital letters are written out pair by pair, so that no case rule is
ever asked (İ i, I ı).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Layer = Literal["az", "ru", "en", "mail", "digits"]
Act = Literal["type", "erase", "next", "hide", "shift", "layer"]

_DIGITS: Final = "1234567890"
_LETTERS: Final[dict[Layer, tuple[tuple[str, str, str], tuple[str, str, str]]]] = {
    "az": (("qüertyuiopöğ", "asdfghjklıə", "zxcvbnmçş"), ("QÜERTYUİOPÖĞ", "ASDFGHJKLIƏ", "ZXCVBNMÇŞ")),
    "ru": (("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбюё"), ("ЙЦУКЕНГШЩЗХЪ", "ФЫВАПРОЛДЖЭ", "ЯЧСМИТЬБЮЁ")),
    "en": (("qwertyuiop'-", "asdfghjkl.", "zxcvbnm@_"), ("QWERTYUIOP'-", "ASDFGHJKL.", "ZXCVBNM@_")),
    "mail": (("qwertyuiop-_", "asdfghjkl.+", "zxcvbnm"), ("QWERTYUIOP-_", "ASDFGHJKL.+", "ZXCVBNM")),
    "digits": (("+-()/.,:;'\"&", "@_!?=*#%№~|", "$^<>[]{}\\"), ("+-()/.,:;'\"&", "@_!?=*#%№~|", "$^<>[]{}\\")),
}
_MAIL_SHORT: Final = ("@", ".az", ".com")
_MAIL_DOMAINS: Final = ("@gmail.com", "@mail.ru", "@yahoo.com")
_LANGUAGES: Final[tuple[Layer, ...]] = ("az", "ru", "en")
_LAYER_LABELS: Final[dict[Layer, str]] = {"az": "AZ", "ru": "РУ", "en": "EN", "mail": "@", "digits": "#+="}

ROWS: Final = 5
FULL_COLUMNS: Final = 112
"""From this width on keys are 7×3 and layers stand in a column; below it keys are 5×2 and layers in the last row."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `row` from 0, `column` and `width` in cells from the left edge of the keyboard.

    `typed` is the text of a `type`, `layer` what a `layer` key chooses. `label` is what stands on it; where `message`
    is given, that message's words follow the label.
    """

    row: int
    column: int
    width: int
    act: Act
    typed: str = ""
    label: str = ""
    message: str = ""
    layer: Layer | None = None

    @property
    def name(self) -> str:
        """What tells it from the other keys of its layer."""
        return f"{self.row}:{self.column}"

    @property
    def is_function(self) -> bool:
        """Whether it is drawn as a function key."""
        return self.act in ("erase", "shift", "hide", "layer")


@lru_cache(maxsize=64)
def keys(layer: Layer, capitals: bool, columns: int) -> tuple[Key, ...]:
    """The keys of a layer, for a keyboard `columns` wide (72 or more)."""
    full = columns >= FULL_COLUMNS
    pitch = 8 if full else 6
    wide = 10 * pitch
    """Where the wide function keys at the right begin."""
    right = columns - 17 if full else columns
    rows = _LETTERS[layer][capitals]
    found = [*_first_row(layer, pitch), *_letter_rows(rows, pitch)]
    found.append(Key(0, wide, right - wide, "erase", label="⌫", message="keyboard.delete"))
    shift = "keyboard.small" if capitals else "keyboard.capital"
    found.append(Key(3, wide, right - wide, "shift", label="⇧", message=shift))
    found += _last_row_full(layer, columns, right) if full else _last_row_compact(pitch, wide, right)
    return tuple(found)


def _first_row(layer: Layer, pitch: int) -> list[Key]:
    """The digits, or in the e-mail layer what addresses are made of."""
    if layer != "mail":
        return [Key(0, place * pitch, pitch - 1, "type", sign, sign) for place, sign in enumerate(_DIGITS)]
    found = [Key(0, place * pitch, pitch - 1, "type", sign, sign) for place, sign in enumerate(_MAIL_SHORT)]
    column, end = len(_MAIL_SHORT) * pitch, len(_DIGITS) * pitch
    for left, domain in zip((3, 2, 1), _MAIL_DOMAINS, strict=True):
        width = (end - column) // left
        found.append(Key(0, column, width - 1, "type", domain, domain))
        column += width
    return found


def _letter_rows(rows: tuple[str, str, str], pitch: int) -> list[Key]:
    found = []
    for number, (letters, offset) in enumerate(zip(rows, (0, pitch // 2, pitch), strict=True), start=1):
        # Ten keys do not fit beside shift from the usual place: the row then begins one key further left.
        start = offset - pitch if number == 3 and len(letters) > 9 else offset
        found += [
            Key(number, start + place * pitch, pitch - 1, "type", sign, sign) for place, sign in enumerate(letters)
        ]
    return found


def _layer_key(row: int, column: int, width: int, layer: Layer) -> Key:
    return Key(row, column, width, "layer", label=_LAYER_LABELS[layer], layer=layer)


def _last_row_full(layer: Layer, columns: int, right: int) -> list[Key]:
    signs = "1 2 3 . -" if layer == "mail" else "@ . - _"
    column = columns - 14
    return [
        Key(4, 0, 15, "layer", label=signs, layer="digits"),
        Key(4, 16, 63, "type", " ", message="keyboard.space"),
        Key(4, 80, right - 80, "next", message="keyboard.next"),
        *(_layer_key(row, column, 14, layer) for row, layer in enumerate(_LANGUAGES)),
        Key(3, column, 14, "layer", label="@", message="keyboard.email", layer="mail"),
        Key(4, column, 14, "hide", label="▼", message="keyboard.hide"),
    ]


def _last_row_compact(pitch: int, wide: int, right: int) -> list[Key]:
    space = len(_LAYER_LABELS) * pitch
    return [
        *(_layer_key(4, place * pitch, pitch - 1, layer) for place, layer in enumerate(_LAYER_LABELS)),
        Key(4, space, wide - space - 1, "type", " ", message="keyboard.space"),
        Key(4, wide, right - wide, "hide", label="▼", message="keyboard.hide"),
    ]
