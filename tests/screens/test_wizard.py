"""The errands: which screen follows which, whatever a person does (Q3, Q8, Q10; house.md, "How things flow")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from kiosk.booking.facts import BookingFacts, Confirmed
from kiosk.errors import (
    DateNotOffered,
    KeyReused,
    NotFound,
    Refusal,
    SameHour,
    SlotTaken,
    TooLateToChange,
    Unavailable,
)
from kiosk.session import Draft, Moving, Session
from screens.citizen import wizard
from screens.citizen.step import Answer, Back, ConfirmHour, GoTo, JumpTo, Move, Next, Notice, StepName
from tests.screens.fakes import NOW, FakeStation, at, confirmed

DAY = date(2026, 11, 11)
SLOT = ("id-issue", "baku-2", at(DAY, 12))
Act = Answer | Callable[[Draft], Answer]


@dataclass
class Shown:
    """What stands for a screen: which, and with what to say."""

    name: str
    draft: Any = None
    notice: Notice | None = None


@dataclass
class FakeApp:
    """As much of the app as an errand uses; it ends each screen with the next scripted answer."""

    script: list[Act]
    station: FakeStation = field(default_factory=FakeStation)
    session: Session = field(default_factory=lambda: Session("az"))
    seen: list[Shown] = field(default_factory=list)
    ended: int = 0
    card: None = None

    async def ready(self) -> FakeStation:
        return self.station

    async def ask(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    def end_visit(self) -> None:
        self.ended += 1

    @property
    def names(self) -> list[str]:
        return [shown.name for shown in self.seen]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs an errand with scripted answers, and gives back the app that saw it."""

    def step(name: StepName) -> Callable[[Draft, Notice | None], Shown]:
        return lambda draft, notice: Shown(name, draft, notice)

    async def show(stage: Any, screen: Shown) -> Answer:
        app = stage._app
        app.seen.append(screen)
        act = app.script.pop(0)
        return act if isinstance(act, Answer) else cast(Answer, act(app.session.draft))

    monkeypatch.setattr(wizard, "_step", step)
    monkeypatch.setattr(wizard.Stage, "show", show)
    for module, name in (
        ("result", "ResultScreen"),
        ("confirm", "ConfirmScreen"),
        ("arrive", "ArriveScreen"),
        ("my_bookings", "MyBookingsScreen"),
    ):
        monkeypatch.setattr(
            f"screens.citizen.{module}.{name}",
            lambda first, second=None, *, _name=module: Shown(
                _name, first, second if isinstance(second, Notice) else Notice(str(second))
            ),
        )

    async def go(errand: str, script: Iterable[Act], code: str | None = None, **more: Any) -> FakeApp:
        app = FakeApp(list(script), **more)
        await wizard.begin(cast(Any, app), errand, code)
        assert not app.script
        assert app.ended == 1
        return app

    return go


async def test_six_steps_and_the_result(run: Callable[..., Any]) -> None:
    """Q1 to Q7: service, centre, date, hour, person, code, result."""
    app = await run("book", [Next()] * 7)
    assert app.names == ["service", "centre", "date", "slot", "person", "code", "result"]


async def test_back_goes_one_step_back(run: Callable[..., Any]) -> None:
    """Q3: on every step GERİ goes one step back; on the first it ends the visit. The draft is one and the same."""
    app = await run("book", [Next(), Next(), Back(), Back(), Back()])
    assert app.names == ["service", "centre", "date", "centre", "service"]
    assert all(shown.draft is app.session.draft for shown in app.seen)


async def test_a_lost_race_leads_to_the_hours_with_its_message(run: Callable[..., Any]) -> None:
    """Issue 2: losing a race for a blue one says so and shows the grid anew."""
    lost = Notice("slot.lost_race")
    app = await run("book", [Next(), Next(), Next(), Next(), JumpTo("slot", lost), Next(), Next(), Next(), Next()])
    assert app.names[4:6] == ["person", "slot"]
    assert app.seen[5].notice is lost
    assert app.seen[6].notice is None


async def test_a_touched_step_is_gone_to(run: Callable[..., Any]) -> None:
    """face.md: tap a done step = go there."""
    app = await run("book", [Next(), Next(), JumpTo("service"), Back()])
    assert app.names == ["service", "centre", "date", "service"]


async def test_a_foreign_yellow_hour_can_be_confirmed_from_the_grid(run: Callable[..., Any]) -> None:
    """Q8: "confirm my booking" for that hour; GERİ from there leads back to the hours."""
    app = await run("book", [Next(), Next(), Next(), ConfirmHour(SLOT), Back(), ConfirmHour(SLOT), Next(), Next()])
    assert app.names == ["service", "centre", "date", "slot", "confirm", "slot", "confirm", "result"]
    assert app.seen[4].notice.key == str(SLOT)


async def test_confirming_ends_with_the_result(run: Callable[..., Any]) -> None:
    """Q8, Q7: confirming later shows the same panel."""
    app = await run("confirm", [Next(), Next()])
    assert app.names == ["confirm", "result"]
    assert (await run("confirm", [Back()])).names == ["confirm"]


async def test_an_arrival_may_lead_to_booking_anew(run: Callable[..., Any]) -> None:
    """C1: each verdict offers what to do next; the code of the first errand does not follow into the next."""
    app = await run("arrive", [GoTo("book"), Back()], "K7MP-4XRT")
    assert app.names == ["arrive", "service"]
    assert app.seen[0].notice.key == "K7MP-4XRT"
    app = await run("arrive", [GoTo("arrive"), Next()], "K7MP-4XRT")
    assert app.seen[1].notice.key == "None"


async def test_another_errand_begins_clean(run: Callable[..., Any]) -> None:
    """K1: what was chosen and typed for one errand is not what the next one shows as chosen; the language stays."""

    def chosen_before(draft: Draft) -> Answer:
        draft.service, draft.centre, draft.date, draft.time = "id-issue", "baku-2", DAY, at(DAY, 12)
        draft.applicant["fin"] = "5ABC123"
        return GoTo("book")

    session = Session("ru", typed={"confirm.contact": "a.memmedova@mail.az", "mine.fin": "5ABC123"})
    app = await run("my_bookings", [chosen_before, Back()], session=session)
    draft = app.seen[1].draft
    assert draft is app.session.draft
    assert (draft.service, draft.centre, draft.date, draft.time, draft.applicant) == (None, None, None, None, {})
    assert app.session.typed == {}
    assert app.session.language == "ru"


def moving(draft: Draft) -> Answer:
    facts = BookingFacts("b-1", "confirmed", "id-issue", "baku-2", at(DAY, 9), None, NOW, NOW, None)
    draft.moving = Moving("K7MP-4XRT", "5ABC123", facts)
    return Move()


def on_day(draft: Draft) -> Answer:
    draft.date = DAY
    return Next()


def at_hour(hour: int) -> Callable[[Draft], Answer]:
    def choose(draft: Draft) -> Answer:
        draft.time = at(DAY, hour)
        return Next()

    return choose


async def test_moving_asks_for_date_and_hour_and_shows_the_result(run: Callable[..., Any]) -> None:
    """Q10: a booking is moved with its order code and FİN; date and hour come from the same steps."""
    app = await run("my_bookings", [moving, on_day, at_hour(14), Next()])
    assert app.names == ["my_bookings", "date", "slot", "result"]
    assert app.station.bookings.calls == [("move", "K7MP-4XRT", "5ABC123", at(DAY, 14))]
    draft = app.session.draft
    assert draft.confirmed == confirmed(at(DAY, 14))
    assert app.seen[-1].notice == Notice("mine.moved", "plain")
    assert draft.moving is None
    assert (draft.service, draft.centre) == ("id-issue", "baku-2")


async def test_moving_can_be_left_by_back(run: Callable[..., Any]) -> None:
    """Q3: GERİ from the hours to the dates, from the dates to the list of bookings; nothing was moved."""
    app = await run("my_bookings", [moving, on_day, Back(), Back(), Back()])
    assert app.names == ["my_bookings", "date", "slot", "date", "my_bookings"]
    assert not app.station.bookings.calls
    assert app.session.draft.moving is None


async def test_a_date_that_is_over_leads_to_the_dates(run: Callable[..., Any]) -> None:
    """Q3: also while moving."""
    over = Notice("slot.date_over")
    app = await run("my_bookings", [moving, on_day, JumpTo("date", over), Back(), Back()])
    assert app.names == ["my_bookings", "date", "slot", "date", "my_bookings"]
    assert app.seen[3].notice is over


@pytest.mark.parametrize(
    ("refusal", "step", "key"),
    [
        (SlotTaken("taken"), "slot", "slot.lost_race"),
        (SameHour(), "slot", "slot.same_hour"),
        (DateNotOffered(), "date", "slot.date_over"),
        (Unavailable(), "slot", "database.away"),
        (KeyReused(), "slot", "error.unexpected"),
    ],
)
async def test_a_refused_move_says_why_and_asks_again(
    run: Callable[..., Any], refusal: Refusal, step: str, key: str
) -> None:
    """Q10, Q11: a move that is refused changes nothing and can be tried with another hour."""
    station = FakeStation()
    station.bookings.refuse = refusal
    again: list[Act] = [on_day] if step == "date" else []
    app = await run("my_bookings", [moving, on_day, at_hour(14), *again, at_hour(15), Next()], station=station)
    assert app.seen[3].name == step
    assert app.seen[3].notice.key == key
    assert app.names[-1] == "result"


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (TooLateToChange("active", datetime(2026, 11, 11, tzinfo=UTC)), "mine.too_late.active"),
        (TooLateToChange("confirmed", datetime(2026, 11, 11, tzinfo=UTC)), "mine.too_late.confirmed"),
        (NotFound(), "mine.not_found"),
    ],
)
async def test_a_booking_that_cannot_be_moved_any_more(run: Callable[..., Any], refusal: Refusal, key: str) -> None:
    """Q10: until its booked time, while it is not activated."""
    station = FakeStation()
    station.bookings.refuse = refusal
    app = await run("my_bookings", [moving, on_day, at_hour(14), Back()], station=station)
    assert app.names == ["my_bookings", "date", "slot", "my_bookings"]
    assert app.seen[3].notice.key == key
    assert app.session.draft.moving is None


async def test_the_same_move_asked_again_is_the_same_act(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """house.md: a change carries a key: after the connection was away, the same hour is the same act."""
    station = FakeStation()
    keys: list[str] = []

    def move(key: str, order_code: str, fin: str, time: datetime) -> Confirmed:
        keys.append(key)
        if len(keys) == 1:
            raise Unavailable
        if len(keys) == 2:
            raise SlotTaken("taken")
        return confirmed(time + timedelta())

    monkeypatch.setattr(station.bookings, "move", move)
    await run("my_bookings", [moving, on_day, at_hour(14), at_hour(14), at_hour(15), Next()], station=station)
    assert keys[0] == keys[1] != keys[2]


async def test_a_move_without_a_booking_is_refused(run: Callable[..., Any]) -> None:
    """The list of bookings says what is moved; without that nothing is."""
    app = await run("my_bookings", [Move(), Back()])
    assert app.seen[1].notice.key == "error.unexpected"
