"""The upload page in a real browser with a phone's window (W9): the second tier, which installs one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from tests.kiosk.web.phones import Web, kiosk_of, png, running
from tests.tls import issue

pytestmark = pytest.mark.long

_SECONDS = 60
_WIDTH, _HEIGHT = 360, 740
_SMALLEST_TOUCH = 44
"""CSS pixels (WCAG 2.2, 2.5.5)."""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """Chromium with the window of a phone; the pages hold no script, and their policy forbids any."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium is not None and driver is not None, "./test --long installs chromium and chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.accept_insecure_certs = True  # the authority is the test's own; TLS itself is checked elsewhere
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={tmp_path / 'chrome'}",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    metrics = {"width": _WIDTH, "height": _HEIGHT, "pixelRatio": 2, "touch": True}
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield opened
    finally:
        opened.quit()


@pytest.fixture
def web(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Web]:
    """A server of this test's own."""
    with running(ready_sqlite_url, tmp_path, secrets_folder, issue(tmp_path / "tls", "127.0.0.1")) as made:
        yield made


def send(browser: webdriver.Chrome, file: Path) -> None:
    """Choose a file, press the button and wait for the next page."""
    browser.find_element(By.NAME, "document").send_keys(str(file))
    button = browser.find_element(By.TAG_NAME, "button")
    button.click()
    WebDriverWait(browser, _SECONDS).until(expected_conditions.staleness_of(button))


def shown(browser: webdriver.Chrome) -> str:
    """What a person reads."""
    return browser.find_element(By.TAG_NAME, "main").text


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
