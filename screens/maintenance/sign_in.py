"""Who is there: a technician's name and password, or their card (M1). An operator is told to call one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.errors import NotFound, SlowDown, Unavailable
from screens.counter.line import SecretField
from screens.frame import columns
from screens.maintenance.base import MaintenanceScreen
from screens.maintenance.duty import TECHNICAL, Duty, EnteredBy
from screens.maintenance.foot import FootKey
from screens.maintenance.times import second
from screens.messages import CardSeen, Scanned, StationReady
from screens.screen import Placed
from screens.widgets import field
from screens.widgets.field import Field
from screens.widgets.key_layers import FULL_COLUMNS
from screens.widgets.keyboard import HEIGHT_COMPACT, HEIGHT_FULL, Keyboard
from screens.widgets.touch_area import TouchArea
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.identity.card_facts import CardFacts
    from kiosk.identity.staff import StaffMember
    from kiosk.station import Station


class MaintenanceSignInScreen(MaintenanceScreen):
    """Name and password with a keyboard on the screen. What was typed goes with the screen."""

    def __init__(self) -> None:
        super().__init__(None)
        self.title_line = Words(lambda: self.text("maintenance.sign_in"), "ink", bold=True, id="title")
        self.help_line = Words(self._help, id="help")
        self.user_name = Field("user-name", "staff.name", longest=40)
        self.password = SecretField("password", "staff.password", longest=200)
        self.keyboard = Keyboard("en", id="keyboard")
        self._fields = (self.user_name, self.password)
        self._keyboard_on = False
        self._asking = False

    def compose(self) -> ComposeResult:
        """Fields first, so that Tab goes round them."""
        yield self.user_name
        yield self.password
        yield self.keyboard
        yield self.title_line
        yield self.help_line
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """Two fields side by side over the keyboard."""
        yield from super().places(size)
        frame = self.frame
        x, width = frame.left, frame.width
        yield self.title_line, frame.line
        y = frame.line.bottom
        if not frame.compact:
            yield self.help_line, Region(x, y, width, 1)
            y += 2
        for entry, (start, wide) in zip(self._fields, columns(width, 2, 2), strict=True):
            yield entry, Region(x + start, y, wide, field.HEIGHT)
        y += field.HEIGHT + (0 if frame.compact else 1)
        height = HEIGHT_FULL if width >= FULL_COLUMNS else HEIGHT_COMPACT
        if self._keyboard_on and y + height <= frame.note.y:
            yield self.keyboard, Region(x, y, width, height)

    def on_mount(self) -> None:
        """The name has the caret."""
        self._keyboard_on = self.kiosk.settings.face.touch and self.kiosk.face == "citizen"
        self.set_focus(self.user_name, scroll_visible=False)
        if self.kiosk.settings.example.data:
            self.tell_words(self._example, "warning")

    def _example(self) -> str:
        """The example technician's name and password (K7: with example data only)."""
        # Here, not at the head: this drags the database in, which the face does not wait for.
        from kiosk.booking.example import OPERATOR_PASSWORD, TECHNICIAN_NAME

        return self.text("maintenance.example", user_name=TECHNICIAN_NAME, password=OPERATOR_PASSWORD)

    def longest_quiet(self) -> float:
        """As at the citizen's face."""
        return float(self.kiosk.settings.face.idle_seconds)

    def keys_now(self) -> Sequence[FootKey]:
        """By card while one is there, by password, or leave."""
        by_card = self.key("card", "F2", "maintenance.key.card", usable=self._card() is not None)
        return (
            FootKey("leave", "f10", "F10", lambda: self.text("maintenance.key.leave")),
            *((by_card,) if self._has_readers() else ()),
            FootKey("sign_in", "enter", "Enter", lambda: self.text("button.sign_in"), True),
        )

    def _has_readers(self) -> bool:
        return self.kiosk.is_ready and self.kiosk.station.cards is not None

    def _card(self) -> CardFacts | None:
        """The card in the reader, once it was read and has a PIN to sign in with."""
        sight = self.kiosk.sight
        card = sight.card if sight is not None and sight.state == "ready" else None
        return card if card is not None and card.sign_in_pin is not None else None

    def _help(self) -> str:
        if self._card() is not None:
            return self.text("maintenance.sign_in_card")
        return self.text("maintenance.sign_in_help" if self._has_readers() else "maintenance.sign_in_password")

    def do_key(self, name: str) -> None:
        """The keys."""
        if name == "sign_in":
            self.sign_in()
        elif name == "card":
            self.sign_in_by_card()
        else:
            self.go_back()

    def go_back(self) -> None:
        """Back to the citizens' or operators' first screen."""
        self.kiosk.end_visit()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The caret is where the focus is."""
        for entry in self._fields:
            entry.current = entry is self.focused
        event.stop()

    def update_ring(self) -> None:
        """No ring around a field: its caret, bar and label say where typing goes."""
        self.ring_around(None if isinstance(self.focused, Field) else self._ringed())

    def _ringed(self) -> TouchArea | None:
        area = self.focused
        return area if self.kiosk.by_keys and isinstance(area, TouchArea) else None

    def on_key(self, event: events.Key) -> None:
        """What is typed lands in a field, wherever the focus went by a touch."""
        if event.is_printable and event.character and not isinstance(self.focused, Field):
            event.stop()
            entry = self.password if self.user_name.value else self.user_name
            self.set_focus(entry, scroll_visible=False)
            entry.take(event)

    @on(StationReady)
    @on(CardSeen)
    def _something_is_there(self) -> None:
        for widget in (self.top, self.help_line, self.foot):
            widget.refresh()

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        event.field.problem = None

    @on(Field.Submitted, "#user-name")
    def _name_typed(self, event: Field.Submitted) -> None:
        event.stop()
        self.set_focus(self.password, scroll_visible=False)

    @on(Field.Submitted, "#password")
    def _password_typed(self, event: Field.Submitted) -> None:
        event.stop()
        self.sign_in()

    @on(Scanned)
    def _scanned(self) -> None:
        """No code opens this door. Keys that came as fast as a scan are said to be gone, not silently dropped."""
        self.tell_words(lambda: self.text("staff.sign_in_first"), "warning")

    @on(TouchArea.Touched, "#user-name")
    @on(TouchArea.Touched, "#password")
    def _field_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.set_focus(event.area, scroll_visible=False)
        if not self._keyboard_on:
            self._keyboard_on = True
            self.place_anew()

    @on(Keyboard.Pressed, "#keyboard")
    def _key_pressed(self, event: Keyboard.Pressed) -> None:
        event.stop()
        entry = self.password if self.password.current else self.user_name
        if event.act == "hide":
            self._keyboard_on = False
            self.place_anew()
        elif event.act == "next":
            if entry is self.user_name:
                self.set_focus(self.password, scroll_visible=False)
            else:
                self.sign_in()
        else:
            entry.press(event)

    def sign_in(self) -> None:
        """Ask for the pair, once at a time; an empty field is told at the field."""
        if self._asking:
            return
        empty = [entry for entry in self._fields if not entry.value]
        for entry in empty:
            entry.problem = "field.short.empty"
        if empty:
            self.set_focus(empty[0], scroll_visible=False)
            return
        self._asking = True
        self.tell_words(None)
        self.start(self._sign_in(self.user_name.value, self.password.value), group="sign_in", exclusive=False)

    def sign_in_by_card(self) -> None:
        """Ask for the PIN of the card that is there."""
        card = self._card()
        if card is not None and not self._asking:
            self._asking = True
            self.tell_words(None)
            self.start(self._ask_pin(card), group="pin", exclusive=False)

    async def _ask_pin(self, card: CardFacts) -> None:
        from screens.maintenance.card_sign_in import ask_pin

        try:
            member, told = await ask_pin(self.kiosk, card)
        finally:
            self._asking = False
        if member is not None:
            self.enter(member, "card", card.insertion)
        elif told is not None:
            self.tell_words(lambda: told.words(self.text), told.kind)

    async def _sign_in(self, user_name: str, password: str) -> None:
        try:
            station = await self._station()
            member = await self.ask(station.staff.sign_in, user_name, password)
        except NotFound:
            self._refused("staff.wrong")
        except SlowDown as refusal:
            self._refused("staff.slow_down", time=second(refusal.retry_at))
        except Unavailable:
            self.tell("maintenance.no_database", "error")
        else:
            self.enter(member, "password")
        finally:
            self._asking = False

    async def _station(self) -> Station:
        """The station; while it is not there yet, the note says what to do meanwhile."""
        if not self.kiosk.is_ready:
            self.tell("maintenance.no_database", "warning")
        return await self.kiosk.ready()

    def _refused(self, key: str, **values: object) -> None:
        """The name stays, the password goes."""
        self.password.value = ""
        self.set_focus(self.password, scroll_visible=False)
        self.tell(key, "error", **values)

    def enter(self, member: StaffMember, by: EnteredBy, insertion: int | None = None) -> None:
        """Begin, if the role may."""
        for entry in self._fields:
            entry.value = ""
        if member.role not in TECHNICAL:
            self.set_focus(self.user_name, scroll_visible=False)
            self.tell("maintenance.not_for_operators", "error")
            return
        from screens.maintenance.health import HealthScreen

        duty = Duty(member, by, insertion=insertion)
        duty.entered(self.kiosk)
        self.app.switch_screen(HealthScreen(duty, self.kiosk.make_health()))
