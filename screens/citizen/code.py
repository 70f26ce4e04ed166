"""Step 6: the mailed code (Q7, Q10).

Until when the hour is kept, how to come back later, sending the code again, correcting the address.
"""

from __future__ import annotations

import math
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.booking.facts import Held
from kiosk.errors import BadRequest, HoldEnded, LimitReached, NotFound, TooSoon, WrongCode
from kiosk.identity.applicant import problem, tidy
from kiosk.language import plural
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.acts import Acts
from screens.citizen.fields import KINDS, short_problem, without_spaces
from screens.citizen.step import JumpTo, Next, Notice, StepScreen
from screens.frame import Frame
from screens.widgets import digit_boxes, field, keyboard, number_pad
from screens.widgets.buttons import Button
from screens.widgets.countdown import Countdown, RanOut
from screens.widgets.digit_boxes import DigitBoxes
from screens.widgets.field import Field
from screens.widgets.keyboard import Keyboard
from screens.widgets.number_pad import NumberPad
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Tries, Words

_BOXES_WIDTH = 68


class CodeScreen(StepScreen):
    """Six digits confirm the hour; or, for a moment, one field in which the e-mail address is corrected."""

    STEP = "code"
    HAS_MAIN = True
    HAS_SECOND = True

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        if draft.held is None:
            raise ValueError("there is no hold to confirm")
        self.held: Held = draft.held
        self.label = Words(lambda: self.text("code.label"))
        self.boxes = DigitBoxes(id="code")
        self.boxes.insert(draft.code)
        self.pad = NumberPad(id="pad")
        self.come_back = Words(lambda: self.text("hold.come_back"))
        self.correct = Button("correct")
        self.email = Field(
            "email", "field.label.email", self.held.email, longest=KINDS["email"].longest, shape=without_spaces
        )
        self.keyboard = Keyboard("mail", id="keyboard")
        self._acts = Acts(self)
        self._correcting = False
        self._busy = False

    def title_words(self) -> str:
        """What to type."""
        return self.text("email.title" if self._correcting else "step.code", email=self.held.email).partition("\n")[0]

    def help_words(self) -> str:
        """Where the code went, or what happens with a corrected address."""
        return self.text("email.title" if self._correcting else "step.code", email=self.held.email).partition("\n")[2]

    def choices(self) -> Sequence[str]:
        """In large type the help line stands in their row: it says where the code went."""
        return (self.help_words(),) if self.kiosk.large else super().choices()

    def compose_answer(self) -> Iterable[Widget]:
        """Both faces of this screen; `place_answer` shows one."""
        settings = self.kiosk.settings.booking
        self.countdown = Countdown(
            self.held.held_until, timedelta(minutes=settings.hold_minutes), self.kiosk.now, id="kept"
        )
        self.tries = Tries(self.held.tries_left, settings.wrong_codes, id="tries")
        return [
            self.email, self.label, self.boxes, self.pad, self.countdown, self.tries,
            self.correct, self.come_back, self.keyboard,
        ]  # fmt: skip

    def places(self, size: Size) -> Placed:
        """In large type the field and the keyboard need the rows of the step's name and the choices."""
        hidden = self.steps if self._correcting and self.frame.large else None
        return [(widget, region) for widget, region in super().places(size) if widget is not hidden]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Boxes and what concerns the hour at the left, number pad and tries at the right."""
        if self._correcting:
            yield from self._place_email(area, frame)
            return
        place = self._place_large if frame.large else self._place_roomy
        yield from place(area)

    def _place_roomy(self, area: Region) -> Placed:
        x, y = area.offset
        pad = area.right - number_pad.WIDTH
        button = 30
        yield self.label, Region(x, y, _BOXES_WIDTH, 1)
        yield self.boxes, Region(x, y + 1, _BOXES_WIDTH, digit_boxes.HEIGHT)
        yield self.note, Region(x, y + 7, _BOXES_WIDTH, 2)
        yield self.countdown, Region(x, y + 10, _BOXES_WIDTH, 6)
        yield self.correct, Region(x, y + 17, button, 3)
        yield self.come_back, Region(x + button + 2, y + 17, _BOXES_WIDTH - button - 2, 3)
        yield self.pad, Region(pad, y, number_pad.WIDTH, number_pad.HEIGHT)
        yield self.tries, Region(pad, y + 16, number_pad.WIDTH, 4)

    def _place_large(self, area: Region) -> Placed:
        x, y = area.offset
        left = area.width - number_pad.WIDTH_LARGE - 2
        button = min(len(self.correct.label) + 4, left - 16)
        yield self.boxes, Region(x, y, left, digit_boxes.HEIGHT_LARGE)
        yield self.note, Region(x, y + 5, left, 2)
        yield self.countdown, Region(x, y + 7, left, 2)
        yield self.correct, Region(x, y + 9, button, 3)
        yield self.tries, Region(x + button + 2, y + 9, left - button - 2, 3)
        yield self.pad, Region(area.right - number_pad.WIDTH_LARGE, y, number_pad.WIDTH_LARGE, number_pad.HEIGHT_LARGE)

    def _place_email(self, area: Region, frame: Frame) -> Placed:
        x, y, width = area.x, area.y, area.width
        high = keyboard.HEIGHT_COMPACT if frame.large else keyboard.HEIGHT_FULL
        if frame.large:
            yield self.email, Region(x, frame.steps.y, width, field.HEIGHT)
            yield self.keyboard, Region(x, frame.steps.y + field.HEIGHT, width, high)
            return
        yield self.email, Region(x, y, _BOXES_WIDTH, field.HEIGHT)
        if self.kiosk.settings.face.touch:
            yield self.keyboard, Region(x, area.bottom - high, width, high)

    def message_region(self, frame: Frame) -> Region:
        """In large type over note and countdown: the boxes and all keys stay free to type the code again."""
        if self._correcting or not frame.large:
            return super().message_region(frame)
        left = frame.width - number_pad.WIDTH_LARGE - 2
        return Region(frame.left, frame.answer.y + digit_boxes.HEIGHT_LARGE, left, 4)

    def place_footer(self, frame: Frame) -> Placed:
        """The note stands near the boxes here, where there is room for a message of two lines."""
        x, y, width, height = frame.footer
        right = x + width
        back, second, main = (14, 28, 24) if frame.large else (18, 31, 30)
        main = max(main, len(self.main.label) + 5)
        yield self.back, Region(x, y, back, height)
        yield self.main, Region(right - main, y, main, height)
        if self._correcting:
            yield self.note, Region(x + back + 2, y, max(0, width - back - main - 4), height)
        elif frame.large:
            yield self.second, Region(x + back + 2, y, second, height)
        else:
            yield self.second, Region(x + _BOXES_WIDTH - second, y, second, height)

    def on_mount(self) -> None:
        """Reading mail takes time: idle is long here."""
        self.idle_seconds = float(self.kiosk.settings.face.idle_code_seconds)
        if self._notice is None:
            self._say_nothing()
        self.set_interval(1.0, self._look_at_wait)

    def write(self) -> None:
        """Buttons, with the wait until the code can be sent again."""
        super().write()
        self.correct.label = self.text("button.correct_email")
        self._write_buttons()

    def on_resize(self) -> None:
        """Another layout has other words."""
        self.write()
        self._say_nothing()

    def _say_nothing(self) -> None:
        """In large type there is no other place for how to come back."""
        self.tell_words(self._quiet_words)

    def _quiet_words(self) -> str:
        return self.text("hold.come_back") if self.kiosk.large and not self._correcting else ""

    def _resend_wait(self) -> int:
        return max(0, math.ceil((self.held.resend_at - self.kiosk.now()).total_seconds()))

    def _write_buttons(self) -> None:
        if self._correcting:
            usable = problem("email", self.email.value) is None and not self._busy
            self.set_main(self.text("button.send_code"), usable=usable)
            return
        self.set_main(self.text("button.confirm"), usable=self.boxes.full and not self._busy)
        self._look_at_wait()

    def _look_at_wait(self) -> None:
        wait = self._resend_wait()
        self.second.label = self.text("button.resend_in", n=wait) if wait else self.text("button.resend")
        self.second.usable = not wait and not self._busy

    def on_key(self, event: events.Key) -> None:
        """Digits land in the boxes wherever the focus is; letters in the field, while that is here."""
        if event.key == "enter":
            return
        if self._correcting:
            typed = event.is_printable or event.key in ("backspace", "delete")
            taken = typed and not isinstance(self.focused, Field) and self.email.take(event)
        else:
            taken = self.boxes.take(event)
        if taken:
            # So that Enter confirms, and does not press the button that was touched last.
            self.set_focus(self.email if self._correcting else None, scroll_visible=False)
            event.stop()
            event.prevent_default()

    @on(NumberPad.Pressed)
    def _pad_pressed(self, event: NumberPad.Pressed) -> None:
        event.stop()
        if event.act == "digit":
            self.boxes.insert(event.digit)
        elif event.act == "erase":
            self.boxes.erase()
        else:
            self.boxes.clear()

    @on(DigitBoxes.Changed)
    def _code_changed(self, event: DigitBoxes.Changed) -> None:
        event.stop()
        self.draft.code = self.boxes.digits
        if self.boxes.digits:
            self._say_nothing()
        self._write_buttons()

    @on(Keyboard.Pressed)
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        if event.act == "next":
            self.go_on()
        elif event.act != "hide":
            self.email.press(event)

    @on(Field.Changed)
    def _email_changed(self, event: Field.Changed) -> None:
        event.stop()
        if problem("email", self.email.value) is None:
            self.email.problem = None
        self._write_buttons()

    @on(Field.Submitted)
    def _email_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.go_on()

    def go_back(self) -> None:
        """To the person's data; the hour stays held. While the address is corrected: back to the code."""
        if self._correcting:
            self._correct(False)
        else:
            super().go_back()

    def go_on(self) -> None:
        """TƏSDİQ, or send a code to the corrected address."""
        if self._busy:
            return
        if self._correcting:
            found = problem("email", self.email.value)
            if found is not None:
                self.email.problem = short_problem(found)
                self.tell(found, "error")
                return
            self._act(self._correct_email())
        elif not self.boxes.full:
            self.tell("code.digits_missing", "warning")
        else:
            self._act(self._confirm(self.boxes.digits))

    def do_second(self) -> None:
        """Send the code again, at most once a minute."""
        wait = self._resend_wait()
        if wait:
            self.tell_words(lambda: plural(self.kiosk.language, "code.resend_wait", wait))
        elif not self._busy:
            self._act(self._resend())

    @on(TouchArea.Touched, "#correct")
    def _correct_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._correct(True)

    def _correct(self, correcting: bool) -> None:
        self._correcting = correcting
        self.email.value = self.held.email
        self.email.problem = None
        self.email.current = correcting
        self.keyboard.show("mail")
        self.set_focus(self.email if correcting else None, scroll_visible=False)
        self._say_nothing()
        self.write()
        self._refresh_all()

    def _act(self, work: Coroutine[Any, Any, None]) -> None:
        self._busy = True
        self._write_buttons()
        self.start(self._acting(work), group="change", exclusive=False)

    async def _acting(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except HoldEnded as ended:
            self._hold_over(ended.reason == "wrong_codes")
        except NotFound:
            self._hold_over(False)
        finally:
            self._busy = False
            self._write_buttons()

    def _hold_over(self, by_wrong_codes: bool) -> None:
        self.draft.held = self.draft.held_as = None
        self.draft.code = ""
        if by_wrong_codes:
            count = self.kiosk.settings.booking.wrong_codes
            self.answer(JumpTo("slot", Notice("hold.ended_wrong", values={"count": count})))
        else:
            self.answer(JumpTo("slot", Notice("hold.ended")))

    @on(RanOut)
    def _ran_out(self, event: RanOut) -> None:
        event.stop()
        self._hold_over(False)

    async def _confirm(self, code: str) -> None:
        try:
            confirmed = await self._acts.do(self.kiosk.station.bookings.confirm, self.held.booking, code)
        except WrongCode as wrong:
            self._keep(replace(self.held, tries_left=wrong.tries_left))
            if not wrong.tries_left:
                self._hold_over(True)
                return
            self.boxes.clear()
            self.tell("code.wrong", "error", tries=wrong.tries_left)
            return
        self.draft.confirmed = confirmed
        self.answer(Next())

    async def _resend(self) -> None:
        try:
            self._keep(await self._acts.do(self.kiosk.station.bookings.resend, self.held.booking))
        except TooSoon as soon:
            self._keep(replace(self.held, resend_at=soon.retry_at))
            return
        self.tell("code.sent_again", email=self.held.email)

    async def _correct_email(self) -> None:
        email = tidy("email", self.email.value)
        try:
            held = await self._acts.do(self.kiosk.station.bookings.correct_email, self.held.booking, email)
        except BadRequest:
            self.email.problem = short_problem("field.email")
            return
        except LimitReached as reached:
            self.tell("limit.email", "error", count=reached.count)
            return
        except TooSoon as soon:
            self._keep(replace(self.held, resend_at=soon.retry_at))
            self.tell_words(lambda: plural(self.kiosk.language, "code.resend_wait", self._resend_wait()), "warning")
            return
        self._keep(held)
        self.draft.applicant["email"] = self.email.value
        if self.draft.held_as is not None:
            self.draft.held_as["email"] = email
        self.boxes.clear()
        self._correct(False)
        self.tell("code.sent_again", email=held.email)

    def _keep(self, held: Held) -> None:
        self.held = self.draft.held = held
        self.tries.show(held.tries_left)
        self.countdown.restart(held.held_until)
        self._refresh_all()
