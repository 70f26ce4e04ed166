"""“… son 12 ay üzrə faktura və ödəniş məlumatlarının verilməsi” on real terminals, with the example card (S4)."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from kiosk.names import Language
from tests.e2e.card_place import inserted
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
