"""The figures on a real terminal, beside a hall that goes on, and the file of them (C7, issue 5)."""

from __future__ import annotations

import subprocess

import pytest

from kiosk.booking.example import ADMINISTRATOR_NAME
from kiosk.names import Language
from tests.e2e.counter_operator import Operator
from tests.e2e.hall import Hall
from tests.e2e.place import Place

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("columns", "rows", "language"), [(100, 35, "az"), (120, 36, "en"), (80, 24, "ru"), (80, 24, "az")]
)
def test_the_figures_of_a_morning(place: Place, columns: int, rows: int, language: Language) -> None:
    """Numbers and charts of the day, the week, the month and the year; the file says what the command says."""
    hall = Hall(place)
    hall.works(until=11)
    with place.face("counter", columns=columns, rows=rows) as face:
        boss = Operator(face, language, ADMINISTRATOR_NAME)
        boss.signs_in()
        face.press("shift+F9")
        boss.sees(boss.words("figures.walk_ins"), boss.words("figures.finished"))
        assert "…" not in face.text()
        for _ in range(3):
            boss.presses("F4")
            boss.sees("◆")
            assert "…" not in face.text()
        for unit in ("week", "month", "year"):
            boss.presses("F2")
            boss.sees(boss.words(f"figures.unit.{unit}"))
        boss.presses("F2", "Left")
        boss.sees(boss.words("figures.chart.nothing"))
        boss.presses("Home", "F5", "Return")
        name = f"figures-baku-2-{hall.day}.csv"
        boss.sees(name)
    (file,) = (place.folder.parent / "home" / "state").rglob(name)
    told = subprocess.run(
        place.command("figures", "--from", hall.day, "--to", hall.day),
        check=True, capture_output=True, env=dict(place.environment), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert file.read_bytes() == told.stdout
    assert len(told.stdout.splitlines()) > 2
    assert "Traceback" not in place.log()
