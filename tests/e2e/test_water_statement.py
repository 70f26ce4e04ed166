"""“… son 12 ay üzrə faktura və ödəniş məlumatlarının verilməsi” on real terminals, with the example card (S4)."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from kiosk.names import Language
from tests.e2e.card_place import inserted, pad_keys
from tests.e2e.citizen import SETTLED
from tests.e2e.desktop import XTerm
from tests.e2e.place import Place
from tests.e2e.water_citizen import HOLDER, WaterCitizen, attachments

SIZES = [(120, 36, "az"), (80, 24, "ru"), (76, 22, "en")]
NAME = "Nümunəli Əsmər İlğar qızı"


@pytest.mark.parametrize(
    ("columns", "rows", "language"),
    [SIZES[2], *(pytest.param(*size, marks=pytest.mark.long) for size in SIZES[:2])],
)
def test_from_card_and_pin_to_the_certificate_in_the_mail(
    place: Place, columns: int, rows: int, language: Language
) -> None:
    """I2, W8: name, address, persons, services, meter, month, twelve months, sums; the PDF says the same."""
    with place.face(columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.comes()
        with inserted(place, "pkcs15"):
            citizen.sees(citizen.title("home.e_signature"))
            citizen.opens_statement_by_card()
            citizen.is_warned_of_codes()
            citizen.asks_for("10000002")
            seen = " ".join(citizen.turns_pages().split())
            for expected in (NAME, citizen.words("water.kind.both"), citizen.words("water.meter.none")):
                assert expected in seen
            assert "144" in seen
            citizen.has_certificate_mailed()
        citizen.shows_words("card.removed")
        assert "10000002" not in face.text()
        face.until(lambda: attachments(place, citizen.person.email), "the letter with the certificate")
    (pdf,) = attachments(place, citizen.person.email)
    pages = PdfReader(io.BytesIO(pdf), strict=True).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for expected in (NAME, "10000002", citizen.words("certificate.title"), "1 / 1", "A-20"):
        assert expected in words
    for secret in (HOLDER, "1234", NAME.split()[0], citizen.person.email):
        assert secret not in place.log()


@pytest.mark.long
def test_with_a_real_mouse_alone(place: Place) -> None:
    """K2, W8: from the first screen to the paid debt nothing but touches: tiles, the pads' digits, buttons."""
    with place.face_on(XTerm) as face, inserted(place, "pkcs15"):
        citizen = WaterCitizen(face, place)
        citizen.comes()
        citizen.sees(citizen.title("home.e_signature"))
        citizen.taps_tile("home.water")
        citizen.sees(citizen.words("water.service.statement").split()[0])
        face.tap("son 12 ay")
        citizen.sees(citizen.words("ways.title"))
        face.tap(citizen.words("ways.name.card"))
        citizen.sees(citizen.words("button.sign_in"))
        citizen.taps_digits("1234")
        citizen.sends()
        citizen.sees(citizen.title("water.code.title"))
        for digit in "10000002":
            face.tap(pad_keys(face)[digit])
            face.rests(SETTLED)
        citizen.taps_button(citizen.words("button.proceed"))
        citizen.sees(citizen.words("water.statement.title"), NAME, "3,40")
        citizen.taps_button(citizen.words("button.pay_debt"))
        citizen.sees(citizen.words("water.pay.amount", amount="").split("\n")[0])
        citizen.taps_button(citizen.words("button.proceed"))
        citizen.sees(citizen.title("water.pay.terminal"))
        citizen.taps_tile("water.pay.terminal")
        citizen.sees(citizen.words("water.paid"))
        citizen.taps_button(citizen.words("button.proceed"))
        citizen.sees(citizen.words("water.statement.title"), "0,00")
    (statement,) = place.ask({"do": "statement", "subscriber": "10000002"})
    assert statement["debt"] == "0.00"
