"""One application: what stands in it, what became of it, its documents, and the acts of its work order (W7)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from kiosk.errors import NotFound, RegistryAway, UnknownSubscriber, WrongStep
from kiosk.water.work import WorkFilter
from screens.base import Placed
from screens.counter.key_bar import Key
from screens.counter.water.answer import AnswerScreen
from screens.counter.water.application_facts import application_facts
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.fact_pane import FactPane
from screens.counter.water.frame import split
from screens.counter.water.order_panel import MAIN, NEXT, OrderPanel
from screens.follow import Follower
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Heading

if TYPE_CHECKING:
    from kiosk.water.facts import Application, Reason, WorkAction, WorkOrder

_PANEL: Final = ((132, 52), (112, 46), (0, 40))
_AT_ONCE: Final = frozenset({"take", "resume"})
"""Acts that say nothing to anybody's question and can be gone back on: a key does them, without a form."""


class ApplicationScreen(DeskScreen):
    """Facts at the left, order and documents at the right. It follows the order; the application is read when it moved.

    Reading an application is audited, so it is not read at each change of anything.
    """

    KEYS: ClassVar = {
        "f4": "main",
        "f5": "ask_back",
        "f7": "subscriber",
        "f8": "refuse",
        "enter": "document",
        "escape": "back",
        "up": "up",
        "down": "down",
        "pageup": "pageup",
        "pagedown": "pagedown",
    }

    def __init__(self, operator: Operator, number: str) -> None:
        super().__init__(operator)
        self.number = number
        self.heading = Heading(lambda: self.text("desk.application", number=self.number), id="heading")
        self.facts = FactPane()
        self.panel = OrderPanel()
        self.application: Application | None = None
        self._reason: Reason | None = None
        self._keys: dict[str, str] = {}
        self._follower = Follower(self, self._read)

    def compose(self) -> ComposeResult:
        """All of it."""
        yield self.heading
        yield self.facts
        yield self.panel
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Two columns under the heading."""
        yield from super().places(size)
        frame = self.desk_frame
        yield self.heading, frame.title
        wide = next(width for least, width in _PANEL if size.width >= least)
        left, right = split(frame.body, wide)
        yield self.facts, left
        yield self.panel, right

    def keys_here(self) -> Sequence[Key]:
        """The acts that its state allows."""
        order = self.panel.order
        keys = []
        if self.application is not None and self.application.documents:
            keys.append(Key("document", "Enter", "desk.key.look"))
        if order is not None and order.state in NEXT:
            keys.append(Key("main", "F4", f"desk.act.{NEXT[order.state]}"))
            if order.state == "taken":
                keys.append(Key("ask_back", "F5", "desk.act.ask_back"))
        if self._subscriber():
            keys.append(Key("subscriber", "F7", "desk.key.subscriber"))
        if order is not None and order.state in ("open", "taken", "asked_back"):
            keys.append(Key("refuse", "F8", "desk.act.refuse"))
        return keys

    def _subscriber(self) -> str | None:
        if self.application is None:
            return None
        return self.application.fields.get("subscriber") or None

    async def on_mount(self) -> None:
        """Read before the first frame."""
        await self._follower.first()

    def follow(self) -> None:
        """How the order stands now."""
        if not self.busy:
            self._follower.changed()

    async def _read(self) -> None:
        work = self.kiosk.station.water.work
        found = await self.ask(work.orders, WorkFilter(states=(), typed=self.number))
        order = next((one for one in found if one.number == self.number), None)
        before = self.panel.order
        if self.application is None or before is None or order is None or order.state != before.state:
            try:
                await self._read_application()
            except NotFound:
                self.tell("desk.gone", "error")
                return
        self.read_again()
        self._show(order)

    async def _read_application(self) -> None:
        water = self.kiosk.station.water
        self.application = await self.ask(water.work.application, self.staff, self.number)
        if reason := self.application.fields.get("reason"):
            self._reason = await self.ask(water.places.reason, reason)

    def _show(self, order: WorkOrder | None) -> None:
        if self.application is not None:
            self.panel.show(self.application, order)
            self.write()
        self.key_bar.refresh()

    def write(self) -> None:
        """The facts in the language on screen."""
        if self.application is not None:
            self.facts.show(application_facts(self.kiosk, self.application, self._reason))

    def do_key(self, name: str) -> None:
        """Acts by state; documents; moving through the facts."""
        order = self.panel.order
        match name:
            case "main":
                if order is not None and order.state in NEXT:
                    self._begin(NEXT[order.state])
            case "ask_back":
                if order is not None and order.state == "taken":
                    self._begin("ask_back")
            case "refuse":
                if order is not None and order.state in ("open", "taken", "asked_back"):
                    self._begin("refuse")
            case "up" | "down":
                if self.application is not None and len(self.application.documents) > 1:
                    self.panel.choose(self.panel.document + (1 if name == "down" else -1))
                else:
                    self.facts.move(name)
            case "pageup" | "pagedown":
                self.facts.move(name)
            case "document":
                self._look()
            case "subscriber":
                if code := self._subscriber():
                    from screens.counter.water.subscriber import SubscriberScreen

                    self.kiosk.push_screen(SubscriberScreen(self.operator, code))
            case _:
                super().do_key(name)

    def _look(self) -> None:
        if self.application is not None and self.application.documents:
            from screens.counter.water.document import DocumentScreen

            self.kiosk.push_screen(DocumentScreen(self.operator, self.application, self.panel.document))

    def _begin(self, action: WorkAction) -> None:
        if self.busy or self.application is None:
            return
        self.tell_nothing()
        if action in _AT_ONCE:
            self.busy = True
            self.start(self._act(action), group="act", exclusive=False)
        else:
            self.kiosk.push_screen(AnswerScreen(self.operator, self.application, action, self._answered))

    async def _act(self, action: WorkAction) -> None:
        """Do it; after a lost answer the same key asks for the same act."""
        key = self._keys.setdefault(action, secrets.token_hex(16))
        try:
            order = await self.ask(self.kiosk.station.water.work.act, key, self.staff, self.number, action)
        except WrongStep as wrong:
            del self._keys[action]
            self._was_faster(wrong.state)
        except RegistryAway:
            self.tell("registry.away", "warning")
        except (NotFound, UnknownSubscriber):
            del self._keys[action]
            self.tell("desk.gone", "error")
        else:
            del self._keys[action]
            self._answered(action, order, None)
        finally:
            self.busy = False
            self._follower.changed()

    def _answered(self, action: WorkAction, order: WorkOrder | None, wrong_state: str | None) -> None:
        """An act was done, here or in its form; or somebody else was faster."""
        if wrong_state is not None:
            self._was_faster(wrong_state)
        elif action == "close" and order is not None and order.kind == "new_consumer" and order.subscriber:
            self.tell("desk.done.new_code", code=order.subscriber)
        else:
            self.tell(f"desk.done.{action}")
        self._follower.changed()

    def _was_faster(self, state: str) -> None:
        self.note.say(
            lambda: self.text("desk.wrong_step", state=self.text(f"work_order.state.{state}")), "warning", align="left"
        )

    @on(TouchArea.Touched, "#panel")
    def _panel_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.name == MAIN:
            self.do_key("main")
        elif int(event.name) == self.panel.document:
            self._look()
        else:
            self.panel.choose(int(event.name))
