"""The skeleton's geometry: where header, steps, question, answer and footer stand, for a size of terminal (face.md).

From 112×34 on the roomy layout, made for 120×36; below it the large-type layout, made for 76×22. Sizes between stretch
the answer's area and the margins; header and footer keep their cells.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Region, Size

ROOMY_WIDTH, ROOMY_HEIGHT = 112, 34
"""The smallest terminal that gets the roomy layout."""
_WIDEST_CONTENT = 132
"""Beyond this the margins grow: a line of text would become too long to read."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Regions in cells of the terminal. `large` tells the 76×22 layout from the roomy one."""

    size: Size
    large: bool
    left: int
    """The first column of the content."""
    width: int
    """The content's width: 112 at 120×36, 72 at 76×22."""
    header: Region
    steps: Region
    """Step line and choices; empty on screens that are no step of the wizard."""
    question: Region
    """Title and help; on a large-type step the step's name says it, and this is empty."""
    answer: Region
    footer: Region
    """Three rows of buttons and note, content width."""

    @classmethod
    def of(cls, size: Size, *, steps: bool) -> Frame:
        """The frame of a terminal of that size, for a step of the wizard or for another screen."""
        if size.width < ROOMY_WIDTH or size.height < ROOMY_HEIGHT:
            return cls._large(size, steps)
        left = min(4, (size.width - ROOMY_WIDTH) // 2)
        left = max(left, (size.width - _WIDEST_CONTENT) // 2)
        width = size.width - 2 * left
        # At 36 rows one stays empty over the steps, one under the choices and one at the foot; they go first.
        top = 4 if size.height > ROOMY_HEIGHT else 3
        foot = size.height - (3 if size.height <= ROOMY_HEIGHT + 1 else 4)
        if steps:
            step_line = Region(left, top, width, 3)
            question = Region(left, top + 4, width, 2)
        else:
            step_line = Region(left, top, width, 0)
            question = Region(left, top + 1, width, 2)
        answer_top = question.bottom + 1
        return cls(
            size=size,
            large=False,
            left=left,
            width=width,
            header=Region(0, 0, size.width, 3),
            steps=step_line,
            question=question,
            answer=Region(left, answer_top, width, foot - 1 - answer_top),
            footer=Region(left, foot, width, 3),
        )

    @classmethod
    def _large(cls, size: Size, steps: bool) -> Frame:
        left = 2
        width = max(0, size.width - 2 * left)
        foot = max(10, size.height - 3)
        return cls(
            size=size,
            large=True,
            left=left,
            width=width,
            header=Region(0, 0, size.width, 3),
            steps=Region(left, 4, width, 2 if steps else 0),
            question=Region(left, 4, width, 0 if steps else 1),
            answer=Region(left, 6, width, foot - 1 - 6),
            footer=Region(left, foot, width, 3),
        )


def columns(width: int, count: int, gap: int) -> list[tuple[int, int]]:
    """`count` columns with `gap` between them over `width` cells: (start, width) each; the last takes the remainder."""
    each = (width - gap * (count - 1)) // count
    starts = [index * (each + gap) for index in range(count)]
    return [(start, each if index < count - 1 else width - start) for index, start in enumerate(starts)]
