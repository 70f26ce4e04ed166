"""A screen that tells how something ended: a sentence in a band, and what to do next as tiles (face.md, "Verdict")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from screens.base import Placed
from screens.citizen.card_words import ENDED, Told
from screens.citizen.step import Answer, AnsweringScreen, Next
from screens.frame import Frame
from screens.widgets.buttons import Button
from screens.widgets.countdown import ClearingLine, RanOut
from screens.widgets.touch_area import TouchArea
from screens.widgets.verdict import Tone, Verdict, View, Way, Ways

if TYPE_CHECKING:
    from screens.visits import VisitApp

_BAND: Final = 15
_BAND_LARGE: Final = 11


@dataclass(frozen=True)
class Chosen(Answer):
    """A tile was touched."""

    name: str


class TellingScreen(AnsweringScreen):
    """Tells it until somebody touches a tile (`Chosen`) or the button (`Next`), or until it clears itself (`Next`)."""

    HAS_BACK = False

    def __init__(self, view: Callable[[], View], ways: Sequence[Way] = (), *, clears: bool = True) -> None:
        """Make it.

        Args:
            view: what is told, in the language on screen.
            ways: up to three ways on.
            clears: whether it goes by itself after `[face] verdict_seconds`; else only idle ends it.
        """
        super().__init__()
        self.verdict = Verdict(view, id="verdict")
        self.ways = Ways(ways, id="ways")
        self.close_button = Button("close")
        self._clears = clears

    def title_words(self) -> str:
        """None: the band says it all."""
        return ""

    def shows_question(self) -> bool:
        """The band needs its rows."""
        return False

    def compose_answer(self) -> Iterable[Widget]:
        """Band, ways, and the line that tells when it clears itself."""
        self.clearing = ClearingLine(self.kiosk.settings.face.verdict_seconds, self.kiosk.elapsed, id="clearing")
        found: list[Widget] = [self.verdict, self.ways, self.close_button]
        return [*found, self.clearing] if self._clears else found

    def places(self, size: Size) -> Placed:
        """The band stands right below the header, over the full width."""
        yield from super().places(size)
        frame = self.frame
        yield self.verdict, Region(0, frame.header.bottom, size.width, _BAND_LARGE if frame.large else _BAND)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The ways below the band."""
        if frame.large:
            yield self.ways, Region(frame.left, frame.header.bottom + _BAND_LARGE, frame.width, Ways.HEIGHT_LARGE)
        else:
            yield self.ways, Region(frame.left, frame.header.bottom + _BAND + 2, frame.width, Ways.HEIGHT)

    def place_footer(self, frame: Frame) -> Placed:
        """The clearing line and one button."""
        x, y, width, height = frame.footer
        wide = 24 if frame.large else 30
        if self._clears:
            yield self.clearing, Region(x, y, width - wide - 2, height)
        yield self.close_button, Region(x + width - wide, y, wide, height)

    def write(self) -> None:
        """The button."""
        super().write()
        self.close_button.label = self.text("button.close")

    def on_key(self, event: events.Key) -> None:
        """Digits choose a way; Enter and Escape close, unless a way has the cursor."""
        on_way = self.kiosk.by_keys and self.focused is self.ways
        if event.key == "escape" or (event.key == "enter" and not on_way):
            event.stop()
            event.prevent_default()
            self.answer(Next())
        elif event.character and self.ways.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#ways")
    def _way_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.answer(Chosen(event.name))

    @on(TouchArea.Touched, "#close")
    def _close_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.answer(Next())

    @on(RanOut)
    def _ran_out(self, event: RanOut) -> None:
        event.stop()
        self.answer(Next())


def telling(app: VisitApp, told: Told, tone: Tone, *more: str) -> Callable[[], View]:
    """A message as a view: its first line is the sentence, the rest and the messages of the keys `more` stand below."""

    def view() -> View:
        sentence, *lines = told.words(app.text).split("\n")
        return View(tone, sentence, (), (*lines, *(app.text(key) for key in more)))

    return view


async def tell_ended(app: VisitApp, why: str) -> None:
    """Say why somebody who was signed in is so no more; then the visit ends (I12)."""
    key = ENDED.get(why, "card.removed")
    more = ("session.closed",) if key == "reader.unavailable" else ()
    screen = TellingScreen(telling(app, Told(key), "held", *more))
    await app.push_screen(screen)
    await screen.outcome
    app.end_visit()
