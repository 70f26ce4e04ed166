"""“… müvəqqəti dayandırılması və bərpası müraciəti” on real terminals (S3)."""

from __future__ import annotations

import pytest

from kiosk.names import Language
from tests.e2e.place import Place
from tests.e2e.water_citizen import HOLDER, WaterCitizen

SIZES = [(120, 36, "az"), (80, 24, "ru"), (76, 22, "en")]


@pytest.mark.parametrize(
    ("columns", "rows", "language"),
    [SIZES[1], *(pytest.param(*size, marks=pytest.mark.long) for size in (SIZES[0], SIZES[2]))],
)
def test_a_debt_stops_it_until_it_is_paid(place: Place, columns: int, rows: int, language: Language) -> None:
    """W5 to W7: the debt is told with its amount, “Borcu ödə” leads to the terminal, and the application goes on."""
    with place.face(columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.opens_suspension(HOLDER)
        citizen.types_subscriber("10000002")
        citizen.gives_reason()
        citizen.fills_details()
        citizen.shows_words("subscriber.debt")
        citizen.keep("debt")
        assert not place.ask({"do": "applications", "fin": HOLDER})[0]["applications"]
        citizen.pays_at_terminal()
        number = citizen.is_registered()
    application, statement = place.ask(
        {"do": "application", "number": number}, {"do": "statement", "subscriber": "10000002"}
    )
    assert (application["type"], application["status"]) == ("suspension", "registered")
    assert statement["debt"] == "0.00"


@pytest.mark.long
@pytest.mark.parametrize(("columns", "rows", "language"), SIZES)
def test_without_a_debt_it_is_registered_at_once(place: Place, columns: int, rows: int, language: Language) -> None:
    """W5, W7, W4: the text with the number, a work order, and the application among one's own."""
    with place.face(columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.opens_suspension(HOLDER)
        citizen.types_subscriber("10000001")
        citizen.gives_reason()
        citizen.fills_details()
        number = citizen.is_registered()
        citizen.ends_the_visit()
        citizen.opens_water()
        citizen.chooses("2")
        citizen.signs_in_by_fin(HOLDER)
        citizen.looks_at_status(number)


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "told", "columns", "rows", "language"),
    [
        *(("10000003", "subscriber.metered", *size) for size in SIZES),
        ("10000004", "subscriber.metered", *SIZES[0]),
        ("10000005", "subscriber.already_suspended", *SIZES[0]),
        ("10000006", "subscriber.closed", *SIZES[0]),
        ("10000007", "subscriber.not_population", *SIZES[0]),
        ("10000012", "subscriber.not_yours", *SIZES[0]),
        ("99999999", "subscriber.unknown", *SIZES[0]),
    ],
)
def test_who_may_not_apply_is_told_why(
    place: Place, code: str, told: str, columns: int, rows: int, language: Language
) -> None:
    """W5, W8: metered, suspended, closed, company's, somebody else's and unknown subscribers."""
    with place.face(columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.opens_suspension(HOLDER)
        citizen.types_subscriber(code)
        citizen.gives_reason()
        citizen.shows_words(told)
    assert not place.ask({"do": "applications", "fin": HOLDER})[0]["applications"]
