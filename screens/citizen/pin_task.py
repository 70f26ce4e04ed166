"""What a PIN is asked for, how asking ends, and the one call that sends what was typed (I9).

A call's answer is either taken by the screen or dropped, never both; the PINs are wiped in the thread that sent them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar

from kiosk.identity.card_facts import (
    CardBusy,
    CardError,
    CardFacts,
    EntryCancelled,
    EntryTimeout,
    Pin,
    PinFormat,
    PinName,
    PinRefused,
    PinState,
    PinWrong,
)
from kiosk.identity.refused import SignInRefused
from screens.citizen.attempt import Attempt
from screens.citizen.card_words import Text, Told, pin_words
from screens.citizen.step import Answer

T = TypeVar("T")

Stage = Literal["pin", "old", "puk", "new", "repeat"]
CHANGE: Final[tuple[Stage, ...]] = ("old", "new", "repeat")
UNBLOCK: Final[tuple[Stage, ...]] = ("puk", "new", "repeat")


STAY: Final = (PinWrong, PinFormat, PinRefused, EntryCancelled, EntryTimeout, CardBusy)
"""After these the person may type again, here."""


@dataclass(frozen=True, slots=True)
class PinTask(Generic[T]):
    """What a PIN is asked for."""

    card: CardFacts
    pin: PinName
    act: Callable[[list[Pin]], T]
    """Called in a thread, once for each time that somebody typed and pressed the button: with the PIN; with old (or
    PUK) and new; with none, when it is to be typed at the reader."""
    button: str = "button.sign_in"
    """Message key of the main button."""
    stages: tuple[Stage, ...] = ("pin",)
    drop: Callable[[T], None] | None = None
    """What is done with an answer that came after the person had left."""
    told: Told | None = None
    """What is said at the beginning."""

    @property
    def may_be_at_reader(self) -> bool:
        """Whether the reader's own pad can take it."""
        return self.card.has_pin_pad and self.stages == ("pin",)

    def attempt(self, pins: list[Pin]) -> Attempt[T]:
        """One call of the card. The PINs are wiped, whatever comes of it."""

        def act() -> T:
            try:
                return self.act(pins)
            finally:
                wipe_all(pins)

        return Attempt(act, self.drop)


@dataclass(frozen=True)
class Done(Answer, Generic[T]):
    """The card did it."""

    result: T = field(repr=False)


@dataclass(frozen=True)
class Failed(Answer):
    """It cannot be done, or not by typing again."""

    error: CardError | SignInRefused


@dataclass(frozen=True)
class CardWent(Answer):
    """The card, its reader or the service is gone. Nothing that was typed is left."""

    why: str


def wipe_all(pins: list[Pin]) -> None:
    """Forget the digits of all of them."""
    for pin in pins:
        pin.wipe()


def title_of(text: Text, stage: Stage, state: PinState, *, at_reader: bool) -> str:
    """Question and help line of a stage."""
    pin = pin_words(text, state.name)
    if at_reader:
        return text("pin.at_reader", pin=pin)
    if stage != "pin":
        return text(f"pin.{stage}", pin=pin, min=state.shortest, max=state.longest)
    if state.shortest == state.longest:
        return text("pin.title_exact", pin=pin, n=state.shortest)
    return text("pin.title", pin=pin, min=state.shortest, max=state.longest)


def aside_of(text: Text, stages: tuple[Stage, ...], stage: Stage) -> str:
    """That a card is in; with several stages, how far this one is."""
    if len(stages) > 1:
        return text("pin.step", n=stages.index(stage) + 1)
    return f"■ {text('card.inserted')}"


def hint_of(text: Text, stage: Stage, state: PinState, button: str, *, empty: bool) -> str:
    """What stands in the note while nothing is wrong: that a PUK helps; or which button costs a try ("": none)."""
    if stage == "pin" and state.can_unblock and empty:
        return text("pin.forgot", pin=pin_words(text, state.name))
    return text("pin.counts_when", button=text(button)) if button else ""
