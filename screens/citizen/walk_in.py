"""“Canlı növbə”: a ticket for today without a booking (C5): which service, what to expect, the ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.booking.catalogue import Service
from kiosk.errors import Closed, HasTicket, LimitReached, NoWalkIns, Refusal
from kiosk.hall.queue_facts import WaitRange, WalkIn, WalkInService
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.acts import Acts
from screens.citizen.service import ServiceScreen
from screens.citizen.step import Answer, AnsweringScreen, Back, GoTo, Next
from screens.citizen.telling import Chosen, TellingScreen
from screens.follow import Follower
from screens.frame import Frame, columns
from screens.messages import MinuteTurned
from screens.widgets import figures
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn
from screens.widgets.verdict import View, Way
from screens.widgets.words import Words

if TYPE_CHECKING:
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

_PAUSE: Final = 5.0
"""Between two reads of who waits, in seconds: nobody compares such a number by the second."""
_PANEL: Final = 9
_PANEL_LARGE: Final = 7
_WITH_TICKET: Final = ("arrival.remember", "arrival.wait_in_hall", "arrival.watch_board")
"""What is to do for whoever has a ticket already."""
_PEOPLE: Final = 29
"""How wide the first of two panels is in large type."""


@dataclass(frozen=True)
class Refused(Answer):
    """There is no ticket now, and why."""

    refusal: Refusal


def range_words(wait: WaitRange, dash: str = "–") -> str:
    """10–20, or 10 where both ends are one; large figures have a hyphen alone."""
    shortest, longest = wait.from_minutes, wait.to_minutes
    return str(longest) if shortest == longest else f"{shortest}{dash}{longest}"


class WalkInServiceScreen(ServiceScreen):
    """The services that are given without a booking today, searched as in booking; at the right how long each takes."""

    STEPS = ()
    STEP = ""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._offered: dict[str, WalkInService] = {}
        self._follower = Follower(self, self._read, pause=_PAUSE)

    def title_words(self) -> str:
        """The question."""
        return self.text("walk_in.service").partition("\n")[0]

    def help_words(self) -> str:
        """What these services are."""
        return self.text("walk_in.service").partition("\n")[2]

    def choices(self) -> Sequence[str]:
        """None: it is no step of the wizard."""
        return ()

    @on(events.Mount)
    async def _read_first(self) -> None:
        """Read what is offered."""
        await self._follower.first()

    def follow(self) -> None:
        """Somebody took a ticket, or was called."""
        self._follower.changed()

    @on(MinuteTurned)
    def _another_minute(self) -> None:
        self.follow()

    async def _read(self) -> None:
        try:
            offered = await self.ask(self.kiosk.station.walk_ins.offered)
        except (Closed, NoWalkIns) as refusal:
            self.answer(Refused(refusal))
            return
        self._offered = {offer.service: offer for offer in offered}
        self.narrow(keep_page=True)

    def offered_services(self) -> Sequence[Service]:
        """Those of the centre that are given to walk-ins."""
        return tuple(service for service in super().offered_services() if service.id in self._offered)

    def fact_of(self, service: Service) -> str:
        """How long, or that today's tickets are all given."""
        offer = self._offered[service.id]
        if not offer.left:
            return self.text("walk_in.none_left_short")
        return self.text("walk_in.minutes", minutes=range_words(offer.wait))

    def tell_found(self, found: int) -> None:
        """Nothing is said before the first answer."""
        if self._offered:
            super().tell_found(found)

    def choose(self, name: str) -> None:
        """One without tickets says so."""
        if not self._offered[name].left:
            self.tell("walk_in.none_left", "warning")
        else:
            self.draft.service = name
            self.answer(Next())


class Expectation(Drawn):
    """Two figures side by side: how many are before, and how many minutes that may take."""

    def __init__(self, offer: Callable[[], WalkInService | None], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._offer = offer

    def draw(self, sheet: Sheet) -> None:
        """Each with its label above; nothing before they are known."""
        offer = self._offer()
        told = (
            ("walk_in.before", str(offer.waiting) if offer is not None else ""),
            ("walk_in.wait", range_words(offer.wait, "-") if offer is not None else ""),
        )
        gap = 1 if sheet.height >= _PANEL else 0
        top = (sheet.height - figures.rows() - 1 - gap) // 2
        indent = 3 if gap else 2
        # in large type the minutes, up to five signs, need more of the width than the people
        parts = columns(sheet.width, 2, 2) if gap else ((0, _PEOPLE), (_PEOPLE + 2, sheet.width - _PEOPLE - 2))
        for (key, figure), (x, width) in zip(told, parts, strict=True):
            room = width - 2 * indent
            sheet.area(x, 0, width, sheet.height, "surface")
            sheet.put(x + indent, top, room, self.text(key), "soft")
            if figures.columns(figure) <= room:
                # half a row of air below the label, where there is no room for a whole one
                sheet.pixels(x + indent, top + 1 + gap, figures.pixels(figure), "ink", lower=not gap)
            else:
                sheet.put(x + indent, top + 2 + gap, room, figure, "ink", bold=True)


class ExpectScreen(AnsweringScreen):
    """What waits for whoever takes a ticket now; the main button takes it and leaves it in `taken`."""

    HAS_MAIN = True

    def __init__(self, service: str, after: str | None = None) -> None:
        """Make it for a service; `after` is the code of a booking that the person came too late for."""
        super().__init__()
        self._service = service
        self._after = after
        self._offer: WalkInService | None = None
        self.taken: WalkIn | None = None
        self._acts = Acts(self)
        self._taking = False
        self._follower = Follower(self, self._read, pause=_PAUSE)
        self.expectation = Expectation(lambda: self._offer, id="expectation")
        self.service_name = Words(self._service_name, "ink", bold=True)
        self.booked_first = Words(lambda: self.text("walk_in.booked_first"))

    def title_words(self) -> str:
        """The question."""
        return self.text("walk_in.expect").partition("\n")[0]

    def help_words(self) -> str:
        """What to weigh."""
        return self.text("walk_in.expect").partition("\n")[2]

    def _service_name(self) -> str:
        catalogue = self.kiosk.catalogue
        service = catalogue.services.get(self._service) if catalogue is not None else None
        return service.name.of(self.kiosk.language) if service is not None else ""

    def compose_answer(self) -> Iterable[Widget]:
        """Figures and words."""
        return [self.service_name, self.expectation, self.booked_first]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The service's name, the figures, and below them why it may take longer."""
        x, y, width, _ = area
        panel = _PANEL_LARGE if frame.large else _PANEL
        at = y + (2 if frame.large else 3)
        yield self.service_name, Region(x, y, width, 2)
        yield self.expectation, Region(x, at, width, panel)
        yield self.booked_first, Region(x, at + panel + 1, width, 2)

    def write(self) -> None:
        """The main button."""
        super().write()
        self._write_main()

    def _write_main(self) -> None:
        usable = self._offer is not None and bool(self._offer.left) and not self._taking
        self.set_main(self.text("button.take_ticket"), usable=usable)

    @on(events.Mount)
    async def _read_first(self) -> None:
        """Read how many wait."""
        await self._follower.first()

    def follow(self) -> None:
        """The hall changed."""
        self._follower.changed()

    @on(MinuteTurned)
    def _another_minute(self) -> None:
        self.follow()

    async def _read(self) -> None:
        try:
            offered = await self.ask(self.kiosk.station.walk_ins.offered)
        except (Closed, NoWalkIns) as refusal:
            if not self._taking:
                self.answer(Refused(refusal))
            return
        if self._taking:
            return
        self._offer = next((offer for offer in offered if offer.service == self._service), None)
        if self._offer is None:
            self.answer(Refused(NoWalkIns()))
            return
        if not self._offer.left:
            self.tell("walk_in.none_left", "warning")
        self.expectation.refresh()
        self._write_main()

    def go_back(self) -> None:
        """Not while a ticket is on its way: nobody would be told its number."""
        if not self._taking:
            super().go_back()

    def go_on(self) -> None:
        """Take the ticket, once."""
        if not self.main.usable:
            if self._offer is not None and not self._offer.left:
                self.tell("walk_in.none_left", "warning")
            return
        self._taking = True
        self._write_main()
        self.start(self._take(), group="take", exclusive=False)

    async def _take(self) -> None:
        walk_ins, language = self.kiosk.station.walk_ins, self.kiosk.language

        def take(key: str, service: str, after: str | None) -> WalkIn:
            return walk_ins.take(key, service, language=language, after_booking=after)

        try:
            self.taken = await self._acts.do(take, self._service, self._after)
        except LimitReached:
            self.answer(Back())
        except (Closed, HasTicket, NoWalkIns) as refusal:
            self.answer(Refused(refusal))
        else:
            self.answer(Next())
        finally:
            self._taking = False
            self._write_main()


class TicketScreen(TellingScreen):
    """The ticket, large; printed where there is a printer. It clears itself."""

    def __init__(self, app: KioskApp, taken: WalkIn) -> None:
        super().__init__(self._view)
        self._app = app
        self._taken = taken

    def _view(self) -> View:
        text = self._app.text
        line = text("walk_in.line", before=self._taken.place - 1, minutes=range_words(self._taken.wait))
        return View("good", text("walk_in.taken"), ((text("arrival.ticket"), self._taken.ticket),), (line,))

    def _lines(self, key: str) -> Callable[[], Sequence[str]]:
        return lambda: self.text(key).split("\n")

    def _show_paper(self, key: str) -> None:
        """What to do with the ticket, and then."""
        keys = (key, "arrival.wait_in_hall", "arrival.watch_board")
        self.ways.show([Way(self._lines(each)) for each in keys])

    def on_mount(self) -> None:
        """Print it, or ask to remember the number."""
        if self.kiosk.station.has_printer:
            self._show_paper("arrival.take_ticket")
            self.start(self._print(), group="print", exclusive=False)
        else:
            self._show_paper("arrival.remember")

    async def _print(self) -> None:
        outcome = await self.ask(self.kiosk.station.print_walk_in, self._taken, self.kiosk.language)
        if outcome != "ok":
            self._show_paper("arrival.remember")


def refused_view(app: KioskApp, refusal: Refusal) -> View:
    """Why there is no ticket, in words; or which one there is already."""
    if isinstance(refusal, HasTicket):
        return View("held", app.text("walk_in.has_ticket"), ((app.text("arrival.ticket"), refusal.ticket),), ())
    if not isinstance(refusal, Closed):
        sentence, *lines = app.text("walk_in.none").split("\n")
        return View("held", sentence, (), tuple(lines))
    sentence, *lines = app.text("walk_in.closed").split("\n")
    name = refusal.name.of(app.language) if refusal.name is not None else ""
    reason = app.text(f"date.reason.{refusal.reason}")
    return View("held", sentence, (), (f"{reason}: {name}" if name else reason, *lines))


async def walk_in(app: KioskApp, stage: Stage, after: str | None) -> Answer:
    """From the service to the ticket.

    Args:
        app: the face.
        stage: where screens are shown.
        after: the code of a booking that the person came too late for; its service is in the draft, and not asked for
            again unless it takes nobody without a booking.
    """
    draft = app.session.draft
    is_known = after is not None and draft.service is not None
    while True:
        answer: Answer = Next() if is_known else await stage.show(WalkInServiceScreen(draft))
        if isinstance(answer, Next) and draft.service is not None:
            screen = ExpectScreen(draft.service, after)
            answer = await stage.show(screen)
            if screen.taken is not None:
                return await stage.show(TicketScreen(app, screen.taken))
            has_ticket = isinstance(answer, Refused) and isinstance(answer.refusal, HasTicket)
            if isinstance(answer, Back) or (is_known and isinstance(answer, Refused) and not has_ticket):
                is_known = False
                continue
        if isinstance(answer, Refused):
            return await _refused(app, stage, answer.refusal)
        return answer


async def _refused(app: KioskApp, stage: Stage, refusal: Refusal) -> Answer:
    def words(key: str) -> Callable[[], Sequence[str]]:
        return lambda: app.text(key).split("\n")

    if isinstance(refusal, HasTicket):
        ways: tuple[Way, ...] = tuple(Way(words(key)) for key in _WITH_TICKET)
    else:
        ways = (Way(words("home.book"), "book", main=True), Way(words("walk_in.ask_staff")))
    answer = await stage.show(TellingScreen(lambda: refused_view(app, refusal), ways))
    return GoTo("book") if isinstance(answer, Chosen) else answer
