"""Who is to be registered, and how who applies is reached (W1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.citizen.step import Notice
from screens.citizen.water.form import FormScreen

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn
    from kiosk.session import Session


class ConsumerScreen(FormScreen):
    """The FİN of the consumer to register: one's own stands there, and may be another."""

    STEP = "consumer"
    FIELDS = ("consumer_fin",)

    def __init__(self, session: Session, who: SignedIn, notice: Notice | None = None) -> None:
        draft = session.water
        if who.fin and "consumer_fin" not in draft.filled:
            draft.filled.add("consumer_fin")
            draft.typed.setdefault("consumer_fin", who.fin)
        super().__init__(session, notice)


class ContactScreen(FormScreen):
    """Names, where the sign-in told none; phone, e-mail, notes."""

    STEP = "contact"

    def __init__(self, session: Session, who: SignedIn, notice: Notice | None = None) -> None:
        self.who = who
        super().__init__(session, notice)

    def names(self) -> Sequence[str]:
        """A FİN alone tells no name."""
        known = self.who.given_name and self.who.surname
        return (*(() if known else ("given_name", "surname", "patronymic")), "phone", "water_email", "notes")

    def main_words(self) -> str:
        """At the site's door the manual's word; the e-su form goes on to its end."""
        if self.kiosk.settings.water.door == "site":
            return self.text("button.submit")
        return super().main_words()
