"""The citizen's phone beside a running kiosk: `asan-kiosk web` of the same place, and a browser that goes to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from selenium import webdriver
from selenium.webdriver.common.by import By

from kiosk.settings import load
from kiosk.water.payment_notice import sign
from tests.e2e.card_place import set_up
from tests.e2e.citizen import SETTLED
from tests.e2e.place import Place
from tests.e2e.water_citizen import WaterCitizen
from tests.kiosk.web.browsers import press
from tests.kiosk.web.phones import Web
from tests.ports import free_port
from tests.tls import issue

NOTICE_KEY: Final = "an-invented-key-of-payment-notices-0001"
PHONE: Final = (390, 844)
"""A phone's window in CSS pixels."""


@contextmanager
def site(place: Place, folder: Path) -> Iterator[Web]:
    """`asan-kiosk web` of a place whose other settings are complete; its kiosk is started within the block."""
    certificates = issue(folder / "tls", "127.0.0.1")
    port = free_port()
    set_up(
        place, "web", f'public_url = "https://127.0.0.1:{port}"', f"port = {port}",
        f'certificate = "{certificates.server}"',
    )  # fmt: skip
    file = place.folder / "kiosk.toml"
    web = Web(load(file), file, certificates, place.folder / "kiosk.log", place.environment)
    web.start()
    try:
        yield web
    finally:
        web.kill()


def take_notices(place: Place) -> None:
    """Let the company's payment QR be shown, and payment services tell of payments."""
    set_up(place, "payments", 'qr_scheme = "AZ.EXAMPLE.QR"', 'qr_merchant = "AZ00EXAM00000000000001"')
    _keep_secret(place, "payment-notice-key", NOTICE_KEY)


def trust_provider(place: Place, issuer: str) -> None:
    """Let phones sign in at that provider of e-gov identity."""
    set_up(place, "e_gov", f'issuer = "{issuer}"', 'client_id = "asan-kiosk-test"')
    _keep_secret(place, "e-gov-secret", "an-invented-secret")


def _keep_secret(place: Place, name: str, text: str) -> None:
    secrets = place.folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    (secrets / name).touch(mode=0o600)
    (secrets / name).write_text(text)


def tell_payment(web: Web, values: dict[str, str], key: str = NOTICE_KEY) -> httpx.Response:
    """What a payment service sends, signed with a key, and what it is answered."""
    body = json.dumps(values).encode()
    headers = {"X-Signature": sign(body, key.encode()), "Content-Type": "application/json"}
    with web.phone() as service:
        return service.post("/payments", content=body, headers=headers)


def emv(payload: str) -> dict[str, str]:
    """The data objects of a payment QR, by id (EMV QR Code Specification, 3.2)."""
    found, at = {}, 0
    while at < len(payload):
        length = int(payload[at + 2 : at + 4])
        found[payload[at : at + 2]] = payload[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def signs_in_at_provider(browser: webdriver.Chrome, address: str, user: str | None) -> None:
    """Open the QR's address, go on to the provider and sign in there as a user it knows; None: decline there."""
    browser.get(address)
    press(browser, "a.button")
    state = address.rpartition("/")[2]
    if user is not None:
        press(browser, f"button[value={user}]")
        return
    press(browser, "button[value=deny]")
    if "state=" not in browser.current_url:  # this provider forgets it; RFC 6749, 4.1.2.1 has it sent back
        browser.get(f"{browser.current_url}&state={state}")


def number_on(browser: webdriver.Chrome) -> str:
    """The four digits that the phone shows."""
    return browser.find_element(By.CLASS_NAME, "number").text


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the browser has to say of our pages: a style that their policy forbids, a script that failed.

    Statuses from 400 on are no complaints here, nor what the provider's pages would like to have from elsewhere.
    """
    log: Any = browser.get_log  # selenium leaves it untyped
    said = [entry["message"] for entry in log("browser")]
    return [message for message in said if "Failed to load resource" not in message]


class PhoneCitizen(WaterCitizen):
    """Somebody at the water company's services with a phone in the other hand."""

    def opens_phone_upload(self, digit: str) -> None:
        """A document by its digit, “from the phone”; a QR comes."""
        self.face.press(digit)
        self.sees(self.title("document.from_phone"))
        self.face.tap(self.title("document.from_phone"))
        self.face.hides(self.title("document.from_stick"))
        self.keep("upload")

    def takes_document(self) -> None:
        """What came is shown by itself; “Take this document”."""
        self.sees(self.words("document.take"))
        self.keep("taken")
        self.taps_button(self.words("document.take"))
        self.face.hides(self.words("document.take"))
        self.face.rests(SETTLED)

    def opens_e_gov(self) -> None:
        """e-gov identity among the ways of the statement; a QR comes."""
        self.sees(self.words("ways.title"))
        self.face.press("2")
        self.face.hides(self.words("ways.title"))
        self.keep("e-gov")

    def types_number(self, number: str) -> None:
        """The phone's digits and Enter."""
        self.types_digits(number)
        self.keep("number")
        self.goes_on()
