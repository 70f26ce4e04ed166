"""The errands of the first screen, each one coroutine that shows its screens one after another.

Steps do not know each other; going back, jumping to a done step and what comes after a lost race is decided here. What
was chosen and typed stands in the session's draft, so no way through the steps loses anything.
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from kiosk.errors import NotFound, Refusal, SameHour, SlotTaken, TooLateToChange
from kiosk.session import Draft, Moving
from screens.citizen.step import (
    STEP_NAMES,
    Answer,
    AnsweringScreen,
    Back,
    ConfirmHour,
    GoTo,
    JumpTo,
    Move,
    Next,
    Notice,
    Slot,
    StepName,
    StepScreen,
)

if TYPE_CHECKING:
    from screens.app import KioskApp


class Stage:
    """Shows one screen of an errand in place of the one before, without the first screen flashing up between."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._shown: AnsweringScreen | None = None

    async def show(self, screen: AnsweringScreen) -> Answer:
        """Show it and wait for what it ends with."""
        app = self._app
        if self._shown is None:
            await app.push_screen(screen)
        else:
            # The example's letter or the idle warning may stand over it.
            while app.screen is not self._shown:
                await app.pop_screen()
            await app.switch_screen(screen)
        self._shown = screen
        return await screen.outcome


async def begin(app: KioskApp, errand: str, code: str | None = None) -> None:
    """Do what the person came for, as often as one errand leads to another; then the visit ends."""
    await app.ready()
    stage = Stage(app)
    while True:
        if errand == "book":
            answer = await _book(app, stage)
        elif errand == "confirm":
            answer = await _confirm(app, stage, None)
        elif errand == "arrive":
            answer = await _arrive(app, stage, code)
        elif errand == "readiness":
            from screens.citizen.readiness_flow import readiness

            answer = await readiness(app, stage)
        elif errand == "e_signature":
            from screens.citizen.signature_flow import e_signature

            answer = await e_signature(app, stage)
        elif errand == "walk_in":
            from screens.citizen.walk_in import walk_in

            answer = await walk_in(app, stage, code)
        elif errand == "water":
            from screens.citizen.water.flow import water

            answer = await water(app, stage)
        else:
            answer = await _my_bookings(app, stage)
        if not isinstance(answer, GoTo):
            break
        errand, code = answer.errand, answer.code
        # Another errand begins clean: what was chosen and typed for the one before is not what this one asks for.
        app.session.draft = Draft(service=answer.service)
        app.session.typed.clear()
    app.end_visit()


def _step(name: StepName) -> Callable[[Draft, Notice | None], StepScreen]:
    """The screen of a step; those with fields are imported when somebody comes so far."""
    if name == "service":
        from screens.citizen.service import ServiceScreen

        return ServiceScreen
    if name == "centre":
        from screens.citizen.centre import CentreScreen

        return CentreScreen
    if name == "date":
        from screens.citizen.date import DateScreen

        return DateScreen
    if name == "slot":
        from screens.citizen.slots import SlotScreen

        return SlotScreen
    if name == "person":
        from screens.citizen.person import PersonScreen

        return PersonScreen
    from screens.citizen.code import CodeScreen

    return CodeScreen


async def _book(app: KioskApp, stage: Stage) -> Answer:
    """Service, centre, date, hour, person, code; then the result (Q1 to Q7)."""
    draft = app.session.draft
    at = 0
    notice: Notice | None = None
    _fill_in(app)
    while at < len(STEP_NAMES):
        if STEP_NAMES[at] == "person":
            _fill_in(app)
        answer = await stage.show(_step(STEP_NAMES[at])(draft, notice))
        notice = None
        match answer:
            case Back():
                if at == 0:
                    return answer
                at -= 1
            case JumpTo(step, told):
                at, notice = STEP_NAMES.index(step), told
            case ConfirmHour(slot):
                confirmed = await _confirm(app, stage, slot)
                if not isinstance(confirmed, Back):
                    return confirmed
            case GoTo():
                return answer
            case _:
                at += 1
    return await _result(stage, draft)


def _fill_in(app: KioskApp) -> None:
    """What a card told by itself stands in the fields already (Q6)."""
    if (card := app.card) is not None and card.holder is not None:
        from screens.citizen.from_card import fill_in

        fill_in(app.session.draft, card.holder)


async def _result(stage: Stage, draft: Draft, notice: Notice | None = None) -> Answer:
    from screens.citizen.result import ResultScreen

    return await stage.show(ResultScreen(draft, notice))


async def _confirm(app: KioskApp, stage: Stage, slot: Slot | None) -> Answer:
    """Confirm a booking that was held before, here or elsewhere (Q8)."""
    from screens.citizen.confirm import ConfirmScreen

    answer = await stage.show(ConfirmScreen(app.session, slot))
    if isinstance(answer, Next):
        return await _result(stage, app.session.draft)
    return answer


async def _arrive(app: KioskApp, stage: Stage, code: str | None) -> Answer:
    """An order code, and its verdict (Q9)."""
    from screens.citizen.arrive import ArriveScreen

    return await stage.show(ArriveScreen(app.session, code))


_MOVE_REFUSALS: Final = {
    "slot_taken": "slot.lost_race",
    "same_hour": "slot.same_hour",
    "date_not_offered": "slot.date_over",
    "unavailable": "database.away",
}


async def _my_bookings(app: KioskApp, stage: Stage) -> Answer:
    """Cancel or move a booking; moving asks for date and hour with the wizard's own steps (Q10)."""
    from screens.citizen.my_bookings import MyBookingsScreen

    notice: Notice | None = None
    while True:
        answer = await stage.show(MyBookingsScreen(app.session, notice))
        if not isinstance(answer, Move):
            return answer
        moved = await _move(app, stage)
        if moved is None:
            return await _result(stage, app.session.draft, Notice("mine.moved", "plain"))
        notice = moved


def _begin_move(draft: Draft, moving: Moving) -> None:
    """Service and centre stay; date and hour are asked for."""
    draft.service, draft.centre = moving.facts.service, moving.facts.centre
    draft.date = draft.time = None


async def _move(app: KioskApp, stage: Stage) -> Notice | None:
    """Ask for the new date and hour and move the booking.

    Returns:
        None when it was moved (`draft.confirmed` holds it); else what to say on the list of bookings, which may be
        nothing much: the person went back.
    """
    draft = app.session.draft
    moving = draft.moving
    if moving is None:
        return Notice("error.unexpected")
    _begin_move(draft, moving)
    step: StepName = "date"
    notice: Notice | None = None
    key, keyed = "", None
    while True:
        answer = await stage.show(_step(step)(draft, notice))
        notice = None
        if isinstance(answer, JumpTo):
            step, notice = ("slot" if answer.step == "slot" else "date"), answer.notice
        elif not isinstance(answer, Next):
            if step == "date":
                draft.moving = None
                return Notice("mine.choose", "plain")
            step = "date"
        elif step == "date":
            step = "slot"
        elif draft.time is not None:
            if keyed != draft.time:
                # Asking again for the same hour, after the connection was away, is the same act.
                key, keyed = token_hex(16), draft.time
            try:
                draft.confirmed = await app.ask(
                    app.station.bookings.move, key, moving.order_code, moving.fin, draft.time
                )
            except (SlotTaken, SameHour) as refusal:
                notice = Notice(_MOVE_REFUSALS[refusal.error])
            except TooLateToChange as refusal:
                draft.moving = None
                return Notice(f"mine.too_late.{refusal.state}")
            except NotFound:
                draft.moving = None
                return Notice("mine.not_found")
            except Refusal as refusal:
                notice = Notice(_MOVE_REFUSALS.get(refusal.error, "error.unexpected"))
                step = "date" if refusal.error == "date_not_offered" else "slot"
            else:
                draft.moving = None
                return None
