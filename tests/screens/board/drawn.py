"""What stands on a board's glass: large figures, arrows and large words, read from its half rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from kiosk.hall.lettering import lettered
from kiosk.hall.way import way_of
from kiosk.names import Language
from screens.board.places import BoardFrame, Scale, largest
from screens.board.words import MOST_WORD_LINES, size_for
from screens.palette import load
from screens.widgets import figures
from tests.screens.board.fakes import Hall


def figure_at(hall_lines: list[list[str]], x: int, y: int, written: str, scale: Scale) -> bool:
    """Whether that figure is drawn in those half rows of grounds."""
    rows = figures.pixels(written)
    ink = None
    for number, row in enumerate(rows):
        for column, mark in enumerate(row):
            for half in range(2 * y + number * scale.down, 2 * y + (number + 1) * scale.down):
                for cell in range(x + column * scale.across, x + (column + 1) * scale.across):
                    ground = hall_lines[half][cell]
                    if mark == "#":
                        ink = ink or ground
                        if ground != ink:
                            return False
                    elif ground == ink:
                        return False
    return ink is not None


def grounds(hall: Hall) -> list[list[str]]:
    """The colours of every half row, as the terminal shows them."""
    halves: list[list[str]] = []
    for strip in hall.screen._compositor.render_strips():
        upper: list[str] = []
        lower: list[str] = []
        for segment in strip:
            style = segment.style
            assert style is not None
            assert style.bgcolor is not None
            back = style.bgcolor.name
            ink = style.color.name if style.color is not None else back
            for sign in segment.text:
                upper.append(back)
                lower.append(ink if sign == "▄" else back)
        halves += [upper, lower]
    return halves


def band_figures(frame: BoardFrame, ticket: str = "A-017") -> tuple[Scale, int]:
    """Scale and first row of the newest call's number."""
    room = frame.number_rows - 1
    scale = largest(ticket, frame.counter - 2 - frame.left, room)
    free = room - scale.rows
    return scale, frame.band.y + (free + 1) // 3 + 1 + (0 if frame.word_lines else free // 3)


def pixels_in(shown: list[list[str]], ink: str, x: int, half: int, columns: int, halves: int) -> list[str]:
    """That part of the half rows, as `#` where it has that colour."""
    rows = shown[half : half + halves]
    return ["".join("#" if ground == ink else "." for ground in row[x : x + columns]) for row in rows]


def inks(hall: Hall) -> str:
    """The colour of what stands in the band."""
    return load("kiosk-dark").hex("accent" if hall.view.inverse else "on-accent").lower()


def broken(words: Sequence[str]) -> Iterator[list[str]]:
    """All ways to put words on as many lines as there may be, in their order."""
    for count in range(1, MOST_WORD_LINES + 1):
        for ends in combinations(range(1, len(words)), count - 1):
            edges = (0, *ends, len(words))
            yield [" ".join(words[begin:end]) for begin, end in pairwise(edges)]


def large_in_band(hall: Hall, language: Language) -> str | None:
    """The words of the newest call's direction when they stand in the band as large letters, whole; else None."""
    frame, top = hall.frame, hall.view.top
    assert top is not None
    words = way_of(top.direction.of(language)).words
    first = 2 * (frame.band.bottom - frame.word_lines * frame.word_rows) - 4
    drawn = pixels_in(grounds(hall), inks(hall), frame.left, first, frame.word_columns, 2 * frame.band.bottom - first)
    inked = [row for row in drawn if "#" in row]
    for lines in broken(words.split()):
        for size in range(size_for(2 * frame.word_rows), 0, -1):
            pieces = [lettered(line, size) for line in lines]
            rows = [row.ljust(frame.word_columns, ".") for piece in pieces if piece is not None for row in piece.rows]
            if all(pieces) and [row for row in rows if "#" in row] == inked:
                return " ".join(lines)
    return None
