"""Signing in with e-gov identity on one's own phone: the QR, then the number that the phone shows (I7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import Unavailable
from kiosk.identity.phone_answer import NUMBER_DIGITS
from kiosk.identity.refused import SignInRefused, WrongNumber
from kiosk.language import time_left
from screens.base import Placed
from screens.citizen.attempt import Attempt
from screens.citizen.step import Answer, AnsweringScreen
from screens.citizen.water.signing import NotSignedIn, SignedInAs, SigningScreen, refused_notice
from screens.frame import Frame
from screens.widgets import digit_boxes, number_pad
from screens.widgets.buttons import Button
from screens.widgets.digit_boxes import DigitBoxes
from screens.widgets.link_qr import LinkQr
from screens.widgets.number_pad import NumberPad
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading, Words

if TYPE_CHECKING:
    from kiosk.identity.e_gov import PhoneSignIn
    from screens.app import KioskApp

LOOK_SECONDS: Final = 2.0
"""How often it is asked whether the phone has come back."""
_QR_COLUMNS, _QR_ROWS = 41, 21
_GRACE: Final = 60.0
"""Seconds beyond the sign-in's own end before idle counts: on the phone nobody touches this screen."""


@dataclass(frozen=True)
class PhoneArrived(Answer):
    """Somebody signed in on the phone; its number is to be typed."""

    phone: PhoneSignIn

    def __repr__(self) -> str:
        return "PhoneArrived(…)"


def give_up(app: KioskApp, phone: PhoneSignIn) -> None:
    """Give a sign-in on a phone up, in a thread: nobody waits for that, and it runs out by itself."""
    e_gov = app.station.ways.e_gov

    async def work() -> None:
        try:
            await app.ask(e_gov.cancel, phone)
        except Unavailable:
            return

    app.run_worker(work, group="give_up", exit_on_error=False)  # type: ignore[arg-type]  # as in VisitApp.start_errand


class PhoneScreen(AnsweringScreen):
    """The QR, what to do, and how long it counts. Ends with `PhoneArrived`, `NotSignedIn`, or `Back`."""

    BARE: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.qr = LinkQr(id="qr")
        self.heading = Heading(self.title_words, id="heading")
        self.steps_words = Words(lambda: self.text("phone.steps"), "ink", id="what-to-do")
        self.left = Words(self._left_words, id="left")
        self.cancel = Button("cancel")
        self._phone: PhoneSignIn | None = None
        self._attempt: Attempt[PhoneSignIn] | None = None
        self._looking = False

    def title_words(self) -> str:
        """What to do."""
        return self.text("phone.title").partition("\n")[0]

    def help_words(self) -> str:
        """With which identity."""
        return self.text("phone.title").partition("\n")[2]

    def _left_words(self) -> str:
        if self._phone is None:
            return self.text("note.wait")
        left = max(timedelta(0), self._phone.ends_at - self.kiosk.now())
        return self.text("phone.left", left=time_left(self.kiosk.language, left))

    def compose_answer(self) -> Iterable[Widget]:
        """The QR and its words; in large type the way back too, for the footer gives its rows to the QR."""
        return [self.qr, self.heading, self.steps_words, self.left, self.cancel]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The QR at the left."""
        if frame.large:
            x = frame.left + _QR_COLUMNS + 2
            room = area.right - x - 1
            yield self.qr, Region(1, 0, _QR_COLUMNS, min(area.height, _QR_ROWS))
            yield self.heading, Region(x, 1, room, 1)
            yield self.steps_words, Region(x, 3, room, 11)
            yield self.left, Region(x, 15, room, 2)
            yield self.cancel, Region(x, 18, room, 3)
            return
        top = area.y + max(0, (area.height - _QR_ROWS) // 2)
        x = area.x + _QR_COLUMNS + 6
        yield self.qr, Region(area.x, top, _QR_COLUMNS, _QR_ROWS)
        yield self.steps_words, Region(x, top + 4, area.right - x, 10)
        yield self.left, Region(x, top + 16, area.right - x, 2)

    def write(self) -> None:
        """The way back."""
        super().write()
        self.back.label = f"✕ {self.text('button.cancel')}"
        self.cancel.label = self.back.label

    def on_mount(self) -> None:
        """Begin, then look now and then."""
        self.idle_seconds = self.kiosk.settings.e_gov.minutes * 60.0 + _GRACE
        self.set_interval(LOOK_SECONDS, self.follow)
        self.start(self._begin(), group="begin", exclusive=False)

    async def _begin(self) -> None:
        app = self.kiosk
        attempt = self._attempt = Attempt(app.station.ways.e_gov.begin, lambda phone: give_up(app, phone))
        try:
            await self.ask(attempt.run)
        except SignInRefused as refused:
            self.answer(NotSignedIn(refused_notice(refused)))
            return
        if self._attempt is attempt:
            self._phone, self._attempt = attempt.take(), None
            self.qr.show(self._phone.url)
            self.left.refresh()
            self.refresh(layout=True)

    def follow(self) -> None:
        """Ask whether the phone has come back; also when the database tells of a change."""
        self.left.refresh()
        phone = self._phone
        if phone is not None and not self._looking and not self.outcome.done():
            self._looking = True
            self.start(self._look(phone), group="look", exclusive=False)

    async def _look(self, phone: PhoneSignIn) -> None:
        try:
            arrived = await self.ask(self.kiosk.station.ways.e_gov.arrived, phone)
        except SignInRefused as refused:
            self._phone = None
            self.answer(NotSignedIn(refused_notice(refused)))
        else:
            if arrived and not self.outcome.done():
                self._phone = None
                self.answer(PhoneArrived(phone))
        finally:
            self._looking = False

    def answer(self, answer: Answer) -> None:
        """End; unless it was handed on, what still comes from the phone is worth nothing."""
        if not isinstance(answer, PhoneArrived):
            self._let_go()
        super().answer(answer)

    def on_unmount(self) -> None:
        """Whatever ended this."""
        self._let_go()

    def _let_go(self) -> None:
        if self._attempt is not None:
            self._attempt.abandon()
            self._attempt = None
        phone, self._phone = self._phone, None
        if phone is not None:
            give_up(self.kiosk, phone)

    @on(TouchArea.Touched, "#cancel")
    def _cancel_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_back()


class PhoneNumberScreen(SigningScreen):
    """Four digits from the phone. Ends with `SignedInAs`, `NotSignedIn`, or `Back`."""

    HAS_MAIN = True

    def __init__(self, phone: PhoneSignIn) -> None:
        super().__init__()
        self._phone: PhoneSignIn | None = phone
        self.boxes = DigitBoxes(id="number", count=NUMBER_DIGITS)
        self.pad = NumberPad(id="pad")
        self.advice = Words(lambda: self.text("phone.number_advice"), id="advice")

    def title_words(self) -> str:
        """What to type."""
        return self.text("phone.number_title").partition("\n")[0]

    def help_words(self) -> str:
        """Where it stands."""
        return self.text("phone.number_title").partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """Boxes and pad."""
        return [self.boxes, self.pad, self.advice]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Boxes left, pad right."""
        pad = (
            (number_pad.WIDTH_LARGE, number_pad.HEIGHT_LARGE) if frame.large else (number_pad.WIDTH, number_pad.HEIGHT)
        )
        room = area.width - pad[0] - 4
        high = digit_boxes.HEIGHT_LARGE if frame.large else digit_boxes.HEIGHT
        yield self.boxes, Region(area.x, area.y, room, high)
        yield self.advice, Region(area.x, area.y + high + 1, room, 4)
        yield self.pad, Region(area.right - pad[0], area.y, *pad)

    def message_region(self, frame: Frame) -> Region:
        """In large type beside the pad: all its keys stay free to type again."""
        region = super().message_region(frame)
        if not frame.large:
            return region
        width = frame.width - number_pad.WIDTH_LARGE - 4
        top = frame.answer.y + digit_boxes.HEIGHT_LARGE
        return Region(frame.left, top, width, frame.answer.bottom - top)

    def write(self) -> None:
        """Buttons."""
        super().write()
        self.back.label = f"✕ {self.text('button.cancel')}"
        self.set_main(self.text("button.sign_in"), usable=self.boxes.full and not self.working)

    def on_key(self, event: events.Key) -> None:
        """Digits land in the boxes wherever the focus is."""
        if event.key != "enter" and self.focused is not self.boxes and self.boxes.take(event):
            self.set_focus(None, scroll_visible=False)
            event.stop()
            event.prevent_default()

    @on(NumberPad.Pressed)
    def _pad_pressed(self, event: NumberPad.Pressed) -> None:
        event.stop()
        acts: dict[str, Callable[[], None]] = {
            "digit": lambda: self.boxes.insert(event.digit),
            "erase": self.boxes.erase,
            "clear": self.boxes.clear,
        }
        acts[event.act]()

    @on(DigitBoxes.Changed)
    def _digits_changed(self, event: DigitBoxes.Changed) -> None:
        event.stop()
        if self.boxes.digits:
            self.tell_words(None)
        self.write()

    @on(DigitBoxes.Submitted)
    def _submitted(self, event: DigitBoxes.Submitted) -> None:
        event.stop()
        self.go_on()

    def go_on(self) -> None:
        """Show that phone and person stand at one place."""
        phone = self._phone
        if phone is not None and self.boxes.full and not self.working:
            self.start(self._finish(phone, self.boxes.digits), group="sign_in", exclusive=False)
            self.write()

    async def _finish(self, phone: PhoneSignIn, number: str) -> None:
        e_gov = self.kiosk.station.ways.e_gov
        try:
            await self.sign_in_by(lambda: e_gov.finish(phone, number))
        except WrongNumber as wrong:
            if wrong.tries_left:
                self.boxes.clear()
                self.tell("phone.number_wrong", "warning", tries=wrong.tries_left)
            else:
                self._ended(wrong)
        except SignInRefused as refused:
            self._ended(refused)
        else:
            self._phone = None
        finally:
            self.write()

    def _ended(self, refused: SignInRefused) -> None:
        self._phone = None
        self.answer(NotSignedIn(refused_notice(refused)))

    def answer(self, answer: Answer) -> None:
        """End; who signed in on the phone and not here is forgotten."""
        if not isinstance(answer, SignedInAs):
            self._give_up()
        super().answer(answer)

    def on_unmount(self) -> None:
        """Whatever ended this."""
        self._give_up()

    def _give_up(self) -> None:
        phone, self._phone = self._phone, None
        if phone is not None:
            give_up(self.kiosk, phone)
