"""The slot grid and the step that holds it (Q5, Q8): what is shown, what can be had, what changes under one's eyes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from kiosk.booking.facts import SlotState
from kiosk.errors import (
    BadRequest,
    Closed,
    DateNotOffered,
    HoldEnded,
    LimitReached,
    Refusal,
    SameHour,
    SlotTaken,
    Unavailable,
)
from kiosk.names import LANGUAGES, Language
from screens.citizen import wizard
from screens.citizen.slots import SlotScreen
from screens.citizen.step import Answer, Back, ConfirmHour, JumpTo, Next
from screens.messages import DayTurned
from screens.palette import THEMES, ThemeName
from screens.widgets.slot_grid import SlotGrid
from tests.screens.fakes import NOW, FakeStation, at, held
from tests.screens.running import FULL, LARGE, SIZES, Face, running, settings

DAY = date(2026, 11, 11)


async def to_slots(face: Face, *, mine: int | None = None) -> SlotScreen:
    """The step alone, on the picture's date; with an hour that this visit holds, if one is named."""
    draft = face.app.session.draft
    draft.service, draft.centre, draft.date = "id-issue", "baku-2", DAY
    if mine is not None:
        face.station.bookings.mine = mine
        draft.time = at(DAY, mine)
        draft.held = held(draft.time)
        draft.applicant = {"email": "a.memmedova@mail.az"}
    screen = SlotScreen(draft)
    face.app.start_errand(lambda: _show(face, screen))
    await face.until(lambda: face.app.screen is screen)
    await face.settle()
    face.elapsed.pass_by(1.0)
    return screen


async def _show(face: Face, screen: SlotScreen) -> None:
    await wizard.Stage(face.app).show(screen)


def answer_of(screen: SlotScreen) -> Answer | None:
    return screen.outcome.result() if screen.outcome.done() else None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_state_has_a_mark_and_a_word(language: Language, size: tuple[int, int]) -> None:
    """Q5: colour is never the only sign; each cell also carries a mark and a word, in each language and size."""
    async with running(size=size, with_settings=settings(language=language)) as face:
        screen = await to_slots(face, mine=15)
        shown = face.shown
        for state, mark in (("free", "○"), ("taken", "✕"), ("held", "◐"), ("mine", "★")):
            assert mark in shown
            assert face.app.text(f"slot.state.{state}") in shown
        assert len(screen.grid.spots()) == 9


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_states_differ_without_colour(theme: ThemeName, size: tuple[int, int]) -> None:
    """Issue 2: in a NO_COLOR run every slot state can still be told: no two look alike as text."""
    async with running(size=size, with_settings=settings(theme=theme)) as face:
        screen = await to_slots(face, mine=15)
        lines = face.lines()
        looks = set()
        for hour in (9, 10, 12, 15):
            spot = screen.grid.spot(f"{hour:02}:00")
            assert spot is not None
            x, y, width, height = spot.region.translate(screen.grid.region.offset)
            cell = "".join(line[x : x + width] for line in lines[y : y + height])
            looks.add("".join(sign for sign in cell if not sign.isdigit() and sign not in "▄ "))
        assert len(looks) == 4


async def test_cells_are_those_of_the_picture() -> None:
    """face.md 05: 36×6 with gaps of 2 and 1 at 120×36, from row 11 on."""
    async with running() as face:
        screen = await to_slots(face)
        assert face.region("#grid") == (4, 11, 112, 20)
        regions = [tuple(spot.region) for spot in screen.grid.spots()]
        assert regions[0] == (0, 0, 36, 6)
        assert regions[1] == (38, 0, 36, 6)
        assert regions[8] == (76, 14, 36, 6)


async def test_large_type_cells_are_half_row_boxes() -> None:
    """face.md: 22×4 half-row boxes at 76×22; the finger has the whole pitch."""
    async with running(size=LARGE) as face:
        screen = await to_slots(face)
        assert face.region("#grid") == (2, 6, 72, 12)
        assert [tuple(spot.region) for spot in screen.grid.spots()][:4] == [
            (0, 0, 22, 4),
            (24, 0, 22, 4),
            (48, 0, 24, 4),
            (0, 4, 22, 4),
        ]


@pytest.mark.parametrize(("first", "last"), [(9, 18), (8, 20), (8, 21), (7, 23)])
@pytest.mark.parametrize("size", SIZES)
async def test_every_hour_of_a_long_day_has_its_cell(first: int, last: int, size: tuple[int, int]) -> None:
    """Q5: all full hours of the date stand on one page, however long the day is."""
    station = FakeStation()
    station.bookings.states = dict.fromkeys(range(first, last), "free")
    async with running(station, size=size) as face:
        screen = await to_slots(face)
        spots = screen.grid.spots()
        assert len(spots) == last - first
        for spot in spots:
            assert screen.grid.size.region.contains_region(spot.region)
            assert spot.region.height >= 4
            assert spot.name in face.shown or size == FULL


async def test_a_free_hour_is_chosen_by_one_tap() -> None:
    """Q5: only blue can be chosen, by one tap; choosing does not hold it yet (Q6 does)."""
    async with running() as face:
        screen = await to_slots(face)
        await face.touch("#grid", "10:00")
        assert isinstance(answer_of(screen), Next)
        assert screen.draft.time == at(DAY, 10)
        assert not any(call[0] == "hold" for call in face.station.bookings.calls)


async def test_arrows_and_enter_choose() -> None:
    """face.md: cursor by arrows, Enter; the cursor begins on the first free hour."""
    async with running() as face:
        screen = await to_slots(face)
        await face.press("down")
        assert screen.grid.cursor == "10:00"
        await face.press("down", "down", "right", "enter")
        assert screen.draft.time == at(DAY, 17)


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_red_says_why_not(size: tuple[int, int]) -> None:
    """Issue 2: choosing red says why not, and nothing is chosen."""
    async with running(size=size) as face:
        screen = await to_slots(face)
        await face.touch("#grid", "09:00")
        assert "Bu saat artıq tutulub." in " ".join(face.shown.split())
        assert answer_of(screen) is None


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_foreign_yellow_offers_to_confirm_it(size: tuple[int, int]) -> None:
    """Q8: choosing a foreign yellow says so and offers "confirm my booking" for that hour."""
    async with running(size=size) as face:
        screen = await to_slots(face)
        assert "Növbəmi təsdiq et" not in face.shown
        await face.touch("#grid", "12:00")
        assert "təsdiqlənməyib." in face.shown
        await face.touch("#second")
        answer = answer_of(screen)
        assert isinstance(answer, ConfirmHour)
        assert answer.slot == ("id-issue", "baku-2", at(DAY, 12))


async def test_the_offer_goes_when_the_yellow_hour_changes() -> None:
    """Q8: an hour that is no longer held by anybody needs no confirming."""
    async with running() as face:
        await to_slots(face)
        await face.touch("#grid", "12:00")
        face.station.bookings.states[12] = "taken"
        face.station.change()
        await face.until(lambda: "Növbəmi təsdiq et" not in face.lines()[33])


async def test_the_own_hour_is_marked_and_goes_on() -> None:
    """Q5: the yellow hour this person holds is marked as theirs; face.md: "15:00 ilə davam et ▶"."""
    async with running() as face:
        screen = await to_slots(face, mine=15)
        assert "★ sizin seçiminiz" in face.shown
        assert "15:00 ilə davam et ▶" in face.shown
        assert "15:32-dək saxlanılır" in face.shown
        await face.press("enter")
        assert isinstance(answer_of(screen), Next)
        assert not any(call[0] == "hold" for call in face.station.bookings.calls)


async def test_another_hour_swaps_the_hold() -> None:
    """Issue 2: choosing another hour after GERİ swaps the hold in one transaction."""
    async with running() as face:
        screen = await to_slots(face, mine=15)
        screen.draft.applicant.update({"fin": " 5abc123", "email": "a.memmedova@mail.az"})
        screen.draft.code = "40"
        await face.touch("#grid", "16:00")
        assert isinstance(answer_of(screen), Next)
        assert ("hold", "id-issue", "baku-2", at(DAY, 16), "b-1") in face.station.bookings.calls
        assert screen.draft.held is not None
        assert screen.draft.held.time == at(DAY, 16)
        assert screen.draft.hold_key is None
        assert screen.draft.held_as is not None
        assert screen.draft.held_as["fin"] == "5ABC123"
        assert screen.draft.code == "", "the code of the other hour is not this one's"


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (SlotTaken("taken"), "slot.lost_race"),
        (SameHour(), "slot.same_hour"),
        (LimitReached("holds_per_email", 3), "limit.email"),
        (LimitReached("holds_per_station", 60), "limit.station"),
        (LimitReached("open_bookings", 3), "booking.limit"),
    ],
)
async def test_a_refused_swap_keeps_the_hold(refusal: SlotTaken, said: str) -> None:
    """Issue 2: losing a race says so and shows the grid anew, nothing lost: the old hour is still this person's."""
    async with running() as face:
        screen = await to_slots(face, mine=15)
        refuse_hold(face, refusal)
        await face.touch("#grid", "16:00")
        await face.settle()
        words = face.app.text(said, count=refusal.facts.get("count", "")).split("\n")[0]
        assert words[:50] in face.shown
        assert answer_of(screen) is None
        assert screen.draft.held is not None
        assert screen.draft.time == at(DAY, 15)


@pytest.mark.parametrize(("refusal", "to"), [(HoldEnded("expired"), None), (DateNotOffered(), "date")])
async def test_a_swap_that_comes_too_late_goes_where_it_can(refusal: HoldEnded, to: str | None) -> None:
    """Q8, Q3: a hold that ended meanwhile is simply not swapped; a date that is over leads to the dates."""
    async with running() as face:
        screen = await to_slots(face, mine=15)
        refuse_hold(face, refusal)
        await face.touch("#grid", "16:00")
        answer = answer_of(screen)
        if to is None:
            assert isinstance(answer, Next)
            assert screen.draft.held is None
            assert screen.draft.time == at(DAY, 16)
        else:
            assert isinstance(answer, JumpTo)
            assert answer.step == to


async def test_a_swap_asked_again_is_the_same_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """house.md: a change carries a key; after the connection was away the same choice is the same act."""
    keys: list[str] = []
    station = FakeStation()
    hold = station.bookings.hold

    def noted(key: str, *rest: object, **more: object) -> object:
        keys.append(key)
        if len(keys) == 1:
            raise Unavailable
        return hold(key, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(station.bookings, "hold", noted)
    async with running(station) as face:
        screen = await to_slots(face, mine=15)
        await face.touch("#grid", "16:00")
        assert "Sistemlə əlaqə müvəqqəti kəsilib" in face.shown
        await face.touch("#grid", "16:00")
        assert isinstance(answer_of(screen), Next)
        assert len(keys) == 2
        assert len(set(keys)) == 1


def refuse_hold(face: Face, refusal: object) -> None:
    """The next hold is refused like that."""

    def hold(*_: object, **__: object) -> None:
        raise cast(SlotTaken, refusal)

    face.station.bookings.hold = hold  # type: ignore[assignment,method-assign]


@pytest.mark.parametrize(("state", "mark"), [("taken", "✕ tutulub"), ("held", "◐ təsdiqlənməyib")])
async def test_the_grid_changes_under_the_eyes(state: SlotState, mark: str) -> None:
    """Q5: another station's hold shows in its place, framed for a second."""
    async with running() as face:
        screen = await to_slots(face)
        face.station.bookings.states[10] = state
        face.station.change()
        await face.until(lambda: screen.grid.changed)
        assert screen.grid.changed == {"10:00"}
        assert "┏" in face.shown
        assert sum(line.count(mark) for line in face.lines()) > 1
        await face.until(lambda: not screen.grid.changed)
        assert "┏" not in face.shown


async def test_the_hour_chosen_before_is_lost_to_another() -> None:
    """Issue 2: losing a race for a blue one says so; what is typed is kept."""
    async with running() as face:
        screen = await to_slots(face)
        screen.draft.time = at(DAY, 10)
        screen.draft.applicant["given_name"] = "Aygün"
        screen.follow()
        await face.settle()
        assert "✓ seçilib" in face.shown
        assert "10:00 ilə davam et ▶" in face.shown
        face.station.bookings.states[10] = "taken"
        face.station.change()
        await face.until(lambda: screen.draft.time is None)
        assert "Bu saat bir az əvvəl tutuldu." in face.shown
        assert "davam et" not in face.shown
        assert screen.draft.applicant == {"given_name": "Aygün"}


async def test_time_alone_frees_an_hour() -> None:
    """Q8: a hold that runs out turns blue with no commit; the grid reads again at that moment."""
    station = FakeStation()
    station.bookings.next_change = NOW + timedelta(milliseconds=200)
    async with running(station) as face:
        screen = await to_slots(face)
        station.bookings.states[12] = "free"
        station.bookings.next_change = None
        spot = "12:00"
        await face.until(lambda: spot in screen.grid.changed)


async def test_changes_during_a_read_cause_one_more() -> None:
    """House rule: reads are one at a time; a flood of changes is not a flood of reads."""
    async with running() as face:
        screen = await to_slots(face)
        face.station.bookings.calls.clear()
        for _ in range(20):
            screen.follow()
        await face.settle()
        assert 1 <= len(face.station.bookings.calls) <= 2


@pytest.mark.parametrize(
    ("refusal", "key"), [(DateNotOffered(), "slot.date_over"), (Closed("closure", None), "date.non_working")]
)
async def test_a_grid_open_over_midnight_refuses_the_date(refusal: Refusal, key: str) -> None:
    """Issue 2: a grid left open over midnight refuses a date that is no longer offered (Q3)."""
    async with running() as face:
        screen = await to_slots(face)
        face.station.bookings.refuse = refusal
        face.app.tell_all(DayTurned)
        await face.until(screen.outcome.done)
        answer = answer_of(screen)
        assert isinstance(answer, JumpTo)
        assert answer.step == "date"
        assert answer.notice is not None
        assert answer.notice.key == key
        assert screen.draft.date is None


async def test_a_service_that_is_gone_leads_to_the_services() -> None:
    """Q1: reference data that changed under an open grid."""
    async with running() as face:
        screen = await to_slots(face)
        face.station.bookings.refuse = BadRequest("service", "unknown")
        face.station.change()
        await face.until(screen.outcome.done)
        answer = answer_of(screen)
        assert isinstance(answer, JumpTo)
        assert answer.step == "service"


async def test_a_day_without_a_free_hour_says_so() -> None:
    """face.md: say what is, then what to do."""
    station = FakeStation()
    station.bookings.states = dict.fromkeys(range(9, 18), "taken")
    async with running(station) as face:
        await to_slots(face)
        assert "Bu tarixdə boş saat yoxdur." in face.shown


async def test_the_grid_keeps_its_cursor_when_hours_change() -> None:
    """face.md: nothing jumps: the cursor stays on its hour."""
    async with running() as face:
        screen = await to_slots(face)
        await face.press("down", "down")
        assert screen.grid.cursor == "13:00"
        face.station.bookings.states[13] = "free"
        face.station.change()
        await face.until(lambda: screen.grid.changed)
        assert screen.grid.cursor == "13:00"


async def test_escape_goes_back() -> None:
    """face.md: Escape is GERİ."""
    async with running() as face:
        screen = await to_slots(face)
        await face.press("escape")
        assert isinstance(answer_of(screen), Back)


async def test_two_seats_count_as_the_rules_say() -> None:
    """Q5: the grid shows the state it is given; `held_by_me` alone makes an hour one's own."""
    grid = SlotGrid()
    async with running() as face:
        screen = await to_slots(face, mine=15)
        own = next(slot for slot in screen.grid.slots if slot.held_by_me)
        assert screen.grid.state_of(own) == "mine"
        assert grid.state_of(replace(own, held_by_me=False)) == "held"
