"""A real browser with a phone's window, which knows nothing of the outside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

from kiosk.names import Language

SECONDS = 60
"""How long the next page may take on the slowest machine that runs these tests."""


@contextmanager
def phone_browser(
    folder: Path, width: int = 360, height: int = 740, language: Language = "az"
) -> Iterator[webdriver.Chrome]:
    """Chromium with the window of a phone, in a language, with its state in a folder of its own.

    It reaches 127.0.0.1 alone: a page that asks for something from elsewhere does without.
    """
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium is not None and driver is not None, "./test --long installs chromium and chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.accept_insecure_certs = True  # the authority is the test's own; TLS itself is checked elsewhere
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--accept-lang={language}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={folder / 'chrome'}",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    metrics = {"width": width, "height": height, "pixelRatio": 2, "touch": True}
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield opened
    finally:
        opened.quit()


def send(browser: webdriver.Chrome, file: Path) -> None:
    """Choose a file, press the button and wait for the next page."""
    browser.find_element(By.NAME, "document").send_keys(str(file))
    press(browser, "button")


def press(browser: webdriver.Chrome, selector: str) -> None:
    """Press a button or link, and wait for the next page."""
    button = browser.find_element(By.CSS_SELECTOR, selector)
    button.click()
    # While one page gives way to the next the driver may call the button's node foreign, before it calls it stale.
    waiting = WebDriverWait(browser, SECONDS, ignored_exceptions=[WebDriverException])
    waiting.until(expected_conditions.staleness_of(button))


def shown(browser: webdriver.Chrome) -> str:
    """What a person reads."""
    return browser.find_element(By.TAG_NAME, "main").text
