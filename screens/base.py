"""The citizen's skeleton: header, steps, question, answer, and the footer with GERİ, note and buttons (face.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Literal, cast

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.widget import Widget

from screens.frame import Frame
from screens.messages import DatabaseChanged, MinuteTurned
from screens.screen import KioskScreen, Placed
from screens.widgets.buttons import Button
from screens.widgets.header import Header
from screens.widgets.note import MessageBand, Note, NoteKind
from screens.widgets.question import LegendEntry, Question
from screens.widgets.steps import Steps
from screens.widgets.touch_area import TouchArea

__all__ = ["CitizenScreen", "KioskScreen", "Placed"]


class CitizenScreen(KioskScreen):
    """The citizen's skeleton. Subclasses give the question, the answer's widgets and what the buttons say."""

    STEPS: ClassVar[Sequence[str]] = ()
    """The wizard's step names, where this screen is one of them."""
    STEP: ClassVar[str] = ""
    """Which of them."""
    HAS_BACK: ClassVar[bool] = True
    HAS_SECOND: ClassVar[bool] = False
    HAS_MAIN: ClassVar[bool] = False
    MAIN_WIDTH_LARGE: ClassVar[int] = 28
    """The main button's least width in large type; screens with a pager have less room for it."""
    HAS_QUESTION: ClassVar[bool] = True
    """False: no question rows, the answer begins there (in the roomy layout)."""
    BARE: ClassVar[bool] = False
    """True: no header in large type; the answer begins at the top (the result, for the QR)."""

    def __init__(self) -> None:
        super().__init__()
        self.header = Header()
        self.steps = Steps(self.STEPS, self.STEP) if self.STEPS else None
        self.question = Question(
            self.title_words, self.help_words, legend=self.legend_or_none(), aside=self.aside_or_none()
        )
        self.back = Button("back")
        self.second = Button("second")
        self.main = Button("main", "main")
        self.note = Note(banded=True)
        self.message_band = MessageBand(self.note)
        self._answer: list[Widget] = []

    def title_words(self) -> str:
        """The question."""
        raise NotImplementedError

    def help_words(self) -> str:
        """One help line under it."""
        return ""

    def legend_or_none(self) -> Callable[[], Sequence[LegendEntry]] | None:
        """A legend in place of the help line."""
        return None

    def aside_or_none(self) -> Callable[[], str] | None:
        """A word at the right of the question."""
        return None

    def compose_answer(self) -> Iterable[Widget]:
        """The widgets of the answer, in the order in which Tab visits them."""
        return ()

    def shows_question(self) -> bool:
        """Whether the question stands on the screen just now (a keyboard may need its rows)."""
        return self.HAS_QUESTION

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Where they stand; by default a single one has the whole area."""
        return [(widget, area) for widget in self._answer[:1]]

    def choices(self) -> Sequence[str]:
        """What was chosen so far, in words."""
        return ()

    @property
    def frame(self) -> Frame:
        """The geometry for the terminal's size."""
        return Frame.of(self.app.size, steps=bool(self.STEPS))

    def compose(self) -> ComposeResult:
        """Answer first: so Tab goes from it to the buttons, the steps and the languages."""
        self._answer = list(self.compose_answer())
        yield from self._answer
        if self.HAS_MAIN:
            yield self.main
        if self.HAS_SECOND:
            yield self.second
        if self.HAS_BACK:
            yield self.back
        yield self.note
        if self.steps is not None:
            yield self.steps
        if self.HAS_QUESTION:
            yield self.question
        yield self.header

    def places(self, size: Size) -> Placed:
        """The skeleton's cells."""
        yield from super().places(size)
        frame = self.frame
        bare = self.BARE and frame.large
        if not bare:
            yield self.header, frame.header
            if self.steps is not None:
                yield self.steps, frame.steps
        area = frame.answer
        if bare:
            area = Region(0, 0, size.width, size.height)
        elif self.shows_question():
            yield self.question, frame.question
        elif not frame.large:
            area = Region(area.x, frame.question.y, area.width, area.bottom - frame.question.y)
        answer = list(self.place_answer(area, frame))
        footer = [] if bare else list(self.place_footer(frame))
        yield from answer
        yield from footer
        if self.note.unread:
            yield from self._place_message(dict([*answer, *footer]).get(self.note), frame)

    def _place_message(self, note: Region | None, frame: Frame) -> Placed:
        """When the note has no room for what it says, or is not shown."""
        if note is None or not self.note.fits(note.width, note.height):
            yield self.message_band, self.message_region(frame)

    def message_region(self, frame: Frame) -> Region:
        """Where a message stands that the note has no room for: over the last rows of the answer."""
        return Region(frame.left, frame.footer.y - MessageBand.HEIGHT, frame.width, MessageBand.HEIGHT)

    def place_footer(self, frame: Frame) -> Placed:
        """GERİ at the left, the main button at the right, the second before it, the note between."""
        x, y, width, height = frame.footer
        right = x + width
        if self.HAS_BACK:
            wide = 14 if frame.large else 18
            yield self.back, Region(x, y, wide, height)
            x += wide + 2
        if wide := self.main_width(frame):
            yield self.main, Region(right - wide, y, wide, height)
            right -= wide + (2 if frame.large else 3)
        if self.HAS_SECOND and self.second.label:
            wide = max(11 if frame.large else 22, len(self.second.label) + 4)
            yield self.second, Region(right - wide, y, wide, height)
            right -= wide + 2
        right -= self.footer_reserved(frame)
        yield self.note, Region(x, y, max(0, right - x), height)

    def main_width(self, frame: Frame) -> int:
        """How wide the main button is; 0 while it says nothing."""
        if not self.HAS_MAIN or not self.main.label:
            return 0
        return max(self.MAIN_WIDTH_LARGE if frame.large else 30, len(self.main.label) + (4 if frame.large else 5))

    def footer_reserved(self, frame: Frame) -> int:
        """Columns of the footer, left of the buttons, that the answer's own widgets take (a pager)."""
        return 0

    def on_mount(self) -> None:
        """Write the texts; subclasses have their own `on_mount` beside this one."""
        self.write()

    def write(self) -> None:
        """The buttons and choices; a subclass writes its own and calls this."""
        self.back.label = f"◀ {self.text('button.back')}"
        if self.steps is not None:
            self.steps.show_choices(self.choices())
        self.place_anew()

    def set_main(self, label: str, *, usable: bool = True) -> None:
        """What the main button says; "" takes it away."""
        self.main.label = label
        self.main.usable = usable
        self.place_anew()

    def set_second(self, label: str, *, usable: bool = True) -> None:
        """What the second button says; "" takes it away."""
        self.second.label = label
        self.second.usable = usable
        self.place_anew()

    def tell(self, key: str, kind: NoteKind = "plain", **values: object) -> None:
        """Say a message of the catalogue in the note."""
        self._speak(lambda: self.text(key, **values), kind, message=True)

    def tell_words(self, words: Callable[[], str] | None, kind: NoteKind = "plain") -> None:
        """Say in the note what the function gives, each time it is drawn (None: nothing).

        Plain words are a state; anything else is a message, which is shown whole as `tell` does.
        """
        self._speak(words, kind, message=kind != "plain")

    def _speak(self, words: Callable[[], str] | None, kind: NoteKind, *, message: bool) -> None:
        self.note.say(words, kind, message=message)
        if message and not self.message_band.is_attached:
            self.mount(self.message_band)
        self.message_band.refresh()
        self.place_anew()

    def someone_is_here(self) -> None:
        """A message over the answer goes at the next touch or key."""
        if self.note.unread:
            self.note.read()
            self.place_anew()

    def show_waiting(self, waiting: bool) -> None:
        """In the note."""
        self.note.wait(waiting)

    def on_unavailable(self) -> None:
        """In the note; everything typed stays."""
        self.tell("database.away", "warning")

    def on_unexpected(self) -> None:
        """In the note; everything typed stays."""
        self.tell("error.unexpected", "error")

    def go_back(self) -> None:
        """GERİ or Escape."""

    def go_on(self) -> None:
        """The main button, or Enter where nothing has the cursor."""

    def do_second(self) -> None:
        """The second button."""

    def on_key(self, event: events.Key) -> None:
        """Escape is GERİ; Enter is the main button unless something has the cursor."""
        if event.key == "escape" and self.HAS_BACK:
            event.stop()
            self.go_back()
        elif event.key == "enter" and self.HAS_MAIN and self.main.label:
            event.stop()
            self.go_on()

    @on(TouchArea.Touched, "#back")
    def _back_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_back()

    @on(TouchArea.Touched, "#main")
    def _main_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_on()

    @on(TouchArea.Touched, "#second")
    def _second_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_second()

    @on(TouchArea.Touched, "#header")
    def _language_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.set_language(cast(Literal["az", "ru", "en"], event.name))

    @on(MinuteTurned)
    def _minute_turned(self) -> None:
        self.header.refresh()

    @on(DatabaseChanged)
    def _database_changed(self) -> None:
        self.follow()

    def follow(self) -> None:
        """The database changed, or time alone may have changed what is shown: read it again."""
