"""Printing, after the commit: what became of the paper is a fact of its own and changes no booking and no number."""

from __future__ import annotations

from datetime import datetime

from hardware.ports import PrinterPort, PrinterState, PrinterStatus, PrintOutcome, Slip
from kiosk.acts import Acts, Unit
from kiosk.booking.catalogue import Catalogue
from kiosk.booking.facts import Confirmed
from kiosk.booking.presented import find_presented
from kiosk.hall.facts import Arrival
from kiosk.hall.queue_facts import WalkIn
from kiosk.names import Language
from kiosk.post.page import PageFacts
from kiosk.post.slips import arrival_ticket, booking_slip, page_slip, walk_in_ticket
from kiosk.settings import Settings


class TicketPrinting:
    """Prints booking slips and arrival tickets, and audits what became of each.

    Args:
        printer: the device.
        acts: writes the audit.
        settings: whether slips wear NÜMUNƏ.
    """

    def __init__(self, printer: PrinterPort, acts: Acts, settings: Settings) -> None:
        self._printer = printer
        self._acts = acts
        self._example = settings.example.data

    def print_order(
        self, catalogue: Catalogue, confirmed: Confirmed, language: Language, *, again: bool
    ) -> PrinterState:
        """Print the slip of a confirmed booking; "ok", or what is wrong with the printer.

        Raises:
            Unavailable: it was printed or not, but the database is away and cannot be told.
        """
        service, centre = catalogue.services[confirmed.service], catalogue.centres[confirmed.centre]
        slip = booking_slip(confirmed, service, centre, language, example=self._example, again=again)
        return self._print("print_order", slip, confirmed.booking).state

    def print_ticket(self, catalogue: Catalogue, arrival: Arrival, language: Language, *, again: bool) -> PrinterState:
        """Print the ticket of an activated booking; "ok", or what is wrong with the printer.

        Raises:
            Unavailable: as for `print_order`.
            ValueError: the arrival has no ticket.
        """
        service, centre = catalogue.services[arrival.service or ""], catalogue.centres[arrival.centre or ""]
        slip = arrival_ticket(arrival, service, centre, language, example=self._example, again=again)
        return self._print("print_ticket", slip, arrival.booking or "").state

    def print_walk_in(
        self, catalogue: Catalogue, taken: WalkIn, centre: str, issued: datetime, language: Language, *, again: bool
    ) -> PrinterState:
        """Print the ticket of somebody without a booking; "ok", or what is wrong with the printer.

        Raises:
            Unavailable: as for `print_order`.
        """
        service, where = catalogue.services[taken.service], catalogue.centres[centre]
        slip = walk_in_ticket(taken, service, where, issued, language, example=self._example, again=again)
        return self._print("print_walk_in", slip, None).state

    def print_page(self, act: str, page: PageFacts, language: Language) -> PrinterState:
        """Print a page of labels and values; `act` is what the audit calls it.

        Raises:
            Unavailable: as for `print_order`.
        """
        return self._print(act, page_slip(page, language, example=self._example), None).state

    def print_slip(self, act: str, slip: Slip) -> PrinterState:
        """Print any slip; `act` is what the audit calls it.

        Raises:
            Unavailable: as for `print_order`.
        """
        return self._print(act, slip, None).state

    def print_test(self, slip: Slip) -> PrintOutcome:
        """Print a technician's test ticket.

        Raises:
            Unavailable: as for `print_order`.
        """
        return self._print("print_test", slip, None)

    def status(self) -> PrinterStatus:
        """Ask the printer how it stands."""
        return self._printer.status()

    def _print(self, act: str, slip: Slip, booking: str | None) -> PrintOutcome:
        outcome = self._printer.print_slip(slip)

        def note(unit: Unit) -> None:
            row = find_presented(unit.connection, booking, {}) if booking is not None else None
            unit.booking = row.id if row is not None else None
            unit.outcome = outcome.state
            unit.detail = outcome.detail

        self._acts.perform(act, None, {}, note)
        return outcome

    def close(self) -> None:
        """Let the device go."""
        self._printer.close()
