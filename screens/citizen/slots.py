"""Step 4: which hour (Q5). The grid follows the database while it is open, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from secrets import token_hex
from typing import ClassVar

from textual import events, on
from textual.timer import Timer
from textual.widget import Widget

from kiosk.booking.facts import DayGrid, Slot
from kiosk.clock import in_baku, to_instant
from kiosk.errors import BadRequest, Closed, DateNotOffered, HoldEnded, LimitReached, NotFound, SameHour, SlotTaken
from kiosk.identity.applicant import FIELDS, tidy
from kiosk.language import clock
from kiosk.session import Draft
from screens.citizen.step import ConfirmHour, JumpTo, Next, Notice, StepScreen
from screens.follow import Follower
from screens.messages import DayTurned
from screens.widgets.question import LegendEntry
from screens.widgets.slot_grid import SlotGrid
from screens.widgets.touch_area import TouchArea


class SlotScreen(StepScreen):
    """The hours of the chosen date."""

    STEP = "slot"
    HAS_MAIN: ClassVar[bool] = True
    HAS_SECOND: ClassVar[bool] = True

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.grid = SlotGrid()
        self._follower = Follower(self, self._read)
        self._next_change: Timer | None = None
        self._foreign: Slot | None = None
        self._swapping = False

    def title_words(self) -> str:
        """The question."""
        return self.text("step.slot").split("\n")[0]

    def legend_or_none(self) -> Callable[[], Sequence[LegendEntry]]:
        """What the colours, marks and words mean."""
        return self._legend

    def _legend(self) -> list[LegendEntry]:
        entries: list[LegendEntry] = [
            ("○", "on-free", "free", self.text("slot.legend.free")),
            ("✕", "on-taken", "taken", self.text("slot.legend.taken")),
            ("◐", "on-held", "held", self.text("slot.legend.held")),
        ]
        if self.draft.held is not None:
            entries.append(("★", "on-held", "held", self.text("slot.state.mine")))
        return entries

    def compose_answer(self) -> Iterable[Widget]:
        """The grid alone."""
        return (self.grid,)

    @on(events.Mount)
    async def _read_first(self) -> None:
        """Read the hours."""
        await self._follower.first()

    def write(self) -> None:
        """The buttons."""
        super().write()
        self._write_buttons()

    def _write_buttons(self) -> None:
        time = self.draft.time
        label = ""
        if time is not None:
            label = f"{self.text('button.proceed_with', time=clock(in_baku(to_instant(time))))} ▶"
        second = self.text("button.confirm_mine") if self._foreign is not None else ""
        # In large type there is room for one of them.
        self.set_main("" if second and self.kiosk.large else label)
        self.set_second(second)

    def follow(self) -> None:
        """Read the hours again."""
        self._follower.changed()

    @on(DayTurned)
    def _day_turned(self) -> None:
        self.follow()

    def _date(self) -> date | None:
        return self.draft.date

    async def _read(self) -> None:
        draft = self.draft
        if draft.service is None or draft.centre is None or draft.date is None:
            self.answer(JumpTo("service"))
            return
        mine = draft.held.booking if draft.held is not None else None
        try:
            grid = await self.ask(self.kiosk.station.bookings.slots, draft.service, draft.centre, draft.date, mine)
        except DateNotOffered:
            self._leave_date(Notice("slot.date_over"))
        except Closed as closed:
            self._leave_date(closed_notice(self, closed))
        except BadRequest:
            # The reference data changed under the draft: the service or centre is no longer given.
            draft.service = draft.centre = None
            self.answer(JumpTo("service"))
        else:
            self._show(grid)

    def _leave_date(self, notice: Notice) -> None:
        self.draft.date = self.draft.time = None
        self.answer(JumpTo("date", notice))

    def _show(self, grid: DayGrid) -> None:
        draft = self.draft
        if draft.held is not None and draft.time is None and any(slot.held_by_me for slot in grid.slots):
            draft.time = draft.held.time
        chosen = next((slot for slot in grid.slots if slot.time == draft.time), None)
        if draft.time is not None and (chosen is None or (chosen.state != "free" and not chosen.held_by_me)):
            # The hour chosen before, and not held, was lost meanwhile.
            if chosen is not None and not self._swapping:
                self.tell("slot.lost_race", "error")
            draft.time = None
        if self._foreign is not None and not any(
            slot.time == self._foreign.time and slot.state == "held" for slot in grid.slots
        ):
            self._foreign = None
            self.tell_words(None)
        self.grid.show(grid.slots, draft.time)
        self._write_buttons()
        self._say_state(grid)
        self._plan(grid)

    def _say_state(self, grid: DayGrid) -> None:
        """Where nothing else is said: until when this person's hour is kept, or that no hour is free."""
        if self.note.words:
            return
        held = self.draft.held
        if held is not None and any(slot.held_by_me for slot in grid.slots):
            self.tell("slot.mine_until", time=clock(in_baku(to_instant(held.held_until))))
        elif not any(slot.state == "free" for slot in grid.slots):
            self.tell("slot.none_free", "warning")

    def _plan(self, grid: DayGrid) -> None:
        """Read again when time alone will have changed the grid: no commit tells that a hold ran out."""
        if self._next_change is not None:
            self._next_change.stop()
            self._next_change = None
        if grid.next_change is not None:
            left = (grid.next_change - self.kiosk.now()).total_seconds()
            self._next_change = self.set_timer(max(0.2, left + 0.05), self.follow)

    @on(TouchArea.Touched, "#grid")
    def _hour_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        slot = self.grid.slot_named(event.name)
        if slot is not None:
            self._choose(slot)

    def _choose(self, slot: Slot) -> None:
        self._foreign = None
        match self.grid.state_of(slot):
            case "taken":
                self.tell("slot.taken", "error")
            case "held":
                self._foreign = slot
                self.tell("slot.held", "warning")
            case "mine":
                self.draft.time = slot.time
                self.answer(Next())
            case _ if self.draft.held is not None and self.draft.moving is None:
                self.start(self._swap(slot), group="swap", exclusive=False)
            case _:
                self.draft.time = slot.time
                self.answer(Next())
        self._write_buttons()

    def go_on(self) -> None:
        """With the hour chosen before."""
        slot = next((slot for slot in self.grid.slots if slot.time == self.draft.time), None)
        if slot is not None:
            self._choose(slot)

    def do_second(self) -> None:
        """The foreign yellow hour is this person's own, from another day or another kiosk (Q8)."""
        draft, slot = self.draft, self._foreign
        if slot is not None and draft.service is not None and draft.centre is not None:
            self.answer(ConfirmHour((draft.service, draft.centre, slot.time)))

    async def _swap(self, slot: Slot) -> None:
        """Another hour in place of the one that is held: in one transaction, so that neither is lost nor doubled."""
        draft = self.draft
        held = draft.held
        if self._swapping or held is None or draft.service is None or draft.centre is None:
            return
        self._swapping = True
        if draft.hold_key is None or draft.time != slot.time:
            draft.hold_key = token_hex(16)
        draft.time = slot.time
        applicant = dict(draft.applicant)
        try:
            draft.held = await self.ask(
                self.kiosk.station.bookings.hold,
                draft.hold_key,
                draft.service,
                draft.centre,
                slot.time,
                applicant,
                self.kiosk.language,
                instead_of=held.booking,
            )
        except SlotTaken:
            self._refused("slot.lost_race")
        except SameHour:
            self._refused("slot.same_hour")
        except LimitReached as refusal:
            key = {"holds_per_email": "limit.email", "holds_per_station": "limit.station"}.get(
                refusal.limit, "booking.limit"
            )
            self._refused(key, count=refusal.count)
        except (HoldEnded, NotFound):
            # The hour that was kept is over: the new one is held when the code is sent.
            draft.held = draft.held_as = draft.hold_key = None
            self.answer(Next())
        except DateNotOffered:
            draft.hold_key = None
            self._leave_date(Notice("slot.date_over"))
        except Closed as closed:
            draft.hold_key = None
            self._leave_date(closed_notice(self, closed))
        else:
            draft.hold_key = None
            draft.held_as = {name: tidy(name, applicant.get(name, "")) for name in FIELDS}
            draft.code = ""
            self.answer(Next())
        finally:
            self._swapping = False

    def _refused(self, key: str, **values: object) -> None:
        self.draft.hold_key = None
        held = self.draft.held
        self.draft.time = held.time if held is not None else None
        self.tell(key, "error", **values)
        self.follow()


def closed_notice(screen: StepScreen, closed: Closed) -> Notice:
    """Why that date or hour cannot be had, in words."""
    name = (
        closed.name.of(screen.kiosk.language)
        if closed.name is not None
        else screen.text(f"date.reason.{closed.reason}")
    )
    return Notice("date.non_working", "error", {"name": name})
