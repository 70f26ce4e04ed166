"""The two bases of every widget here: one that draws itself on a sheet, and one whose parts can be touched.

A touch area is one Textual widget however many things it shows (Line API): pushing a screen with one area costs a
tenth of one with a hundred buttons. Arrows move over the spots of all areas of a screen; `screens.base` does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from screens.palette import Colour
from screens.widgets.sheet import Sheet

if TYPE_CHECKING:
    from screens.app import KioskApp

PRESSED_SECONDS = 0.15
"""How long a touched thing shows the tint."""


class Drawn(Widget, inherit_bindings=False):
    """A widget that draws all of itself on a sheet of cells, whenever it is refreshed."""

    GROUND: ClassVar[Colour] = "canvas"
    """What lies under everything drawn."""

    DEFAULT_CSS = "Drawn { width: 1fr; height: 1fr; }"

    _strips: list[Strip] | None = None
    _drawn_for: tuple[object, ...] = ()
    _being_placed = False

    @property
    def kiosk(self) -> KioskApp:
        """The app, as what it is."""
        return cast("KioskApp", self.app)

    def text(self, key: str, /, **values: object) -> str:
        """A message of the catalogue in the language on screen."""
        return self.kiosk.text(key, **values)

    def draw(self, sheet: Sheet) -> None:
        """Draw everything; called after each refresh, with a sheet of this widget's size."""
        raise NotImplementedError

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Drawn:
        """Draw anew at the next frame."""
        self._strips = None
        if self._being_placed:
            # It is about to be painted whole in its new place; Textual would lay out and paint everything once more.
            return self
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        self._being_placed = True
        try:
            return super()._size_updated(size, virtual_size, container_size, layout)
        finally:
            self._being_placed = False

    def render_line(self, y: int) -> Strip:
        """One row of what was drawn."""
        width, height = self.size
        palette = self.kiosk.palette
        drawn_for = (width, height, palette)
        if self._strips is None or self._drawn_for != drawn_for:
            sheet = Sheet(width, height, palette, self.GROUND)
            if width and height:
                self.draw(sheet)
            self._strips, self._drawn_for = sheet.strips(), drawn_for
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(width)


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of a touch area that can be touched, chosen by Enter and reached by arrows.

    `half` says that its first and last row are half-row boxes, `ground` what colour it has there (the focus ring is
    drawn into the free halves then). `below` is the ground of the gap around it, `bar` the colour of a bar in its first
    column.
    """

    name: str
    region: Region
    """In cells of the area."""
    ground: Colour = "surface"
    half: bool = False
    below: Colour = "canvas"
    bar: Colour | None = None


class TouchArea(Drawn, can_focus=True):
    """A drawn widget with spots. Subclasses give `draw` and `spots`.

    A spot that cannot be used just now is still touched: who listens says why not, in the note.
    """

    class Touched(Message):
        """A spot was tapped, or Enter was pressed on it."""

        def __init__(self, area: TouchArea, name: str) -> None:
            super().__init__()
            self.area = area
            self.name = name

        @property
        def control(self) -> TouchArea:
            """The area, for `@on(TouchArea.Touched, "#id")`."""
            return self.area

    class CursorMoved(Message):
        """The keyboard's cursor stands on another spot, or left this area."""

        def __init__(self, area: TouchArea) -> None:
            super().__init__()
            self.area = area

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor: str | None = None
        """The spot on which the keyboard's cursor stands."""
        self.pressed: str | None = None
        """The spot that was touched a moment ago: drawn with the tint."""
        self._pressed_timer: Timer | None = None

    def spots(self) -> Sequence[Spot]:
        """What can be touched now, in reading order."""
        raise NotImplementedError

    def spot(self, name: str | None) -> Spot | None:
        """The spot of that name, if it is there now."""
        return next((spot for spot in self.spots() if spot.name == name), None)

    def leaves(self, dx: int, dy: int) -> bool:
        """Whether an arrow may lead the cursor out of this area; a list turns its page instead."""
        return True

    def first_spot(self) -> Spot | None:
        """Where the cursor stands when the keyboard comes to this area: where it stood, else the first."""
        spots = self.spots()
        return self.spot(self.cursor) or (spots[0] if spots else None)

    def move_cursor(self, name: str | None) -> None:
        """Put the cursor on a spot (None: nowhere)."""
        self.cursor = name
        self.refresh()
        self.post_message(self.CursorMoved(self))

    def touch(self, name: str) -> None:
        """Act as if that spot was tapped."""
        self.show_pressed(name)
        self.post_message(self.Touched(self, name))

    def show_pressed(self, name: str) -> None:
        """Draw that spot with the tint for a moment."""
        self.pressed = name
        self.refresh()
        if self._pressed_timer is not None:
            self._pressed_timer.stop()
        self._pressed_timer = self.set_timer(PRESSED_SECONDS, self._release)

    def _release(self) -> None:
        self.pressed = None
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A tap: on a spot it chooses, beside one it does nothing."""
        event.stop()
        for spot in self.spots():
            if spot.region.contains(event.x, event.y):
                self.touch(spot.name)
                return

    def on_focus(self) -> None:
        """The keyboard came here."""
        if (spot := self.first_spot()) is not None:
            self.move_cursor(spot.name)

    def on_blur(self) -> None:
        """The keyboard went elsewhere."""
        self.post_message(self.CursorMoved(self))

    def on_key(self, event: events.Key) -> None:
        """Enter and space choose what the cursor stands on."""
        if event.key in ("enter", "space") and (spot := self.spot(self.cursor)) is not None:
            event.stop()
            self.touch(spot.name)
