"""How a finished letter leaves the house: the one thing that SMTP and the Maildir have in common."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class NotDelivered(Exception):
    """The letter did not leave. The text says why in a few words, for `doctor`, and names no person and no address."""


class TryLater(NotDelivered):
    """This letter could not leave now; others may."""


class PostAway(NotDelivered):
    """No letter can leave now: the server is away or refuses us, or the folder cannot be written."""


class Undeliverable(NotDelivered):
    """This letter will never leave: its address or its content is refused for good."""


class Delivery(Protocol):
    """A way out."""

    def deliver(self, message: EmailMessage, recipient: str) -> None:
        """Hand the letter over, and return only when the other side has it.

        Raises:
            TryLater: not now.
            PostAway: nothing leaves now.
            Undeliverable: never.
        """
