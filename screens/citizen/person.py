"""Step 5: who comes. Six fields and the keyboard on one screen; in large type one field at a time (Q6)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from math import ceil
from typing import ClassVar, Final

from textual import on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.booking.facts import Held
from kiosk.errors import (
    BadRequest,
    Closed,
    DateNotOffered,
    HoldEnded,
    LimitReached,
    NotFound,
    SameHour,
    SlotTaken,
    TooSoon,
)
from kiosk.identity.applicant import FIELDS, tidy
from kiosk.language import plural
from kiosk.session import Draft
from screens.base import Placed
from screens.citizen.fields import FieldsScreen, short_problem
from screens.citizen.from_card import fill_in
from screens.citizen.step import JumpTo, Next, Notice, StepScreen
from screens.frame import Frame, columns
from screens.messages import CardSeen
from screens.palette import Colour
from screens.widgets import field as field_widget
from screens.widgets import keyboard as keyboard_widget
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Spot, TouchArea

_LIMITS: Final = {"holds_per_email": "limit.email", "holds_per_station": "limit.station"}


class Neighbours(TouchArea):
    """In large type: the buttons that lead to the field before and the field after."""

    WIDTH: ClassVar[int] = 22

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._first = False

    @property
    def first(self) -> bool:
        """Whether there is none before."""
        return self._first

    @first.setter
    def first(self, first: bool) -> None:
        if first != self._first:
            self._first = first
            self.refresh()

    def spots(self) -> Sequence[Spot]:
        """Half-row boxes like the field beside them."""
        before: Colour = "sunken" if self._first else "surface"
        grounds: tuple[tuple[str, Colour], ...] = (("before", before), ("after", "accent"))
        return [
            Spot(name, Region(x, 0, width, 3), "tint" if self.pressed == name else ground, half=True)
            for (name, ground), (x, width) in zip(grounds, columns(self.size.width, 2, 2), strict=True)
        ]

    def draw(self, sheet: Sheet) -> None:
        """The two arrows."""
        for spot, arrow in zip(self.spots(), "◀▶", strict=True):
            x, y, width, height = spot.region
            sheet.area(x, y, width, height, spot.ground, half=True)
            ink: Colour = "on-accent" if spot.ground == "accent" else "soft" if spot.ground == "sunken" else "ink"
            sheet.put(x, y + 1, width, arrow, ink, bold=True, align="center")


class PersonScreen(FieldsScreen, StepScreen):
    """The applicant's data; the main button holds the hour and has the code mailed."""

    STEP = "person"
    HAS_MAIN = True
    HAS_QUESTION = False

    def __init__(self, draft: Draft, notice: Notice | None = None) -> None:
        super().__init__(draft, notice)
        self.take_fields({name: draft.applicant.get(name, "") for name in FIELDS})
        self.neighbours = Neighbours(id="neighbours")
        self._sending = False

    def title_words(self) -> str:
        """The question; it is not drawn here, for the fields need its rows."""
        return self.text("step.person").partition("\n")[0]

    def compose_answer(self) -> Iterable[Widget]:
        """The fields in reading order, then the keys."""
        return [*self.fields.values(), self.neighbours, self.keyboard]

    def places(self, size: Size) -> Placed:
        """In large type the step's name gives way to the field's."""
        hidden = self.steps if self.frame.large else None
        return [(widget, region) for widget, region in super().places(size) if widget is not hidden]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Three across and two down; or one, with the buttons that lead to its neighbours."""
        if frame.large:
            yield from self._place_one(frame)
            return
        high = field_widget.HEIGHT
        for number, name in enumerate(FIELDS):
            row, column = divmod(number, 3)
            x, width = columns(area.width, 3, 2)[column]
            yield self.fields[name], Region(area.x + x, area.y + row * high, width, high)
        if self.keyboard_on:
            yield self.keyboard, Region(area.x, area.y + 2 * high, area.width, keyboard_widget.HEIGHT_FULL)

    def _place_one(self, frame: Frame) -> Placed:
        x, y, width = frame.left, frame.steps.y, frame.width
        beside = Neighbours.WIDTH
        yield self.fields[self.at], Region(x, y, width - beside - 2, field_widget.HEIGHT)
        yield self.neighbours, Region(x + width - beside, y + 1, beside, 3)
        if self.keyboard_on:
            yield self.keyboard, Region(x, y + field_widget.HEIGHT, width, keyboard_widget.HEIGHT_COMPACT)

    def write(self) -> None:
        """Buttons, and what the large layout writes around a field."""
        large = self.kiosk.large
        for number, (name, field) in enumerate(self.fields.items(), start=1):
            field.lead = f"{self.STEPS.index(self.STEP) + 1} / {len(self.STEPS)}" if large else ""
            asides = [self.text("person.field_of", n=number, count=len(FIELDS))] if large else []
            if name in self.draft.from_card:
                asides.append(self.text("field.from_card"))
            field.aside = " · ".join(asides)
        super().write()

    def on_resize(self) -> None:
        """Another layout has other words."""
        self.write()

    def write_footer(self) -> None:
        """What is missing is counted; in large type the main button leads to the next field until nothing is."""
        missing = self.missing()
        if missing and self.kiosk.large:
            self.set_main(f"{self.text('button.proceed')} ▶")
        else:
            self.set_main(self.text("button.send_code"), usable=not missing and not self._sending)
        self.neighbours.first = self.at == FIELDS[0]

    def _missing_words(self) -> str:
        missing = len(self.missing())
        return plural(self.kiosk.language, "person.fields_left", missing) if missing else ""

    def typed(self, name: str, value: str) -> None:
        """It is kept as typed; with other data it would be another act."""
        if self.draft.applicant.get(name, "") != value:
            self.draft.applicant[name] = value
            self.draft.hold_key = None
            if name in self.draft.from_card:
                self.draft.from_card.remove(name)
                self.write()
        if not self._sending:
            self.tell_words(self._missing_words)

    @on(CardSeen)
    def _card_seen(self) -> None:
        """A card fills in what is still empty; taken out it leaves all as it is, for nobody was signed in by it."""
        card = self.kiosk.card
        if card is None or card.holder is None or self._sending:
            return
        for name, value in fill_in(self.draft, card.holder).items():
            self.fields[name].value = value
            self.leave(name)
        if self.fields[self.at].value and (missing := self.missing()):
            self.come_to(missing[0])
        self.write()

    @on(TouchArea.Touched, "#neighbours")
    def _neighbour_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.step(-1 if event.name == "before" else 1)

    def go_on(self) -> None:
        """Hold the hour and have the code mailed, once everything is there; until then say what is missing."""
        if self._sending:
            return
        after = FIELDS[FIELDS.index(self.at) + 1 :]
        open_field = next((name for name in after if not self.fields[name].value or self.problem(name)), None)
        if self.kiosk.large and self.missing() and open_field is not None:
            self.come_to(open_field)
        elif not self.complain():
            self._sending = True
            self.write_footer()
            self.start(self._send(), group="hold", exclusive=False)

    async def _send(self) -> None:
        """The hold, its refusals in words."""
        try:
            held = await self._hold()
        except SlotTaken:
            self.answer(JumpTo("slot", Notice("slot.lost_race")))
        except SameHour:
            self.answer(JumpTo("slot", Notice("slot.same_hour")))
        except DateNotOffered:
            self.answer(JumpTo("date", Notice("slot.date_over")))
        except Closed as closed:
            name = closed.name.of(self.kiosk.language) if closed.name else self.text(f"date.reason.{closed.reason}")
            self.answer(JumpTo("date", Notice("date.non_working", values={"name": name})))
        except (HoldEnded, NotFound):
            # Only what stood before can have ended: its e-mail address was to be corrected.
            self.draft.held = self.draft.held_as = None
            self.answer(JumpTo("slot", Notice("hold.ended")))
        except TooSoon as soon:
            wait = max(1, ceil((soon.retry_at - self.kiosk.now()).total_seconds()))
            self.tell_words(lambda: plural(self.kiosk.language, "code.resend_wait", wait), "warning")
        except LimitReached as reached:
            self.tell(_LIMITS.get(reached.limit, "booking.limit"), "error", count=reached.count)
        except BadRequest as bad:
            if bad.field in self.fields:
                self.come_to(bad.field)
                self.fields[bad.field].problem = short_problem(f"field.{bad.why}")
            else:
                self.tell("error.unexpected", "error")
        else:
            self.draft.held = held
            self.draft.held_as = self._tidy()
            self.draft.code = ""
            self.answer(Next())
        finally:
            self._sending = False
            self.write_footer()
        # Answered, whatever it was; only after a lost connection the same key asks again.
        self.draft.hold_key = None

    def _tidy(self) -> dict[str, str]:
        return {name: tidy(name, field.value) for name, field in self.fields.items()}

    async def _hold(self) -> Held:
        """The hold that stands if nothing changed, else a new one, which gives up the old one by the same act."""
        draft, bookings = self.draft, self.kiosk.station.bookings
        if draft.service is None or draft.centre is None or draft.time is None:
            raise ValueError("no hour was chosen")
        held = draft.held
        slot = (draft.service, draft.centre, draft.time)
        typed = self._tidy()
        same_hour = held is not None and (held.service, held.centre, held.time) == slot
        draft.hold_key = draft.hold_key or secrets.token_hex(16)
        if held is not None and same_hour and draft.held_as is not None:
            changed = {name for name in FIELDS if typed[name] != draft.held_as.get(name)}
            if not changed:
                return held
            if changed == {"email"}:
                return await self.ask(bookings.correct_email, draft.hold_key, held.booking, typed["email"])
        instead_of = held.booking if held is not None else None
        applicant = dict(draft.applicant)
        return await self.ask(bookings.hold, draft.hold_key, *slot, applicant, self.kiosk.language, instead_of)
