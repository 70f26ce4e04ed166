"""The people's desk on a real terminal: found by a shown document, booked, moved, cancelled (C8, issue 5)."""

from __future__ import annotations

import datetime

import pytest

from kiosk.language import day_long
from kiosk.names import Language
from tests.e2e.counter_operator import Operator
from tests.e2e.desktop import XTerm
from tests.e2e.place import Place
from tests.e2e.workday import Workday, somebody

pytestmark = pytest.mark.long

FIN = "9ZZ0001"


def turns_to(operator: Operator, date: str) -> None:
    """Press ▶ until that day stands there."""
    wanted = day_long(operator.language, datetime.date.fromisoformat(date))
    for _ in range(9):
        if operator.face.find(wanted) is not None:
            return
        operator.presses("Right")
    operator.face.shows(wanted)


@pytest.mark.parametrize(("columns", "rows", "language"), [(100, 35, "az"), (80, 24, "ru"), (76, 22, "en")])
def test_somebody_without_a_code(place: Place, columns: int, rows: int, language: Language) -> None:
    """Nothing is searched before a document was shown; the booking is moved, then cancelled, by keys alone."""
    day = Workday(place)
    (code,) = day.books("15:00")
    with place.face_on(XTerm, "counter", columns=columns, rows=rows) as face:
        operator = Operator(face, language)
        operator.signs_in()
        operator.presses("shift+F8")
        operator.sees(operator.words("people.how"))
        operator.types(somebody(1)["fin"])
        face.press("Return")
        operator.sees(operator.words("people.document.first").split(".")[0])
        operator.presses("F2")
        turns_to(operator, day.date)
        face.press("Return")
        operator.sees("15:00", operator.words("booking.state.confirmed"))
        face.press("Return")
        operator.sees(operator.words("people.booking", state=operator.words("booking.state.confirmed")))
        operator.presses("F5")
        operator.types("16")
        face.press("Return")
        operator.sees(operator.words("people.moved"), "16:00")
        (booking,) = place.ask({"do": "booking", "order_code": code})
        assert booking["time"][11:16] == "16:00"
        operator.presses("Escape")
        turns_to(operator, booking["time"][:10])
        operator.presses("Return", "Return", "F6")
        operator.sees(operator.words("people.cancel.title"))
        operator.presses("Return", "Escape")
        assert place.ask({"do": "booking", "order_code": code})[0]["state"] == "confirmed"
        operator.presses("F6", "F10")
        operator.sees(operator.words("people.cancelled"))
    (booking,) = place.ask({"do": "booking", "order_code": code})
    assert booking["state"] == "cancelled"
    assert "Traceback" not in place.log()


def test_somebody_without_an_address_is_booked(place: Place) -> None:
    """Every row by typing; no e-mail address; the order code stands large, and there is no mail."""
    with place.face_on(XTerm, "counter", columns=100, rows=35) as face:
        operator = Operator(face)
        operator.signs_in()
        operator.presses("shift+F8", "F2", "F8")
        operator.sees(operator.words("people.book.title"))
        for typed in (FIN, "Misalzade", "Tural", "", "501234567", "", "", "verilm", "", ""):
            if typed:
                operator.types(typed)
            operator.presses("Return")
        face.press("F10")
        operator.sees(operator.words("people.booked"), "Misalzade Tural")
        assert place.letters("@") == []
        face.press("Return")
        operator.sees(operator.words("people.shown"))
    assert FIN not in place.log()
    assert "Misalzade" not in place.log()
