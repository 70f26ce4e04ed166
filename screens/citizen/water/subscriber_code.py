"""The subscriber code, typed, touched on the number pad or scanned off a bill (W8).

An empty or wrong code is told in a warning and leads no further; what was typed stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import (
    BadRequest,
    ClosedAccount,
    NotPopulation,
    NotYours,
    Refusal,
    RegistryAway,
    UnknownSubscriber,
)
from kiosk.water.draft import WaterDraft
from kiosk.water.facts import Statement
from screens.base import Placed
from screens.citizen.fields import digits_only
from screens.citizen.step import Answer, AnsweringScreen, Notice
from screens.frame import Frame
from screens.messages import Scanned
from screens.widgets import number_pad
from screens.widgets.field import HEIGHT as FIELD_HEIGHT
from screens.widgets.field import Field
from screens.widgets.number_pad import NumberPad
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn

_FIELD_WIDTH: Final = 60
_HINT_ROWS: Final = 6
_REFUSED: Final = {
    UnknownSubscriber: "subscriber.unknown",
    NotPopulation: "subscriber.not_population",
    NotYours: "subscriber.not_yours",
    ClosedAccount: "subscriber.closed",
    RegistryAway: "registry.away",
}
_UNUSABLE: Final = {"empty": "subscriber.empty", "format": "subscriber.format"}


def refusal_key(refusal: Refusal) -> str | None:
    """The message for a refusal about a subscriber code; None: it is about something else."""
    if isinstance(refusal, BadRequest):
        return _UNUSABLE.get(refusal.why) if refusal.field == "subscriber" else None
    return _REFUSED.get(type(refusal))


@dataclass(frozen=True)
class Found(Answer):
    """The statement of the code that was given."""

    statement: Statement

    def __repr__(self) -> str:
        return "Found(…)"


class SubscriberCodeScreen(AnsweringScreen):
    """One field and the number pad; ends with `Found`, or `Back`."""

    HAS_MAIN = True

    def __init__(self, draft: WaterDraft, who: SignedIn, longest: int, notice: Notice | None = None) -> None:
        """Make it.

        Args:
            draft: keeps what is typed.
            who: the person who is signed in.
            longest: how many digits a code has at most.
            notice: what the screen before left to say.
        """
        super().__init__(notice)
        self.draft = draft
        self._who = who
        self.code = Field("subscriber", "water.fact.code", draft.subscriber, longest=longest, shape=digits_only)
        self.code.current = True
        self.pad = NumberPad(id="pad")
        self.hint = Words(lambda: self.text("water.code.hint"))
        self._asking = False

    def title_words(self) -> str:
        """What to give."""
        return self.text("water.code.title").partition("\n")[0]

    def help_words(self) -> str:
        """Where it stands."""
        return self.text("water.code.title").partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """Field, pad, and where the code is found."""
        return [self.code, self.pad, self.hint]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The field left, the pad right."""
        if frame.large:
            pad = (number_pad.WIDTH_LARGE, number_pad.HEIGHT_LARGE)
            width = area.width - pad[0] - 4
        else:
            pad = (number_pad.WIDTH, number_pad.HEIGHT)
            width = _FIELD_WIDTH
        yield self.code, Region(area.x, area.y, width, FIELD_HEIGHT)
        yield self.hint, Region(area.x, area.y + FIELD_HEIGHT + 1, width, _HINT_ROWS)
        yield self.pad, Region(area.right - pad[0], area.y, *pad)

    def message_region(self, frame: Frame) -> Region:
        """In large type beside the pad: all its keys stay free to type the code again."""
        region = super().message_region(frame)
        if not frame.large:
            return region
        width = frame.width - number_pad.WIDTH_LARGE - 4
        return Region(frame.left, frame.answer.y + FIELD_HEIGHT, width, frame.answer.height - FIELD_HEIGHT)

    def write(self) -> None:
        """The button; it looks usable once there is something."""
        super().write()
        self.set_main(self.text("button.proceed"), usable=bool(self.code.value) and not self._asking)

    def on_key(self, event: events.Key) -> None:
        """Digits land in the field wherever the focus is; Enter goes on."""
        typed = event.is_printable or event.key in ("backspace", "delete", "left", "right", "home", "end")
        if typed and self.focused is not self.code and self.code.take(event):
            self.set_focus(None, scroll_visible=False)
            event.stop()
            event.prevent_default()

    @on(NumberPad.Pressed)
    def _pad_pressed(self, event: NumberPad.Pressed) -> None:
        event.stop()
        if event.act == "digit":
            self.code.insert(event.digit)
        elif event.act == "erase":
            self.code.erase()
        else:
            self.code.value = ""

    @on(Field.Changed)
    def _code_changed(self, event: Field.Changed) -> None:
        event.stop()
        self.draft.subscriber = self.code.value
        self.code.problem = None
        if self.code.value:
            self.tell_words(None)
        self.write()

    @on(Field.Submitted)
    def _code_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.go_on()

    @on(TouchArea.Touched, "#subscriber")
    def _field_touched(self, event: TouchArea.Touched) -> None:
        event.stop()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        """A bill's code counts as typed and sent; whatever else was scanned is told, and what was typed stays."""
        event.stop()
        if self._asking:
            return
        scanned = event.code.strip()
        if scanned.isascii() and scanned.isdigit():
            self.code.value = scanned
            self.go_on()
        else:
            self.tell("subscriber.format", "warning")

    def go_on(self) -> None:
        """Look for it; the station judges what was typed, nothing included."""
        if not self._asking:
            self._asking = True
            self.write()
            self.start(self._look(), group="statement")

    async def _look(self) -> None:
        try:
            water = self.kiosk.station.water
            found = await self.ask(water.statements.statement, self._who, self.code.value)
        except Refusal as refusal:
            key = refusal_key(refusal)
            if key is None:
                raise
            mistyped = bool(self.code.value) and isinstance(refusal, BadRequest | UnknownSubscriber)
            self.code.problem = "field.short.subscriber" if mistyped else None
            self.tell(key, "warning")
        else:
            self.answer(Found(found))
        finally:
            self._asking = False
            self.write()
