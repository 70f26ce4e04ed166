"""A technician before a machine with one thing broken: what the page of health says of it (M1, M2)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from hardware.simulated.authority import ExampleAuthority
from kiosk.booking.example import OPERATOR_PASSWORD, TECHNICIAN_NAME
from kiosk.language import plural, text
from kiosk.names import Language
from screens.counter.line import DOT
from tests.e2e.citizen import SETTLED
from tests.e2e.glass import Terminal
from tests.e2e.place import Place

AHEAD: Final = timedelta(days=4)
"""How far the clock ran ahead once."""


class Technician:
    """One person's visit to a face in maintenance mode."""

    def __init__(self, face: Terminal, language: Language = "az") -> None:
        self.face = face
        self.language: Language = language

    def words(self, key: str) -> str:
        """The first line of a text of the catalogue."""
        return text(self.language, key).split("\n")[0]

    def sees(self, *signs: str) -> None:
        """Look until the screen is there, and for as long as people do."""
        self.face.shows(*signs)
        self.face.rests(SETTLED)

    def enters(self) -> None:
        """From the first screen."""
        self.face.shows("AZ", "RU", "EN")
        self.enters_from_notice()

    def enters_from_notice(self) -> None:
        """The gesture, then name and password."""
        self.face.rests(SETTLED)
        self.face.press(*["F9"] * 5)
        self.sees(self.words("maintenance.sign_in"))
        self.signs_in(TECHNICIAN_NAME, OPERATOR_PASSWORD)
        self.sees("F2", "F10", self.words("maintenance.health"))

    def signs_in(self, user_name: str, password: str) -> None:
        """Name and password. A person's Tab and Enter are no end of a scan: what was typed stands there before."""
        self.face.write(user_name)
        self.sees(f"{user_name}▏")
        self.face.press("Tab")
        self.face.rests(SETTLED)
        self.face.write(password)
        self.sees(f"{DOT * len(password)}▏")
        self.face.press("Return")

    def presses(self, key: str, *signs: str) -> None:
        """A key, and what comes of it."""
        self.face.press(key)
        self.sees(*signs)

    def taps_button(self, key: str) -> None:
        """The lowest place where those words stand: a question may have them too."""
        self.face.place(self.words(key))
        at = self.face.lowest(self.words(key))
        assert at is not None
        self.face.tap(at)

    def looks_anew(self) -> None:
        """F8, until the page says that it looked."""
        self.face.rests(SETTLED)
        self.face.press("F8")
        self.sees(plural(self.language, "maintenance.looked", 1))


def broken_reader(folder: Path) -> str:
    """Real readers are set, and their service does not run."""
    return '[cards]\nreader = "pcsc"\n'


def wrong_clock(folder: Path) -> str:
    """The database knows of an instant that this machine has not come to yet."""
    return ""


def missing_issuer(folder: Path) -> str:
    """The certificate of the authority that issues people's is not there."""
    ExampleAuthority.open(folder / "trust", datetime.now(UTC))
    (folder / "trust" / "ica.pem").unlink()
    return '[trust]\nfolder = "trust"\n'


def expired_list(folder: Path) -> str:
    """The revocation lists were issued two months ago."""
    ExampleAuthority.open(folder / "trust", datetime.now(UTC) - timedelta(days=60))
    return '[trust]\nfolder = "trust"\n'


def empty_printer(folder: Path) -> str:
    """There is no paper."""
    (folder / "printer").mkdir()
    (folder / "printer" / "fault").write_text("no_paper", encoding="ascii")
    return '[printer]\ndevice = "simulated"\nfolder = "printer"\n'


FIVE: Final[Mapping[str, tuple[Callable[[Path], str], str]]] = {
    "broken-reader": (broken_reader, "reader_service"),
    "wrong-clock": (wrong_clock, "clock"),
    "missing-issuer": (missing_issuer, "anchor:ica"),
    "expired-list": (expired_list, "crl:ica"),
    "empty-printer": (empty_printer, "printer"),
}
"""What is broken: how it comes about, and the probe that finds it."""


def run_ahead(place: Place) -> None:
    """Let the station write something four days from now, and take the settable clock away."""
    place.ask({"do": "clock", "now": (datetime.now(UTC) + AHEAD).isoformat()})
    settings = place.folder / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("settable = true", "settable = false"), encoding="utf-8")


def no_reader_service(place: Place) -> str:
    """A socket that nobody made, as PCSCLITE_CSOCK_NAME: no reader service is found, whatever this machine runs."""
    return os.fspath(place.folder / "no-service")
