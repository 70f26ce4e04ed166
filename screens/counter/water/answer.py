"""The form of an act that says something to the applicant: ask back, refuse, carry out, close (W7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import BadRequest, NotFound, RegistryAway, UnknownSubscriber, WrongStep
from screens.base import Placed
from screens.citizen.water.words import applicant_words
from screens.counter.act_key import ActKey
from screens.counter.key_bar import Key
from screens.counter.late import FormButton
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.text_box import TextBox
from screens.widgets.field import HEIGHT, Field
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.water.facts import Application, WorkAction, WorkOrder

Answered = Callable[["WorkAction", "WorkOrder | None", "str | None"], None]
"""Told what was done: the act, the order after it, or the state in which somebody else had left it."""
LONGEST: Final = 1000
_NEEDED: Final = frozenset({"ask_back", "refuse", "close"})
_WIDTH: Final = 84
_PROBLEMS: Final = {
    ("answer", "empty"): "field.short.empty",
    ("answer", "too_long"): "field.short.too_long",
    ("new_code", "format"): "field.short.subscriber",
    ("new_code", "taken"): "desk.code_taken",
}


class CodeField(Field, can_focus=False):
    """The new consumer's code; the screen hands it the keys."""


class AnswerScreen(DeskScreen):
    """One text, and for a new consumer the code. Enter sends it; nothing typed is lost until it was answered."""

    KEYS: ClassVar = {"enter": "send", "tab": "next", "shift+tab": "next", "escape": "back"}

    def __init__(self, operator: Operator, application: Application, action: WorkAction, done: Answered) -> None:
        super().__init__(operator)
        self.application = application
        self.action = action
        self.question = Question(lambda: self._words(0), lambda: self._words(1))
        hint = None if action in _NEEDED else "field.optional"
        self.answer = TextBox("answer", "desk.answer", hint=hint, longest=LONGEST)
        self.new_code = CodeField("new-code", "desk.new_code", hint="desk.new_code_hint", longest=30)
        self.send = FormButton("send", "main")
        self.keep = FormButton("keep")
        self._done = done
        self._key = ActKey()
        self._at_code = False

    @property
    def asks_code(self) -> bool:
        """Whether this is the end of a new consumer's application."""
        return self.action == "close" and self.application.kind == "new_consumer"

    def _words(self, line: int) -> str:
        if line:
            return f"{self.application.number} · {applicant_words(self.application)}"
        return self.text(f"desk.act.{self.action}")

    def compose(self) -> ComposeResult:
        """All of it; `places` says what is seen."""
        yield self.question
        yield self.answer
        yield self.new_code
        yield self.keep
        yield self.send
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column: question, text, code, buttons."""
        yield from super().places(size)
        frame = self.desk_frame
        x, y, room, height = Region(*frame.title[:3], frame.body.bottom - frame.title.y)
        width = min(_WIDTH, room)
        x += (room - width) // 2
        gap = 0 if frame.compact else 1
        yield self.question, Region(x, y, width, 2)
        code_rows = HEIGHT + gap if self.asks_code else 0
        box = max(4, min(12, height - 2 - gap - code_rows - gap - 3 - gap))
        y += 2 + gap
        yield self.answer, Region(x, y, width, box)
        y += box + gap
        if self.asks_code:
            yield self.new_code, Region(x, y, width, HEIGHT)
            y += code_rows
        half = (width - 2) // 2
        yield self.keep, Region(x, y, half, 3)
        yield self.send, Region(x + half + 2, y, width - half - 2, 3)

    def write(self) -> None:
        """The buttons."""
        self.send.label = self.text(f"desk.act.{self.action}")
        self.keep.label = self.text("button.back")

    def keys_here(self) -> Sequence[Key]:
        """Enter does it; Tab goes to the other field."""
        sends = Key("send", "Enter", f"desk.act.{self.action}")
        return (sends, Key("next", "Tab", "keyboard.next")) if self.asks_code else (sends,)

    def on_mount(self) -> None:
        """The caret stands in the text."""
        self._go_to(at_code=False)

    def _go_to(self, *, at_code: bool) -> None:
        self._at_code = at_code and self.asks_code
        self.answer.current = not self._at_code
        self.new_code.current = self._at_code

    def typed_into(self) -> Field:
        """The field with the caret."""
        return self.new_code if self._at_code else self.answer

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        event.field.problem = None

    def do_key(self, name: str) -> None:
        """Send, or the other field."""
        if name == "send":
            self._send()
        elif name == "next":
            self._go_to(at_code=not self._at_code)
        else:
            super().do_key(name)

    @on(TouchArea.Touched)
    def _touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        match event.area.id:
            case "answer" | "new-code":
                self._go_to(at_code=event.area.id == "new-code")
            case "send":
                self.do_key("send")
            case "keep":
                self.do_key("back")

    def _send(self) -> None:
        if self.busy:
            return
        if self.action in _NEEDED and not self.answer.value.strip():
            self.answer.problem = "field.short.empty"
            self._go_to(at_code=False)
            return
        self.busy = True
        self.send.usable = False
        self.tell_nothing()
        self.start(self._act(), group="act", exclusive=False)

    async def _act(self) -> None:
        code = self.new_code.value.strip() if self.asks_code else ""
        try:
            order = await self.ask(
                self.kiosk.station.water.work.act,
                self._key.of((self.answer.value, self.new_code.value)),
                self.staff,
                self.application.number,
                self.action,
                self.answer.value,
                code or None,
            )
        except WrongStep as wrong:
            self._end(None, wrong.state)
        except BadRequest as bad:
            self._key.forget()
            self._show_problem(bad)
        except RegistryAway:
            self.tell("registry.away", "warning")
        except (NotFound, UnknownSubscriber):
            self._key.forget()
            self.tell("desk.gone", "error")
        else:
            self._end(order, None)
        finally:
            self.busy = False
            self.send.usable = True

    def _show_problem(self, bad: BadRequest) -> None:
        field = self.new_code if bad.field == "new_code" else self.answer
        field.problem = _PROBLEMS.get((bad.field, bad.why), "field.short.empty")
        self._go_to(at_code=field is self.new_code)

    @property
    def has_typed(self) -> bool:
        """The text, or the code."""
        return bool(self.answer.value.strip() or self.new_code.value.strip())

    def _end(self, order: WorkOrder | None, wrong_state: str | None) -> None:
        self.busy = False
        self.answered()
        self.kiosk.pop_screen()
        self._done(self.action, order, wrong_state)
