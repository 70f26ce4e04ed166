"""What every screen of every face has in common: places by cells, keys that move over spots, calls to the station.

`CitizenScreen` adds the citizen's skeleton: header, steps, question, answer, and the footer with GERİ, note and
buttons.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, ParamSpec, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget

from kiosk.errors import Refusal, Unavailable
from screens.frame import Frame
from screens.messages import DatabaseChanged, LanguageChanged, LookChanged, MinuteTurned
from screens.widgets.buttons import Button
from screens.widgets.header import Header
from screens.widgets.note import Note, NoteKind
from screens.widgets.question import LegendEntry, Question
from screens.widgets.ring import Edge, Ringed
from screens.widgets.steps import Steps
from screens.widgets.touch_area import Spot, TouchArea

if TYPE_CHECKING:
    from screens.app import KioskApp

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Placed = Iterable[tuple[Widget, Region]]

WAIT_SECONDS: Final = 0.4
"""A call that takes longer says so in the note."""

_ARROWS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class _Cells(Layout):
    """Asks the screen for the cells of each widget: nothing is measured, so nothing jumps."""

    name = "cells"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """The screen's own places; what it does not place is not seen."""
        wanted = set(children)
        return [
            WidgetPlacement(region, Offset(), Spacing(), widget)
            for widget, region in cast(KioskScreen, parent).settle_places(size)
            if widget in wanted and region.area
        ]


class KioskScreen(Screen[None], inherit_bindings=False):
    """A screen of any face. Subclasses compose widgets and say in `places` in which cells they stand."""

    AUTO_FOCUS = ""
    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = """
    KioskScreen { layers: base ring; overflow: hidden; background: $canvas; color: $ink; }
    """

    idle_seconds: float | None = None
    """After how long without a touch the idle warning comes here; None: as `[face] idle_seconds` says."""

    def __init__(self) -> None:
        super().__init__()
        self._cells = _Cells()
        self._settled: list[tuple[Widget, Region]] | None = None
        self._ring: tuple[Edge, ...] = ()

    @property
    def kiosk(self) -> KioskApp:
        """The app, as what it is."""
        return cast("KioskApp", self.app)

    @property
    def layout(self) -> Layout:
        """Places by cells."""
        return self._cells

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> KioskScreen:
        """Draw anew; with `layout` the places are asked for again.

        A new layout repaints by itself what moved, so the bare ground is not painted whole for it.
        """
        if layout:
            # Textual keeps a screen's arrangement while its size and children are the same; ours follows more.
            self._clear_arrangement_cache()
        super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)
        return self

    def text(self, key: str, /, **values: object) -> str:
        """A message of the catalogue in the language on screen."""
        return self.kiosk.text(key, **values)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        # A screen that opens is laid out and painted whole here; Textual would paint it whole once more a moment later.
        painted = self.is_current and self._size != self.app.size
        event.prevent_default()
        super()._on_screen_resume(event)
        if painted:
            self._repaint_required = False

    def places(self, size: Size) -> Placed:
        """Which widget stands in which cells of a terminal of that size; the ring's sides are added to them."""
        yield from ((edge, edge.place()) for edge in self._ring)

    def settle_places(self, size: Size) -> list[tuple[Widget, Region]]:
        """The places, remembered as those that are laid out."""
        self._settled = list(self.places(size))
        return self._settled

    def place_anew(self) -> None:
        """Lay out again if something stands elsewhere now. A layout costs as much as opening an empty screen."""
        if self._settled is not None and list(self.places(self.app.size)) != self._settled:
            self.refresh(layout=True)

    # Calls to the station -------------------------------------------------------------------------------------------

    def start(self, work: Coroutine[Any, Any, None], *, group: str, exclusive: bool = True) -> None:
        """Run a coroutine that calls the station. Reads are `exclusive` in their group; changes are not.

        What it does not catch itself is told in the note (the connection is away) and logged by its kind alone.
        """
        self.run_worker(self._guarded(work), group=group, exclusive=exclusive, exit_on_error=False)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Unavailable:
            self.on_unavailable()
        except Refusal as refusal:
            _log.error("%s: unexpected refusal %s", type(self).__name__, refusal.error)
            self.on_unavailable()

    def on_unavailable(self) -> None:
        """The station could not be asked just now; nothing typed is lost."""

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the station in a thread, and say so in the note when it takes long.

        Raises:
            Refusal: what the call raises.
        """
        timer = self.set_timer(WAIT_SECONDS, lambda: self.show_waiting(True))
        try:
            return await self.kiosk.ask(call, *args, **kwargs)
        finally:
            timer.stop()
            self.show_waiting(False)

    def show_waiting(self, waiting: bool) -> None:
        """Say "Bir az gözləyin…" where this screen says such things."""

    # The keyboard's cursor ------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Arrows move the cursor over the spots of all touch areas."""
        if event.key in _ARROWS:
            event.stop()
            self._move(*_ARROWS[event.key])

    def first_area(self) -> TouchArea | None:
        """Where the first arrow key puts the cursor."""
        return next((area for area in self._areas() if area.spots()), None)

    def _areas(self) -> list[TouchArea]:
        return [area for area in self.query(TouchArea) if area.can_focus and area.display and area.region.area]

    def _move(self, dx: int, dy: int) -> None:
        at = self.focused
        here = at.spot(at.cursor) if isinstance(at, TouchArea) else None
        if here is None or not isinstance(at, TouchArea):
            if (area := self.first_area()) is not None:
                self.set_focus(area, scroll_visible=False)
            self.update_ring()
            return
        start = here.region.translate(at.region.offset)
        # In its own area first: a list is not left for something beside it while it goes on.
        found = _nearest(start, [at], dx, dy, here.name)
        if found is not None:
            at.move_cursor(found[1].name)
        elif at.leaves(dx, dy):
            others = [area for area in self._areas() if area is not at]
            found = _nearest(start, others, dx, dy)
            if found is not None:
                area, spot = found
                area.cursor = spot.name
                self.set_focus(area, scroll_visible=False)
        self.update_ring()

    @on(TouchArea.CursorMoved)
    def _cursor_moved(self) -> None:
        self.update_ring()

    def update_ring(self) -> None:
        """Draw the ring around the spot with the cursor: only after a key, not after a touch."""
        area = self.focused
        if not self.kiosk.by_keys or not isinstance(area, TouchArea):
            self.ring_around(None)
        else:
            self.ring_around(area)

    def ring_around(self, area: TouchArea | None) -> None:
        """Draw the ring around the spot with the cursor in `area`, or nowhere."""
        spot = area.spot(area.cursor) if area is not None else None
        if area is None or spot is None:
            if self._ring:
                self._set_ring(None)
            return
        region = spot.region.translate(area.region.offset)
        self._set_ring(Ringed(region, spot.ground, spot.half, spot.below, spot.bar))

    def _set_ring(self, ringed: Ringed | None) -> None:
        if not self._ring:
            self._ring = (Edge("top"), Edge("bottom"), Edge("left"), Edge("right"))
            self.mount_all(self._ring)
        for edge in self._ring:
            edge.around(ringed)
        self.place_anew()

    def someone_is_here(self) -> None:
        """A key or a touch came, whatever it is for."""

    # What the app tells ---------------------------------------------------------------------------------------------

    @on(LanguageChanged)
    def _language_changed(self) -> None:
        self.write()
        self._refresh_all()

    @on(LookChanged)
    def _look_changed(self) -> None:
        self._refresh_all()

    def write(self) -> None:
        """Write the texts that are set as values, not drawn from the catalogue at each drawing."""

    def _refresh_all(self) -> None:
        for widget in self.walk_children(Widget):
            widget.refresh()

    def on_resize(self) -> None:
        """Spots are elsewhere now."""
        self.call_after_refresh(self.update_ring)


def _nearest(
    start: Region, areas: Iterable[TouchArea], dx: int, dy: int, but: str | None = None
) -> tuple[TouchArea, Spot] | None:
    """The nearest spot of those areas in that direction, except the one named `but`."""
    best: tuple[float, TouchArea, Spot] | None = None
    for area in areas:
        for spot in area.spots():
            cost = _cost(start, spot.region.translate(area.region.offset), dx, dy)
            if cost is not None and spot.name != but and (best is None or cost < best[0]):
                best = (cost, area, spot)
    return best[1:] if best is not None else None


def _cost(start: Region, other: Region, dx: int, dy: int) -> float | None:
    """How far `other` is in that direction; None when it does not lie there. A cell is twice as high as wide."""
    if dx:
        ahead = other.x - start.right if dx > 0 else start.x - other.right
        aside = max(other.y - start.bottom, start.y - other.bottom) + 1
        along, across = float(ahead), 6.0 * max(0, aside)
    else:
        ahead = other.y - start.bottom if dy > 0 else start.y - other.bottom
        aside = max(other.x - start.right, start.x - other.right) + 1
        along, across = 2.0 * ahead, 1.0 * max(0, aside)
    if ahead < 0:
        return None
    # Among those in line, the one whose beginning is nearest.
    offset = abs(other.y - start.y) if dx else abs(other.x - start.x)
    return along + across + 0.01 * offset


class CitizenScreen(KioskScreen):
    """The citizen's skeleton. Subclasses give the question, the answer's widgets and what the buttons say."""

    STEPS: ClassVar[Sequence[str]] = ()
    """The wizard's step names, where this screen is one of them."""
    STEP: ClassVar[str] = ""
    """Which of them."""
    HAS_BACK: ClassVar[bool] = True
    HAS_SECOND: ClassVar[bool] = False
    HAS_MAIN: ClassVar[bool] = False
    MAIN_WIDTH_LARGE: ClassVar[int] = 28
    """The main button's least width in large type; screens with a pager have less room for it."""
    HAS_QUESTION: ClassVar[bool] = True
    """False: no question rows, the answer begins there (in the roomy layout)."""
    BARE: ClassVar[bool] = False
    """True: no header in large type; the answer begins at the top (the result, for the QR)."""

    def __init__(self) -> None:
        super().__init__()
        self.header = Header()
        self.steps = Steps(self.STEPS, self.STEP) if self.STEPS else None
        self.question = Question(
            self.title_words, self.help_words, legend=self.legend_or_none(), aside=self.aside_or_none()
        )
        self.back = Button("back")
        self.second = Button("second")
        self.main = Button("main", "main")
        self.note = Note()
        self._answer: list[Widget] = []

    # What subclasses give -------------------------------------------------------------------------------------------

    def title_words(self) -> str:
        """The question."""
        raise NotImplementedError

    def help_words(self) -> str:
        """One help line under it."""
        return ""

    def legend_or_none(self) -> Callable[[], Sequence[LegendEntry]] | None:
        """A legend in place of the help line."""
        return None

    def aside_or_none(self) -> Callable[[], str] | None:
        """A word at the right of the question."""
        return None

    def compose_answer(self) -> Iterable[Widget]:
        """The widgets of the answer, in the order in which Tab visits them."""
        return ()

    def shows_question(self) -> bool:
        """Whether the question stands on the screen just now (a keyboard may need its rows)."""
        return self.HAS_QUESTION

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Where they stand; by default a single one has the whole area."""
        return [(widget, area) for widget in self._answer[:1]]

    def choices(self) -> Sequence[str]:
        """What was chosen so far, in words."""
        return ()

    # The skeleton ---------------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The geometry for the terminal's size."""
        return Frame.of(self.app.size, steps=bool(self.STEPS))

    def compose(self) -> ComposeResult:
        """Answer first: so Tab goes from it to the buttons, the steps and the languages."""
        self._answer = list(self.compose_answer())
        yield from self._answer
        if self.HAS_MAIN:
            yield self.main
        if self.HAS_SECOND:
            yield self.second
        if self.HAS_BACK:
            yield self.back
        yield self.note
        if self.steps is not None:
            yield self.steps
        if self.HAS_QUESTION:
            yield self.question
        yield self.header

    def places(self, size: Size) -> Placed:
        """The skeleton's cells."""
        yield from super().places(size)
        frame = self.frame
        bare = self.BARE and frame.large
        if not bare:
            yield self.header, frame.header
            if self.steps is not None:
                yield self.steps, frame.steps
        area = frame.answer
        if bare:
            area = Region(0, 0, size.width, size.height)
        elif self.shows_question():
            yield self.question, frame.question
        elif not frame.large:
            area = Region(area.x, frame.question.y, area.width, area.bottom - frame.question.y)
        yield from self.place_answer(area, frame)
        if not bare:
            yield from self.place_footer(frame)

    def place_footer(self, frame: Frame) -> Placed:
        """GERİ at the left, the main button at the right, the second before it, the note between."""
        x, y, width, height = frame.footer
        right = x + width
        if self.HAS_BACK:
            wide = 14 if frame.large else 18
            yield self.back, Region(x, y, wide, height)
            x += wide + 2
        if wide := self.main_width(frame):
            yield self.main, Region(right - wide, y, wide, height)
            right -= wide + (2 if frame.large else 3)
        if self.HAS_SECOND and self.second.label:
            wide = max(11 if frame.large else 22, len(self.second.label) + 4)
            yield self.second, Region(right - wide, y, wide, height)
            right -= wide + 2
        right -= self.footer_reserved(frame)
        yield self.note, Region(x, y, max(0, right - x), height)

    def main_width(self, frame: Frame) -> int:
        """How wide the main button is; 0 while it says nothing."""
        if not self.HAS_MAIN or not self.main.label:
            return 0
        return max(self.MAIN_WIDTH_LARGE if frame.large else 30, len(self.main.label) + (4 if frame.large else 5))

    def footer_reserved(self, frame: Frame) -> int:
        """Columns of the footer, left of the buttons, that the answer's own widgets take (a pager)."""
        return 0

    def on_mount(self) -> None:
        """Write the texts; subclasses have their own `on_mount` beside this one."""
        self.write()

    def write(self) -> None:
        """The buttons and choices; a subclass writes its own and calls this."""
        self.back.label = f"◀ {self.text('button.back')}"
        if self.steps is not None:
            self.steps.show_choices(self.choices())
        self.place_anew()

    def set_main(self, label: str, *, usable: bool = True) -> None:
        """What the main button says; "" takes it away."""
        self.main.label = label
        self.main.usable = usable
        self.place_anew()

    def set_second(self, label: str, *, usable: bool = True) -> None:
        """What the second button says; "" takes it away."""
        self.second.label = label
        self.second.usable = usable
        self.place_anew()

    def tell(self, key: str, kind: NoteKind = "plain", **values: object) -> None:
        """Say a message of the catalogue in the note."""
        self.note.say(lambda: self.text(key, **values), kind)

    def tell_words(self, words: Callable[[], str] | None, kind: NoteKind = "plain") -> None:
        """Say in the note what the function gives, each time it is drawn (None: nothing)."""
        self.note.say(words, kind)

    def show_waiting(self, waiting: bool) -> None:
        """In the note."""
        self.note.wait(waiting)

    def on_unavailable(self) -> None:
        """In the note; everything typed stays."""
        self.tell("database.away", "warning")

    # What people do -------------------------------------------------------------------------------------------------

    def go_back(self) -> None:
        """GERİ or Escape."""

    def go_on(self) -> None:
        """The main button, or Enter where nothing has the cursor."""

    def do_second(self) -> None:
        """The second button."""

    def on_key(self, event: events.Key) -> None:
        """Escape is GERİ; Enter is the main button unless something has the cursor."""
        if event.key == "escape" and self.HAS_BACK:
            event.stop()
            self.go_back()
        elif event.key == "enter" and self.HAS_MAIN and self.main.label:
            event.stop()
            self.go_on()

    @on(TouchArea.Touched, "#back")
    def _back_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_back()

    @on(TouchArea.Touched, "#main")
    def _main_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_on()

    @on(TouchArea.Touched, "#second")
    def _second_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.do_second()

    @on(TouchArea.Touched, "#header")
    def _language_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.set_language(cast(Literal["az", "ru", "en"], event.name))

    @on(MinuteTurned)
    def _minute_turned(self) -> None:
        self.header.refresh()

    @on(DatabaseChanged)
    def _database_changed(self) -> None:
        self.follow()

    def follow(self) -> None:
        """The database changed, or time alone may have changed what is shown: read it again."""
