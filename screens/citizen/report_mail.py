"""The address to which a page of results or a certificate is sent (E3, W8). It is kept for the visit only."""

from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Region
from textual.widget import Widget

from kiosk.identity.applicant import tidy
from kiosk.session import Session
from screens.base import Placed
from screens.citizen.fields import FieldsScreen
from screens.citizen.step import Next, Notice
from screens.frame import Frame

REPORT_EMAIL = "report_email"


class ReportMailScreen(FieldsScreen):
    """One field. Ends with `Next` once it holds an address."""

    HAS_MAIN = True

    def __init__(self, session: Session, notice: Notice | None = None, *, title: str = "readiness.mail_title") -> None:
        """`title` is the message key of what it is for."""
        super().__init__(notice)
        self.session = session
        self._title = title
        self.take_fields({REPORT_EMAIL: session.typed.get(REPORT_EMAIL, "")})

    @property
    def email(self) -> str:
        """The address, as it is used."""
        return tidy("email", self.fields[REPORT_EMAIL].value)

    def title_words(self) -> str:
        """What to type."""
        return self.text(self._title).partition("\n")[0]

    def help_words(self) -> str:
        """What it is for."""
        return self.text(self._title).partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """The field and the keys."""
        return [*self.fields.values(), self.keyboard]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The field over the keyboard."""
        return self.place_typing(area, frame)

    def write_footer(self) -> None:
        """Send, once there is an address."""
        self.set_main(self.text("button.mail"), usable=not self.missing())

    def typed(self, name: str, value: str) -> None:
        """It is kept for the visit."""
        self.session.typed[REPORT_EMAIL] = value
        if value:
            self.tell_words(None)

    def go_on(self) -> None:
        """Send, or say what is wrong."""
        if not self.complain():
            self.answer(Next())
