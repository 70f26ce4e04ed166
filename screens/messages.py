"""Messages that the app sends to the screen on top. Widgets keep their own messages beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from kiosk.identity.card_facts import CardSight


class ToScreen(Message, bubble=False):
    """Base of what the app tells the screen on top."""


class Scanned(ToScreen):
    """The scanner read a code (keyboard wedge: a fast burst that ends with Enter)."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class ScannedOverSecret(ToScreen):
    """The scanner read a code where a secret is typed: what landed there is to be forgotten. The code is not told."""


class CardSeen(ToScreen):
    """Something else stands in the card reader now; it is the app's `sight` too."""

    def __init__(self, sight: CardSight) -> None:
        super().__init__()
        self.sight = sight


class DatabaseChanged(ToScreen):
    """This or another station changed something in the database; several that wait become one."""

    def can_replace(self, message: Message) -> bool:
        """A waiting one tells the same."""
        return isinstance(message, DatabaseChanged)


class StationReady(ToScreen):
    """The station was built and answers; `app.station` is there from now on."""


class LanguageChanged(ToScreen):
    """The person chose another language: every text is to be written anew, nothing typed is lost."""


class LookChanged(ToScreen):
    """Another theme is on."""


class MinuteTurned(ToScreen):
    """The clock in the header shows another minute."""


class DayTurned(ToScreen):
    """Midnight in Baku has passed: dates that were offered may no longer be."""
