"""Suspension and restoration: whose service, why, and what the company should know (W5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import BadRequest, InDebt, NotYours, Refusal, RegistryAway, Unavailable, UnknownSubscriber
from kiosk.water.facts import Kind, Reason
from screens.base import Placed
from screens.citizen.step import Next, Notice
from screens.citizen.turning import TurningScreen
from screens.citizen.water.form import FormScreen
from screens.citizen.water.listed import RETRY_SECONDS
from screens.citizen.water.sending import Sent, Stopped, problem_key, send
from screens.citizen.water.steps import SUSPENSION, ToStep, WaterStep
from screens.citizen.water.subscriber_code import SubscriberCodeScreen
from screens.citizen.water.words import suspension_fields
from screens.frame import Frame, columns
from screens.widgets.lists import ROW_HEIGHT, Row, RowList
from screens.widgets.pager import PAGER_WIDTH, Pager, pager_region
from screens.widgets.tabs import Tabs
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn
    from kiosk.session import Session

_KINDS: Final[tuple[Kind, ...]] = ("suspension", "restoration")
AT_THE_CODE: Final[dict[type[Refusal], str]] = {
    UnknownSubscriber: "subscriber.unknown",
    NotYours: "subscriber.not_yours",
}
"""What another code may mend is told where the code is typed."""


class SubscriberScreen(SubscriberCodeScreen):
    """The same code as the statement's, as the first step here: whose it is is looked at with the reason."""

    STEPS: ClassVar[Sequence[str]] = SUSPENSION
    STEP = "subscriber"

    def title_words(self) -> str:
        """What to give."""
        return self.text("apply.subscriber").partition("\n")[0]

    def help_words(self) -> str:
        """Where it stands."""
        return self.text("apply.subscriber").partition("\n")[2]

    def go_on(self) -> None:
        """On, when it can be a code at all."""
        shortest, longest = map(int, self.kiosk.settings.water.code_digits.split("-"))
        if not self.code.value:
            self.tell("subscriber.empty", "warning")
        elif not shortest <= len(self.code.value) <= longest:
            self.code.problem = "field.short.subscriber"
            self.tell("subscriber.format", "warning")
        else:
            self.answer(Next())


class ReasonScreen(TurningScreen, WaterStep):
    """Why, from the list: reasons to suspend beside those to restore, or under tabs where the room is too small.

    What stops the application is told before more is asked.
    """

    STEPS: ClassVar[Sequence[str]] = SUSPENSION
    STEP = "reason"
    HAS_MAIN: ClassVar[bool] = True
    MAIN_WIDTH_LARGE: ClassVar[int] = 14

    def __init__(self, session: Session, who: SignedIn, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.who = who
        self.lists = {kind: RowList(id=kind) for kind in _KINDS}
        self.tabs = Tabs()
        self.kind: Kind = self.draft.reason.kind if self.draft.reason is not None else _KINDS[0]
        """Whose reasons are shown under the tabs."""
        self.pager = Pager(self.lists[self.kind])
        self._found: tuple[Reason, ...] = ()
        self._asking = False

    def compose_answer(self) -> Iterable[Widget]:
        """The reasons, the tabs, and the pages."""
        return [*self.lists.values(), self.tabs, self.pager]

    def _side_by_side(self, frame: Frame) -> bool:
        rows = max((len(paged.rows) for paged in self.lists.values()), default=0)
        return not frame.large and 1 + rows * ROW_HEIGHT <= frame.answer.height

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Side by side as long as all of them fit so."""
        x, y, width, height = area
        if self._side_by_side(frame):
            for paged, (left, wide) in zip(self.lists.values(), columns(width, len(_KINDS), 2), strict=True):
                yield paged, Region(x + left, y, wide, height)
            return
        yield self.tabs, Region(x, y, width, 3)
        yield self.lists[self.kind], Region(x, y + 3, width, height - 3)
        if self.pager.is_needed:
            yield self.pager, pager_region(self, frame)

    def footer_reserved(self, frame: Frame) -> int:
        """The pager's columns."""
        return PAGER_WIDTH + 2 if self.pager.is_needed and not self._side_by_side(frame) else 0

    def on_mount(self) -> None:
        """Ask for the list."""
        self._read()

    def _read(self) -> None:
        self.start(self._read_or_retry(), group="list")

    async def _read_or_retry(self) -> None:
        try:
            self._found = await self.ask(self.kiosk.station.water.places.reasons)
        except Unavailable:
            self.set_timer(RETRY_SECONDS, self._read)
            raise
        if self.note.kind == "warning":
            self.tell_words(None)
        self._show()

    def write(self) -> None:
        """Reasons in the language on screen; on with the one chosen before."""
        super().write()
        self._show()
        self.set_main(f"{self.text('button.proceed')} ▶" if self.draft.reason is not None else "")

    def _show(self) -> None:
        language, chosen = self.kiosk.language, self.draft.reason
        for kind, paged in self.lists.items():
            rows = [
                Row(
                    reason.id,
                    reason.name.of(language),
                    group="" if self.kiosk.large else self.text(f"reason.{kind}"),
                    chosen=chosen is not None and chosen.id == reason.id,
                )
                for reason in self._found
                if reason.kind == kind
            ]
            paged.show(rows, keep_page=bool(paged.rows))
        self.tabs.show([(kind, self.text(f"reason.short.{kind}")) for kind in _KINDS], self.kind)
        self.place_anew()

    def on_resize(self) -> None:
        """Another layout has other words."""
        self._show()

    @on(TouchArea.Touched, "#tabs")
    def _tab_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.kind = next(kind for kind in _KINDS if kind == event.name)
        self.pager.paged = self.lists[self.kind]
        self._show()

    @on(TouchArea.Touched, "#suspension,#restoration")
    def _reason_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if not self._asking:
            self.draft.reason = next(reason for reason in self._found if reason.id == event.name)
            self.write()
            self.go_on()

    def go_on(self) -> None:
        """Look whether this may be applied for at all."""
        if self.draft.reason is not None and not self._asking:
            self._asking = True
            self.start(self._look(self.draft.reason.kind), group="may", exclusive=False)

    async def _look(self, kind: Kind) -> None:
        """A debt is told when all is filled in, as the manual has it; all else at once."""
        fields = suspension_fields(self.draft, self.who)
        try:
            await self.ask(self.kiosk.station.water.applications.may_apply, fields["fin"], kind, fields["subscriber"])
        except InDebt:
            self.answer(Next())
        except Unavailable:
            raise
        except RegistryAway:
            self.tell("registry.away", "warning")
        except BadRequest as bad:
            self.answer(ToStep("subscriber", Notice(problem_key(bad))))
        except Refusal as refusal:
            key = AT_THE_CODE.get(type(refusal))
            self.answer(ToStep("subscriber", Notice(key)) if key is not None else Stopped(refusal))
        else:
            self.answer(Next())
        finally:
            self._asking = False


class DetailsScreen(FormScreen):
    """Phone, e-mail, explanation and notes; “Davam et” applies (W5)."""

    STEPS: ClassVar[Sequence[str]] = SUSPENSION
    STEP = "details"
    FIELDS = ("phone", "water_email", "explanation", "notes")
    LABELS: ClassVar[Mapping[str, str]] = {"notes": "field.label.more_notes"}
    """The manual's word, beside the explanation."""

    def __init__(self, session: Session, who: SignedIn, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.who = who

    def main_words(self) -> str:
        """The manual's word."""
        return self.text("button.proceed")

    def go_back(self) -> None:
        """Not while it is under way: its answer belongs on this screen."""
        if not self.sending:
            super().go_back()

    def finish(self) -> None:
        """Apply."""
        if (reason := self.draft.reason) is None:
            self.answer(ToStep("reason"))
            return
        self.sending = True
        self.write_footer()
        self.start(self._send(reason.kind), group="apply", exclusive=False)

    async def _send(self, kind: Kind) -> None:
        """What is wrong with a field is told there; what stops it ends this step."""
        try:
            outcome = await send(self, kind, suspension_fields(self.draft, self.who))
        except Unavailable:
            raise
        except RegistryAway:
            self.tell("registry.away", "warning")
        except BadRequest as bad:
            self._refused(bad)
        except Refusal as refusal:
            key = AT_THE_CODE.get(type(refusal))
            self.answer(ToStep("subscriber", Notice(key)) if key is not None else Stopped(refusal))
        else:
            self.answer(Sent(outcome))
        finally:
            self.sending = False
            self.write_footer()

    def _refused(self, bad: BadRequest) -> None:
        name = "water_email" if bad.field == "email" else bad.field
        if name in self.fields:
            self.refuse(name, problem_key(bad))
        else:
            step = "reason" if bad.field == "reason" else "subscriber"
            self.answer(ToStep(step, Notice(problem_key(bad))))
