"""A question that is answered by one touch on a tile: up to six tiles in two columns, each with its digit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from screens.base import Placed
from screens.citizen.step import AnsweringScreen, Notice
from screens.citizen.telling import Chosen
from screens.frame import Frame, columns
from screens.messages import CardSeen
from screens.widgets.tiles import Tile, Tiles
from screens.widgets.touch_area import TouchArea

_TALLEST = 7


class ChoosingScreen(AnsweringScreen):
    """Ends with `Chosen`, or `Back`."""

    def __init__(
        self,
        words: Callable[[], str],
        tiles: Sequence[tuple[str, Callable[[], str]]],
        *,
        main: str = "",
        insertion: int | None = None,
        notice: Notice | None = None,
    ) -> None:
        """Make it.

        Args:
            words: title and help line, with a line break between.
            tiles: name and words of each.
            main: the name of the one that is blue.
            insertion: the card that is asked about; the question ends as `Chosen("card_gone")` when it goes.
            notice: what the screen before left to say.
        """
        super().__init__(notice)
        self._words = words
        self._insertion = insertion
        self.tiles = Tiles(
            [
                Tile(name, str(number), self._lines(said), main=name == main)
                for number, (name, said) in enumerate(tiles, 1)
            ],
            self._regions,
        )
        self._count = len(tiles)

    @staticmethod
    def _lines(said: Callable[[], str]) -> Callable[[], Sequence[str]]:
        return lambda: said().split("\n")

    def title_words(self) -> str:
        """The question."""
        return self._words().partition("\n")[0]

    def help_words(self) -> str:
        """Its help line."""
        return self._words().partition("\n")[2]

    def _regions(self, size: Size) -> list[Region]:
        rows = (self._count + 1) // 2
        high = max(3, min(_TALLEST, (size.height - rows + 1) // rows)) if rows else 0
        places = columns(size.width, 2, 2)
        return [
            Region(places[number % 2][0], number // 2 * (high + 1), places[number % 2][1], high)
            for number in range(self._count)
        ]

    def compose_answer(self) -> Iterable[Widget]:
        """The tiles."""
        return [self.tiles]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """They have the whole area."""
        yield self.tiles, area

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its tile."""
        if event.character and self.tiles.choose_digit(event.character):
            event.stop()

    @on(TouchArea.Touched, "#tiles")
    def _tile_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.answer(Chosen(event.name))

    @on(CardSeen)
    def _card_seen(self, event: CardSeen) -> None:
        if self._insertion is not None and event.sight.insertion != self._insertion:
            self.answer(Chosen("card_gone"))
