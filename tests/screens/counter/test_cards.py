"""Staff cards at the counter: signing in by card and PIN, out with the card, and enrolment (C6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from kiosk.errors import NotFound
from kiosk.identity.card_facts import Pin
from kiosk.identity.refused import CardNotEnrolled, CardTaken, NotTrusted, WrongRole
from kiosk.identity.staff import Role, StaffMember
from screens.citizen.pin import PinScreen
from screens.counter.enrol import EnrolScreen
from screens.counter.sign_in import SignInScreen
from screens.counter.workplace import WorkplaceScreen
from tests.screens.counter.counter_face import SIZES, CounterFace, at_sign_in
from tests.screens.fakes_cards import VERDICT, FakeDesk
from tests.screens.opened import languages
from tests.screens.test_messages import whole
from tests.stations import Trial


class FakeStaffCards:
    """Answers as a test says; the station beside it is a real one."""

    def __init__(self, desk: FakeDesk, role: Role) -> None:
        self.desk = desk
        self.member = StaffMember(1, "leyla", "Leyla Həsənova", role, frozenset())
        self.refuse: Exception | None = None
        self.enrolled: list[tuple[str, int]] = []

    def sign_in(self, insertion: int, pin: Pin | None, roles: object = None) -> StaffMember:
        with pin or Pin() as typed:
            self.desk.verify("staff", "pin1", typed)
        if self.refuse is not None:
            raise self.refuse
        return self.member

    def enrol(self, by: StaffMember, name: str, insertion: int, pin: Pin | None = None) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.enrolled.append((name, insertion))


WithCards = Callable[[Role], tuple[Trial, FakeDesk, FakeStaffCards]]


@pytest.fixture
def with_cards(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> WithCards:
    """A counter's station with a reader, and somebody of that role who has a card."""

    def make(role: Role) -> tuple[Trial, FakeDesk, FakeStaffCards]:
        desk = FakeDesk()
        desk.close = lambda: None  # type: ignore[attr-defined]
        cards = FakeStaffCards(desk, role)
        monkeypatch.setattr(counter.station, "cards", cast(Any, desk))
        monkeypatch.setattr(type(counter.station), "staff_cards", cards)
        return counter, desk, cards

    return make


async def inserted(face: CounterFace, desk: FakeDesk) -> None:
    desk.insert()
    await face.settle()
    face.elapsed.pass_by(1.0)


async def test_a_card_asks_for_its_pin_and_opens_the_workplace(with_cards: WithCards) -> None:
    """C6: beside name and password; the PIN stands nowhere."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await inserted(face, desk)
        assert face.is_on(PinScreen)
        await face.press(*"1234", "enter")
        assert face.is_on(WorkplaceScreen)
        assert "Leyla Həsənova" in face.shown
        assert desk.sent == [("staff", 4)]


async def test_the_card_out_signs_out_whoever_signed_in_by_it(with_cards: WithCards) -> None:
    """C6: at once, and it says why."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await inserted(face, desk)
        await face.press(*"1234", "enter")
        desk.remove()
        await face.until(lambda: isinstance(face.screen, SignInScreen))
        await face.settle()
        assert whole(face, face.app.text("staff.card_out"))


async def test_a_card_out_signs_nobody_out_who_came_by_password(with_cards: WithCards) -> None:
    """C6: a citizen's card comes and goes at a counter."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await face.sign()
        await inserted(face, desk)
        assert isinstance(face.screen, WorkplaceScreen)
        desk.remove()
        await face.settle()
        assert isinstance(face.screen, WorkplaceScreen)


async def test_escape_leads_to_name_and_password(with_cards: WithCards) -> None:
    """C6: the card that stays in asks no second time by itself."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await inserted(face, desk)
        await face.press("escape")
        assert face.is_on(SignInScreen)
        await face.sign()
        assert face.is_on(WorkplaceScreen)


@pytest.mark.parametrize(
    ("refused", "key"),
    [(CardNotEnrolled(), "staff.card_not_enrolled"), (WrongRole("technician"), "staff.wrong_role")],
)
async def test_why_a_card_signs_nobody_in_is_told(with_cards: WithCards, refused: Exception, key: str) -> None:
    """C6."""
    trial, desk, cards = with_cards("operator")
    cards.refuse = refused
    async with at_sign_in(trial) as face:
        await inserted(face, desk)
        await face.press(*"1234", "enter")
        assert isinstance(face.screen, SignInScreen)
        async for _ in languages(face):
            assert whole(face, face.app.text(key))


async def enrolling(face: CounterFace, desk: FakeDesk) -> EnrolScreen:
    await inserted(face, desk)
    await face.press(*"1234", "enter")
    await face.press("f8")
    assert isinstance(face.screen, EnrolScreen)
    face.elapsed.pass_by(1.0)
    return face.screen


@pytest.mark.parametrize("size", SIZES)
async def test_an_administrator_enrols_a_card(with_cards: WithCards, size: Any) -> None:
    """C6: also by the one reader in which the administrator's own card stood."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial, size=size) as face:
        await enrolling(face, desk)
        desk.remove()
        await face.settle()
        assert isinstance(face.screen, EnrolScreen)
        async for _ in languages(face):
            assert face.app.text("enrol.insert") in face.shown
            assert "…" not in face.shown.partition("\n")[2]
        face.elapsed.pass_by(1.0)
        await inserted(face, desk)
        await face.write("rauf")
        await face.press("enter")
        assert cards.enrolled == [("rauf", 2)]
        assert whole(face, face.app.text("enrol.done", name="rauf"))
        await face.press("escape")
        await face.until(lambda: isinstance(face.screen, SignInScreen))


async def test_nobody_else_enrols(with_cards: WithCards) -> None:
    """C6: the key is an administrator's."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await inserted(face, desk)
        await face.press(*"1234", "enter")
        assert face.app.text("counter.key.enrol") not in face.shown
        await face.press("f8")
        assert isinstance(face.screen, WorkplaceScreen)


@pytest.mark.parametrize(
    ("refused", "key", "values"),
    [
        (NotFound(), "enrol.unknown", {"name": "rauf"}),
        (CardTaken(), "enrol.taken", {}),
        (NotTrusted(VERDICT), "staff.not_trusted", {"state": "etibarlıdır"}),
    ],
)
async def test_why_a_card_is_not_enrolled_is_told(
    with_cards: WithCards, refused: Exception, key: str, values: dict[str, str]
) -> None:
    """C6: and the name stays."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial) as face:
        screen = await enrolling(face, desk)
        cards.refuse = refused
        await face.write("rauf")
        await face.press("enter")
        assert whole(face, face.app.text(key, **values)), face.shown
        assert screen.user_name.value == "rauf"


async def test_enrolling_wants_a_name_and_a_card(with_cards: WithCards) -> None:
    """C6: what is missing is told."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial) as face:
        screen = await enrolling(face, desk)
        await face.press("enter")
        assert screen.user_name.problem == "field.short.empty"
        desk.remove()
        await face.settle()
        await face.write("rauf")
        await face.press("enter")
        assert screen.note.words == face.app.text("enrol.insert")
        assert cards.enrolled == []
