"""Staff cards at the counter: signing in by card and PIN, out with the card, and enrolment (C6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from kiosk.errors import NotFound
from kiosk.identity.card_facts import Pin
from kiosk.identity.refused import CardNotEnrolled, CardTaken, NotTrusted, WrongRole
from kiosk.identity.staff import Role, StaffMember
from kiosk.identity.staff_cards import StaffCard
from screens.citizen.pin import PinScreen
from screens.counter.card_list import MORE
from screens.counter.enrol import EnrolScreen
from screens.counter.lock import LockScreen
from screens.counter.sign_in import SignInScreen
from screens.counter.workplace import WorkplaceScreen
from tests.screens.counter.counter_face import SIZES, CounterFace, at_sign_in
from tests.screens.fakes_cards import VERDICT, FakeDesk
from tests.screens.opened import languages
from tests.screens.test_messages import whole
from tests.stations import START, Trial, moment


class FakeStaffCards:
    """Answers as a test says; the station beside it is a real one."""

    def __init__(self, desk: FakeDesk, role: Role) -> None:
        self.desk = desk
        self.member = StaffMember(1, "leyla", "Leyla Həsənova", role, frozenset())
        self.refuse: Exception | None = None
        self.enrolled: list[tuple[str, int]] = []
        self.cards: list[StaffCard] = []
        """Rauf's cards, the newest first."""

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
        self.cards.insert(0, StaffCard(90 + insertion, "C0DE 0001", moment(START), None))

    def of(self, name: str) -> tuple[StaffCard, ...]:
        if name != "rauf":
            raise NotFound
        return tuple(self.cards)

    def withdraw(self, by: StaffMember, card: int) -> None:
        if isinstance(self.refuse, WrongRole):
            raise self.refuse
        live = [one for one in self.cards if one.id == card and one.withdrawn_at is None]
        self.cards = [replace(one, withdrawn_at=moment(START)) if one.id == card else one for one in self.cards]
        if not live or self.refuse is not None:
            raise NotFound


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


async def test_a_card_does_not_catch_a_password_that_is_being_typed(with_cards: WithCards) -> None:
    """I9: the rest of the password, with its Enter, would spend a try. An emptied form lets the card ask."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await face.press(*"leyla", "tab", *"12")
        await inserted(face, desk)
        assert face.is_on(SignInScreen)
        await face.press(*"345678")
        assert (face.is_on(SignInScreen), desk.sent) == (True, [])
        await face.press("escape")
        await face.until(lambda: face.is_on(PinScreen))
        assert desk.sent == []


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
    await face.press(*"1234", "enter", "f1")
    await face.press(next(digit for digit in "123456789" if face.workplace.key_list.act_of(digit) == "enrol"))
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


async def test_an_untouched_enrolment_is_locked_after_a_minute(with_cards: WithCards) -> None:
    """C6: the administrator's own card may be out meanwhile; the usual warning comes before."""
    trial, desk, _ = with_cards("administrator")
    async with at_sign_in(trial) as face:
        await enrolling(face, desk)
        desk.remove()
        await face.settle()
        assert face.app.idle_limit() == 60
        face.elapsed.pass_by(61.0)
        await face.app.look_at_idle()
        await face.until(lambda: face.is_on(LockScreen))


async def test_nobody_else_enrols(with_cards: WithCards) -> None:
    """C6: the key is an administrator's."""
    trial, desk, _ = with_cards("operator")
    async with at_sign_in(trial) as face:
        await inserted(face, desk)
        await face.press(*"1234", "enter")
        await face.press("f1")
        assert face.app.text("counter.key.enrol") not in face.shown
        assert all(face.workplace.key_list.act_of(digit) != "enrol" for digit in "123456789")


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


LOST = StaffCard(7, "1A2B 3C4D", datetime(2026, 10, 31, 22, tzinfo=UTC), None)
OLD = StaffCard(6, "99FF 00AA", datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))


async def listing(face: CounterFace, desk: FakeDesk, cards: FakeStaffCards, *listed: StaffCard) -> EnrolScreen:
    """Enrolment with Rauf's name typed and his cards shown."""
    cards.cards = list(listed)
    screen = await enrolling(face, desk)
    await face.write("rauf")
    await face.settle()
    face.elapsed.pass_by(1.0)
    return screen


def asked_about(screen: EnrolScreen) -> StaffCard | None:
    return screen.withdrawing


@pytest.mark.parametrize("size", SIZES)
async def test_the_enrolled_cards_of_whoever_is_typed_are_shown(with_cards: WithCards, size: Any) -> None:
    """C6: label, and the day in Baku since when; withdrawn ones are not enrolled."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial, size=size) as face:
        screen = await listing(face, desk, cards, LOST, OLD)
        async for language in languages(face):
            assert face.app.text("enrol.cards", name="rauf") in face.shown
            assert "1A2B 3C4D" in face.shown
            assert ("1 Nov 2026" if language == "en" else "01.11.2026") in face.shown
            assert "99FF" not in face.shown
            assert "…" not in face.shown.partition("\n")[2]
        await face.press("f")
        await face.settle()
        assert "1A2B 3C4D" not in face.shown
        assert screen.cards.spots() == []


async def test_somebody_without_a_card_has_none(with_cards: WithCards) -> None:
    """C6: that the name is known is told all the same."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial) as face:
        await listing(face, desk, cards, OLD)
        async for _ in languages(face):
            assert face.app.text("enrol.no_cards") in face.shown


@pytest.mark.parametrize("size", SIZES)
async def test_a_lost_card_is_withdrawn_after_one_question(with_cards: WithCards, size: Any) -> None:
    """C6: the question says which card and whose; then it is on no list."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial, size=size) as face:
        screen = await listing(face, desk, cards, LOST)
        await face.touch("#cards", "7")
        assert asked_about(screen) == LOST
        async for _ in languages(face):
            for line in face.app.text("enrol.withdraw_title", card="1A2B 3C4D", name="rauf").split("\n"):
                assert whole(face, line), face.shown
            assert "…" not in face.shown.partition("\n")[2]
        face.elapsed.pass_by(1.0)
        await face.touch("#withdraw")
        await face.settle()
        assert [card.withdrawn_at is None for card in cards.cards] == [False]
        assert asked_about(screen) is None
        assert whole(face, face.app.text("enrol.withdrawn", name="rauf"))
        assert face.app.text("enrol.no_cards") in face.shown


async def test_a_stray_enter_keeps_the_card(with_cards: WithCards) -> None:
    """C6: by keys too; the question opens on the button that destroys nothing."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial) as face:
        screen = await listing(face, desk, cards, LOST)
        await face.press("down", "down", "enter")
        assert asked_about(screen) == LOST
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.press("enter")
        assert asked_about(screen) is None
        await face.settle()
        assert cards.cards == [LOST]
        assert screen.user_name.value == "rauf"
        assert face.app.focused is screen.user_name
        await face.touch("#cards", "7")
        await face.press("escape")
        assert asked_about(screen) is None
        assert face.is_on(EnrolScreen)


@pytest.mark.parametrize(("refused", "key"), [(NotFound(), "enrol.gone"), (WrongRole("operator"), "staff.wrong_role")])
async def test_why_a_card_is_not_withdrawn_is_told(with_cards: WithCards, refused: Exception, key: str) -> None:
    """C6: somebody was faster; or the administrator is none any more."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial) as face:
        await listing(face, desk, cards, LOST)
        cards.refuse = refused
        await face.touch("#cards", "7")
        face.elapsed.pass_by(1.0)
        await face.touch("#withdraw")
        await face.settle()
        assert whole(face, face.app.text(key)), face.shown


async def test_the_card_that_was_enrolled_stands_on_the_list(with_cards: WithCards) -> None:
    """C6: the name's field is free for the next, and the list says whose it is."""
    trial, desk, cards = with_cards("administrator")
    async with at_sign_in(trial) as face:
        screen = await listing(face, desk, cards, LOST)
        await face.press("enter")
        await face.settle()
        assert screen.user_name.value == ""
        assert [card.label for card in screen.cards.cards] == ["C0DE 0001", "1A2B 3C4D"]
        assert face.app.text("enrol.cards", name="rauf") in face.shown


async def test_more_cards_than_fit_are_turned_by_pages(with_cards: WithCards) -> None:
    """face.md: never scrolled; the count turns them, round and round."""
    trial, desk, cards = with_cards("administrator")
    many = [replace(LOST, id=place, label=f"{place:04} 0000") for place in range(1, 13)]
    async with at_sign_in(trial) as face:
        screen = await listing(face, desk, cards, *many)
        seen: list[int] = []
        for _ in screen.cards.pages():
            seen += screen.cards.page
            await face.touch("#cards", MORE)
        assert seen == list(range(12))
        assert screen.cards.page.start == 0
