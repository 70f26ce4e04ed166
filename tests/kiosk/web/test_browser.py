"""The upload page in a real browser with a phone's window (W9): the second tier, which installs one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

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
