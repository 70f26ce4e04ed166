"""Accepting a late arrival at a counter: only where a setting and a right allow it, and with a reason (C3)."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.errors import NotFound, Unavailable
from kiosk.hall.facts import Arrival
from screens.messages import Scanned
from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import SIZES, CounterFace, at_workplace
from tests.stations import Trial, person

RIGHT = frozenset({"accept_late"})
ALLOWED = {"accept_late": True}
MONDAY = "2026-11-23"


def late_code(trial: Trial) -> str:
    """The order code of a booking for 10:00, at half past ten."""
    code = trial.confirmed(f"{MONDAY} 10:00").order_code
    trial.at(f"{MONDAY} 10:30")
    return code


async def refused_late(face: CounterFace, trial: Trial) -> None:
    """Present it and be told that it is late."""
    await face.enter(late_code(trial))
    assert face.told.title == face.app.text("counter.too_late")


@pytest.mark.parametrize(
    ("allowed", "rights", "advice"),
    [(False, RIGHT, "counter.late.off"), (True, frozenset(), "counter.late.supervisor")],
    ids=["setting-off", "no-right"],
)
async def test_without_setting_or_right_nothing_is_offered(
    make_counter: MakeCounter, allowed: bool, rights: frozenset[str], advice: str
) -> None:
    """C3: the panel says who could, or what to do instead; its key does nothing."""
    counter = make_counter(rights, arrival={"accept_late": allowed})
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        assert face.told.advice == face.app.text(advice)
        await face.press("f16")
        assert face.workplace.column == "queue"
        assert face.app.text("button.accept_late") not in face.shown


@pytest.mark.parametrize("size", SIZES)
async def test_with_both_a_reason_gives_the_ticket(make_counter: MakeCounter, size: Any) -> None:
    """C3: Shift+F4, the reason, Enter; the ticket keeps who accepted it and why."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    async with at_workplace(counter, size=size) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.enter("avtobus gecikib")
        assert face.told.number == "A-001"
        assert face.told.title == face.app.text("counter.accepted_late").split("\n")[0]
        assert face.workplace.column == "queue"
        await face.press("f19")
        assert face.app.text("counter.list.accepted_late") in face.shown
        member = face.workplace.member.id
    assert counter.query("SELECT accepted_late_by, late_reason FROM tickets") == [
        {"accepted_late_by": member, "late_reason": "avtobus gecikib"}
    ]


async def test_by_mouse_alone(make_counter: MakeCounter) -> None:
    """The panel's button, and the form's."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.touch("#panel")
        await face.touch("#back")
        assert face.workplace.column == "queue"
        await face.touch("#panel")
        await face.write("avtobus")
        await face.touch("#accept")
        assert face.told.number == "A-001"


async def test_without_a_reason_nothing_is_done(make_counter: MakeCounter) -> None:
    """C3: told at the field, which goes on waiting."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.enter("   ")
        assert face.workplace.column == "late"
        assert face.app.text("counter.late.empty") in face.shown
        assert not counter.query("SELECT id FROM tickets")


async def test_typing_goes_into_the_reason_while_the_form_is_open(make_counter: MakeCounter) -> None:
    """And back into the code's field after Escape, which forgets the reason."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.write("avtobus")
        assert face.workplace.late.reason.value == "avtobus"
        assert face.workplace.code.value == ""
        await face.press("escape")
        await face.write("K7")
        assert face.workplace.late.reason.value == ""
        assert face.workplace.code.value == "K7"


async def test_a_scan_while_the_form_is_open_is_not_taken_and_says_so(make_counter: MakeCounter) -> None:
    """Nobody's code is presented unseen, and the reason is not lost."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.write("avtobus")
        face.screen.post_message(Scanned("K7MP4XRT"))
        await face.settle()
        assert face.workplace.note.words == face.app.text("counter.late.first")
        assert face.workplace.late.reason.value == "avtobus"
        assert len(face.workplace.presented.entries) == 1


async def test_while_the_database_is_away_the_reason_is_kept_and_is_the_same_act(
    make_counter: MakeCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was lost after the commit: Enter again gives the same ticket."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    plain = counter.station.hall.accept_late
    keys: list[str] = []

    def lost_once(key: str, code: str, staff: int, reason: str) -> Arrival:
        keys.append(key)
        arrival = plain(key, code, staff, reason)
        if len(keys) == 1:
            raise Unavailable
        return arrival

    monkeypatch.setattr(counter.station.hall, "accept_late", lost_once)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.enter("avtobus gecikib")
        assert face.workplace.note.words == face.app.text("database.away")
        assert face.workplace.late.reason.value == "avtobus gecikib"
        await face.press("enter")
        assert face.told.number == "A-001"
    assert len(set(keys)) == 1
    assert len(counter.query("SELECT id FROM tickets")) == 1


async def test_when_it_is_no_longer_late_the_form_closes_and_says_so(
    make_counter: MakeCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled meanwhile, or the day is over: the code is to be presented again."""
    counter = make_counter(RIGHT, arrival=ALLOWED)

    def gone(*_: Any) -> Arrival:
        raise NotFound

    monkeypatch.setattr(counter.station.hall, "accept_late", gone)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.enter("avtobus")
        assert face.workplace.note.words == face.app.text("counter.late.gone")
        assert face.workplace.column == "queue"


async def test_an_accepted_one_is_not_offered_again(make_counter: MakeCounter) -> None:
    """Its earlier row is still in the list; choosing it says what became of it."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.enter("avtobus")
        await face.press("f19", "down")
        assert face.told.advice == face.app.text("counter.late.done")
        assert not face.workplace.panel.offers_late


async def test_another_late_one_is_offered_after_the_first(make_counter: MakeCounter) -> None:
    """Each of them has a reason of its own."""
    counter = make_counter(RIGHT, arrival=ALLOWED)
    second = counter.confirmed(f"{MONDAY} 10:00", person(2), service="passport-issue").order_code
    async with at_workplace(counter) as face:
        await refused_late(face, counter)
        await face.press("f16")
        await face.enter("avtobus")
        await face.enter(second)
        assert face.workplace.panel.offers_late
        await face.press("f16")
        assert face.workplace.late.reason.value == ""
