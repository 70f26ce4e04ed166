"""The application of a new consumer as it will be sent, at both of the manual's doors (W2).

site: “Müraciət et” led here, “Təsdiq et” sends it, “İmtina” leads back to the form. e_su: the form ends with a box that
declares it right and “Müraciət göndər”.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.geometry import Offset, Region
from textual.widget import Widget

from kiosk.errors import BadRequest
from screens.base import Placed
from screens.citizen.step import Notice
from screens.citizen.turning import TurningScreen
from screens.citizen.water.documents import WANTED
from screens.citizen.water.sending import STEP_OF, Sent, problem_key, send
from screens.citizen.water.steps import ToStep, WaterStep
from screens.citizen.water.words import new_consumer_fields, summary_facts
from screens.frame import Frame
from screens.widgets.check_box import CheckBox
from screens.widgets.fact_list import FactList
from screens.widgets.pager import PAGER_WIDTH, Pager
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn
    from kiosk.session import Session

_PAGER_LARGE: Final = 22
"""The two buttons alone: in large type the footer has no room for which page it is."""


class SummaryScreen(TurningScreen, WaterStep):
    """Ends with `Sent`, `Back` or a step to go to."""

    STEP = "check"
    HAS_MAIN: ClassVar[bool] = True
    MAIN_WIDTH_LARGE: ClassVar[int] = 14

    def __init__(self, session: Session, who: SignedIn, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.who = who
        self.facts = FactList(id="facts")
        self.pager = Pager(self.facts)
        self.box = CheckBox(lambda: self.text("apply.declaration"), ticked=self.draft.declared, id="box")
        self.sending = False

    @property
    def _is_form(self) -> bool:
        """Whether this is the end of the e-su form, not the site's dialog."""
        return self.kiosk.settings.water.door == "e_su"

    def title_words(self) -> str:
        """Is it right?"""
        return self.text("apply.check_form" if self._is_form else "apply.check").partition("\n")[0]

    def help_words(self) -> str:
        """What to do."""
        return self.text("apply.check_form" if self._is_form else "apply.check").partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """What stands in it, and at the e-su door the box."""
        yield self.facts
        if self._is_form:
            yield self.box
        yield self.pager

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """The box below the facts; the pager in the footer."""
        gap = 0 if frame.large else 1
        below = 3 + gap if self._is_form else 0
        yield self.facts, Region(area.x, area.y, area.width, area.height - below)
        if self._is_form:
            yield self.box, Region(area.x, area.bottom - 3, area.width, 3)
        foot = frame.footer
        wide = self._pager_width(frame)
        if self.pager.is_needed:
            yield self.pager, Region(foot.right - self.main_width(frame) - 2 - wide, foot.y, wide, foot.height)

    def message_region(self, frame: Frame) -> Region:
        """Above the box: a message must not cover what it asks to tick."""
        region = super().message_region(frame)
        return region.translate(Offset(0, -(self.box.region.height + 1))) if self._is_form else region

    def _pager_width(self, frame: Frame) -> int:
        return _PAGER_LARGE if frame.large else PAGER_WIDTH

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return self._pager_width(frame) + 2 if self.pager.is_needed else 0

    def write(self) -> None:
        """Facts and buttons in the language on screen."""
        super().write()
        self.facts.show_facts(summary_facts(self.kiosk, self.draft, self.who))
        if not self._is_form:
            self.back.label = self.text("button.decline")
        self._write_main()

    def _write_main(self) -> None:
        if self._is_form:
            self.set_main(self.text("button.submit_form"), usable=self.draft.declared and not self.sending)
        else:
            self.set_main(self.text("button.approve"), usable=not self.sending)

    @on(TouchArea.Touched, "#box")
    def _box_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.draft.declared = self.box.ticked = not self.box.ticked
        if not self.kiosk.by_keys:
            # So that Enter sends it, and does not take the tick away again.
            self.set_focus(None, scroll_visible=False)
        self._write_main()

    def go_back(self) -> None:
        """Not while it is under way: its answer belongs on this screen."""
        if not self.sending:
            super().go_back()

    def go_on(self) -> None:
        """Send it; at the e-su door only when it was declared right."""
        if self.sending or self.outcome.done():
            return
        if self._is_form and not self.draft.declared:
            self.tell("apply.declare_first", "warning")
            return
        self.sending = True
        self._write_main()
        self.start(self._send(), group="apply", exclusive=False)

    async def _send(self) -> None:
        """Its refusals in words: what stands in a step leads to that step."""
        documents = [(role, self.draft.documents[role].digest) for role in WANTED if role in self.draft.documents]
        try:
            outcome = await send(self, "new_consumer", new_consumer_fields(self.draft, self.who), documents)
        except BadRequest as bad:
            self.answer(ToStep(STEP_OF.get(bad.field, "consumer"), Notice(problem_key(bad))))
        else:
            self.answer(Sent(outcome))
        finally:
            self.sending = False
            self._write_main()
