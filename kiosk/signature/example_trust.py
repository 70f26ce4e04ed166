"""The invented authorities of the example set-up, so that virtual cards are trusted there and nowhere else (K7)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.settings import Settings

if TYPE_CHECKING:
    from hardware.simulated.authority import ExampleAuthority


def example_authority(settings: Settings, now: datetime) -> ExampleAuthority | None:
    """The invented authorities, made or renewed, where example data are wanted and no trust folder is named.

    Args:
        settings: the station's.
        now: aware; revocation lists that are old by then are issued anew.

    Raises:
        OSError: the state folder cannot be written.
    """
    if not settings.example.data or settings.trust_folder != settings.example_trust_folder:
        return None
    from hardware.simulated.authority import ExampleAuthority

    return ExampleAuthority.open(settings.example_trust_folder, now)
