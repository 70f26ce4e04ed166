"""The main job on real terminals: from the first screen to an order code, and from that to a ticket (Q1 to Q9, C1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.names import Language
from tests.e2e.citizen import Citizen, hour_comes
from tests.e2e.desktop import DesktopTerminal, Foot, XTerm
from tests.e2e.place import Place
from tests.e2e.qr_codes import qr_of

FIRST = [(120, 36, "az"), (80, 24, "ru"), (76, 22, "en")]
REST = [
    (columns, rows, language)
    for columns, rows in ((120, 36), (80, 24), (76, 22))
    for language in ("az", "ru", "en")
    if (columns, rows, language) not in FIRST
]
WAYS = [*FIRST, *(pytest.param(*way, marks=pytest.mark.long) for way in REST)]


@pytest.mark.parametrize(("columns", "rows", "language"), WAYS)
def test_from_the_first_screen_to_a_ticket(place: Place, columns: int, rows: int, language: Language) -> None:
    with place.face(columns=columns, rows=rows) as face:
        citizen = Citizen(face, place, language)
        order_code = citizen.books()
        citizen.ends_the_visit()
        hour_comes(place, order_code)
        ticket = citizen.arrives(order_code)
        assert re.fullmatch(r"[A-Z]-\d{3,}", ticket)
        assert face.alive()
    assert "crashed" not in place.log()


@pytest.mark.parametrize("kind", [XTerm, pytest.param(Foot, marks=pytest.mark.long)])
def test_with_a_real_mouse_on_a_real_terminal(place: Place, tmp_path: Path, kind: type[DesktopTerminal]) -> None:
    """xterm, and foot as the kiosk has it; the QR is read by zbar from a picture of the glass."""
    with place.face_on(kind) as face:
        citizen = Citizen(face, place)
        order_code = citizen.books()
        read = qr_of(face.picture(tmp_path / "result.png"))
        assert re.fullmatch(r"\d+", read), "scanner layouts leave digits alone"
        citizen.ends_the_visit()
        hour_comes(place, order_code)
        (verdict,) = place.ask({"do": "arrive", "key": "k" * 32, "order_code": read, "centre": "baku-1"})
        assert verdict["verdict"] == "other_centre", "the QR is this booking's"
        citizen.arrives(order_code)
