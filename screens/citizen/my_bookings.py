"""“My bookings”: order code and FİN lead to the booking, which can be moved or cancelled (Q10)."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Final, Literal

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking import order_code
from kiosk.booking.facts import BookingFacts
from kiosk.errors import NotFound, SlowDown, TooLateToChange
from kiosk.language import clock
from kiosk.session import Moving, Session
from screens.base import Placed
from screens.citizen.acts import Acts
from screens.citizen.facts_panel import Fact, FactsPanel, latest, place_facts, when
from screens.citizen.fields import FieldsScreen
from screens.citizen.step import Back, GoTo, Move, Next, Notice
from screens.frame import Frame
from screens.widgets.touch_area import TouchArea
from screens.widgets.verdict import Way, Ways

_CODE: Final = "mine.order_code"
_FIN: Final = "mine.fin"

Face = Literal["typing", "booking", "question", "cancelled"]

_TITLES: Final[dict[Face, str]] = {
    "typing": "mine.title",
    "booking": "mine.choose",
    "question": "mine.cancel_question",
    "cancelled": "mine.cancelled",
}
_TOO_LATE: Final = {
    "active": "mine.too_late.active",
    "cancelled": "mine.too_late.cancelled",
    "confirmed": "mine.too_late.confirmed",
    "expired": "arrival.expired",
}


class MyBookingsScreen(FieldsScreen):
    """Asks for code and FİN, shows the booking, and asks before it cancels."""

    HAS_MAIN = True
    HAS_SECOND = True

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.session = session
        self.take_fields({"order_code": session.typed.get(_CODE, ""), "fin": session.typed.get(_FIN, "")})
        self.facts: BookingFacts | None = None
        self.panel: FactsPanel | None = None
        self.ways = Ways(id="ways")
        self._face: Face = "typing"
        self._acts = Acts(self)
        self._asking = False

    def is_typing(self) -> bool:
        """Until the booking was found."""
        return self._face == "typing"

    def title_words(self) -> str:
        """What is asked, or what happened."""
        return self.text(_TITLES[self._face]).partition("\n")[0]

    def help_words(self) -> str:
        """What it means."""
        return self.text(_TITLES[self._face]).partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """The panel comes when there is a booking to show."""
        return [*self.fields.values(), self.keyboard, self.ways]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Fields over the keyboard; or the facts, and below them what can be done."""
        if self._face == "typing":
            yield from self.place_typing(area, frame)
            return
        high = Ways.HEIGHT_LARGE if frame.large else Ways.HEIGHT
        below = high + (0 if frame.large else 1) if self._face == "booking" else 0
        if self.panel is not None:
            yield self.panel, Region(area.x, area.y, area.width, area.height - below)
        if self._face == "booking":
            yield self.ways, Region(area.x, area.bottom - high, area.width, high)

    def place_footer(self, frame: Frame) -> Placed:
        """The question has its two buttons and nothing else; what is done has one."""
        x, y, width, height = frame.footer
        if self._face == "question":
            each = (width - 2) // 2 if frame.large else 40
            yield self.second, Region(x + width - 2 * each - 2, y, each, height)
            yield self.main, Region(x + width - each, y, each, height)
        elif self._face == "cancelled":
            yield self.main, Region(x + width - 30, y, 30, height)
        else:
            yield from super().place_footer(frame)

    def on_mount(self) -> None:
        """Back from choosing another hour: the booking is shown again, with what there is to say."""
        if self._notice is not None and not self.missing():
            self._open()

    def write_footer(self) -> None:
        """The buttons of the face that is shown."""
        if self._face == "typing":
            self.set_main(self.text("button.find"), usable=not self.missing() and not self._asking)
            self.set_second("")
        elif self._face == "question":
            self.set_main(self.text("button.keep_booking"), usable=not self._asking)
            self.set_second(self.text("button.cancel_booking"), usable=not self._asking)
        else:
            self.set_main(self.text("button.done") if self._face == "cancelled" else "")
            self.set_second("")

    def _show(self, face: Face) -> None:
        self._face = face
        if face == "typing":
            self.come_to(self.at)
        else:
            self.set_focus(None)
        self.tell_words(None)
        self.write_footer()
        self._refresh_all()
        self.refresh(layout=True)

    def _facts(self) -> list[Fact]:
        facts, app = self.facts, self.kiosk
        if facts is None:
            return []
        state = Fact("mine.state", self.text(f"booking.state.{facts.state}"), bold=True)
        known = [state, Fact("result.when", when(app, facts.time), bold=True)]
        if facts.state == "confirmed":
            known.append(Fact("result.latest", latest(app, facts.arrive_until), bold=True))
        if app.large:
            return known
        return [*known, *place_facts(app, facts.service, facts.centre)]

    def _words(self, key: str) -> Sequence[str]:
        return self.text(key).split("\n")

    def _ways(self, facts: BookingFacts) -> Sequence[Way]:
        """What the state of a booking allows."""

        def way(act: str, key: str, *, main: bool = False) -> Way:
            return Way(lambda: self._words(key), act, main)

        cancel = way("cancel", "mine.way.cancel")
        match facts.state:
            case "confirmed" if facts.time > self.kiosk.now():
                return (way("move", "mine.way.move", main=True), cancel)
            case "held":
                return (way("confirm", "home.confirm", main=True), cancel)
            case "cancelled" | "expired":
                return (way("book", "arrival.book_again", main=True),)
            case _:
                return (Way(lambda: self._words("arrival.ask_staff")),)

    def typed(self, name: str, value: str) -> None:
        """Both are kept for the visit, for a booking that is moved is shown again."""
        self.session.typed[_CODE if name == "order_code" else _FIN] = value
        if value:
            self.tell_words(None)

    def on_key(self, event: events.Key) -> None:
        """Digits choose a way."""
        if self._face == "booking" and event.character and self.ways.choose_digit(event.character):
            event.stop()
            event.prevent_default()

    def go_back(self) -> None:
        """One face back: from the question to the booking, from there to the fields, from there home."""
        if self._face == "question":
            self._show("booking")
        elif self._face == "booking":
            self._show("typing")
        elif self._face == "typing":
            self.answer(Back())
        else:
            self.answer(Next())

    def go_on(self) -> None:
        """Find the booking; keep it; or end."""
        if self._asking:
            return
        if self._face == "typing":
            if not self.complain():
                self._open()
        elif self._face == "question":
            self._show("booking")
        elif self._face == "cancelled":
            self.answer(Next())

    def do_second(self) -> None:
        """Cancel, as the button says."""
        if self._face == "question" and not self._asking:
            self._ask(self._cancel())

    @on(TouchArea.Touched, "#ways")
    def _way_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == "cancel":
            self._show("question")
        elif event.name == "move" and self.facts is not None:
            code, fin = self._pair()
            self.session.draft.moving = Moving(code, fin, self.facts)
            self.answer(Move())
        elif event.name == "confirm":
            self.answer(GoTo("confirm"))
        elif event.name == "book":
            self.answer(GoTo("book"))

    def _pair(self) -> tuple[str, str]:
        return self.fields["order_code"].value, self.fields["fin"].value

    def _open(self) -> None:
        self._ask(self._find())

    def _ask(self, work: Coroutine[Any, Any, None]) -> None:
        self._asking = True
        self.write_footer()
        self.start(self._asked(work), group="mine", exclusive=False)

    async def _asked(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except NotFound:
            self._show("typing")
            self.tell("mine.not_found", "error")
        except SlowDown as slow:
            self._show("typing")
            self.tell("error.slow_down", "error", time=clock(slow.retry_at))
        except TooLateToChange as late:
            self._show("booking")
            self.tell(_TOO_LATE.get(late.state, "error.unexpected"), "error")
        finally:
            self._asking = False
            self.write_footer()

    async def _find(self) -> None:
        facts = await self.ask(self.kiosk.station.bookings.open, *self._pair())
        await self._take(facts)
        self._show("booking")
        if self._notice is not None:
            if self._notice.key != _TITLES["booking"]:  # that is said by the title
                self.tell(self._notice.key, self._notice.kind, **self._notice.values)
            self._notice = None
        elif facts.state != "held" and not any(way.act in ("move", "book") for way in self._ways(facts)):
            self.tell(_TOO_LATE[facts.state], "warning")

    async def _take(self, facts: BookingFacts) -> None:
        """Build the panel of this booking; the code is written as on its slip."""
        self.facts = facts
        if self.panel is not None:
            await self.panel.remove()
        signs = order_code.read(self._pair()[0]) or ""
        self.panel = FactsPanel(order_code.written(signs), lambda: "", self._facts)
        await self.mount(self.panel, before=self.ways)
        self.ways.show(self._ways(facts))

    async def _cancel(self) -> None:
        facts = await self._acts.do(self.kiosk.station.bookings.cancel, *self._pair())
        await self._take(facts)
        self.session.typed.pop(_CODE, None)
        self.session.typed.pop(_FIN, None)
        self._show("cancelled")
