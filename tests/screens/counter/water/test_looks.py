"""How the company's desk looks: whole at every size in every language, nothing over anything else (K2, K3)."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.language import LANGUAGES
from screens.counter.water.desk_list import Cell, Column, DeskList, Line
from screens.counter.water.text_box import lines_of
from tests.kiosk.water.applying import Company
from tests.screens.counter.counter_face import SIZES, CounterFace
from tests.screens.counter.test_looks import nothing_overlaps
from tests.screens.counter.water.conftest import OpenDesk
from tests.screens.counter.water.hands import open_subscriber, typed

CUT = "…"


def whole(face: CounterFace) -> None:
    """Nothing overlaps, every key is in sight, and no word of ours is cut."""
    nothing_overlaps(face)
    keys: Any = face.widget("#keys")
    assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
    cut = [line for line in face.lines() if CUT in line and "SHA-256" not in line]
    assert cut == []


@pytest.mark.parametrize(
    ("size", "language"),
    [
        # Each size and each language once in the first tier, the other pairs in the second.
        pytest.param(size, language, marks=() if (at - place) % 3 == 0 else pytest.mark.long)
        for at, size in enumerate(SIZES)
        for place, language in enumerate(LANGUAGES)
    ],
)
async def test_every_screen_is_whole(company: Company, at_desk: OpenDesk, size: tuple[int, int], language: Any) -> None:
    """K2, K3: the list with something overdue, an application in work, each form, page, cash and result."""
    company.registered("new_consumer")
    company.trial.change("UPDATE work_orders SET due_on = '2026-11-01', state = 'taken'")
    company.trial.change("UPDATE applications SET state = 'in_work'")
    company.owe(340)
    async with at_desk(size, language) as face:
        whole(face)
        await face.press("f2", "f2", "f2", "f2")
        whole(face)
        await face.press("f2", "f2", "f2", "enter")
        whole(face)
        for act in ("f5", "f4"):
            await face.press(act)
            whole(face)
            await face.press("escape")
        await face.press("enter")
        whole(face)
        await face.press("escape", "escape", "f6")
        whole(face)
        await face.press("escape")
        await open_subscriber(face)
        whole(face)
        for key in ("f4", "enter", "enter"):
            await face.press(key)
            whole(face)
        await face.press("enter", "f5")
        whole(face)
        await face.press("escape", "escape", "escape", "f8")
        whole(face)
        await face.press("f3")
        whole(face)
        await face.press("escape")
        await typed(face, "5")
        await face.press("escape")
        whole(face)


def listed(names: str) -> list[Line]:
    return [Line(name, (Cell(name),)) for name in names]


def test_a_chosen_row_stays_when_others_come_and_go() -> None:
    """W7: by its name, not by its place; when it is gone, what follows it is chosen."""
    rows = DeskList(lambda: (Column("desk.head.number", 5),), "desk.no_work")
    rows.show(listed("bcd"))
    rows.choose("c")
    rows.show(listed("abcd"))
    assert rows.chosen == "c"
    rows.show(listed("abd"))
    assert rows.chosen == "d"
    rows.show(())
    assert rows.chosen is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", [""]), ("bir iki üç", ["bir ", "iki ", "üç"]), ("abcdefgh", ["abcde", "fgh"]), ("abcde", ["abcde"])],
)
def test_a_text_is_broken_without_losing_a_sign(text: str, lines: list[str]) -> None:
    """What is said to an applicant is read as it is sent."""
    found = lines_of(text, 5)
    assert [line for _, line in found] == lines
    assert "".join(line for _, line in found) == text
