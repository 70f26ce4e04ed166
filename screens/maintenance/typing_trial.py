"""A trial that something is typed for: a field over a keyboard, which goes when the lines come (M3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Region
from textual.widget import Widget

from screens.maintenance.duty import Duty
from screens.maintenance.foot import FootKey
from screens.maintenance.trial import TrialScreen
from screens.screen import Placed
from screens.widgets import field
from screens.widgets.field import Field
from screens.widgets.touch_area import TouchArea


class TypingTrialScreen(TrialScreen):
    """The field has the caret; Enter begins. Subclasses give the keyboard and what begins."""

    def __init__(self, duty: Duty, name: str, words: Callable[[], str], entry: Field) -> None:
        super().__init__(duty, name, words, None, auto=False)
        self.entry = entry
        self.keyboard_on = False

    def keyboard(self) -> Widget:
        """What is typed on."""
        raise NotImplementedError

    def keyboard_height(self, width: int) -> int:
        """Its rows."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The field first."""
        yield self.entry
        yield self.keyboard()
        yield from super().compose()

    def place_trial(self, area: Region) -> Placed:
        """The field, the keyboard while it is on, the lines in what is left."""
        x, y, width, height = area
        yield self.entry, Region(x, y, width, field.HEIGHT)
        used = field.HEIGHT
        high = self.keyboard_height(width)
        if self.keyboard_on and used + high <= height:
            yield self.keyboard(), Region(x, y + used, width, high)
            used += high
        used += 0 if self.frame.compact else 1
        if height > used:
            yield self.lines, Region(x, y + used, width, height - used)

    def on_mount(self) -> None:
        """The caret stands in the field; the keyboard where fingers type."""
        self.keyboard_on = self.kiosk.settings.face.touch and self.kiosk.face == "citizen"
        self.set_focus(self.entry, scroll_visible=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The caret is where the focus is."""
        self.entry.current = self.focused is self.entry
        event.stop()

    def update_ring(self) -> None:
        """No ring around the field: its caret says where typing goes."""
        if isinstance(self.focused, Field):
            self.ring_around(None)
        else:
            super().update_ring()

    def keys_now(self) -> Sequence[FootKey]:
        """Send is the accent key; back stands before it."""
        *others, back = super().keys_now()
        back = FootKey(back.name, back.key, back.cap, back.words)
        return [*others, back, self.key("send", "Enter", "maintenance.key.send", main=True, usable=not self.under_way)]

    def do_key(self, name: str) -> None:
        """Send."""
        if name == "send":
            self.send()
        else:
            super().do_key(name)

    def on_key(self, event: events.Key) -> None:
        """What is typed lands in the field, wherever the focus went by a touch."""
        if event.is_printable and event.character and self.focused is not self.entry:
            event.stop()
            self.set_focus(self.entry, scroll_visible=False)
            self.entry.take(event)

    @on(Field.Submitted)
    def _submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.send()

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        event.stop()
        event.field.problem = None

    @on(TouchArea.Touched)
    def _field_touched(self, event: TouchArea.Touched) -> None:
        if event.area is self.entry:
            event.stop()
            self.set_focus(self.entry, scroll_visible=False)
            self.show_keyboard(True)

    def show_keyboard(self, on: bool) -> None:
        """Show the keyboard, or give its rows to the lines."""
        if on != self.keyboard_on:
            self.keyboard_on = on
            self.place_anew()

    def send(self) -> None:
        """Begin with what was typed; an empty field is told at the field."""
        typed = self.entry.value.strip()
        if not typed:
            self.entry.problem = "field.short.empty"
        elif not self.under_way:
            self.show_keyboard(False)
            self.set_focus(self.entry, scroll_visible=False)
            self.send_typed(typed)

    def send_typed(self, typed: str) -> None:
        """Begin."""
        raise NotImplementedError
