"""The citizen's phone, `asan-kiosk web` and the kiosk together: what a QR on the glass leads to (W9, I7, W8, W6)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfWriter
from selenium import webdriver

from kiosk.language import money, text
from kiosk.names import Language
from tests.e2e.phone import (
    PHONE,
    PhoneCitizen,
    complaints,
    emv,
    number_on,
    signs_in_at_provider,
    site,
    take_notices,
    tell_payment,
    trust_provider,
)
from tests.e2e.place import Place
from tests.e2e.qr_codes import qr_on
from tests.e2e.water_citizen import HOLDER, NEW_CONSUMER, Wanted
from tests.kiosk.identity.providers import running_provider
from tests.kiosk.web.browsers import phone_browser, send, shown

pytestmark = pytest.mark.long

FIN = "5ABC123"
SIZES = [(120, 36, "az"), (76, 22, "en"), (80, 24, "ru")]


@pytest.fixture
def browser(tmp_path: Path, language: Language) -> Iterator[webdriver.Chrome]:
    """The phone, which has the citizen's language."""
    with phone_browser(tmp_path, *PHONE, language=language) as opened:
        yield opened


@pytest.fixture
def place_of_database(request: pytest.FixtureRequest, database: str) -> Place:
    """A station with example data on SQLite or on PostgreSQL."""
    place: Place = request.getfixturevalue("place")
    if database == "postgresql":
        file = place.folder / "kiosk.toml"
        url = request.getfixturevalue("postgres_url")
        file.write_text(file.read_text("utf-8").replace("sqlite:///kiosk.db", url), encoding="utf-8")
        subprocess.run(
            place.command("init"), check=True, capture_output=True, stdin=subprocess.DEVNULL,
            env=dict(place.environment),
        )  # fmt: skip
    return place


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """What lies on the phone: a document, and a text that only pretends."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(tmp_path / "document.pdf")
    (tmp_path / "letter.pdf").write_text("This is no PDF.\n" * 40)
    return tmp_path


@pytest.mark.parametrize(
    ("columns", "rows", "language", "database"),
    [(120, 36, "az", "sqlite"), (76, 22, "en", "sqlite"), (80, 24, "ru", "postgresql")],
)
def test_a_document_comes_from_the_phone(
    place_of_database: Place,
    browser: webdriver.Chrome,
    files: Path,
    columns: int,
    rows: int,
    language: Language,
) -> None:
    """W9: refused with its reason, taken, shown at the kiosk by itself; an address is good for one, and ends."""
    place = place_of_database
    with site(place, files), place.face(columns=columns, rows=rows) as face:
        citizen = PhoneCitizen(face, place, language)
        citizen.opens_new_consumer(FIN)
        citizen.fills_address(Wanted())
        citizen.opens_phone_upload("1")
        address = qr_on(face, files)

        browser.get(address)
        assert browser.title == text(language, "web.upload.title")
        assert text(language, "web.upload.ownership_document") in shown(browser)
        citizen.shows_words("document.phone_opened")
        assert "…" not in face.text(), "something is cut off"
        send(browser, files / "letter.pdf")
        assert text(language, "upload.wrong_type") in shown(browser)
        citizen.shows_words("upload.wrong_type")
        assert qr_on(face, files) == address
        send(browser, files / "document.pdf")
        assert text(language, "web.upload.done.title") in shown(browser)
        citizen.takes_document()
        citizen.sees_one_of(NEW_CONSUMER, "documents")
        browser.get(address)
        assert text(language, "web.upload.used.title") in shown(browser)

        citizen.opens_phone_upload("2")
        second = qr_on(face, files, beside=address)
        browser.get(second)
        assert text(language, "web.upload.residents_certificate") in shown(browser)
        citizen.shows_words("document.phone_opened")
        face.press("Escape")
        citizen.sees(citizen.title("document.from_phone"))
        send(browser, files / "document.pdf")
        assert text(language, "web.upload.ended.title") in shown(browser)
        assert complaints(browser) == []
        face.press("Escape")
        citizen.sees_one_of(NEW_CONSUMER, "documents")
        citizen.opens_phone_upload("2")
        third = qr_on(face, files, beside=second)
        browser.get(third)
        send(browser, files / "document.pdf")
        citizen.takes_document()
        citizen.goes_on()
        citizen.sees_one_of(NEW_CONSUMER, "contact")
        citizen.fills_contact()
        citizen.applies()
        number = citizen.is_registered()
    (found,) = place.ask({"do": "application", "number": number})
    assert (found["type"], found["status"]) == ("new_consumer", "registered")
    log = place.log()
    for secret in (*(one.rpartition("/")[2] for one in (address, second, third)), FIN):
        assert secret not in log
    assert "stumbled" not in log


@pytest.mark.parametrize(("columns", "rows", "language"), SIZES)
def test_e_gov_signs_in_on_the_phone(
    place: Place, browser: webdriver.Chrome, tmp_path: Path, columns: int, rows: int, language: Language
) -> None:
    """I7, I2, W8: declined, three wrong numbers; then signed in, the statement, its certificate's page."""
    with running_provider(HOLDER) as issuer:
        trust_provider(place, issuer)
        with site(place, tmp_path) as web, place.face(columns=columns, rows=rows) as face:
            citizen = PhoneCitizen(face, place, language)
            citizen.opens_water()
            citizen.chooses("3")
            citizen.opens_e_gov()
            first = qr_on(face, tmp_path)
            signs_in_at_provider(browser, first, None)
            assert text(language, "web.phone.given_up").split("\n")[0] in shown(browser)
            citizen.shows_words("phone.cancelled")

            citizen.opens_e_gov()
            second = qr_on(face, tmp_path, beside=first)
            signs_in_at_provider(browser, second, "holder")
            number = number_on(browser)
            citizen.sees(citizen.title("phone.number_title"))
            wrong = f"{(int(number) + 1) % 10_000:04}"
            for left in (2, 1):
                citizen.types_number(wrong)
                citizen.shows_words("phone.number_wrong", tries=left)
            citizen.types_number(wrong)
            citizen.shows_words("phone.number_over")

            citizen.opens_e_gov()
            third = qr_on(face, tmp_path, beside=second)
            signs_in_at_provider(browser, third, "holder")
            said = text(language, "web.phone.number").split("\n")
            assert all(line in shown(browser) for line in said)
            number = number_on(browser)
            browser.refresh()
            assert number_on(browser) == number
            browser.get(third)
            assert text(language, "web.phone.over").split("\n")[0] in shown(browser)
            citizen.sees(citizen.title("phone.number_title"))
            browser.back()
            assert number_on(browser) == number
            citizen.types_number(number)
            citizen.sees(citizen.title("water.code.title"))
            browser.refresh()
            assert text(language, "web.phone.over").split("\n")[0] in shown(browser)
            citizen.asks_for("10000002")

            citizen.taps_button(citizen.words("button.certificate"))
            citizen.sees(citizen.title("water.certificate.title"))
            if not citizen.roomy:
                face.press("Next")
            check = qr_on(face, tmp_path)
            assert check.startswith(f"{web.url}/check?")
            browser.get(check)
            assert text(language, "web.check.good").split("\n")[0] in shown(browser)
            assert "10000002" in shown(browser)
            # The browser tells a no-break space as a space.
            assert money(language, Decimal("3.40")).replace("\N{NO-BREAK SPACE}", " ") in shown(browser)
            asked = parse_qs(urlsplit(check).query)
            for name, value in asked.items():
                altered = value[0][:-1] + ("2" if value[0][-1] != "2" else "3")
                browser.get(check.replace(value[0], altered))
                assert text(language, "web.check.none.title") in shown(browser), name
            assert complaints(browser) == []
    log = place.log()
    for secret in (HOLDER, "Aygün", *(one.rpartition("/")[2] for one in (first, second, third))):
        assert secret not in log
    assert "stumbled" not in log


@pytest.mark.parametrize("language", ["az"])
def test_e_gov_runs_out(place: Place, browser: webdriver.Chrome, tmp_path: Path, language: Language) -> None:
    """I7: the kiosk says so by itself, and a phone that comes later is told that nobody waits."""
    with running_provider(HOLDER) as issuer:
        trust_provider(place, issuer)
        with site(place, tmp_path), place.face() as face:
            citizen = PhoneCitizen(face, place, language)
            citizen.opens_water()
            citizen.chooses("3")
            citizen.opens_e_gov()
            address = qr_on(face, tmp_path)
            later = datetime.now(UTC) + timedelta(minutes=7)
            (answer,) = place.ask({"do": "clock", "now": later.isoformat()})
            assert answer["ok"], answer
            citizen.shows_words("phone.ran_out")
            browser.get(address)
            assert text(language, "web.phone.over").split("\n")[0] in shown(browser)


@pytest.mark.parametrize(("columns", "rows", "language"), SIZES)
def test_the_phone_pays(place: Place, tmp_path: Path, columns: int, rows: int, language: Language) -> None:
    """W6: the signed notice ends the waiting at the kiosk, the held application goes on; a repeat counts nothing."""
    take_notices(place)
    with site(place, tmp_path) as web, place.face(columns=columns, rows=rows) as face:
        citizen = PhoneCitizen(face, place, language)
        citizen.opens_suspension(HOLDER)
        citizen.types_subscriber("10000002")
        citizen.gives_reason()
        citizen.fills_details()
        citizen.shows_words("subscriber.debt")
        face.tap(citizen.title("subscriber.pay"))
        citizen.sees(citizen.title("water.pay.qr"))
        face.tap(citizen.title("water.pay.qr"))
        face.hides(citizen.title("water.pay.cash"))
        objects = emv(qr_on(face, tmp_path))
        assert objects["54"] == "3.40"
        notice = {
            "order": emv(objects["62"])["01"], "amount": objects["54"], "receipt": "BANK-0001",
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        assert tell_payment(web, notice, "somebody-else-s-key-of-payment-notices").status_code == 401
        assert qr_on(face, tmp_path)
        told = tell_payment(web, notice)
        assert (told.status_code, told.json()) == (200, {"receipt": "BANK-0001", "amount": "3.40"})
        citizen.sees(citizen.words("water.paid"))
        face.shows("BANK-0001")
        assert tell_payment(web, notice).json() == told.json()
        assert tell_payment(web, {**notice, "amount": "3.41"}).status_code == 409
        citizen.taps_button(citizen.words("button.proceed"))
        number = citizen.is_registered()
    application, statement = place.ask(
        {"do": "application", "number": number}, {"do": "statement", "subscriber": "10000002"}
    )
    assert (application["type"], application["status"]) == ("suspension", "registered")
    assert statement["debt"] == "0.00"
    assert "stumbled" not in place.log()
