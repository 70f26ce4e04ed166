"""What lists, forms and the keys at the foot do where there is little room, or one ground for everything."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from screens.counter.key_bar import gap_of, in_columns
from screens.counter.water.desk_list import Column, DeskList
from screens.counter.water.form_rows import FormRow, FormRows
from screens.palette import THEMES, ThemeName, load
from screens.widgets.sheet import Sheet

_ROWS = (
    FormRow("document", "Sənəd", "şəxsiyyət vəsiqəsi", is_chosen=True),
    FormRow("surname", "Soyad", "Nümunəyeva-Misalzadə"),
    FormRow("hour", "Saat", ""),
)


def test_two_rows_stand_in_columns_as_far_as_they_have_room() -> None:
    """face.md: keys below one another; where the widest of each column are too wide together, each row for itself."""
    rows = [[10, 9, 14], [14, 11]]
    assert in_columns(rows, 41) == [[14, 11, 14], [14, 11]]
    assert in_columns(rows, 40) is None
    assert gap_of(rows, 41) == 4
    assert gap_of(rows, 37) == 2
    assert gap_of([[50]], 41) == 1


@pytest.mark.parametrize("width", [72, 80, 94])
def test_a_column_that_grows_gives_where_there_is_no_room(width: int) -> None:
    """K2: the numbers of the last column and its head are whole at 76×22 too."""
    columns = (Column("a", 40, grows=True), Column("b", 16, align="right"), Column("c", 16, align="right"))
    laid = DeskList(lambda: columns, "none")._laid(width)
    assert [wide for _, _, wide in laid[1:]] == [16, 16]
    assert laid[-1][1] + laid[-1][2] == width


class _Rows(FormRows):
    """As large as a test wants, without an app."""

    room = Size(38, 3)

    @property
    def size(self) -> Size:
        return self.room


def form(theme: ThemeName, room: Size = _Rows.room) -> list[str]:
    """The rows, drawn."""
    rows = _Rows()
    rows.room = room
    rows.show(_ROWS, "hour")
    sheet = Sheet(room.width, room.height, load(theme))
    rows.draw(sheet)
    return ["".join(segment.text for segment in strip) for strip in sheet.strips()]


def test_what_was_chosen_is_shortened_by_word_and_a_name_never() -> None:
    """face.md, 11: of a list's words all are there, shortened; what a person is called is cut, not changed."""
    chosen, typed, _ = form("kiosk-dark")
    assert "şəxsi. vəsiqə." in chosen
    assert "Nümunəyeva-Mi…" in typed


@pytest.mark.parametrize("theme", THEMES)
def test_an_empty_field_has_edges_where_grounds_are_one(theme: ThemeName) -> None:
    """face.md, palette: in contrast and mono what can be typed into is seen by its frame."""
    *_, empty = form(theme)
    framed = load(theme).framed
    assert (empty[19], empty[-1]) == (("│", "│") if framed else (" ", " "))
    assert empty[0] == ("▸" if framed else " ")


def test_rows_have_air_as_soon_as_all_have_room() -> None:
    """face.md: no free row is wanted below the last one."""
    assert [line.strip() != "" for line in form("kiosk-dark", Size(38, 5))] == [True, False, True, False, True]
    assert [line.strip() != "" for line in form("kiosk-dark", Size(38, 4))] == [True, True, True, False]
