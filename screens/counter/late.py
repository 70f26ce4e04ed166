"""The form in which an operator accepts a late arrival with a reason (C3). It stands where the list stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.geometry import Region

from kiosk.identity.staff import ACCEPT_LATE
from screens.base import Placed
from screens.counter.act_key import ActKey
from screens.counter.verdict import LateRule, Presented
from screens.widgets import field
from screens.widgets.buttons import Button
from screens.widgets.field import Field
from screens.widgets.question import Question

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from kiosk.settings import Settings

LONGEST_REASON: Final = 200
"""As many signs as the rule takes."""


def late_rule(settings: Settings, member: StaffMember) -> LateRule:
    """Whether late arrivals may be accepted here, and by this operator."""
    if not settings.arrival.accept_late:
        return "off"
    return "can" if ACCEPT_LATE in member.rights else "supervisor"


class ReasonField(Field, can_focus=False):
    """The reason; the screen hands it the keys."""


class FormButton(Button, can_focus=False):
    """A button for the mouse; its key does the same."""


class LateForm:
    """The form's widgets and what they hold. The screen opens it, hands it keys, and sends it."""

    def __init__(self) -> None:
        self.question = Question(lambda: self._words(0), lambda: self._words(1))
        self.reason = ReasonField("reason", "counter.late.reason", hint="counter.late.no_names", longest=LONGEST_REASON)
        self.reason.current = True
        self.accept = FormButton("accept", "main")
        self.back = FormButton("back")
        self.presented: Presented | None = None
        """The late one; None while the form is closed."""
        self._key = ActKey()

    def _words(self, line: int) -> str:
        return self.question.text("counter.late.title").split("\n")[line]

    @property
    def widgets(self) -> tuple[Question, Field, Button, Button]:
        """All of it, in reading order."""
        return self.question, self.reason, self.back, self.accept

    def write(self) -> None:
        """The buttons; their keys stand at the foot of the screen."""
        self.accept.label = self.accept.text("button.accept_late")
        self.back.label = self.back.text("button.back")

    def open(self, presented: Presented) -> None:
        """Begin with an empty reason."""
        self.presented = presented
        self._key.forget()
        self.reason.value = ""
        self.reason.problem = None
        self.accept.usable = True

    def close(self) -> None:
        """Forget the reason."""
        self.presented = None
        self.reason.value = ""

    def key(self) -> str:
        """The key of this act: the same as long as the reason is, so that asking again does nothing twice."""
        return self._key.of(self.reason.value)

    def places(self, area: Region) -> Placed:
        """From the top of the area: question, field, buttons."""
        x, y, width, height = area
        yield self.question, Region(x, y, width, 2)
        yield self.reason, Region(x, y + 3, width, min(field.HEIGHT, max(0, height - 3)))
        row = y + 4 + field.HEIGHT
        if row + 3 > area.bottom:
            row = y + 3 + field.HEIGHT
        back = max(7, min(16, width - 2 - 28))
        yield self.back, Region(x, row, back, min(3, max(0, area.bottom - row)))
        yield self.accept, Region(x + back + 2, row, width - back - 2, min(3, max(0, area.bottom - row)))
