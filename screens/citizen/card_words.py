"""What is said of a card, its holder, its PINs and of what went wrong with them: keys of the catalogue and values.

A name from a card is a stranger's text: only letters and signs that can be printed are shown, and never as markup.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.identity.card_facts import (
    CardError,
    CardFacts,
    CardSight,
    Holder,
    PinBlocked,
    PinFormat,
    PinName,
    PinState,
    PinWrong,
)
from screens.widgets.note import NoteKind

Text = Callable[..., str]
"""A screen's or an app's `text`."""

_LONGEST_NAME: Final = 60
_PIN_NAMES: Final[Mapping[PinName, str]] = {
    "pin1": "pin.name.pin1",
    "pin2": "pin.name.pin2",
    "user_pin": "pin.name.user_pin",
    "puk": "pin.name.puk",
}
SIGHTS: Final[Mapping[str, str]] = {
    "service_down": "reader.unavailable",
    "access_denied": "reader.unavailable",
    "no_reader": "reader.unavailable",
    "mute": "card.mute",
    "unknown": "card.unknown",
    "busy": "card.busy",
    "faulty": "card.fault",
}
ERRORS: Final[Mapping[str, str]] = {
    "service_down": "reader.unavailable",
    "access_denied": "reader.unavailable",
    "reader_gone": "reader.unavailable",
    "card_gone": "card.out",
    "card_swapped": "card.other",
    "card_reset": "card.was_reset",
    "card_busy": "card.busy",
    "card_mute": "card.mute",
    "card_unknown": "card.unknown",
    "card_fault": "card.fault",
    "not_supported": "card.not_supported",
    "pin_refused": "pin.refused",
    "pin_must_change": "pin.must_change",
    "entry_cancelled": "pin.entry_cancelled",
    "entry_timeout": "pin.entry_timeout",
}
ENDED: Final[Mapping[str, str]] = {
    "card_gone": "card.removed",
    "card_swapped": "card.swapped",
    "card_reset": "card.reset",
    "reader_gone": "reader.unavailable",
    "service_down": "reader.unavailable",
    "lease_lost": "session.lost",
    "time_over": "session.over",
}
"""Why somebody is signed in no more."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message of the catalogue, with its values and how it looks."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    kind: NoteKind = "error"

    def words(self, text: Text) -> str:
        """It in the language of `text`. A PIN is named in that language: its value is given as its name."""
        named = {
            name: pin_words(text, value) if name == "pin" else value  # type: ignore[arg-type]
            for name, value in self.values.items()
        }
        return text(self.key, **named)


def printable(name: str, longest: int = _LONGEST_NAME) -> str:
    """A stranger's text on one line: control signs, and signs that turn the writing round, are left out."""
    kept = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", name))
    return " ".join(kept.split())[:longest]


def holder_name(holder: Holder) -> str:
    """Surname and given name, as an identity card has them."""
    return printable(f"{holder.surname} {holder.given_name}")


def pin_words(text: Text, pin: PinName) -> str:
    """What a PIN is called."""
    return text(_PIN_NAMES[pin])


def sight_told(sight: CardSight) -> Told | None:
    """What is wrong with what stands in the reader; None while nothing is."""
    key = SIGHTS.get(sight.state)
    return Told(key, kind="warning") if key is not None else None


def blocked_told(card: CardFacts | None, pin: PinName) -> Told:
    """A PIN takes no more tries: what to do and whom to call."""
    if pin == "puk":
        return Told("pin.puk_blocked")
    state = card.pin(pin) if card is not None else None
    if state is not None and state.can_unblock:
        return Told("pin.blocked", {"pin": pin})
    return Told("token.blocked") if pin == "user_pin" else Told("pin.blocked_no_puk", {"pin": pin})


def format_told(state: PinState) -> Told:
    """A PIN of another length than the card asks for was not sent."""
    if state.shortest == state.longest:
        return Told("pin.format_exact", {"pin": state.name, "n": state.shortest})
    return Told("pin.format", {"pin": state.name, "min": state.shortest, "max": state.longest})


def error_told(error: CardError, card: CardFacts | None, pin: PinName) -> Told:
    """What a card's error means to whoever typed that PIN."""
    match error:
        case PinWrong(left=None):
            return Told("pin.wrong_unknown", {"pin": pin})
        case PinWrong(left=left):
            return Told("pin.wrong", {"pin": pin, "tries": left})
        case PinBlocked():
            return blocked_told(card, pin)
        case PinFormat(shortest=shortest, longest=longest):
            return format_told(PinState(pin, shortest, longest))
    key = ERRORS.get(error.error, "card.fault")
    return Told(key, {"pin": pin} if key in ("pin.refused", "pin.must_change") else {})


def left_told(why: str) -> Told:
    """The card went while somebody typed: nothing was sent."""
    return Told(ERRORS.get(why, "card.out"), kind="warning")


def tries_words(text: Text, state: PinState) -> str:
    """How often a PIN may still be tried, on one line."""
    tries = state.tries
    if tries.blocked:
        return text("pin.state_blocked")
    if tries.left is None:
        return text("pin.state_unknown")
    return text("pin.tries_left", left=tries.left)
