"""What can be done for somebody who came too late: the booking accepted with a reason, or a live ticket (C3, C5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from kiosk.errors import NotFound
from kiosk.hall.queue_facts import WalkIn
from kiosk.names import Language
from screens.counter.late import LateForm
from screens.counter.verdict import Presented

if TYPE_CHECKING:
    from screens.app import KioskApp
    from screens.counter.base import CounterScreen


def take_walk_in(app: KioskApp, service: str, staff: int, booking: str | None) -> Callable[[str], WalkIn]:
    """What gives a live ticket in place of a booking whose time is over, named by a key."""
    # The language on screen is the operator's; the person's own is not known here.
    walk_ins, language = app.station.walk_ins, cast(Language, app.settings.face.language)

    def take(key: str) -> WalkIn:
        return walk_ins.take(key, service, staff=staff, language=language, after_booking=booking)

    return take


class LateActs:
    """Sends the form of a late arrival, once at a time."""

    def __init__(
        self,
        screen: CounterScreen,
        form: LateForm,
        staff: int,
        show: Callable[[Presented], None],
        close: Callable[[], None],
    ) -> None:
        """Make it.

        Args:
            screen: on which notes are said, and whose work the calls are.
            form: what is sent.
            staff: who accepts, for the audit.
            show: told what became of it.
            close: closes the form.
        """
        self.form = form
        self._screen = screen
        self._staff = staff
        self._show = show
        self._close = close
        self._accepting = False

    @property
    def accepting(self) -> bool:
        """Whether the form was sent and not answered yet."""
        return self._accepting

    def accept(self) -> None:
        """Send the form."""
        presented = self.form.presented
        if self._accepting or presented is None:
            return
        if not self.form.reason.value.strip():
            self.form.reason.problem = "counter.late.empty"
            return
        self._accepting = True
        self.form.accept.usable = False
        self._screen.tell_nothing()
        self._screen.start(self._accept(presented), group="accept_late", exclusive=False)

    async def _accept(self, presented: Presented) -> None:
        screen, form = self._screen, self.form
        hall = screen.kiosk.station.hall
        try:
            reason = form.reason.value
            arrival = await screen.ask(hall.accept_late, form.key(), presented.code, self._staff, reason)
        except NotFound:
            self._answered()
            screen.tell("counter.late.gone", "error")
        else:
            self._answered()
            # The ticket, or what a rival made of the booking meanwhile.
            self._show(Presented(presented.code, arrival, accepted_late=arrival.activated))
        finally:
            self._accepting = False
            form.accept.usable = True

    def _answered(self) -> None:
        self._screen.answered()
        self._accepting = False
        self._close()
