"""The locked workplace: by one key, and by itself when left; nothing typed or called is lost by it (C6, K6)."""

from __future__ import annotations

from typing import Any, cast

import pytest

from kiosk.errors import Unavailable
from kiosk.identity.staff import StaffMember
from screens.citizen.pin import PinScreen
from screens.counter.lock import LockScreen
from screens.counter.sign_in import SignInScreen
from screens.counter.workplace import WorkplaceScreen
from screens.messages import Scanned
from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import COUNTER, PASSWORD, SMALL, WIDE, CounterFace, at_sign_in, at_workplace
from tests.screens.counter.fake_hall import FakeHall
from tests.screens.counter.test_cards import WithCards, inserted, with_cards
from tests.stations import Trial

__all__ = ["with_cards"]


@pytest.fixture
def hall(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> FakeHall:
    """The hall of face.md's picture, at the counter's station."""
    hall = FakeHall()
    monkeypatch.setattr(counter.station, "queue", cast(Any, hall))
    return hall


def lock(face: CounterFace) -> LockScreen:
    return cast(LockScreen, face.screen)


async def unlock(face: CounterFace, password: str = PASSWORD) -> None:
    """Type it and press Enter."""
    await face.enter(password)


async def test_one_key_locks_and_the_password_opens_what_was_left(counter: Trial, hall: FakeHall) -> None:
    """C6: the person called, the half typed code and the form are there again; behind the lock nothing is seen."""
    async with at_workplace(counter) as face:
        await face.write("K7")
        await face.press("f2", "f5", "f12")
        assert face.is_on(LockScreen)
        for hidden in ("Nümunəyeva", "5AB", "A-017", "A-019", "K7"):
            assert hidden not in face.shown
        await unlock(face)
        assert face.is_on(WorkplaceScreen)
        assert face.workplace.column == "park"
        assert face.workplace.code.value == "K7"
        assert "Nümunəyeva Aygün" in face.shown
    assert hall.acts() == ["call_next"]


@pytest.mark.long
async def test_a_wrong_password_opens_nothing(counter: Trial) -> None:
    """C6: it is told, counted as a wrong try of that operator, and slowed down like signing in."""
    async with at_workplace(counter) as face:
        await face.press("f12", "enter")
        assert lock(face).password.problem == "field.short.empty"
        await unlock(face, "not-the-password")
        assert lock(face).note.words == face.app.text("counter.lock.wrong")
        assert lock(face).password.value == ""
        for _ in range(5):
            await unlock(face, "not-the-password")
        assert lock(face).note.words == face.app.text("staff.slow_down", time="09:00:30")
        await unlock(face)
        assert face.is_on(LockScreen)


@pytest.mark.long
async def test_while_the_database_is_away_it_stays_locked(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed stays; Enter tries again."""

    def away(*_: Any) -> Any:
        raise Unavailable

    async with at_workplace(counter) as face:
        await face.press("f12")
        with monkeypatch.context() as patched:
            patched.setattr(counter.station.staff, "sign_in", away)
            await unlock(face)
        assert face.is_on(LockScreen)
        assert lock(face).note.words == face.app.text("database.away")
        await face.press("enter")
        assert face.is_on(WorkplaceScreen)


async def left(face: CounterFace, seconds: float) -> None:
    """Nobody touches anything for so long."""
    face.elapsed.pass_by(seconds)
    await face.app.look_at_idle()
    await face.settle()


async def test_a_workplace_that_nobody_touches_locks_itself(make_counter: MakeCounter) -> None:
    """C6: after `[counter] idle_seconds`, with the usual warning before it; nobody is signed out."""
    counter = make_counter(counter={"idle_seconds": 300}, face={"idle_warning_seconds": 20})
    async with at_workplace(counter) as face:
        assert face.app.idle_limit() == 300
        await face.write("K7")
        await left(face, 290)
        assert not face.is_on(LockScreen)
        await left(face, 11)
        assert face.is_on(LockScreen)
        await left(face, 100_000)
        assert face.is_on(LockScreen)
        await unlock(face)
        assert face.workplace.code.value == "K7"
        assert not counter.query("SELECT id FROM audit WHERE act = 'sign_out'")
        await left(face, 290)
        await left(face, 11)
        assert face.is_on(LockScreen)


@pytest.mark.long
async def test_what_stands_over_the_workplace_is_locked_too(make_counter: MakeCounter) -> None:
    """A form of the company's desk that was left is there again."""
    async with at_workplace(make_counter(counter={"idle_seconds": 300})) as face:
        await face.press("f18", "f8")
        below = face.screen
        await left(face, 301)
        assert face.is_on(LockScreen)
        await unlock(face)
        assert face.screen is below


@pytest.mark.long
async def test_signing_out_of_a_locked_workplace_is_asked_for_twice(counter: Trial) -> None:
    """Whoever comes next can work here; it says what is lost."""
    async with at_workplace(counter) as face:
        await face.press("f12", "f24")
        assert lock(face).note.words == face.app.text("counter.lock.leaves")
        await face.press("shift+f12")
        await face.until(lambda: face.is_on(SignInScreen))


@pytest.mark.long
async def test_a_scan_at_a_locked_workplace_is_not_taken(counter: Trial) -> None:
    """It goes into no field; the note says what to do."""
    async with at_workplace(counter) as face:
        await face.press("f12")
        face.screen.post_message(Scanned("K7MP4XRT"))
        await face.settle()
        assert lock(face).note.words == face.app.text("counter.lock.first")
        assert lock(face).password.value == ""


async def by_card(face: CounterFace, desk: Any) -> None:
    """Sign in by card and PIN."""
    await inserted(face, desk)
    await face.press(*"1234", "enter")
    assert face.is_on(WorkplaceScreen)
    face.elapsed.pass_by(1.0)


async def test_the_operators_card_opens_it(with_cards: WithCards) -> None:
    """C6: taken out while it is locked, it asks for its PIN when it comes back, and is the one to take out then."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await by_card(face, desk)
        await face.write("K7")
        await face.press("f12")
        desk.remove()
        await face.settle()
        assert face.is_on(LockScreen)
        await inserted(face, desk)
        assert face.is_on(PinScreen)
        await face.press(*"1234", "enter")
        assert face.is_on(WorkplaceScreen)
        assert face.workplace.code.value == "K7"
        sight = face.app.sight
        assert sight is not None
        assert face.workplace.insertion == sight.insertion


@pytest.mark.long
async def test_somebody_elses_card_does_not_open_it(with_cards: WithCards) -> None:
    """And whoever it is of is signed out again."""
    trial, desk, cards = with_cards("operator")
    async with at_sign_in(trial) as face:
        await by_card(face, desk)
        await face.press("f12")
        desk.remove()
        await face.settle()
        cards.member = StaffMember(2, "rauf", "Rauf", "operator", frozenset())
        await inserted(face, desk)
        await face.press(*"1234", "enter")
        assert face.is_on(LockScreen)
        assert lock(face).note.words == face.app.text("counter.lock.other")


@pytest.mark.long
async def test_a_pin_that_nobody_finishes_leaves_the_lock(with_cards: WithCards) -> None:
    """Left alone over the lock, the question for the PIN goes, and everything under the lock stays."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await by_card(face, desk)
        await face.press("f12")
        desk.remove()
        await face.settle()
        await inserted(face, desk)
        await face.press(*"12")
        await left(face, 100_000)
        assert face.is_on(LockScreen)
        assert any(isinstance(screen, WorkplaceScreen) for screen in face.app.screen_stack)


@pytest.mark.parametrize("size", [COUNTER, *(pytest.param(size, marks=pytest.mark.long) for size in (SMALL, WIDE))])
async def test_the_lock_is_whole(counter: Trial, size: tuple[int, int]) -> None:
    """K2, K3: in each language at each size."""
    async with at_workplace(counter, size=size) as face:
        await face.press("f12")
        for language in ("az", "ru", "en"):
            face.app.set_language(cast(Any, language))
            await face.settle()
            assert "…" not in face.shown.partition("\n")[2]
            assert "Leyla Həsənova" in face.shown
