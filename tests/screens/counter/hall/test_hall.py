"""The hall's supervisor and administrator at the keyboard: each list, each form, each refusal (C2, C6)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from kiosk.errors import BadRequest, NotAllowed, NotFound, Unavailable
from kiosk.hall.limits import Limit
from kiosk.identity.staff import ACCEPT_LATE, MANAGE_HALL, MANAGE_STAFF, SEE_FIGURES
from kiosk.language import phone
from kiosk.names import Names
from screens.counter.hall.closing import ClosingForm, ConfirmClosing, read_day, read_time
from screens.counter.hall.closures import ClosuresScreen
from screens.counter.hall.counters import CounterForm, CountersScreen
from screens.counter.hall.limits import LimitForm, LimitsScreen
from screens.counter.hall.machines import MachinesScreen
from screens.counter.hall.menu import hall_menu
from screens.counter.hall.services import ServicesScreen
from screens.counter.hall.staff import StaffScreen
from screens.counter.hall.staff_forms import NewStaffForm, StaffForm
from screens.counter.hall.to_call import ToCallScreen
from screens.counter.hall.words import refused_key
from screens.counter.water.leave import LeaveScreen
from screens.counter.workplace import WorkplaceScreen
from tests.kiosk.hall.invented_staff import enrolled
from tests.screens.counter.counter_face import SMALL, CounterFace, at_sign_in, at_workplace
from tests.screens.counter.hall.conftest import OpenHall
from tests.stations import CENTRE, PERSON, SERVICE, Trial, moment, new_key, person

MONDAY = date(2026, 11, 23)


async def write(face: CounterFace, text: str) -> None:
    """Type, after the moment in which a new screen is deaf."""
    face.elapsed.pass_by(1.0)
    await face.write(text)
    await face.settle()


async def erase(face: CounterFace, signs: int) -> None:
    face.elapsed.pass_by(1.0)
    for _ in range(signs):
        await face.pilot.press("backspace")
    await face.settle()


def note(face: CounterFace) -> str:
    """What the note says."""
    widget = face.screen.note  # type: ignore[attr-defined]
    return "\n".join("".join(part.text for part in widget.render_line(y)) for y in range(widget.size.height)).strip()


async def test_a_counter_is_added_closed_and_opened(trial: Trial, at_hall: OpenHall) -> None:
    """C2: F7, its number, F10; F8 closes and opens the chosen one."""
    async with at_hall() as face:
        assert face.is_on(CountersScreen)
        await face.press("f7")
        assert face.is_on(CounterForm)
        await write(face, "a3")
        await face.press("f10")
        assert face.is_on(CountersScreen)
        assert "A3" in face.shown
        await face.press("f8")
        assert face.app.text("hall.counter.closed") in face.shown
        assert [counter.open for counter in trial.station.counters.of()] == [False]
        await face.press("f8")
        assert [counter.open for counter in trial.station.counters.of()] == [True]


@pytest.mark.long
async def test_a_number_that_cannot_be_one_stays_to_be_mended(trial: Trial, at_hall: OpenHall) -> None:
    """C2: it says why, the caret stands there, and nothing typed is lost."""
    trial.station.counters.add(new_key(), enrolled(trial, "supervisor"), "7")
    async with at_hall() as face:
        await face.press("f7")
        await write(face, "7")
        await face.press("f10")
        assert face.is_on(CounterForm)
        assert face.app.text("hall.refused.number_in_use") in note(face)
        await write(face, "1")
        await face.press("f10")
        assert [counter.number for counter in trial.station.counters.of()] == ["7", "71"]


@pytest.mark.long
async def test_how_one_gets_to_a_counter(trial: Trial, at_hall: OpenHall) -> None:
    """C4: three rows; one that is left out is asked for."""
    trial.station.counters.add(new_key(), enrolled(trial, "supervisor"), "7")
    async with at_hall() as face:
        await face.press("enter")
        await write(face, "Sol")
        await face.press("enter")
        await write(face, "Налево")
        await face.press("f10")
        assert face.app.text("hall.refused.all_languages") in note(face)
        await write(face, "Left")
        await face.press("f10")
        assert face.is_on(CountersScreen)
        assert trial.station.counters.of()[0].direction == Names("Sol", "Налево", "Left")


def directed(trial: Trial, *words: str) -> None:
    """A supervisor, and a counter to which those words lead."""
    boss = enrolled(trial, "supervisor")
    trial.station.counters.add(new_key(), boss, "7")
    trial.station.counters.set_direction(new_key(), boss, "7", Names(*words))


async def test_an_arrow_to_a_counter_is_chosen(trial: Trial, at_hall: OpenHall) -> None:
    """C4: the last row; it stands beside the words, and the form shows again what was kept."""
    directed(trial, "Sol", "Налево", "Left")
    async with at_hall() as face:
        await face.press("enter", "up", "left", "f10")
        assert face.is_on(CountersScreen)
        assert trial.station.counters.of()[0].direction == Names("↙ Sol", "↙ Налево", "↙ Left")
        await face.press("enter", "up")
        assert "◂ ↙ ▸" in face.shown
        await face.press("right", "f10")
        assert trial.station.counters.of()[0].direction == Names("Sol", "Налево", "Left")


async def test_the_form_tells_what_is_read_from_afar(trial: Trial, at_hall: OpenHall) -> None:
    """Issue 5, "readable from 10 m": whoever writes a direction sees at once whether it is."""
    directed(trial, "2-ci mərtəbə, sağ tərəf", "2 этаж, в конце левого коридора", "W" * 40)
    async with at_hall() as face:
        await face.press("enter")
        for key in ("large_one", "large_two", "small", "arrow_hint"):
            for other in ("large_one", "large_two", "small", "arrow_hint"):
                lines = face.app.text(f"hall.counter.{other}").split("\n")
                assert all(line in face.shown for line in lines) == (other == key)
            await face.press("enter")


@pytest.mark.long
async def test_what_a_counter_serves_is_ticked(trial: Trial, at_hall: OpenHall) -> None:
    """C2: Space ticks, F10 keeps; without a tick it serves everything."""
    trial.station.counters.add(new_key(), enrolled(trial, "supervisor"), "7")
    async with at_hall() as face:
        await face.press("f9", "space", "down", "space", "f10")
        assert face.is_on(CountersScreen)
        assert len(trial.station.counters.of()[0].services) == 2
        await face.press("f9", "space", "down", "space")
        assert face.app.text("hall.services.all") in note(face)
        await face.press("f10")
        assert trial.station.counters.of()[0].services == frozenset()


@pytest.mark.long
async def test_somebody_elses_seat_is_seen_at_once_and_freed(trial: Trial, at_hall: OpenHall) -> None:
    """C2: the list follows; Delete frees the counter of one who went home."""
    leyla = enrolled(trial, "operator")
    async with at_hall() as face:
        trial.station.counters.sit(new_key(), leyla, "7")
        await face.until(lambda: "Nümunə 3" in face.shown)
        await face.press("delete")
        assert trial.station.counters.of()[0].staff is None


async def test_closing_a_day_tells_first_how_many_are_booked(trial: Trial, at_hall: OpenHall) -> None:
    """C2: the question says so before anything is done; then they are told."""
    trial.confirmed("2026-11-23 10:00")
    other = trial.confirmed("2026-11-23 11:00", person(1))
    trial.change("UPDATE bookings SET email = '' WHERE reference = :r", r=other.booking.replace("-", ""))
    async with at_hall(language="en") as face:
        await face.press("f3")
        assert face.is_on(ClosuresScreen)
        await face.press("f7")
        assert face.is_on(ClosingForm)
        await erase(face, 10)
        await write(face, "23.11.2026")
        await face.press("f10")
        assert face.is_on(ConfirmClosing)
        assert "2 people" in face.shown
        assert "1 person has no e-mail" in face.shown
        assert trial.station.closed_hours.of() == ()
        await face.press("f10")
        assert face.is_on(ClosuresScreen)
        (closed,) = trial.station.closed_hours.of()
        assert (closed.bookings, closed.told, closed.without_email) == (2, 1, 1)
        assert ("closure", PERSON["email"]) in trial.letters()
        assert "23 Nov 2026" in face.shown


@pytest.mark.long
async def test_some_hours_with_a_reason_of_ones_own(trial: Trial, at_hall: OpenHall) -> None:
    """C2: the three languages have rows then; Escape from the question leads back to what was typed."""
    async with at_hall() as face:
        await face.press("f3", "f7")
        await erase(face, 10)
        await write(face, "23.11.2026")
        await face.press("enter")
        await write(face, "10")
        await face.press("enter")
        await write(face, "12:30")
        await face.press("enter", "left", "f10")
        assert face.app.text("hall.refused.all_languages") in note(face)
        for words in ("Bayram", "Праздник", "A feast"):
            await write(face, words)
            await face.press("enter")
        await face.press("f10")
        assert face.is_on(ConfirmClosing)
        assert "10:00–12:30" in face.shown
        await face.press("escape")
        assert face.is_on(ClosingForm)
        assert "Bayram" in face.shown
        await face.press("f10", "f10")
        (closed,) = trial.station.closed_hours.of()
        assert closed.reason == Names("Bayram", "Праздник", "A feast")


@pytest.mark.long
async def test_a_date_or_time_that_is_none(at_hall: OpenHall) -> None:
    """C2: told before anything is asked, with how it is written."""
    async with at_hall() as face:
        await face.press("f3", "f7")
        await erase(face, 4)
        await face.press("f10")
        assert face.app.text("hall.closing.bad_day") in note(face)
        await write(face, "2026")
        await face.press("enter")
        await write(face, "25")
        await face.press("f10")
        assert face.app.text("hall.closing.bad_time") in note(face)


@pytest.mark.parametrize(("typed", "day"), [
    ("23.11.2026", MONDAY), (" 3.1.2027 ", date(2027, 1, 3)), ("31.02.2026", None), ("23/11/2026", None), ("", None),
])  # fmt: skip
def test_dates_as_they_are_typed(typed: str, day: date | None) -> None:
    """C2: day, month, year."""
    assert read_day(typed) == day


@pytest.mark.parametrize(("typed", "found"), [
    ("9", time(9)), ("09:30", time(9, 30)), ("1430", time(14, 30)), ("24:00", None), ("9:3", None), ("x", None),
])  # fmt: skip
def test_times_as_they_are_typed(typed: str, found: time | None) -> None:
    """C2: with or without a colon."""
    assert read_time(typed) == found


@pytest.mark.long
async def test_hours_are_opened_again_after_a_question(trial: Trial, at_hall: OpenHall) -> None:
    """C2: F8, who is told, F10."""
    trial.station.closed_hours.close(
        new_key(), enrolled(trial, "supervisor"), MONDAY, None, None, Names("Səbəb", "Причина", "Reason")
    )
    async with at_hall() as face:
        await face.press("f3", "f8")
        assert face.app.text("hall.closing.withdraw") in face.shown
        await face.press("escape")
        assert len(trial.station.closed_hours.of()) == 1
        await face.press("f8", "f10")
        assert face.is_on(ClosuresScreen)
        assert trial.station.closed_hours.of() == ()


def to_call(trial: Trial, boss: int) -> None:
    """A closed Monday, with two people in it who gave no e-mail address."""
    for number, hour in ((1, "10:00"), (2, "11:00")):
        typed = person(number) | {"email": ""}
        at = moment(f"2026-11-23 {hour}")
        trial.station.people.book(new_key(), boss, SERVICE, CENTRE, at, typed, "az", "identity_card")
    reason = Names("Səbəb", "Причина", "Reason")
    trial.station.closed_hours.close(new_key(), boss, MONDAY, None, None, reason)


async def test_whom_to_call_is_listed_by_key_and_by_mouse(trial: Trial, at_hall: OpenHall, boss: int) -> None:
    """C2: Enter on closed hours, or a touch; each opening is one look in the audit, whatever the hall does."""
    to_call(trial, boss)
    looks = "SELECT count(*) AS n FROM audit WHERE act = 'see_to_call'"
    async with at_hall() as face:
        await face.press("f3", "enter")
        await face.until(lambda: face.is_on(ToCallScreen) and face.screen.list.known)  # type: ignore[attr-defined]
        for number in (1, 2):
            assert f"{person(number)['surname']} {person(number)['given_name']}" in face.shown
            assert phone(person(number)["phone"]) in face.shown
        trial.station.counters.add(new_key(), boss, "31")
        await face.settle()
        face.screen.follow()  # type: ignore[attr-defined]
        await face.settle()
        assert trial.query(looks) == [{"n": 1}]
        await face.press("down", "escape")
        assert face.is_on(ClosuresScreen)
        await face.touch("#list", face.screen.list.chosen)  # type: ignore[attr-defined]
        await face.until(lambda: face.is_on(ToCallScreen) and face.screen.list.known)  # type: ignore[attr-defined]
        assert trial.query(looks) == [{"n": 2}]


async def test_who_may_no_longer_look_sees_nobody(trial: Trial, at_hall: OpenHall, boss: int) -> None:
    """C6: the right was taken away while the list of closed hours stood there."""
    to_call(trial, boss)
    supervisor = enrolled(trial, "supervisor")
    async with at_hall(by=supervisor) as face:
        await face.press("f3")
        trial.change("UPDATE staff SET role = 'operator' WHERE id = :id", id=supervisor)
        await face.press("enter")
        await face.until(lambda: face.app.text("hall.refused.not_allowed").split(".")[0] in note(face))
        assert person(1)["surname"] not in face.shown


@pytest.mark.long
async def test_whom_to_call_is_read_once_the_database_is_back(
    trial: Trial, at_hall: OpenHall, boss: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: an answer that did not come is asked for again, by itself."""
    to_call(trial, boss)
    plain, lost = trial.station.closed_hours.to_call, [True]

    def away_once(*asked: Any) -> Any:
        if lost.pop() if lost else False:
            raise Unavailable
        return plain(*asked)

    monkeypatch.setattr(trial.station.closed_hours, "to_call", away_once)
    async with at_hall() as face:
        await face.press("f3", "enter")
        await face.until(lambda: face.app.text("database.away").split("\n")[0] in face.shown)
        face.screen.follow()  # type: ignore[attr-defined]
        await face.until(lambda: person(2)["surname"] in face.shown)


async def test_a_kiosk_is_closed_and_opened(trial: Trial, at_hall: OpenHall) -> None:
    """M5: with its state, its last word and how far its clock is off."""
    trial.station.stations.seen("kiosk", 90_000)
    trial.station.stations.seen("counter", 0)
    async with at_hall(language="en") as face:
        await face.press("f4")
        assert face.is_on(MachinesScreen)
        assert "! 90.0" in face.shown
        await face.press("f8")
        assert trial.query("SELECT closed_at FROM stations WHERE closed_at IS NOT NULL") == []
        await face.press("down", "f8")
        assert face.app.text("hall.machine.closed") in face.shown
        assert len(trial.query("SELECT name FROM stations WHERE closed_at IS NOT NULL")) == 1
        await face.press("f8")
        assert trial.query("SELECT name FROM stations WHERE closed_at IS NOT NULL") == []


async def test_somebody_is_enrolled(trial: Trial, at_hall: OpenHall) -> None:
    """C6: name, role, a right beside the role's own, the password twice; it is never shown."""
    async with at_hall(language="en") as face:
        await face.press("f5")
        assert face.is_on(StaffScreen)
        await face.press("f7")
        assert face.is_on(NewStaffForm)
        await write(face, "rauf")
        await face.press("enter")
        await write(face, "Rauf Sınaqov")
        await face.press("enter", "enter", "space", "enter", "enter", "enter", "enter")
        await write(face, "a-long-password")
        await face.press("enter")
        await write(face, "another")
        await face.press("f10")
        assert face.app.text("hall.refused.not_the_same") in note(face)
        assert "a-long-password" not in face.shown and "another" not in face.shown.partition("\n")[2]
        await erase(face, 7)
        await write(face, "a-long-password")
        await face.press("f10")
        assert face.is_on(StaffScreen)
        member = trial.station.staff.sign_in("rauf", "a-long-password")
        assert (member.display_name, member.role) == ("Rauf Sınaqov", "operator")
        assert member.rights == frozenset({ACCEPT_LATE})


@pytest.mark.long
async def test_another_password_after_a_lost_answer_is_not_taken_for_the_first(
    trial: Trial, at_hall: OpenHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C6: somebody was enrolled, the answer was lost: whoever types another password hears that the name is taken."""
    add, lost = trial.station.staff_office.add, list[object]()

    def lost_once(*asked: Any) -> object:
        done: object = add(*asked)
        if not lost:
            lost.append(done)
            raise Unavailable
        return done

    monkeypatch.setattr(trial.station.staff_office, "add", lost_once)
    async with at_hall(language="en") as face:
        await face.press("f5", "f7")
        await write(face, "rauf")
        await face.press("enter")
        await write(face, "Rauf")
        await face.press(*["enter"] * 6)
        await write(face, "a-long-password")
        await face.press("enter")
        await write(face, "a-long-password")
        await face.press("f10")
        assert lost and face.is_on(NewStaffForm)
        await write(face, "2")
        await face.press("shift+tab")
        await write(face, "2")
        await face.press("f10")
        assert face.is_on(NewStaffForm)
        assert face.app.text("hall.refused.name_in_use") in note(face)
    assert trial.station.staff.sign_in("rauf", "a-long-password").name == "rauf"


@pytest.mark.long
async def test_another_role(trial: Trial, at_hall: OpenHall) -> None:
    """C6: Enter on the row, the role turned, F10."""
    leyla = enrolled(trial, "operator")
    async with at_hall(language="en") as face:
        await face.press("f5")
        screen = face.screen
        assert isinstance(screen, StaffScreen)
        screen.list.choose(str(leyla))
        await face.press("enter")
        assert face.is_on(StaffForm)
        await face.press("enter", "right")
        assert face.app.text("hall.staff.by_role") in face.shown
        await face.press("f10")
        assert face.is_on(StaffScreen)
        assert trial.query("SELECT role FROM staff WHERE id = :id", id=leyla) == [{"role": "supervisor"}]


@pytest.mark.long
async def test_access_is_ended_and_restored_but_not_ones_own(trial: Trial, at_hall: OpenHall, boss: int) -> None:
    """C6: F8; whoever presses it on their own row is told why not."""
    leyla = enrolled(trial, "operator")
    async with at_hall() as face:
        await face.press("f5")
        screen = face.screen
        assert isinstance(screen, StaffScreen)
        screen.list.choose(str(leyla))
        await face.press("f8")
        assert trial.query("SELECT active FROM staff WHERE id = :id", id=leyla) == [{"active": 0}]
        screen.list.choose(str(leyla))
        await face.press("f8")
        assert trial.query("SELECT active FROM staff WHERE id = :id", id=leyla) == [{"active": 1}]
        screen.list.choose(str(boss))
        await face.press("f8")
        assert face.app.text("hall.refused.own_access").split(".")[0] in note(face)


@pytest.mark.long
async def test_a_new_password_is_given(trial: Trial, at_hall: OpenHall) -> None:
    """C6: F9, twice the same."""
    async with at_hall() as face:
        await face.press("f5")
        screen = face.screen
        assert isinstance(screen, StaffScreen)
        leyla = next(entry for entry in screen.staff_members if entry.name == "leyla")
        screen.list.choose(str(leyla.id))
        await face.press("f9")
        for _ in range(2):
            await write(face, "another-password")
            await face.press("enter")
        await face.press("f10")
        assert trial.station.staff.sign_in("leyla", "another-password").id == leyla.id


async def test_limits_are_changed(trial: Trial, at_hall: OpenHall) -> None:
    """Q5, C5: two numbers; what is none is told."""
    async with at_hall() as face:
        await face.press("f6")
        screen = face.screen
        assert isinstance(screen, LimitsScreen)
        screen.list.choose(SERVICE)
        await face.press("enter")
        await erase(face, 4)
        await write(face, "x")
        await face.press("f10")
        assert face.app.text("hall.refused.out_of_bounds").split(",")[0] in note(face)
        await erase(face, 1)
        await write(face, "12")
        await face.press("f10")
        assert face.is_on(LimitsScreen)
        limit = next(limit for limit in trial.station.limits.all() if limit.service == SERVICE)
        assert limit.capacity == 12


@pytest.mark.parametrize("language", [pytest.param("az", marks=pytest.mark.long), "ru"])
async def test_a_limit_that_another_changed_meanwhile_is_told(
    trial: Trial, at_hall: OpenHall, boss: int, language: Any
) -> None:
    """C6: what was typed stays, the other row takes what stands there now, and F10 once more keeps what was typed."""
    limits = trial.station.limits
    async with at_hall(SMALL, language) as face:
        await face.press("f6")
        screen = face.screen
        assert isinstance(screen, LimitsScreen)
        screen.list.choose(SERVICE)
        await face.press("enter")
        await erase(face, 4)
        await write(face, "5")
        limits.set(new_key(), boss, SERVICE, 3, 44)
        await face.press("f10")
        assert face.is_on(LimitForm)
        what = f"{face.app.text('hall.limits.capacity')}: 3"
        assert [line.strip() for line in note(face).split("\n")] == [
            f"! {line}" if place == 0 else line
            for place, line in enumerate(face.app.text("hall.changed", what=what).split("\n"))
        ]
        assert (face.screen.values, face.screen.has_typed) == ({"capacity": "5", "walk_in": "44"}, True)  # type: ignore[attr-defined]
        await face.press("f10")
        assert face.is_on(LimitsScreen)
        assert next(one for one in limits.all() if one.service == SERVICE) == Limit(SERVICE, 5, 44)


async def test_a_staff_member_whom_another_changed_meanwhile_is_told(
    trial: Trial, at_hall: OpenHall, boss: int
) -> None:
    """C6: neither the colleague's change is lost nor what was typed."""
    leyla, office = enrolled(trial, "operator"), trial.station.staff_office
    async with at_hall(language="en") as face:
        await face.press("f5")
        screen = face.screen
        assert isinstance(screen, StaffScreen)
        screen.list.choose(str(leyla))
        await face.press("enter")
        before = face.screen.values["display_name"]  # type: ignore[attr-defined]
        await write(face, "a")
        office.set_role(new_key(), boss, leyla, "technician", frozenset({SEE_FIGURES}))
        office.rename(new_key(), boss, leyla, "Leyla Maketova")
        await face.press("f10")
        assert face.is_on(StaffForm)
        assert "Leyla Maketova" in note(face) and face.app.text("hall.changed", what="").split("\n")[1] in note(face)
        values = face.screen.values  # type: ignore[attr-defined]
        assert values["display_name"] == f"{before}a"
        assert (values["role"], values[SEE_FIGURES]) == ("technician", "yes")
        await face.press("f10")
        assert face.is_on(StaffScreen)
    (now,) = trial.query("SELECT display_name, role, rights FROM staff WHERE id = :id", id=leyla)
    assert now == {"display_name": f"{before}a", "role": "technician", "rights": SEE_FIGURES}


@pytest.mark.parametrize("language", [pytest.param("az", marks=pytest.mark.long), "en"])
async def test_ticks_that_another_changed_meanwhile_are_told(
    trial: Trial, at_hall: OpenHall, boss: int, language: Any
) -> None:
    """C6: those that were ticked here stay, the others are as they are now, and F10 once more keeps all of it."""
    counters = trial.station.counters
    counters.add(new_key(), boss, "7")
    async with at_hall(SMALL, language) as face:
        await face.press("f9", "space")
        given = [line.name for line in face.screen.list.lines]  # type: ignore[attr-defined]
        counters.set_services(new_key(), boss, "7", {given[2]})
        await face.press("f10")
        assert face.is_on(ServicesScreen)
        assert face.app.text("hall.changed", what="✓ ").split("\n")[0] in note(face)
        assert face.app.text("hall.changed", what="").split("\n")[1] in note(face)
        assert face.screen.list.chosen == given[2]  # type: ignore[attr-defined]
        assert (face.screen.ticked, face.screen.has_typed) == ({given[0], given[2]}, True)  # type: ignore[attr-defined]
        assert counters.of()[0].services == {given[2]}
        await face.press("f10")
        assert face.is_on(CountersScreen)
        assert counters.of()[0].services == {given[0], given[2]}


async def test_a_supervisor_comes_here_from_the_workplace(trial: Trial) -> None:
    """C2: Shift+F10, and Escape leads back; an operator's workplace has no such key."""
    trial.station.staff.add("rauf", "Rauf", "supervisor", frozenset(), "a-long-password")
    async with at_sign_in(trial) as face:
        await face.sign("rauf", "a-long-password")
        await face.press("shift+f10")
        assert face.is_on(CountersScreen)
        await face.press("escape")
        assert face.is_on(WorkplaceScreen)
    async with at_workplace(trial) as face:
        await face.press("shift+f10")
        assert face.is_on(WorkplaceScreen)


async def test_sections_go_by_right(trial: Trial, at_hall: OpenHall) -> None:
    """C6: a supervisor has no list of staff, whoever manages staff alone has nothing else."""
    async with at_hall(by=enrolled(trial, "supervisor")) as face:
        await face.press("f5")
        assert face.is_on(CountersScreen)
        assert face.app.text("hall.section.staff") not in face.shown


@pytest.mark.long
async def test_who_manages_staff_alone_begins_there(trial: Trial, at_hall: OpenHall) -> None:
    """C6: the first section that is theirs."""
    async with at_hall(by=enrolled(trial, "operator", MANAGE_STAFF)) as face:
        assert face.is_on(StaffScreen)
        await face.press("f2")
        assert face.is_on(StaffScreen)


def test_who_manages_nothing_has_no_section(trial: Trial) -> None:
    """C6: the workplace shows them no key either."""
    trial.station.staff.add("rauf", "Rauf", "operator", frozenset(), "a-long-password")
    member = trial.station.staff.sign_in("rauf", "a-long-password")
    with pytest.raises(LookupError):
        hall_menu(member)


@pytest.mark.long
async def test_a_right_that_was_taken_away_meanwhile(trial: Trial, at_hall: OpenHall) -> None:
    """C6: the service refuses, the screen says so."""
    supervisor = enrolled(trial, "operator", MANAGE_HALL)
    trial.station.counters.add(new_key(), supervisor, "7")
    async with at_hall(by=supervisor) as face:
        trial.change("UPDATE staff SET rights = '' WHERE id = :id", id=supervisor)
        await face.press("f8")
        assert face.app.text("hall.refused.not_allowed").split(".")[0] in note(face)
        assert trial.station.counters.of()[0].open


async def test_nothing_typed_is_lost_unasked(at_hall: OpenHall) -> None:
    """face.md: Escape from a form with something typed asks first."""
    async with at_hall() as face:
        await face.press("f7")
        await write(face, "12")
        await face.press("escape")
        assert face.is_on(LeaveScreen)
        await face.press("escape")
        assert face.is_on(CounterForm)
        assert "12" in face.shown
        await face.press("escape", "f10")
        assert face.is_on(CountersScreen)


@pytest.mark.long
async def test_the_database_away_keeps_what_was_typed(
    trial: Trial, at_hall: OpenHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: it says so, and the same key does it once when it is back."""
    keys: list[str] = []
    add = trial.station.counters.add

    def away_once(key: str, staff: int, number: str) -> object:
        keys.append(key)
        if len(keys) == 1:
            raise Unavailable
        return add(key, staff, number)

    monkeypatch.setattr(trial.station.counters, "add", away_once)
    async with at_hall() as face:
        await face.press("f7")
        await write(face, "12")
        await face.press("f10")
        assert face.is_on(CounterForm)
        assert face.app.text("database.away").split("\n")[0] in note(face)
        await face.press("f10")
        assert face.is_on(CountersScreen)
    assert len(keys) == 2 and keys[0] == keys[1]


def test_a_refusal_of_the_stations_own_login_says_where_to_go() -> None:
    """C6: whoever works there has the right, and the machine has not."""
    assert refused_key(NotAllowed("database")) == "hall.refused.other_station"
    assert refused_key(NotAllowed(MANAGE_STAFF)) == "hall.refused.not_allowed"
    assert refused_key(NotFound()) == "hall.refused.gone"
    assert refused_key(BadRequest("password", "at least 8 signs")) == "hall.refused.password"
