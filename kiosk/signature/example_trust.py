"""The invented authorities of the example set-up, so that virtual cards are trusted there and nowhere else (K7)."""

from __future__ import annotations

from datetime import datetime

from kiosk.settings import Settings


def make_example_trust(settings: Settings, now: datetime) -> None:
    """Make or renew the invented authorities and their revocation lists, where example data are wanted.

    Args:
        settings: with `[example] data = true` and no trust folder of its own; else nothing is done.
        now: aware; lists that are old by then are issued anew.

    Raises:
        OSError: the state folder cannot be written.
    """
    if not settings.example.data or settings.trust_folder != settings.example_trust_folder:
        return
    from hardware.simulated.authority import ExampleAuthority

    ExampleAuthority.open(settings.example_trust_folder, now)
