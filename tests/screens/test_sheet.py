"""The sheet of cells, the frame of a screen and the ring: what everything is drawn with."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from screens.frame import Frame, columns
from screens.palette import THEMES, ThemeName, load
from screens.widgets.sheet import Sheet, fit, fits, wrap
from tests.screens.running import FULL, LARGE, running


def drawn(sheet: Sheet) -> list[str]:
    return ["".join(segment.text for segment in strip) for strip in sheet.strips()]


def test_halves_are_drawn_with_both_colours_and_no_seam() -> None:
    """face.md: ground colours, and `▄` with both colours given only where halves differ."""
    palette = load("kiosk-light")
    sheet = Sheet(3, 2, palette)
    sheet.fill_halves(0, 1, 3, 2, "accent")
    upper, lower = sheet.strips()
    assert drawn(sheet) == ["▄▄▄", "▄▄▄"]
    assert next(iter(upper)).style == palette.style("accent", "canvas")
    assert next(iter(lower)).style == palette.style("canvas", "accent")
    sheet.fill_halves(0, 0, 3, 4, "accent")
    assert drawn(sheet) == ["   ", "   "]


def test_text_keeps_the_ground_and_is_cut_at_the_edge() -> None:
    """A letter stands on what is there; what does not fit is not drawn."""
    palette = load("kiosk-light")
    sheet = Sheet(6, 1, palette, "surface")
    sheet.fill(0, 0, 3, 1, "tint")
    assert sheet.text(1, 0, "Əğış…x", "ink", bold=True) == 7
    assert drawn(sheet) == [" Əğış…"]
    styles = [segment.style for segment in sheet.strips()[0]]
    assert palette.style("ink", "tint", bold=True) in styles
    assert palette.style("ink", "surface", bold=True) in styles


@pytest.mark.parametrize(
    "hostile", ["So\x1b[31ml", "So\x1b]0;x\x07l", "So\x9b2Jl", "So\rl\n", "\u202eSol\u2066", "So\x00l\x7f"]
)
def test_no_text_speaks_to_the_terminal(hostile: str) -> None:
    """House: whoever wrote it, a direction or a reason is drawn as signs, and turns nothing around it."""
    sheet = Sheet(12, 1, load("kiosk-light"))
    assert sheet.text(0, 0, hostile) == len(drawn(sheet)[0].rstrip())
    (row,) = drawn(sheet)
    assert row.isprintable() and len(row) == 12


def test_a_number_and_its_unit_fit_together_or_not_at_all() -> None:
    """House: a no-break space holds them together for the question whether a text fits, as for its wrapping."""
    assert fits("Gecikmə: 50\u00a0dəqiqə", 9, 2)
    assert not fits("Gecikmə: 50\u00a0dəqiqə", 8, 3)
    assert not fits("Late\nby: 50\u00a0min", 5, 3)
    assert fits("", 1, 1)


@pytest.mark.parametrize("theme", THEMES)
def test_the_sign_of_the_chosen_row_can_be_read(theme: ThemeName) -> None:
    """face.md: what stands on accent is written in on-accent; in mono the ink would be that ground's own colour."""
    palette = load(theme)
    sheet = Sheet(4, 1, palette)
    sheet.cursor(0)
    first = next(iter(sheet.strips()[0]))
    assert first.style == palette.style("on-accent" if palette.framed else "ink", "accent", bold=palette.framed)


def test_wide_and_combining_signs_keep_the_columns() -> None:
    """A name with a foreign sign does not push what stands beside it."""
    sheet = Sheet(6, 1, load("kiosk-light"))
    sheet.text(0, 0, "e\u0301漢b")
    assert drawn(sheet) == ["e\u0301漢b  "]


@pytest.mark.parametrize(("theme", "framed"), [("kiosk-light", False), ("kiosk-contrast", True), ("kiosk-mono", True)])
def test_frames_stand_in_framed_themes_only(theme: ThemeName, framed: bool) -> None:
    """face.md: frames only in high contrast and mono."""
    palette = load(theme)
    sheet = Sheet(4, 3, palette)
    sheet.area(0, 0, 4, 3, "surface")
    assert (drawn(sheet)[0] == "┌──┐") is framed
    sheet.area(0, 0, 4, 3, "accent")
    assert drawn(sheet)[0] == "    "


def test_words_are_fitted_and_wrapped() -> None:
    """Nothing runs out of its place."""
    assert fit("növbə", 5) == "növbə"
    assert fit("növbələrim", 5) == "növb…"
    assert fit("x", 0) == ""
    assert wrap("Bu saat artıq tutulub.\nBaşqa saat seçin.", 12, 3) == ["Bu saat", "artıq", "tutulub. Baş…"[:11] + "…"]
    assert wrap("bir iki", 20, 2) == ["bir iki"]


def test_columns_are_those_of_the_skeleton() -> None:
    """face.md: two of 55, three of 36, seven of 15 on 112 columns; the last takes the remainder."""
    assert columns(112, 2, 2) == [(0, 55), (57, 55)]
    assert columns(112, 3, 2) == [(0, 36), (38, 36), (76, 36)]
    assert columns(112, 7, 1)[-1] == (96, 16)


def test_the_skeleton_is_that_of_the_picture() -> None:
    """face.md: header 0–2, steps 4–6, question 8–9, answer 11–30, footer 32–34 at 120×36."""
    frame = Frame.of(Size(*FULL), steps=True)
    assert (frame.left, frame.width, frame.large) == (4, 112, False)
    assert (frame.header.y, frame.header.height) == (0, 3)
    assert (frame.steps.y, frame.steps.height) == (4, 3)
    assert (frame.question.y, frame.question.height) == (8, 2)
    assert (frame.answer.y, frame.answer.bottom) == (11, 31)
    assert (frame.footer.y, frame.footer.height) == (32, 3)
    large = Frame.of(Size(*LARGE), steps=True)
    assert (large.left, large.width, large.large) == (2, 72, True)
    assert (large.answer.y, large.answer.bottom, large.footer.y) == (6, 18, 19)


@pytest.mark.parametrize("width", [112, 113, 119, 120, 121, 160, 200])
@pytest.mark.parametrize("height", [34, 35, 36, 37, 50])
@pytest.mark.parametrize("steps", [True, False])
def test_sizes_between_keep_the_rules(width: int, height: int, steps: bool) -> None:
    """face.md: from 112×34 on nothing overlaps, the content has 112 columns or more, the grid's 20 rows fit."""
    frame = Frame.of(Size(width, height), steps=steps)
    assert not frame.large
    assert frame.width >= 112
    assert frame.header.bottom <= frame.question.y
    assert frame.steps.bottom <= frame.question.y
    assert frame.question.bottom < frame.answer.y
    assert frame.answer.height >= 20
    assert frame.answer.bottom < frame.footer.y
    assert frame.footer.bottom <= height
    assert frame.left + frame.width <= width


@pytest.mark.parametrize("size", [(111, 36), (120, 33), (100, 35), (80, 24), (76, 22)])
def test_below_the_large_type_layout_is_shown(size: tuple[int, int]) -> None:
    """face.md: below 112×34 the citizen's face is the 76×22 layout."""
    assert Frame.of(Size(*size), steps=True).large


async def test_a_terminal_of_another_size_is_followed() -> None:
    """K2: large type may be switched on at any moment; nothing is lost."""
    async with running() as face:
        await face.touch("#tiles", "book")
        await face.press(*"sexs")
        await face.pilot.resize_terminal(*LARGE)
        await face.settle()
        assert face.app.large
        assert face.widget("#search").text_typed == "sexs"
        assert face.region("#header")[2:] == (76, 3)
        assert "1 / 6" in face.shown
