"""The station's ticket printer: slips, tickets and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.ports import PrintOutcome
from kiosk.place import NotReady

if TYPE_CHECKING:
    from datetime import datetime

    from hardware.ports import PrinterPort, PrinterState, PrinterStatus, Slip
    from kiosk.booking.catalogue import Catalogue
    from kiosk.booking.facts import Confirmed
    from kiosk.hall.facts import Arrival
    from kiosk.hall.printing import TicketPrinting
    from kiosk.hall.queue_facts import WalkIn
    from kiosk.names import Language
    from kiosk.post.page import PageFacts
    from kiosk.settings import Settings


class PaperStation:
    """What a station prints. The printer may be missing."""

    _printing: TicketPrinting | None
    settings: Settings

    def catalogue(self) -> Catalogue:
        """The current reference data."""
        raise NotImplementedError

    def now(self) -> datetime:
        """The rule's time."""
        raise NotImplementedError

    @property
    def has_printer(self) -> bool:
        """Whether a ticket printer is set."""
        return self._printing is not None

    def print_order(self, confirmed: Confirmed, language: Language, *, again: bool = False) -> PrinterState:
        """Print the slip of a confirmed booking; "ok", or what is wrong with the printer. Blocks while it prints.

        Raises:
            Unavailable: the database is away.
        """
        if self._printing is None:
            return "unplugged"
        return self._printing.print_order(self.catalogue(), confirmed, language, again=again)

    def print_ticket(self, arrival: Arrival, language: Language, *, again: bool = False) -> PrinterState:
        """Print the ticket of an activated booking; "ok", or what is wrong with the printer. Blocks while it prints.

        Raises:
            Unavailable: the database is away.
        """
        if self._printing is None:
            return "unplugged"
        return self._printing.print_ticket(self.catalogue(), arrival, language, again=again)

    def print_walk_in(self, taken: WalkIn, language: Language, *, again: bool = False) -> PrinterState:
        """Print a walk-in ticket of this station's centre; "ok", or what is wrong with the printer. Blocks.

        It tells the time of the printing, which is that of the taking but for the moment between.

        Raises:
            Unavailable: the database is away.
        """
        if self._printing is None:
            return "unplugged"
        centre = self.settings.station.centre
        return self._printing.print_walk_in(self.catalogue(), taken, centre, self.now(), language, again=again)

    def print_slip(self, act: str, slip: Slip) -> PrinterState:
        """Print any slip; `act` is what the audit calls it. Blocks while it prints.

        Raises:
            Unavailable: it was printed or not, but the database is away and cannot be told.
        """
        return self._printing.print_slip(act, slip) if self._printing is not None else "unplugged"

    def printer_status(self) -> PrinterStatus | None:
        """How the ticket printer stands; None where none is set. Blocks while it is asked."""
        return self._printing.status() if self._printing is not None else None

    def print_test(self, slip: Slip) -> PrintOutcome:
        """Print a test ticket (M3); audited.

        Raises:
            Unavailable: it was printed or not, but the database is away and cannot be told.
        """
        if self._printing is None:
            return PrintOutcome("unplugged")
        return self._printing.print_test(slip)

    def print_page(self, act: str, page: PageFacts, language: Language) -> PrinterState:
        """Print a page of labels and values; "ok", or what is wrong with the printer. Blocks while it prints.

        Args:
            act: what it is, for the audit.
            page: what stands on it, in the person's language.
            language: that language.

        Raises:
            Unavailable: it was printed or not, but the database is away and cannot be told.
        """
        if self._printing is None:
            return "unplugged"
        return self._printing.print_page(act, page, language)


def open_printer_of(settings: Settings) -> PrinterPort | None:
    """The ticket printer that the settings name, if any.

    Raises:
        NotReady: its address does not fit its kind.
    """
    if settings.printer.device == "none":
        return None
    from hardware.printer import open_printer

    printer = settings.printer
    folder = settings.path(printer.folder, "printer")
    try:
        return open_printer(printer.device, printer.address, printer.width_dots, folder)
    except ValueError as error:
        raise NotReady(f"[printer] {error}") from None
