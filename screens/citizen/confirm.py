"""“Confirm my booking”: the e-mail address or FİN, and the mailed code, here or at any other station (Q8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.geometry import Region
from textual.widget import Widget

from kiosk.clock import in_baku, to_instant
from kiosk.errors import BadRequest, HoldEnded, NotFound, SlowDown, WrongCode
from kiosk.language import clock, day_long
from kiosk.session import Session
from screens.base import Placed
from screens.citizen.fields import FieldsScreen, short_problem
from screens.citizen.step import Next, Notice, Slot
from screens.frame import Frame

_CONTACT = "confirm.contact"


class ConfirmScreen(FieldsScreen):
    """Two fields. With a slot (a foreign yellow hour was chosen on the grid) only that hour is confirmed."""

    HAS_MAIN = True

    def __init__(self, session: Session, slot: Slot | None = None, notice: Notice | None = None) -> None:
        self.slot = slot
        super().__init__(notice)
        self.session = session
        self.take_fields({"contact": session.typed.get(_CONTACT, ""), "code": ""})
        self._asking = False

    def title_words(self) -> str:
        """What this is for."""
        return self.text("confirm.title").partition("\n")[0]

    def help_words(self) -> str:
        """What to type."""
        return self.text("confirm.title").partition("\n")[2]

    def aside_or_none(self) -> Callable[[], str] | None:
        """The hour that was chosen."""
        return self._hour_words if self.slot is not None else None

    def _hour_words(self) -> str:
        if self.slot is None:
            return ""
        hour = self.slot[2]
        return f"{day_long(self.kiosk.language, in_baku(to_instant(hour)).date())}, {clock(hour)}"

    def compose_answer(self) -> Iterable[Widget]:
        """Address or FİN, then the code."""
        return [*self.fields.values(), self.keyboard]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Side by side over the keyboard."""
        return self.place_typing(area, frame)

    def write_footer(self) -> None:
        """TƏSDİQ, once both are there."""
        self.set_main(self.text("button.confirm"), usable=not self.missing() and not self._asking)

    def typed(self, name: str, value: str) -> None:
        """The address is kept for the visit; the code is typed anew each time."""
        if name == "contact":
            self.session.typed[_CONTACT] = value
        if value:
            self.tell_words(None)

    def go_on(self) -> None:
        """Confirm, once both are there; until then say what is missing."""
        if not self._asking and not self.complain():
            self._asking = True
            self.write_footer()
            self.start(self._confirm(), group="confirm", exclusive=False)

    async def _confirm(self) -> None:
        """Whichever of the two is wrong, the answer is the same."""
        contact, code = self.fields["contact"].value, self.fields["code"].value
        try:
            confirmed = await self.ask(self.kiosk.station.bookings.confirm_by_contact, contact, code, self.slot)
        except (NotFound, WrongCode):
            self.fields["code"].value = ""
            self.come_to("code")
            self.tell("confirm.not_found", "error")
        except SlowDown as slow:
            self.tell("error.slow_down", "error", time=clock(slow.retry_at))
        except HoldEnded as ended:
            count = self.kiosk.settings.booking.wrong_codes
            self.tell("hold.ended_wrong" if ended.reason == "wrong_codes" else "hold.ended", "error", count=count)
        except BadRequest:
            self.come_to("contact")
            self.fields["contact"].problem = short_problem("field.contact")
        else:
            self.session.typed.pop(_CONTACT, None)
            self.session.draft.confirmed = confirmed
            self.answer(Next())
        finally:
            self._asking = False
            self.write_footer()
