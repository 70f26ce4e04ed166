"""“Yeni istehlakçının qeydiyyata alınması müraciəti” on real terminals, from the first screen to the number (S2)."""

from __future__ import annotations

import pytest

from kiosk.names import Language
from kiosk.settings import FaceSettings
from tests.e2e.card_place import set_up
from tests.e2e.citizen import SETTLED
from tests.e2e.place import Place
from tests.e2e.water_citizen import NEW_CONSUMER, Wanted, WaterCitizen, plug_in_stick, short_messages

FIN = "5ABC123"
PAGES = ("consumer", "district", "place", "house_type", "house_numbers", "documents")
"""What GERİ leads through from the contact."""
WAYS = [
    (120, 36, "az", "site"),
    *(
        pytest.param(*way, marks=pytest.mark.long)
        for way in (
            (80, 24, "ru", "site"),
            (76, 22, "en", "site"),
            (120, 36, "ru", "e_su"),
            (80, 24, "en", "e_su"),
            (76, 22, "az", "e_su"),
        )
    ),
]


@pytest.mark.parametrize(("columns", "rows", "language", "door"), WAYS)
def test_from_the_first_screen_to_the_number(
    place: Place, columns: int, rows: int, language: Language, door: str
) -> None:
    """W1 to W4, W9: both doors lead to one application, which its applicant finds again with its status.

    The street is from the list, or in no list and written down.
    """
    plug_in_stick(place)
    set_up(place, "water", f'door = "{door}"')
    with place.face(columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.door = door
        citizen.opens_new_consumer(FIN)
        citizen.fills_address(Wanted(unlisted="2-ci Nümunə küçəsi" if door == "e_su" else ""))
        citizen.adds_documents()
        citizen.fills_contact()
        citizen.applies()
        number = citizen.is_registered()
        citizen.ends_the_visit()
        citizen.opens_water()
        citizen.chooses("1")
        face.press("1")
        citizen.signs_in_by_fin(FIN)
        citizen.looks_at_status(number)
    (found,) = place.ask({"do": "application", "number": number})
    assert (found["type"], found["source"], found["status"]) == ("new_consumer", "kiosk", "registered")
    assert FIN not in place.log()
    assert citizen.person.email not in place.log()


def sees(citizen: WaterCitizen, page: str) -> None:
    """Look until a page before the contact is there; the house has two."""
    if page == "house_type":
        citizen.sees(citizen.title("house.yard_house"))
    elif page == "house_numbers":
        citizen.sees(citizen.words("field.label.flat_number"))
    else:
        citizen.sees_one_of(NEW_CONSUMER, page)


@pytest.mark.long
def test_nothing_typed_is_lost(place: Place) -> None:
    """W1, W2: by a language switch, by GERİ through every step, by “İmtina”, by the idle warning."""
    plug_in_stick(place)
    with place.face() as face:
        citizen = WaterCitizen(face, place)
        citizen.opens_new_consumer(FIN)
        citizen.fills_address(Wanted())
        citizen.adds_documents()
        citizen.fills_contact()
        typed = (citizen.person.given_name, citizen.person.surname, citizen.person.email, "2-ci blok", "Əhmədli")
        citizen.face.tap("EN")
        citizen.language = "en"
        citizen.sees(citizen.words("field.label.notes"), *typed)
        citizen.face.tap("AZ")
        citizen.language = "az"
        citizen.sees(citizen.words("field.label.notes"), *typed)
        citizen.taps_button(citizen.words("button.submit"))
        citizen.sees_summary()
        citizen.taps_button(citizen.words("button.decline"))
        citizen.sees(citizen.words("field.label.notes"), *typed)
        for step in reversed(PAGES):
            face.press("Escape")
            sees(citizen, step)
        face.shows(FIN)
        for step in PAGES[1:]:
            citizen.taps_button(citizen.words("button.proceed"))
            sees(citizen, step)
        citizen.taps_button(citizen.words("button.proceed"))
        citizen.sees(citizen.words("field.label.notes"), *typed)
        face.shows(citizen.words("idle.stay"), patience=2 * FaceSettings().idle_seconds)
        face.rests(SETTLED)
        face.tap(citizen.words("idle.stay"))
        face.hides(citizen.words("idle.stay"))
        citizen.sees(citizen.words("field.label.notes"), *typed)
        citizen.applies()
        assert len(short_messages(place, citizen.person.phone)) <= 1
        citizen.is_registered()
