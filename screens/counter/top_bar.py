"""The counter's header: which counter, who works here, whether the database answers, the time, the languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual import events
from textual.geometry import Region

from kiosk.language import LANGUAGES, clock
from screens.counter.frame import CounterFrame
from screens.maintenance.gesture import ClockTouched
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember

_CAPS: Final = {"az": "AZ", "ru": "RU", "en": "EN"}
_LANGUAGE_WIDTH: Final = 4


class TopBar(TouchArea, can_focus=False):
    """One row of text over the whole width; a touch on a language is told as `TouchArea.Touched` with its code."""

    GROUND = "deep"

    def __init__(self, member: StaffMember | None = None) -> None:
        super().__init__(id="top")
        self._member = member
        self._connected: bool | None = None

    @property
    def connected(self) -> bool | None:
        """Whether the database answered the last time it was asked; None before that."""
        return self._connected

    @connected.setter
    def connected(self, connected: bool | None) -> None:
        if connected != self._connected:
            self._connected = connected
            self.refresh()

    def _languages_at(self) -> int:
        return self.size.width - CounterFrame.of(self.app.size).left - len(LANGUAGES) * _LANGUAGE_WIDTH

    def spots(self) -> Sequence[Spot]:
        """The languages."""
        start = self._languages_at()
        return [
            Spot(
                language,
                Region(start + index * _LANGUAGE_WIDTH, 0, _LANGUAGE_WIDTH, self.size.height),
                "deep",
                below="deep",
            )
            for index, language in enumerate(LANGUAGES)
        ]

    def _clock_at(self) -> int:
        """The column in which the time of day begins."""
        return self._languages_at() - 8

    def on_click(self, event: events.Click) -> None:
        """A touch on the clock is told too: five of them are the technician's way in."""
        if self._clock_at() - 1 <= event.x < self._languages_at():
            self.post_message(ClockTouched())

    def draw(self, sheet: Sheet) -> None:
        """From both ends; the name in the middle is cut when the room is short."""
        app = self.kiosk
        row = sheet.height // 2
        start = self._languages_at()
        for index, language in enumerate(LANGUAGES):
            chosen = language == app.language
            at = start + index * _LANGUAGE_WIDTH
            if chosen:
                sheet.fill(at, row, _LANGUAGE_WIDTH, 1, "deep-raise")
            ink: Colour = "on-deep" if chosen else "deep-soft"
            cap = f"[{_CAPS[language]}]" if chosen and sheet.palette.framed else f" {_CAPS[language]} "
            sheet.text(at, row, cap, ink, bold=chosen)
        time_at = self._clock_at()
        sheet.text(time_at, row, clock(app.now()), "on-deep", bold=True)
        state = self._state()
        state_at = time_at - 3 - cell_len(state)
        wrong = self._connected is False or self._clock_is_off() is not None
        sheet.text(state_at, row, state, "on-deep" if wrong else "deep-soft", bold=wrong)
        left = CounterFrame.of(app.size).left
        x = sheet.text(left, row, self.text("counter.number", number=app.settings.counter.number), "on-deep", bold=True)
        sheet.put(x + 3, row, state_at - x - 5, self._who(state_at - x - 5), "deep-soft")
        if sheet.palette.framed and sheet.height > 1:
            # The header has the canvas' ground there: a line tells where it ends.
            sheet.text(0, sheet.height - 1, "─" * sheet.width, "on-deep")

    def _who(self, room: int) -> str:
        """The centre, or who is signed in, with the role where there is room for it."""
        if self._member is None:
            return self.kiosk.centre_name()
        name = self._member.display_name
        both = f"{name} · {self.text(f'staff.role.{self._member.role}')}"
        return both if cell_len(both) <= room else name

    def _clock_is_off(self) -> int | None:
        """By how many milliseconds this machine's clock is off, where that is too much."""
        return self.kiosk.station.stations.clock_is_off if self._connected else None

    def _state(self) -> str:
        if self._connected is None:
            return ""
        if not self._connected:
            return f"✕ {self.text('counter.away')}"
        off = self._clock_is_off()
        if off is not None:
            sign = "+" if off > 0 else "−"
            return f"! {self.text('counter.clock_off', number=f'{sign}{abs(off) // 1000}')}"
        return f"✓ {self.text('counter.connected')}"
