"""What the wizard and its steps say to each other. Steps do not know each other; going back is the wizard's task."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args

from textual import on

from kiosk.session import Draft
from screens.base import CitizenScreen
from screens.citizen.choices import chosen_words
from screens.widgets.note import NoteKind
from screens.widgets.touch_area import TouchArea

StepName = Literal["service", "centre", "date", "slot", "person", "code"]
STEP_NAMES: Final[tuple[StepName, ...]] = get_args(StepName)
Errand = Literal["book", "confirm", "arrive", "my_bookings", "readiness", "e_signature", "water", "walk_in"]


@dataclass(frozen=True)
class Notice:
    """A message that the next step shows in its note: a key of the catalogue with its values."""

    key: str
    kind: NoteKind = "error"
    values: Mapping[str, object] = field(default_factory=dict, repr=False)


class Answer:
    """Base of what a step or another citizen screen ends with."""


@dataclass(frozen=True)
class Back(Answer):
    """One step back; on the first step to the first screen."""


@dataclass(frozen=True)
class Next(Answer):
    """The question is answered (the answer stands in the draft): go on. On the last screen: the visit ends."""


@dataclass(frozen=True)
class JumpTo(Answer):
    """Go to that step of the wizard: a done one was touched, or a lost race leads back to the hours."""

    step: StepName
    notice: Notice | None = None


@dataclass(frozen=True)
class GoTo(Answer):
    """Leave this errand for another of the first screen's."""

    errand: Errand
    code: str | None = field(default=None, repr=False)
    """The presented code that leads there, and the service of its booking."""
    service: str | None = None


Slot = tuple[str, str, datetime]
"""Service, centre and hour (aware, UTC)."""


@dataclass(frozen=True)
class ConfirmHour(Answer):
    """A foreign yellow hour was chosen, and the person says it is theirs: confirm it by address or FİN, and code."""

    slot: Slot


@dataclass(frozen=True)
class Move(Answer):
    """Move the booking that `session.draft.moving` names: the wizard asks for the date and the hour."""


class AnsweringScreen(CitizenScreen):
    """A citizen screen that ends with an answer, which a coroutine of `screens.citizen.wizard` waits for."""

    def __init__(self, notice: Notice | None = None) -> None:
        super().__init__()
        self.outcome: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._notice = notice

    def answer(self, answer: Answer) -> None:
        """End with that; what comes later (a second tap) is ignored."""
        if not self.outcome.done():
            self.outcome.set_result(answer)

    def go_back(self) -> None:
        """GERİ."""
        self.answer(Back())

    def on_mount(self) -> None:
        """Show what the step before left to say."""
        if self._notice is not None:
            self.tell(self._notice.key, self._notice.kind, **self._notice.values)


class StepScreen(AnsweringScreen):
    """A step of the wizard, built from the draft; what is chosen and typed is written into it at once."""

    STEPS = STEP_NAMES

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.draft = draft

    def choices(self) -> Sequence[str]:
        """Service, centre with its street, date and hour, as far as they are chosen."""
        return chosen_words(self.kiosk, self.draft, STEP_NAMES.index(self.STEP))

    @on(TouchArea.Touched, "#steps")
    def _step_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        name = next(name for name in STEP_NAMES if name == event.name)
        self.answer(JumpTo(name))
