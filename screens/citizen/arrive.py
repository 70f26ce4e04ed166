"""“I have an order code”: typed, touched or scanned; then the verdict fills the screen and clears itself (C1, Q9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.hall.facts import Arrival
from kiosk.session import Session
from screens.base import Placed
from screens.citizen.acts import Acts
from screens.citizen.fields import FieldsScreen
from screens.citizen.step import Errand, GoTo, Next, Notice
from screens.citizen.verdicts import TONES, Paper, view, ways
from screens.frame import Frame
from screens.messages import Scanned
from screens.widgets.countdown import ClearingLine, RanOut
from screens.widgets.touch_area import TouchArea
from screens.widgets.verdict import Verdict, View, Ways
from screens.widgets.words import Heading

_TYPED = "arrive"


class ArriveScreen(FieldsScreen):
    """Takes a code and shows its verdict; given a code (a scan on the first screen) it shows the verdict at once."""

    HAS_MAIN = True
    HAS_SECOND = True

    def __init__(self, session: Session, code: str | None = None, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.session = session
        self._presented = code
        """What was scanned or typed last, to be presented again when the station did not answer."""
        self.take_fields({"order_code": session.typed.get(_TYPED, "")})
        self.verdict = Verdict(self._view, id="verdict")
        self.what_now = Heading(lambda: self.text("arrival.what_now"))
        self.ways = Ways(id="ways")
        self.arrival: Arrival | None = None
        self._acts = Acts(self)
        self._asking = False

    def title_words(self) -> str:
        """What to do with the code."""
        return self.text("arrival.enter").partition("\n")[0]

    def help_words(self) -> str:
        """By typing or by scanning."""
        return self.text("arrival.enter").partition("\n")[2]

    def is_typing(self) -> bool:
        """Until there is a verdict."""
        return self.arrival is None

    def shows_question(self) -> bool:
        """The verdict needs its rows."""
        return self.arrival is None

    def compose_answer(self) -> Iterable[Widget]:
        """The two faces of this screen; `places` shows one."""
        self.clearing = ClearingLine(self.kiosk.settings.face.verdict_seconds, self.kiosk.elapsed, id="clearing")
        return [*self.fields.values(), self.keyboard, self.verdict, self.what_now, self.ways, self.clearing]

    def places(self, size: Size) -> Placed:
        """The band stands right below the header, over the full width."""
        yield from super().places(size)
        if self.arrival is not None:
            top = self.frame.header.bottom
            yield self.verdict, Region(0, top, size.width, self._band_rows())

    def _band_rows(self) -> int:
        return 11 if self.frame.large else 15

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Field and keyboard; or the ways below the band."""
        if self.arrival is None:
            yield from self.place_typing(area, frame)
            return
        below = frame.header.bottom + self._band_rows()
        if frame.large:
            yield self.ways, Region(frame.left, below, frame.width, Ways.HEIGHT_LARGE)
        else:
            yield self.what_now, Region(frame.left, below + 2, frame.width, 1)
            yield self.ways, Region(frame.left, below + 4, frame.width, Ways.HEIGHT)

    def place_footer(self, frame: Frame) -> Placed:
        """Under a verdict: the clearing line and one button."""
        if self.arrival is None:
            yield from super().place_footer(frame)
            return
        x, y, width, height = frame.footer
        wide = 24 if frame.large else 30
        button = self.main if TONES[self.arrival.verdict] == "good" else self.second
        yield self.clearing, Region(x, y, width - wide - 2, height)
        yield button, Region(x + width - wide, y, wide, height)

    def on_mount(self) -> None:
        """Ask for the verdict of the code that was scanned on the first screen."""
        if self._presented is not None:
            self._present(self._presented)

    def write_footer(self) -> None:
        """The buttons of the face that is shown."""
        if self.arrival is None:
            label = self.text("button.retry" if self._may_repeat() else "button.activate")
            usable = (self._may_repeat() or not self.missing()) and not self._asking
            self.set_main(label, usable=usable)
            self.set_second("")
        elif TONES[self.arrival.verdict] == "good":
            self.set_main(self.text("button.done"))
        else:
            self.set_second(self.text("button.close"))

    def _may_repeat(self) -> bool:
        """Whether a code was presented and not answered, and nothing else is typed since."""
        return self._presented is not None and not self.fields["order_code"].value

    def _view(self) -> View:
        if self.arrival is None:
            return View("held", "")
        return view(self.kiosk.language, self.kiosk.catalogue, self.arrival)

    def _lines(self, key: str) -> Sequence[str]:
        return self.text(key).split("\n")

    def typed(self, name: str, value: str) -> None:
        """It is kept as typed."""
        self.session.typed[_TYPED] = value
        if value:
            self.tell_words(None)

    def on_key(self, event: events.Key) -> None:
        """Under a verdict digits choose a way, and Enter or Escape close it unless a way has the cursor."""
        if self.arrival is None:
            return
        on_way = self.kiosk.by_keys and self.focused is self.ways
        if event.key == "escape" or (event.key == "enter" and not on_way):
            event.stop()
            event.prevent_default()
            self.answer(Next())
        elif event.character and self.ways.choose_digit(event.character):
            event.stop()

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        event.stop()
        self._present(event.code)

    def go_on(self) -> None:
        """Present the code; a mistyped one is told by its check sign, at the field."""
        if self.arrival is not None:
            self.answer(Next())
        elif self._presented is not None and self._may_repeat():
            self._present(self._presented)
        elif not self.complain():
            self._present(self.fields["order_code"].value)

    def do_second(self) -> None:
        """Close."""
        self.answer(Next())

    def _present(self, code: str) -> None:
        if not self._asking:
            self._asking = True
            self._presented = code
            self.write_footer()
            self.start(self._ask(code), group="arrive", exclusive=False)

    async def _ask(self, code: str) -> None:
        """One act: the same code again after a lost connection is the same arrival."""
        try:
            arrival = await self._acts.do((await self.kiosk.ready()).hall.arrive, code)
        finally:
            self._asking = False
            self.write_footer()
        self._show(arrival)

    def _show(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.session.typed.pop(_TYPED, None)
        self._show_ways("offered" if self.kiosk.station.has_printer else "none")
        if self.kiosk.station.has_printer and arrival.activated:
            self._print(again=False)
        self.clearing.restart()
        self.set_focus(None)
        self.write()
        self._refresh_all()
        self.refresh(layout=True)

    def _show_ways(self, paper: Paper) -> None:
        if self.arrival is not None:
            walk_ins = self.kiosk.settings.hall.walk_ins
            self.ways.show(ways(self._lines, self.arrival, paper, walk_ins=walk_ins))

    def _print(self, *, again: bool) -> None:
        """The ticket on paper; without it the person is asked to remember the number."""
        if self.arrival is not None:
            self._show_ways("printed")
            self.start(self._printing(self.arrival, again), group="print", exclusive=False)

    async def _printing(self, arrival: Arrival, again: bool) -> None:
        outcome = await self.ask(self.kiosk.station.print_ticket, arrival, self.kiosk.language, again=again)
        if outcome != "ok" and self.arrival is arrival:
            self._show_ways("none")

    @on(RanOut)
    def _ran_out(self, event: RanOut) -> None:
        event.stop()
        if self.arrival is not None:
            self.answer(Next())

    @on(TouchArea.Touched, "#ways")
    def _way_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "again":
            self._type_again()
        elif event.name == "print":
            self._print(again=True)
        elif event.name == "walk_in" and self.arrival is not None:
            self.answer(GoTo("walk_in", self._presented, self.arrival.service))
        else:
            self.answer(GoTo(cast(Errand, event.name)))

    def _type_again(self) -> None:
        self.arrival = self._presented = None
        self.fields["order_code"].value = ""
        self.come_to("order_code")
        self._refresh_all()
        self.refresh(layout=True)
