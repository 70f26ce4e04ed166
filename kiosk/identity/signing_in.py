"""What stands on the card desk: trust in certificates, who signs in by card, and whether a signature is ready."""

from __future__ import annotations

from kiosk.acts import Acts
from kiosk.clock import Clock, to_datetime
from kiosk.identity.card_desk import CardDesk
from kiosk.identity.sign_in import SignIns
from kiosk.identity.staff_cards import StaffCards
from kiosk.identity.ways import Ways
from kiosk.settings import Settings
from kiosk.signature.example_trust import example_authority
from kiosk.signature.readiness import Readiness
from kiosk.signature.trust import Trust


class SigningIn:
    """The services of one station that need a card, and the ways in that need none.

    Args:
        acts: how anything is changed.
        settings: the station's.
        desk: reaches the card.
        clock: by which certificates are judged and challenges grow old: this machine's, which is there when the
            database is not.

    Raises:
        OSError: the invented authorities of the example set-up cannot be written.
    """

    def __init__(self, acts: Acts, settings: Settings, desk: CardDesk, clock: Clock) -> None:
        example_authority(settings, to_datetime(clock.now()))
        self.trust = Trust(settings, lambda: to_datetime(clock.now()))
        self.sign_ins = SignIns(acts, settings, desk, self.trust, clock)
        self.staff_cards = StaffCards(acts, settings, desk, self.trust, clock)
        self.ways = Ways(acts, settings, clock, self.sign_ins, desk)
        self.readiness = Readiness(settings, desk, self.trust, clock)

    def close(self) -> None:
        """End the sessions of this station and the fetching of lists."""
        self.sign_ins.close()
        self.trust.close()
