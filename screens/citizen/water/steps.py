"""What the steps of an application to the water company say to each other, and what all of them have (W1, W5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on

from screens.citizen.step import Answer, AnsweringScreen, Notice
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session
    from kiosk.water.draft import WaterDraft

NEW_CONSUMER: Final = ("consumer", "district", "place", "house", "documents", "contact", "check")
SUSPENSION: Final = ("subscriber", "reason", "details")


@dataclass(frozen=True)
class ToStep(Answer):
    """Go to that step: a done one was touched, or what stands in it was refused."""

    step: str
    notice: Notice | None = None


class WaterStep(AnsweringScreen):
    """A step, built from the session; what is chosen and typed is written into its draft at once."""

    STEPS: ClassVar[Sequence[str]] = NEW_CONSUMER

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.session = session

    @property
    def draft(self) -> WaterDraft:
        """What was chosen and typed so far."""
        return self.session.water

    def title_words(self) -> str:
        """The question of this step."""
        return self.text(f"apply.{self.STEP}").partition("\n")[0]

    def help_words(self) -> str:
        """Its help line."""
        return self.text(f"apply.{self.STEP}").partition("\n")[2]

    def choices(self) -> Sequence[str]:
        """What was chosen in the steps before this one."""
        from screens.citizen.water.words import chosen_words

        return chosen_words(self.kiosk, self.draft, self.STEPS[: self.STEPS.index(self.STEP)])

    @on(TouchArea.Touched, "#steps")
    def _step_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.answer(ToStep(event.name))
