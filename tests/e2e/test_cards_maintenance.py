"""Maintenance mode on the real process: who is refused at its door (C6, M1)."""

from __future__ import annotations

from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from tests.e2e.citizen import SETTLED
from tests.e2e.place import Place
from tests.e2e.technician import Technician


def test_an_operators_password_opens_nothing(place: Place) -> None:
    """C6: an operator is no technician, is told so, and the first screen is a key away."""
    with place.face() as face:
        technician = Technician(face)
        face.shows("AZ", "RU", "EN")
        face.rests(SETTLED)
        face.press(*["F9"] * 5)
        technician.sees(technician.words("maintenance.sign_in"))
        technician.signs_in(OPERATOR_NAME, OPERATOR_PASSWORD)
        technician.sees(technician.words("maintenance.not_for_operators"))
        face.press("F10")
        technician.sees(technician.words("home.book"))
    assert OPERATOR_PASSWORD not in place.log()
