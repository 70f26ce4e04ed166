"""A chart by hour of the day, plotted by plotext and drawn in our palette (C7).

plotext places bars, marks, axes and ticks; it is asked for twice as many rows as there are, which become half rows
here. Nothing is told by colour alone: one series are bars, the other are diamonds beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from kiosk.language import number
from screens.counter.figures.table import minutes
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.hall.queue_facts import DayFigures, HourFigures, Spread
    from kiosk.names import Language

ChartKind = Literal["people", "wait", "service"]
CHARTS: Final[tuple[ChartKind, ...]] = get_args(ChartKind)
BAR: Final = "█"
MARK: Final = "◆"
_AXIS_ROWS: Final = 2
_HEAD_ROWS: Final = 1
_LEAST_ROWS: Final = 3
_MOST_PITCH: Final = 8
_STEPS: Final = (1, 2, 5)
_TICKS: Final = 4
_ROWS_A_STEP: Final = 3
_LEGENDS: Final = {
    "people": ("arrived", "served"),
    "wait": ("median", "ninth_decile"),
    "service": ("median", "ninth_decile"),
}


@dataclass(frozen=True, slots=True)
class Plot:
    """Two series over the hours from `first` on."""

    first: int
    bars: tuple[int, ...]
    marks: tuple[int | None, ...]
    """None: nothing to mark in that hour."""


def plot_of(found: DayFigures, kind: ChartKind) -> Plot | None:
    """The series of a chart, from the first hour with anything to the last; None where there is none."""
    busy = [hour for hour in found.hours if hour.arrived or hour.called or hour.finished]
    if not busy:
        return None
    hours = [hour for hour in found.hours if busy[0].hour <= hour.hour <= busy[-1].hour]
    if kind == "people":
        return Plot(hours[0].hour, tuple(hour.arrived for hour in hours), tuple(hour.finished for hour in hours))
    spreads = [_spread(hour, kind) for hour in hours]
    return Plot(
        hours[0].hour,
        tuple(_minutes(spread.median) for spread in spreads),
        tuple(_minutes(spread.ninth_decile) if spread.count else None for spread in spreads),
    )


def _spread(hour: HourFigures, kind: ChartKind) -> Spread:
    return hour.waiting if kind == "wait" else hour.service


def _minutes(seconds: int) -> int:
    return int(minutes(seconds))


def ticks(highest: int, most: int = _TICKS) -> tuple[int, ...]:
    """From 0 in at most so many round steps to at least the highest value."""
    size = 1
    while True:
        for step in _STEPS:
            by = step * size
            if by * most >= highest:
                return tuple(range(0, max(by, -(-highest // by) * by) + 1, by))
        size *= 10


def prepare() -> None:
    """Load the plotting library, which takes a third of a second: not while something is drawn."""
    import plotext  # noqa: F401


def plotted(plot: Plot, width: int, rows: int, language: Language) -> list[str]:
    """The lines that plotext gives: two for each of `rows`, then the axis and the hours.

    Args:
        plot: the series.
        width: of all of it, in cells.
        rows: the height of the plot, without axis and hours.
        language: that of the numbers.
    """
    import plotext

    values = [*plot.bars, *(mark for mark in plot.marks if mark is not None)]
    # in few rows many steps would stand unevenly, one row apart here and two there
    marked = ticks(max(values), min(_TICKS, max(2, rows // _ROWS_A_STEP)))
    labels = [number(language, tick) for tick in marked]
    room = width - max(map(len, labels)) - 1
    pitch = max(2, min(_MOST_PITCH, room // len(plot.bars)))
    wide = max(1, pitch - 2)
    starts = [pitch * place for place in range(len(plot.bars))]
    middles = [start + (wide - 1) / 2 for start in starts]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(width, 2 * rows + _AXIS_ROWS)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(0, room - 1)
    plotext.ylim(0, marked[-1])
    plotext.bar(middles, list(plot.bars), marker=BAR, width=(wide - 1) / pitch)
    beside = [(start + wide, mark) for start, mark in zip(starts, plot.marks, strict=True) if mark is not None]
    plotext.scatter([x for x, _ in beside], [y for _, y in beside], marker=MARK)
    every = 1 if pitch > _STEPS[1] else _STEPS[1]
    plotext.xticks(middles[::every], [str(plot.first + place) for place in range(0, len(middles), every)])
    plotext.yticks(list(marked), labels)
    return str(plotext.uncolorize(plotext.build())).splitlines()


class FiguresChart(Drawn):
    """Title and legend, and the plot below them."""

    def __init__(self, kind: ChartKind, *, id: str) -> None:
        super().__init__(id=id)
        self._kind = kind
        self._found: DayFigures | None = None

    @property
    def kind(self) -> ChartKind:
        """What it plots."""
        return self._kind

    def turn(self, kind: ChartKind) -> None:
        """Plot something else."""
        self._kind = kind
        self.refresh()

    def show(self, found: DayFigures | None) -> None:
        """Show these figures; None: nothing is known yet."""
        self._found = found
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Nothing but the title until there are figures."""
        end = sheet.text(0, 0, self.text(f"figures.chart.{self._kind}"), "ink", bold=True)
        if self._found is None:
            return
        plot = plot_of(self._found, self._kind)
        if plot is None:
            sheet.put(0, _HEAD_ROWS + 1, sheet.width, self.text("figures.chart.nothing"), "soft")
            return
        self._legend(sheet, end + 3)
        rows = sheet.height - _HEAD_ROWS - _AXIS_ROWS
        if rows >= _LEAST_ROWS:
            self._draw_plot(sheet, plotted(plot, sheet.width, rows, self.kiosk.language), rows)

    def _legend(self, sheet: Sheet, x: int) -> None:
        bars, marks = (self.text(f"figures.chart.{name}") for name in _LEGENDS[self._kind])
        x = max(x, sheet.width - len(bars) - len(marks) - 7)
        sheet.fill(x, 0, 2, 1, "accent")
        if sheet.palette.framed:
            sheet.text(x, 0, BAR * 2, "accent")
        x = sheet.text(x + 3, 0, bars, "soft") + 2
        sheet.text(x, 0, MARK, "held-ink", bold=True)
        sheet.text(x + 2, 0, marks, "soft")

    def _draw_plot(self, sheet: Sheet, lines: Sequence[str], rows: int) -> None:
        """Two lines are the halves of a row; bars first, so that marks and ticks stand on what they leave."""
        halves, below = lines[: 2 * rows], lines[2 * rows :]
        for half, line in enumerate(halves):
            for x, sign in enumerate(line):
                if sign == BAR:
                    sheet.fill_halves(x, 2 * _HEAD_ROWS + half, 1, 1, "accent")
        for half, line in enumerate(halves):
            for x, sign in enumerate(line):
                if sign == MARK:
                    sheet.text(x, _HEAD_ROWS + half // 2, sign, "held-ink", bold=True)
        for half, line in enumerate(halves):
            self._axis(sheet, _HEAD_ROWS + half // 2, line, only_ticks=half % 2 == 1)
        for place, line in enumerate(below):
            self._axis(sheet, _HEAD_ROWS + rows + place, line)

    def _axis(self, sheet: Sheet, row: int, line: str, *, only_ticks: bool = False) -> None:
        """The line's axis and labels; of the second half of a row only where it has a tick, which the first has not."""
        if only_ticks and "┤" not in line:
            return
        for x, sign in enumerate(line):
            if sign not in (" ", BAR, MARK):
                sheet.text(x, row, sign, "line" if sign in "│┤└┬─" else "soft")
