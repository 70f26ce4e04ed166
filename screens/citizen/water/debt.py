"""“Hal hazırda bu abonentin qalıq borcu vardır…”: the manual's text, the amount large, and “Borcu ödə” (W6)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from textual.geometry import Region

from kiosk.errors import Refusal, RegistryAway, Unavailable
from kiosk.language import number
from screens.base import Placed
from screens.citizen.step import Answer
from screens.citizen.telling import Chosen, TellingScreen
from screens.citizen.water.sending import Sent, Stopped, send
from screens.citizen.water.words import suspension_fields
from screens.frame import Frame
from screens.widgets.verdict import View, Way

if TYPE_CHECKING:
    from kiosk.errors import InDebt
    from kiosk.identity.signed_in import SignedIn
    from kiosk.session import Session

_PAY = "pay"


class DebtScreen(TellingScreen):
    """Ends with `Sent` when “Borcu ödə” has put the application on hold (or registered it: the debt was paid by then).

    Nothing waits for a payment before that touch. `Stopped` when something else stops it now; `Next` to leave.
    """

    def __init__(self, session: Session, who: SignedIn, debt: InDebt) -> None:
        super().__init__(self._view, (Way(lambda: self.text("subscriber.pay").split("\n"), _PAY, True),), clears=False)
        self.session = session
        self.who = who
        self._amount = Decimal(debt.amount)
        self._holding = False

    def _view(self) -> View:
        # Large figures know no special blanks.
        amount = number(self.kiosk.language, self._amount, 2).replace("\N{NO-BREAK SPACE}", " ")
        return View("held", self.text("subscriber.debt"), ((self.text("subscriber.debt_amount"), amount),))

    def place_footer(self, frame: Frame) -> Placed:
        """What becomes of it is told beside the button."""
        x, y, _, height = frame.footer
        placed = dict(super().place_footer(frame))
        button = placed[self.close_button]
        yield self.note, Region(x, y, button.x - x - 2, height)
        yield self.close_button, button

    def answer(self, answer: Answer) -> None:
        """A touch on “Borcu ödə” first puts the application on hold; while that is under way nothing else ends this."""
        if isinstance(answer, Chosen) and answer.name == _PAY:
            if not self._holding and not self.outcome.done():
                self._holding = True
                self.start(self._hold(), group="hold", exclusive=False)
        elif not self._holding or isinstance(answer, (Sent, Stopped)):
            super().answer(answer)

    async def _hold(self) -> None:
        draft = self.session.water
        try:
            if (reason := draft.reason) is None:
                raise ValueError("no reason was chosen")
            fields = suspension_fields(draft, self.who)
            outcome = await send(self, reason.kind, fields, wait_for_payment=True)
        except Unavailable:
            raise
        except RegistryAway:
            self.tell("registry.away", "warning")
        except Refusal as refusal:
            self.answer(Stopped(refusal))
        else:
            self.answer(Sent(outcome))
        finally:
            self._holding = False
