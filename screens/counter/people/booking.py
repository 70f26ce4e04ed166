"""One booking that was found for a person: confirm it, move it, cancel it, print it, or activate it (C8)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import Refusal
from kiosk.language import clock
from screens.base import Placed
from screens.citizen.card_words import printable
from screens.counter.key_bar import Key
from screens.counter.people.ask import AskScreen
from screens.counter.people.hours import HoursScreen
from screens.counter.people.result import DoneScreen
from screens.counter.people.words import (
    centre_words,
    day_of,
    document_words,
    moment_words,
    refused_words,
    state_words,
)
from screens.counter.people.workplace import present
from screens.counter.ticket_words import service_words
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.fact_pane import Fact, FactPane
from screens.widgets.words import Heading

if TYPE_CHECKING:
    from kiosk.booking.facts import Confirmed
    from kiosk.hall.people import Document, FoundBooking


class FoundScreen(DeskScreen):
    """Facts, and a key for each thing that its state allows."""

    KEYS: ClassVar = {
        "enter": "activate",
        "f4": "confirm",
        "f5": "move",
        "f6": "cancel",
        "shift+f2": "print",
        "f14": "print",
        "pageup": "pageup",
        "pagedown": "pagedown",
        "escape": "back",
    }

    def __init__(
        self, operator: Operator, found: FoundBooking, fin: str, document: Document, done: Callable[[], object]
    ) -> None:
        """Make it.

        Args:
            operator: who works here.
            found: the booking.
            fin: as typed from the document.
            document: which kind was shown.
            done: told when something was changed.
        """
        super().__init__(operator)
        self.found = found
        self.heading = Heading(
            lambda: self.text("people.booking", state=state_words(self.kiosk, self.found)), id="heading"
        )
        self.facts = FactPane()
        self._fin = fin
        self._document = document
        self._done = done
        self._keys: dict[tuple[str, datetime | None], str] = {}

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.facts
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Facts below the state."""
        yield from super().places(size)
        yield self.heading, self.desk_frame.title
        yield self.facts, self.desk_frame.body

    @property
    def _is_coming(self) -> bool:
        """Whether its hour is still to come: until then it can be moved and cancelled."""
        return self.kiosk.now() < self.found.time

    @property
    def _is_for_now(self) -> bool:
        here = self.kiosk.settings.station.centre
        return self.found.centre == here and day_of(self.found.time) == day_of(self.kiosk.now())

    def keys_here(self) -> Sequence[Key]:
        """What the state allows."""
        state = self.found.state
        keys = []
        if state in ("confirmed", "active") and self._is_for_now:
            keys.append(Key("activate", "Enter", "button.activate"))
        if state == "held":
            keys.append(Key("confirm", "F4", "people.key.confirm"))
        if state == "confirmed" and self._is_coming:
            keys.append(Key("move", "F5", "people.key.move"))
        if state == "held" or (state == "confirmed" and self._is_coming):
            keys.append(Key("cancel", "F6", "people.key.cancel"))
        if state == "confirmed":
            keys.append(Key("print", "Shift+F2", "people.key.slip"))
        return keys

    def write(self) -> None:
        """The facts in the language on screen."""
        app, found = self.kiosk, self.found
        facts = [
            Fact(self.text("people.fact.person"), printable(f"{found.surname} {found.given_name}")),
            Fact(self.text("people.shown"), document_words(app, self._document)),
            Fact(self.text("people.fact.when"), moment_words(app, found.time)),
            Fact(self.text("people.row.service"), service_words(app, found.service)),
            Fact(self.text("people.row.centre"), centre_words(app, found.centre)),
        ]
        if found.order_code is not None:
            facts.append(Fact(self.text("people.fact.code"), found.order_code))
        if found.held_until is not None:
            facts.append(Fact(self.text("people.fact.held_until"), clock(found.held_until)))
        if found.state == "confirmed":
            facts.append(Fact(self.text("people.fact.until"), clock(found.arrive_until)))
        if found.ticket is not None:
            facts.append(Fact(self.text("counter.list.ticket"), found.ticket))
        if not found.has_email:
            facts.append(Fact(self.text("people.fact.letters"), self.text("people.no_letters")))
        self.facts.show(facts)

    def do_key(self, name: str) -> None:
        """What the state allows, and nothing else."""
        allowed = {key.name for key in self.keys_here()}
        if name in ("pageup", "pagedown"):
            self.facts.move(name)
        elif name in ("activate", "confirm", "move", "cancel", "print"):
            if name in allowed and not self.busy:
                self._do(name)
        else:
            super().do_key(name)

    def _do(self, name: str) -> None:
        found = self.found
        match name:
            case "activate":
                present(self.kiosk, found.order_code or "")
            case "confirm":
                self._start(self._confirm())
            case "move":
                self.kiosk.push_screen(HoursScreen(self.operator, found.service, found.centre, self._move_to))
            case "cancel":
                words = f"{moment_words(self.kiosk, found.time)} · {service_words(self.kiosk, found.service)}"
                ask = AskScreen(
                    self.operator, "people.cancel.title", lambda: words, "button.cancel_booking", self._cancel
                )
                self.kiosk.push_screen(ask)
            case _:
                self._start(self._slip())

    def _start(self, work: Any) -> None:
        self.busy = True
        self.tell_nothing()
        self.start(self._told(work), group="people", exclusive=False)

    async def _told(self, work: Any) -> None:
        """Run an act of the desk; what refuses it is told here."""
        try:
            await work
        except Refusal as refusal:
            if refusal.error == "unavailable":
                raise
            self._keys.clear()  # that answer is stored under its key: asked again, it is another act
            words = refused_words(self.kiosk, refusal)
            self.note.say(lambda: words, "error", align="left")
        finally:
            self.busy = False

    def _key(self, act: str, time: datetime | None = None) -> str:
        """The key of an act, the same when it is asked again because nobody answered."""
        return self._keys.setdefault((act, time), secrets.token_hex(16))

    @property
    def _whose(self) -> tuple[int, str, str]:
        return self.staff, self.found.booking, self._fin

    async def _confirm(self) -> None:
        people = self.kiosk.station.people
        self._over(
            await self.ask(people.confirm, self._key("confirm"), *self._whose, self._document), "people.confirmed"
        )

    def _move_to(self, hour: datetime) -> None:
        self._start(self._move_now(hour))

    async def _move_now(self, hour: datetime) -> None:
        people = self.kiosk.station.people
        moved = await self.ask(people.move, self._key("move", hour), *self._whose, hour, self._document)
        self._over(moved, "people.moved")

    async def _slip(self) -> None:
        people = self.kiosk.station.people
        confirmed = await self.ask(people.slip, *self._whose, self._document)
        self.answered()
        self.kiosk.push_screen(DoneScreen(self.operator, confirmed, "people.slip", again=True))

    def _cancel(self) -> None:
        self._start(self._cancel_now())

    async def _cancel_now(self) -> None:
        people = self.kiosk.station.people
        await self.ask(people.cancel, self._key("cancel"), *self._whose, self._document)
        self.answered()
        self._done()
        self.kiosk.pop_screen()
        screen = self.kiosk.screen
        if isinstance(screen, DeskScreen):
            screen.tell("people.cancelled")

    def _over(self, confirmed: Confirmed, title: str) -> None:
        """Changed: what was found is no longer so, and the new one is shown in this screen's place."""
        self.answered()
        self._done()
        self.kiosk.call_later(self.kiosk.switch_screen, DoneScreen(self.operator, confirmed, title))
