"""What a technician can try (M3). Each trial tells its lines one after the other, and blocks between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kiosk.care.facts import TrialLine, TrialName
from kiosk.care.trials import devices, readers, reading
from kiosk.care.trials.apart import apart
from kiosk.language import Language
from kiosk.names import LANGUAGES
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.station import Station

__all__ = ["TrialLine", "TrialName", "Trials"]


class Trials:
    """The trials of one running station. Nothing here is audited or logged: whoever starts a trial says so."""

    def __init__(self, settings: Settings, station: Station) -> None:
        self._settings = settings
        self._station = station

    @property
    def test_code(self) -> str:
        """The digits to show as a QR for the scanner's trial; the test ticket bears the same."""
        return devices.SCAN_DIGITS

    def possible(self) -> frozenset[TrialName]:
        """Which trials this station has the devices for."""
        names: set[TrialName] = {"scanner", "mail", "screen"}
        if self._station.cards is not None:
            names |= {"card", "trace", "apdu", "service", "chain"}
        if self.scenarios():
            names.add("simulated")
        if self._station.sms is not None:
            names.add("sms")
        if self._station.has_printer:
            names.add("ticket")
        return frozenset(names)

    def read_card(self, *, show_holder: bool = False) -> Iterator[TrialLine]:
        """Read the card in the reader, step by step; its holder's name only where it is asked for."""
        desk = self._station.cards
        return apart(reading.read_card(desk, show_holder=show_holder) if desk is not None else _no_desk())

    def chain(self) -> Iterator[TrialLine]:
        """The chains of the card's certificates, as a tree (`depth`), looked at anew."""
        desk = self._station.cards
        return apart(reading.chain(desk, self._station.trust) if desk is not None else _no_desk())

    def trace(self) -> Iterator[TrialLine]:
        """The last commands and answers, oldest first, redacted."""
        desk = self._station.cards
        return apart(reading.trace(desk) if desk is not None else _no_desk())

    def apdu(self, typed: str) -> Iterator[TrialLine]:
        """Send commands, one a line, in hexadecimal; what could carry or touch a PIN is refused."""
        desk = self._station.cards
        return apart(reading.apdu(desk, typed) if desk is not None else _no_desk())

    def print_ticket(self, language: Language | None = None) -> Iterator[TrialLine]:
        """Print a test ticket."""
        return apart(devices.print_ticket(self._station, language or self._language))

    def scanned(self, code: str) -> Iterator[TrialLine]:
        """Compare what the scanner read with the test code."""
        return apart(devices.scanned(code))

    def mail(self, address: str, language: Language | None = None) -> Iterator[TrialLine]:
        """Send a test letter to an address."""
        return apart(devices.mail(self._settings, self._station.delivery, address, language or self._language))

    def sms(self, phone: str, language: Language | None = None) -> Iterator[TrialLine]:
        """Send a test message to a phone number."""
        way_out = self._station.sms
        if way_out is None:
            return _no_sms()
        return apart(devices.sms(self._settings, way_out, phone, language or self._language))

    def restart_service(self) -> Iterator[TrialLine]:
        """Restart the reader service."""
        desk = self._station.cards
        return apart(readers.restart_service(self._settings, desk) if desk is not None else _no_desk())

    def scenarios(self) -> tuple[str, ...]:
        """What the simulated reader can play, as `care.scenario.NAME` tells; none where the reader is real."""
        desk = self._station.cards
        return tuple(readers.SCENARIOS) if desk is not None and desk.simulated is not None else ()

    def scenario(self, name: str) -> Iterator[TrialLine]:
        """Play one of them.

        Raises:
            KeyError: there is none of that name.
        """
        desk = self._station.cards
        if desk is None or desk.simulated is None:
            return _no_desk()
        return apart(readers.scenario(readers.SCENARIOS[name], name, desk, desk.simulated, self._settings))

    @property
    def _language(self) -> Language:
        return next(language for language in LANGUAGES if language == self._settings.face.language)


def _no_desk() -> Iterator[TrialLine]:
    yield TrialLine("absent", "care.trial.no_reader")


def _no_sms() -> Iterator[TrialLine]:
    yield TrialLine("absent", "care.sms.off")
