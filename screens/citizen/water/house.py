"""The house of the new consumer: its type by one touch, then its number, and the flat's where there are flats (W1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, cast, get_args

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.water.facts import HouseType
from screens.base import Placed
from screens.citizen.step import Next, Notice
from screens.citizen.water.form import FormScreen
from screens.citizen.water.steps import WaterStep
from screens.frame import Frame, columns
from screens.widgets.tiles import Tile, Tiles
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session

_TYPES: Final[tuple[HouseType, ...]] = get_args(HouseType)
_TALL: Final = 7


class HouseTypeScreen(WaterStep):
    """Two tiles."""

    STEP = "house"
    HAS_MAIN: ClassVar[bool] = True

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.tiles = Tiles(
            [
                Tile(name, str(number), self._words(name), main=self.draft.house_type == name)
                for number, name in enumerate(_TYPES, start=1)
            ],
            self._regions,
        )

    def _words(self, name: HouseType) -> Callable[[], Sequence[str]]:
        return lambda: self.text(f"house.{name}").split("\n")

    def title_words(self) -> str:
        """The manual's words."""
        return self.text("apply.house_type").partition("\n")[0]

    def help_words(self) -> str:
        """What is asked for next depends on it."""
        return self.text("apply.house_type").partition("\n")[2]

    def _regions(self, size: Size) -> list[Region]:
        return [Region(x, 0, width, min(_TALL, size.height)) for x, width in columns(size.width, 2, 2)]

    def compose_answer(self) -> Iterable[Widget]:
        """The tiles."""
        return [self.tiles]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """On top of the area."""
        yield self.tiles, Region(area.x, area.y, area.width, min(_TALL, area.height))

    def write(self) -> None:
        """On with the type chosen before."""
        super().write()
        self.set_main(f"{self.text('button.proceed')} ▶" if self.draft.house_type is not None else "")

    def go_on(self) -> None:
        """With the type chosen before."""
        if self.draft.house_type is not None:
            self.answer(Next())

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its tile."""
        if event.character and self.tiles.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#tiles")
    def _tile_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.draft.house_type = cast(HouseType, event.name)
        self.answer(Next())


class HouseNumbersScreen(FormScreen):
    """The number of the house, and of the flat; a yard house has no flats."""

    STEP = "house"
    SHORT = ("house_number", "flat_number")

    def names(self) -> Sequence[str]:
        """A yard house has one number."""
        return ("house_number",) if self.draft.house_type == "yard_house" else ("house_number", "flat_number")
