"""The water company's services as a station has them: one object with every room of it (W1 to W9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hardware.payment_terminal import open_terminal
from kiosk.acts import Acts
from kiosk.settings import Settings, state_folder
from kiosk.water.applications import Applications
from kiosk.water.certificates import Certificates
from kiosk.water.documents.documents import Documents
from kiosk.water.documents.example import stick_folder
from kiosk.water.documents.scanning import open_scanner
from kiosk.water.documents.sticks import Sticks
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.payment_notice import notice_key
from kiosk.water.payments import Payments
from kiosk.water.places import Places
from kiosk.water.registry import Registry
from kiosk.water.statement import Statements
from kiosk.water.uploads import Uploads
from kiosk.water.work import Work

if TYPE_CHECKING:
    from hardware.ports import PrinterState, Slip
    from kiosk.water.registry_carrier import RegistryCarrier


class WaterServices:
    """Everything that faces, `batch` and the web ask about water.

    Args:
        acts: runs what changes something.
        settings: what the station is told.
        paper: prints a slip for an act, as the audit calls it; None where there is no printer.
    """

    def __init__(
        self, acts: Acts, settings: Settings, paper: Callable[[str, Slip], PrinterState] | None = None
    ) -> None:
        self.registry, self._carrier = _registry(acts, settings)
        self.places = Places(acts)
        self.statements = Statements(acts, self.registry, settings)
        self.applications = Applications(acts, self.registry, settings)
        self.documents = Documents(acts, settings.documents)
        self.sticks = Sticks(settings.documents, stick_folder() if settings.example.data else None)
        self.scanner = open_scanner(settings.documents)
        """None where the settings name none."""
        self.work = Work(acts, self.registry, self.documents)
        self.uploads = Uploads(acts, settings, self.documents)
        self.payments = Payments(
            acts,
            settings,
            self.registry,
            open_terminal(settings.payment_terminal, state_folder() / "payment-terminal"),
            notice_key(settings),
        )
        self.certificates = Certificates(acts, settings, paper)

    def settle(self) -> None:
        """Ask who has paid elsewhere, now and then; whoever has not paid in time is told so last."""
        self.applications.settle()
        self.applications.end_run_out()

    def close(self) -> None:
        """Give up what is waited for, and let go what is held open."""
        self.payments.close()
        if self._carrier is not None:
            self._carrier.stop()


def _registry(acts: Acts, settings: Settings) -> tuple[Registry, RegistryCarrier | None]:
    """Our own registry, or the company's system and what tells it of our acts."""
    if settings.registry.source == "own":
        return OwnRegistry(acts, settings), None
    from kiosk.water.http_registry import HttpRegistry
    from kiosk.water.registry_carrier import RegistryCarrier

    carrier = RegistryCarrier(acts.database, settings)
    carrier.start()
    return HttpRegistry(acts, settings), carrier
