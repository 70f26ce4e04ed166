"""What every screen of every face has in common: places by cells, keys that move over spots, calls to the station."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final, ParamSpec, TypeVar, cast

from textual import events, on
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget

from kiosk.errors import Refusal, Unavailable
from screens.cursor import ARROWS, nearest
from screens.lockdown import log_crash
from screens.messages import LanguageChanged, LookChanged
from screens.widgets.ring import Edge, Ringed
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from screens.app import KioskApp

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

Placed = Iterable[tuple[Widget, Region]]

WAIT_SECONDS: Final = 0.4
"""A call that takes longer says so in the note."""


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
    KioskScreen { layers: base ring message; overflow: hidden; background: $canvas; color: $ink; }
    """

    IS_PANEL: ClassVar[bool] = False
    """Whether it stands over another screen, which is still the one that the person works with."""

    TAKES_SECRETS: ClassVar[bool] = False
    """Whether a PIN is typed here: keys are then never gathered for a scan."""

    idle_seconds: float | None = None
    """After how long without a touch the idle warning comes here; None: as `[face] idle_seconds` says."""

    def __init__(self) -> None:
        super().__init__()
        if self.IS_PANEL:
            # In its own style: the app's for all screens is stronger than a default.
            self.styles.background = "transparent"
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

    def start(self, work: Coroutine[Any, Any, None], *, group: str, exclusive: bool = True) -> None:
        """Run a coroutine that calls the station. Reads are `exclusive` in their group; changes are not.

        What it does not catch itself is told in the note and logged by its kind alone.
        """
        guarded = self._guarded(work)

        def close(_: object) -> None:
            # The next of its group may have ended it before its first step: then nobody ever awaited them.
            guarded.close()
            work.close()

        worker = self.run_worker(guarded, group=group, exclusive=exclusive, exit_on_error=False)
        if worker._task is not None:
            worker._task.add_done_callback(close)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Unavailable:
            self.on_unavailable()
        except Refusal as refusal:
            _log.error("%s: unexpected refusal %s", type(self).__name__, refusal.error)
            self.on_unexpected()
        except Exception as error:
            log_crash(error)
            self.on_unexpected()

    def on_unavailable(self) -> None:
        """The station could not be asked just now; nothing typed is lost."""

    def on_unexpected(self) -> None:
        """Something went wrong that nobody foresaw; nothing typed is lost."""

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

    def on_key(self, event: events.Key) -> None:
        """Arrows move the cursor over the spots of all touch areas."""
        if event.key in ARROWS:
            event.stop()
            self._move(*ARROWS[event.key])

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
        found = nearest(start, [at], dx, dy, here.name)
        if found is not None:
            at.move_cursor(found[1].name)
        elif at.leaves(dx, dy):
            others = [area for area in self._areas() if area is not at]
            found = nearest(start, others, dx, dy)
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
