"""The first screen: no screen stands before it. Language, the large choices; a scan goes straight to the verdict.

A card in the reader greets its holder by name and offers what it is good for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.geometry import Region, Size
from textual.timer import Timer
from textual.widget import Widget

from kiosk.clock import in_baku, to_instant
from kiosk.language import day_year_weekday
from screens.base import CitizenScreen, Placed
from screens.citizen.card_words import Told, printable, sight_told
from screens.frame import Frame, columns
from screens.messages import CardSeen, MinuteTurned, Scanned, StationReady
from screens.widgets.buttons import Button
from screens.widgets.tiles import Tile, Tiles
from screens.widgets.touch_area import TouchArea

ATTRACT_AFTER: Final = 60.0
"""Seconds without a touch until the ring begins to wander."""
ATTRACT_STEP: Final = 4.0
"""Seconds that it stands on a tile."""


class FirstScreen(CitizenScreen):
    """What a person may do here; at the foot type size, contrast and the number to call."""

    HAS_BACK: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._usual = (
            Tile("book", "1", self._book_words, main=True),
            Tile("arrive", "2", lambda: self._words("home.arrive"), main=True),
            Tile("confirm", "3", lambda: self._words("home.confirm")),
            Tile("my_bookings", "4", lambda: self._words("home.my_bookings")),
            Tile("water", "5", lambda: self._words("home.water")),
        )
        self._walk_in = Tile("walk_in", "7", lambda: self._words("home.walk_in"))
        self._without_card = Tile("readiness", "6", lambda: self._words("home.readiness"))
        self._of_card = Tile("e_signature", "6", lambda: self._words("home.e_signature"))
        """In the same place while a card is in: it leads to the check too, so that there are never over seven tiles."""
        self._shown: tuple[Tile, ...] = (*self._usual, self._without_card)
        self.tiles = Tiles(self._shown, self._tile_regions)
        self.type_size = Button("type")
        self.contrast = Button("contrast")
        self._attract: Timer | None = None
        self._attract_turn = 0

    def _words(self, key: str) -> Sequence[str]:
        return self.text(key).split("\n")

    def _book_words(self) -> Sequence[str]:
        card = self.kiosk.card
        return self._words("home.book_from_card" if card is not None and card.holder is not None else "home.book")

    def _tile_regions(self, size: Size) -> list[Region]:
        """Two main tiles over two others, then a row of three; what height there is goes to the main ones.

        The third place of that row is the live queue's (C5); where this kiosk gives no tickets it stays empty.
        """
        height = size.height
        low = max(3, min(6, (height - 2) * 2 // 7))
        # Names of two lines stand there in large type; a framed theme needs its frame's rows besides.
        lowest = low + 1 if self.kiosk.large and self.kiosk.palette.framed else low
        high = max(3, min(10, height - 2 - low - lowest))
        pairs = columns(size.width, 2, 2)
        third = columns(size.width, 3, 2)[: len(self._shown) - len(pairs) * 2]
        rows = ((0, high, pairs), (high + 1, low, pairs), (high + low + 2, lowest, third))
        return [Region(x, top, width, tall) for top, tall, places in rows for x, width in places]

    def _greeting(self) -> Sequence[str]:
        card = self.kiosk.card
        if card is None:
            return self._words("home.title")
        name = printable(card.holder.given_name) if card.holder is not None else ""
        words = self.text("card.greeting", given_name=name) if name else self.text("card.greeting_nameless")
        return words.split("\n")

    def title_words(self) -> str:
        """Welcome; whoever put a card in, by the name on it."""
        return self._greeting()[0]

    def help_words(self) -> str:
        """What to do; after a minute without a touch, that the screen can be touched."""
        return self.text("attract") if self._attract is not None else self._greeting()[1]

    def aside_or_none(self) -> Callable[[], str] | None:
        """The date, where there is room for it."""
        return self._today

    def _today(self) -> str:
        if self.kiosk.large:
            return ""
        return day_year_weekday(self.kiosk.language, in_baku(to_instant(self.kiosk.now())).date())

    def compose_answer(self) -> Iterable[Widget]:
        """Tiles, and the two buttons at the foot."""
        yield self.tiles
        if self.kiosk.type_changer is not None:
            yield self.type_size
        yield self.contrast

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Tiles over the whole area; the buttons stand in the footer, the help line at its right."""
        yield self.tiles, area
        x, y, _, height = frame.footer
        if self.kiosk.type_changer is not None:
            wide = len(self.type_size.label) + 4
            yield self.type_size, Region(x, y, wide, height)
            x += wide + 2
        wide = len(self.contrast.label) + 4
        yield self.contrast, Region(x, y, wide, height)

    def place_footer(self, frame: Frame) -> Placed:
        """The note takes what the buttons leave."""
        taken = len(self.contrast.label) + 6
        if self.kiosk.type_changer is not None:
            taken += len(self.type_size.label) + 6
        x, y, width, height = frame.footer
        yield self.note, Region(x + taken, y, max(0, width - taken), height)

    def write(self) -> None:
        """Buttons and the help line."""
        app = self.kiosk
        self.type_size.label = (
            f"A {self.text('button.normal_type')}" if app.large_type else f"A+ {self.text('button.large_type')}"
        )
        contrast = "button.normal_contrast" if app.high_contrast else "button.high_contrast"
        self.contrast.label = f"◐ {self.text(contrast)}"
        super().write()
        self._follow_card()

    @on(CardSeen)
    def _card_seen(self) -> None:
        self._follow_card()

    def on_screen_resume(self) -> None:
        """The card may have gone, or another come, while other screens stood over this one."""
        self._follow_card()

    def _follow_card(self) -> None:
        """Greet, offer, or say what is wrong with what stands in the reader."""
        app = self.kiosk
        card = app.card
        live_queue = (self._walk_in,) if app.settings.hall.walk_ins else ()
        self._shown = (*self._usual, self._of_card if card is not None else self._without_card, *live_queue)
        self.tiles.show(self._shown)
        self.tiles.refresh()
        self.question.refresh()
        told = self._card_told()
        if told is None:
            self.note.say(self._help_line, "plain", align="right")
            self.place_anew()
        elif not (self.note.told_kind == told.kind and self.note.told == told.words(self.text)):
            self.tell_words(lambda: told.words(self.text), told.kind)

    def _card_told(self) -> Told | None:
        """What to say of the card. That there is no reader is nothing to somebody who has no card in hand."""
        sight = self.kiosk.sight
        if self.kiosk.card_was_left:
            return Told("card.left", kind="warning")
        return sight_told(sight) if sight is not None and sight.insertion is not None else None

    def _help_line(self) -> str:
        key = "home.help_short" if self.kiosk.large else "home.help"
        return self.text(key, number=self.kiosk.settings.face.help_phone)

    def on_mount(self) -> None:
        """Wait for a minute of quiet."""
        self._wait_for_quiet()

    def _wait_for_quiet(self) -> None:
        self._attract = None
        self.set_timer(ATTRACT_AFTER, self.look_for_quiet)

    def look_for_quiet(self) -> None:
        """A minute may be over: begin, or look again."""
        quiet = self.kiosk.quiet_seconds
        if self._attract is None and self.is_current and quiet >= ATTRACT_AFTER and not self.kiosk.in_visit:
            self._attract = self.set_interval(ATTRACT_STEP, self.wander)
            self.question.refresh()
            self.wander()
        elif self._attract is None:
            self.set_timer(max(1.0, ATTRACT_AFTER - min(quiet, ATTRACT_AFTER)), self.look_for_quiet)

    def wander(self) -> None:
        """The ring goes to the other main tile."""
        self._attract_turn += 1
        self.tiles.cursor = "book" if self._attract_turn % 2 else "arrive"
        self.ring_around(self.tiles)

    def someone_is_here(self) -> None:
        """Stop wandering at once."""
        super().someone_is_here()
        if self._attract is not None:
            self._attract.stop()
            self.tiles.cursor = None
            self.ring_around(None)
            self._wait_for_quiet()
            self.question.refresh()

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its tile."""
        if event.character and self.tiles.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#tiles")
    def _tile_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.begin(event.name)

    @on(Scanned)
    def _scanned(self, event: Scanned) -> None:
        self.begin("arrive", event.code)

    def begin(self, errand: str, code: str | None = None) -> None:
        """Start what the person came for; before the station is there, say to wait."""
        from screens.citizen.wizard import begin

        if not self.kiosk.is_ready:
            self.note.wait(True)
        self.kiosk.start_errand(lambda: begin(self.kiosk, errand, code))

    @on(StationReady)
    def _station_ready(self) -> None:
        self.note.wait(False)
        self.header.refresh()

    @on(MinuteTurned)
    def _another_minute(self) -> None:
        self.question.refresh()

    @on(TouchArea.Touched, "#type")
    def _type_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.toggle_type()
        self.write()

    @on(TouchArea.Touched, "#contrast")
    def _contrast_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kiosk.toggle_contrast()
        self.write()
