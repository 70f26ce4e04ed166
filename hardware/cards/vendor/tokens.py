"""Tokens as modules list them: which slots are one card, and what their flags say of the PIN."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hardware.cards.card import Tries
from hardware.secret import LONGEST

_INITIALIZED: Final = 0x400
_OWN_PAD: Final = 0x100
_COUNT_LOW, _FINAL_TRY, _LOCKED, _TO_BE_CHANGED = 0x10000, 0x20000, 0x40000, 0x80000
_PIN_IN_LABEL: Final = re.compile(r"(?P<card>.*?) ?\((?P<pin>[^()]*)\)")
_LONGEST_LABEL: Final = 64


@dataclass(frozen=True, slots=True)
class PinFlags:
    """CKF_USER_PIN_… of CK_TOKEN_INFO: all that PKCS#11 tells of tries, never a number."""

    few: bool = False
    last: bool = False
    locked: bool = False
    must_change: bool = False

    @classmethod
    def of(cls, flags: int) -> PinFlags:
        """What CKF bits say."""
        return cls(
            bool(flags & _COUNT_LOW), bool(flags & _FINAL_TRY), bool(flags & _LOCKED), bool(flags & _TO_BE_CHANGED)
        )

    @property
    def tries(self) -> Tries:
        """The same as the rest sees tries."""
        return Tries(few=self.few, last=self.last, locked=self.locked)


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot with a token in it: one PIN and what it guards."""

    number: int
    label: str
    """As the module tells it; it names the slot's token again in each request."""
    serial: str
    shortest: int
    longest: int
    own_pad: bool

    @property
    def pin_label(self) -> str:
        """The card's own word for its PIN, where the label holds one ("… (PIN1)")."""
        found = _PIN_IN_LABEL.fullmatch(self.label)
        return shown(found["pin"]) if found else ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token or card behind a module. Two are equal while the same one is in the same place, whatever its tries."""

    module: str
    label: str
    serial: str
    slots: tuple[Slot, ...]
    """One for each PIN, as the module orders them."""
    flags: tuple[PinFlags, ...] = field(compare=False)
    """What was told of each slot's PIN when it was listed."""

    @property
    def slot(self) -> int:
        """The number of its first slot."""
        return self.slots[0].number


def tokens_of(module: str, listed: Iterable[Mapping[str, Any]]) -> tuple[Token, ...]:
    """The tokens of a module's list: slots of one card, which has a PIN each, are one token.

    Args:
        module: the module's name.
        listed: what its process told of each slot.

    Raises:
        KeyError, TypeError, ValueError: the list is none.
    """
    cards: dict[tuple[str, str, str], list[tuple[Slot, PinFlags]]] = {}
    for told in listed:
        flags = int(told["flags"])
        if not flags & _INITIALIZED:
            continue  # an empty token: nothing on it
        label = str(told["label"])
        found = _PIN_IN_LABEL.fullmatch(label)
        key = (str(told["description"]), str(told["serial"]), found["card"] if found else label)
        cards.setdefault(key, []).append((_slot(told, flags), PinFlags.of(flags)))
    return tuple(
        Token(module, shown(label), shown(serial), tuple(slot for slot, _ in slots), tuple(flags for _, flags in slots))
        for (_, serial, label), slots in cards.items()
    )


def _slot(told: Mapping[str, Any], flags: int) -> Slot:
    shortest, longest = int(told["shortest"]), int(told["longest"])
    # a module that knows no bound says 0, or "very many"; nobody types more than a Pin holds
    shortest = shortest if 1 <= shortest <= LONGEST else 1
    longest = longest if shortest <= longest <= LONGEST else LONGEST
    return Slot(
        int(told["slot"]), str(told["label"]), str(told["serial"]), shortest, longest,
        bool(flags & _OWN_PAD),
    )  # fmt: skip


def shown(text: str) -> str:
    """A token's own words as they may stand on a screen: printable, and not long."""
    return "".join(sign for sign in text if sign.isprintable())[:_LONGEST_LABEL].strip()
