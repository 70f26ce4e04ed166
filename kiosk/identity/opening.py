"""The readers and modules that the settings name, ready to be given to a card desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from hardware.opened import open_readers
from hardware.readers import ReaderService
from kiosk.settings import Settings

if TYPE_CHECKING:
    from hardware.cards.vendor import VendorModules
    from hardware.simulated.service import SimulatedService


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What a card desk is made of; nothing of it is started yet."""

    service: ReaderService
    vendor: VendorModules | None
    simulated: SimulatedService | None


def open_desk_parts(settings: Settings) -> DeskParts:
    """The reader service and the vendors' modules that `[cards]` names."""
    cards = settings.cards
    opened = open_readers(
        cast(Literal["simulated", "pcsc", "auto"], settings.card_reader),
        only_reader=cards.only_reader,
        pin_pad=cards.pin_pad,
        wait_seconds=cards.pin_wait_seconds,
        socket=settings.reader_socket,
    )
    vendor = None
    if settings.pkcs11_modules:
        from hardware.cards.vendor import VendorModules

        vendor = VendorModules(settings.pkcs11_modules, cards.pin_wait_seconds)
    return DeskParts(opened.service, vendor, opened.simulated)
