"""One measured figure beside its floor, and how a table of them is printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Row:
    """A figure in the unit that its name ends with; `ratio` is ours to the floor, the median of many taken in turns."""

    name: str
    ours: float
    floor: float | None
    ratio: float | None
    aim: str | None
    met: bool | None
    """None where there is no aim."""

    def as_values(self) -> dict[str, Any]:
        """For JSON, with figures cut to what they are good for."""
        values = asdict(self)
        return {name: _cut(value) if isinstance(value, float) else value for name, value in values.items()}


def row(
    name: str,
    ours: float,
    floor: float | None = None,
    ratio: float | None = None,
    *,
    aim: tuple[Literal["ours", "ratio"], Literal["at least", "at most"], float] | None = None,
) -> Row:
    """A row whose aim is looked at; without a ratio it is that of the two figures."""
    if ratio is None and floor:
        ratio = ours / floor
    if aim is None:
        return Row(name, ours, floor, ratio, None, None)
    what, side, bound = aim
    value = ours if what == "ours" else ratio
    met = value is not None and (value >= bound if side == "at least" else value <= bound)
    return Row(name, ours, floor, ratio, f"{what} {side} {bound:g}", met)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median_ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    """The median of ours to the floor, pair by pair: a noisy machine is noisy for both."""
    return statistics.median(mine / bare for mine, bare in zip(ours, floor, strict=True))


def table(rows: Sequence[Row]) -> str:
    """The rows as a table for people, which Markdown understands too."""
    head = ("what", "ours", "bare floor", "ratio", "aim", "met")
    marks = {True: "yes", False: "NO", None: ""}
    cells = [
        (r.name, *(_written(figure) for figure in (r.ours, r.floor, r.ratio)), r.aim or "", marks[r.met]) for r in rows
    ]
    widths = [max(len(line[column]) for line in (head, *cells)) for column in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *cells]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def _cut(value: float) -> float:
    return float(f"{value:.4g}")


def _written(value: float | None) -> str:
    return "" if value is None else f"{_cut(value):,.6g}"
