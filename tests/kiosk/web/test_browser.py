"""The upload page in a real browser with a phone's window (W9): the second tier, which installs one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from db import phone_sign_ins
from kiosk.clock import MINUTE
from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from tests.kiosk.web.browsers import phone_browser, send, shown
from tests.kiosk.web.phones import Web, kiosk_of, png, running
from tests.tls import issue

pytestmark = pytest.mark.long

_WIDTH, _HEIGHT = 360, 740
_SMALLEST_TOUCH = 44
"""CSS pixels (WCAG 2.2, 2.5.5)."""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """The pages hold no script, and their policy forbids any."""
    with phone_browser(tmp_path, _WIDTH, _HEIGHT) as opened:
        yield opened


@pytest.fixture
def web(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Web]:
    """A server of this test's own."""
    with running(ready_sqlite_url, tmp_path, secrets_folder, issue(tmp_path / "tls", "127.0.0.1")) as made:
        yield made


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citizen_sends_a_document_from_the_phone(
    language: Language, browser: webdriver.Chrome, web: Web, tmp_path: Path
) -> None:
    """Fits the phone, can be touched, refuses with words, takes the right file, and is good for one document."""
    (tmp_path / "program.pdf").write_bytes(b"MZ a program")
    (tmp_path / "photo.png").write_bytes(png())
    with kiosk_of(web) as kiosk:
        offer = kiosk.water.uploads.offer("residents_certificate", language)
        browser.get(offer.url)
        assert browser.title == text(language, "web.upload.title")
        assert text(language, "web.upload.residents_certificate") in shown(browser)
        logged: Any = browser.get_log  # selenium leaves it untyped
        assert logged("browser") == []  # a style that the policy forbids would be told here
        main, button = browser.find_element(By.TAG_NAME, "main"), browser.find_element(By.TAG_NAME, "button")
        assert main.size["width"] <= _WIDTH
        assert button.size["height"] >= _SMALLEST_TOUCH
        assert button.value_of_css_property("background-color") == "rgba(0, 95, 175, 1)"
        assert button.location["y"] + button.size["height"] <= _HEIGHT
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language

        send(browser, tmp_path / "program.pdf")
        told = browser.find_element(By.CSS_SELECTOR, "[role=alert]").text
        assert told == text(language, "upload.wrong_type")
        assert kiosk.water.uploads.state(offer.token).refused == "wrong_type"

        send(browser, tmp_path / "photo.png")
        assert text(language, "web.upload.done.title") in shown(browser)
        assert kiosk.water.uploads.state(offer.token).document is not None

        browser.get(offer.url)
        assert text(language, "web.upload.used.title") in shown(browser)
        assert browser.find_elements(By.TAG_NAME, "form") == []


def test_the_phone_s_number_stands_there_again_when_its_page_is_loaded_anew(
    browser: webdriver.Chrome, web: Web
) -> None:
    """I7: to this browser alone, and as long as the kiosk waits for the number."""
    with kiosk_of(web) as kiosk:
        address = "https://id.example.az/authorize?client_id=asan"
        kiosk.database.write(
            lambda connection, now: phone_sign_ins.begin(connection, "a-state", "kiosk-1", address, now, now + MINUTE)
        )
        back = f"{web.url}/e-gov?state=a-state&code=a-code"
        browser.get(back)
        number = browser.find_element(By.CLASS_NAME, "number").text
        browser.refresh()
        assert browser.find_element(By.CLASS_NAME, "number").text == number
        with web.phone() as other:
            assert other.get(back).status_code == 410
        (kept,) = browser.get_cookies()
        assert (kept["httpOnly"], kept["secure"], kept["sameSite"]) == (True, True, "Lax")
        kiosk.database.write(lambda connection, _: phone_sign_ins.drop(connection, "a-state"))
        browser.refresh()
        assert browser.find_elements(By.CLASS_NAME, "number") == []
