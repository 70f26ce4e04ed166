"""The company's desk at a counter, by keyboard, and what the applicant hears of each step (S3, W7, W4)."""

from __future__ import annotations

import pytest

from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from kiosk.language import text
from kiosk.names import Language
from tests.e2e.card_place import set_up
from tests.e2e.citizen import SETTLED
from tests.e2e.glass import Terminal
from tests.e2e.place import Place
from tests.e2e.water_citizen import HOLDER, WaterCitizen, short_messages

pytestmark = pytest.mark.long

EMAIL, PHONE = "aysel@example.az", "501234567"
ANSWER = "Xidmət dayandırıldı"
DONE = "Kran bağlandı"


def applied(place: Place, language: Language) -> str:
    """An application for suspension, as another program files it; its number."""
    (answer,) = place.ask(
        {
            "do": "apply", "key": "k" * 32, "kind": "suspension", "fin": HOLDER, "language": language,
            "fields": {
                "subscriber": "10000001", "reason": "suspension-renovation", "phone": PHONE, "email": EMAIL,
                "explanation": "", "notes": "",
            },
        }
    )  # fmt: skip
    assert answer["ok"], answer
    return str(answer["number"])


def types(face: Terminal, typed: str) -> None:
    """Letter by letter, and looks until it stands there."""
    face.write(typed)
    face.shows(typed)
    face.rests(SETTLED)


def opens(face: Terminal, number: str) -> None:
    """From the sign-in to the application, by its number."""
    face.shows(OPERATOR_NAME)
    face.rests(SETTLED)
    face.write(OPERATOR_NAME)
    face.rests(SETTLED)
    face.press("Tab")
    face.write(OPERATOR_PASSWORD)
    face.rests(SETTLED)
    face.press("Return")
    face.shows("F6")
    face.rests(SETTLED)
    face.press("shift+F6")
    face.shows(text("az", "desk.search_work"))
    face.rests(SETTLED)
    types(face, number)
    face.press("Return")
    face.shows(text("az", "desk.application", number=number))
    face.rests(SETTLED)


@pytest.mark.parametrize(
    ("columns", "rows", "language", "fin_sees"), [(120, 36, "az", "all"), (80, 24, "ru", "figures")]
)
def test_an_application_is_carried_out_and_its_applicant_hears_of_it(
    place: Place, columns: int, rows: int, language: Language, fin_sees: str
) -> None:
    """Taken, carried out, closed with an answer: a letter and an SMS each, and at the kiosk it is done.

    What was answered may name people: after a FİN alone it is shown only where that sees everything.
    """
    set_up(place, "water", f'fin_only_sees = "{fin_sees}"')
    number = applied(place, language)
    with place.face("counter", columns=columns, rows=rows) as face:
        opens(face, number)
        for action, typed in (("take", ""), ("carry_out", DONE), ("close", ANSWER)):
            face.press("F4")
            if typed:
                face.shows(text("az", "desk.answer"))
                face.rests(SETTLED)
                types(face, typed)
                face.press("Return")
            face.shows(text("az", f"desk.done.{action}").split(",")[0])
            face.rests(SETTLED)
        face.until(lambda: len(place.letters(EMAIL)) == 4, "four letters")
        face.until(lambda: len(short_messages(place, PHONE)) == 4, "four short messages")
    taken, done, closed = place.letters(EMAIL)[1:]
    assert text(language, "letter.application.taken") in taken
    assert DONE in done
    assert ANSWER in closed
    assert short_messages(place, PHONE)[-1].endswith(text(language, "sms.application.completed", number=number))
    with place.face(columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.opens_water()
        citizen.chooses("2")
        citizen.signs_in_by_fin(HOLDER)
        citizen.looks_at_status(number)
        citizen.sees(citizen.words("application.state.completed"))
        assert (ANSWER in face.text()) is (fin_sees == "all")
    assert EMAIL not in place.log()
    assert ANSWER not in place.log()
