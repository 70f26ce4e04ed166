"""The workplace: a field that is always ready, every verdict in words, keys that do what they say (C1, C2, K2, K6)."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual import events

from kiosk.errors import Unavailable
from kiosk.hall.arrival import Hall
from kiosk.hall.facts import Arrival
from screens.counter.sign_in import SignInScreen
from screens.counter.verdict import look
from screens.counter.workplace import WorkplaceScreen
from screens.messages import Scanned
from screens.scanner import GAP_SECONDS
from tests.screens.counter.counter_face import at_workplace
from tests.stations import OTHER_CENTRE, PERSON, Trial, person

MONDAY = "2026-11-23"


def confirmed(trial: Trial, wall: str = f"{MONDAY} 10:00", number: int = 1, **where: Any) -> str:
    """The order code of a confirmed booking of somebody."""
    return trial.confirmed(wall, person(number), **where).order_code


@dataclass
class AwayHall:
    """Does what the hall does, but loses the first answers: the database went away after the commit."""

    hall: Hall
    lost: int
    asked: list[tuple[str, str]] = field(default_factory=list)

    def arrive(self, key: str, code: str, **more: Any) -> Arrival:
        self.asked.append((key, code))
        arrival = self.hall.arrive(key, code, **more)
        if len(self.asked) <= self.lost:
            raise Unavailable
        return arrival


def on_time(trial: Trial) -> str:
    code = confirmed(trial)
    trial.at(f"{MONDAY} 10:05")
    return code


def early(trial: Trial) -> str:
    code = confirmed(trial)
    trial.at(f"{MONDAY} 09:30")
    return code


def too_early(trial: Trial) -> str:
    code = confirmed(trial)
    trial.at(f"{MONDAY} 08:00")
    return code


def too_late(trial: Trial) -> str:
    code = confirmed(trial)
    trial.at(f"{MONDAY} 10:20:30")
    return code


def other_day(trial: Trial) -> str:
    return confirmed(trial)


def past_day(trial: Trial) -> str:
    code = confirmed(trial)
    trial.at("2026-11-24 10:00")
    return code


def other_centre(trial: Trial) -> str:
    code = confirmed(trial, centre=OTHER_CENTRE)
    trial.at(f"{MONDAY} 10:05")
    return code


def not_confirmed(trial: Trial) -> str:
    return trial.hold().booking


def expired(trial: Trial) -> str:
    reference = trial.hold().booking
    trial.at("2026-11-20 11:00")
    return reference


def cancelled(trial: Trial) -> str:
    held = trial.hold()
    for _ in range(5):
        with pytest.raises(Exception, match=r"wrong_code|hold_ended"):
            trial.station.bookings.confirm(None, held.booking, trial.wrong_code(held.booking))
    return held.booking


def already_active(trial: Trial) -> str:
    code = on_time(trial)
    trial.arrive(code, station="kiosk-2")
    trial.at(f"{MONDAY} 10:07")
    return code


def unknown(_trial: Trial) -> str:
    return "ZZZZ"


VERDICTS: list[tuple[Callable[[Trial], str], str, str, str]] = [
    (on_time, "✓", "A-001", "Vaxtında gəlib, növbə aktivləşdirildi"),
    (early, "✓", "A-001", "Tez gəlib, növbə aktivləşdirildi"),
    (too_early, "!", "09:00", "Hələ tezdir, növbə aktivləşdirilmədi"),
    (too_late, "✕", "10:15", "Gecikib, növbə aktivləşmədi"),
    (other_day, "!", "", "Növbə başqa günədir"),
    (past_day, "!", "", "Növbənin günü keçib"),
    (other_centre, "✕", "", "Növbə başqa mərkəz üçündür"),
    (not_confirmed, "!", "10:00", "Növbə hələ təsdiqlənməyib"),
    (expired, "✕", "", "Növbənin müddəti bitib"),
    (cancelled, "✕", "", "Növbə ləğv edilib"),
    (already_active, "!", "A-001", "Növbə artıq aktivdir"),
    (unknown, "✕", "", "Belə kod tapılmadı"),
]


@pytest.mark.parametrize(
    ("prepare", "mark", "number", "title"), VERDICTS, ids=[prepare.__name__ for prepare, *_ in VERDICTS]
)
async def test_every_verdict_in_words_with_mark_and_number(
    counter: Trial, prepare: Callable[[Trial], str], mark: str, number: str, title: str
) -> None:
    """C1: the real station's verdict, its mark, the number that counts large, and what to do next."""
    code = prepare(counter)
    async with at_workplace(counter) as face:
        await face.enter(code)
        shown = face.workplace.panel.shown
        assert shown is not None
        assert look(shown).mark == mark
        assert face.told.number == number
        assert face.told.title == title
        assert face.told.advice
        await face.press("f19")
        assert face.app.text(f"verdict.{shown.arrival.verdict}") in face.shown


async def test_the_facts_that_a_verdict_needs_stand_beside_it(counter: Trial) -> None:
    """C1: which day, which centre with its address, by how much, when and where it was activated."""
    async with at_workplace(counter) as face:
        await face.enter(confirmed(counter, f"{MONDAY} 11:00", 1))
        assert face.told.line == "23 noyabr, bazar ertəsi, 11:00"
        here, there = confirmed(counter, number=2), confirmed(counter, number=3, centre=OTHER_CENTRE)
        late = confirmed(counter, f"{MONDAY} 09:00", 4)
        counter.at(f"{MONDAY} 10:01:10")
        counter.arrive(here, station="kiosk-2")
        await face.enter(there)
        assert face.app.catalogue is not None
        centre = face.app.catalogue.centres[OTHER_CENTRE]
        assert face.told.line == centre.name.az
        facts = dict(face.told.facts)
        assert facts["Ünvan"] == centre.address.az
        await face.enter(here)
        facts = dict(face.told.facts)
        assert facts["Xidmət"] == "Şəxsiyyət vəsiqəsinin verilməsi"
        assert facts["Seçilmiş vaxt"] == "10:00"
        assert facts["Aktivləşdirilib"] == "10:01, kiosk-2"
        await face.enter(late)
        assert face.told.line == "Gecikmə: 47\N{NO-BREAK SPACE}dəqiqə"


async def test_nothing_personal_is_shown(counter: Trial) -> None:
    """K6, and the personal data rule: verdict, ticket, service and time, but no name, FİN, telephone or address."""
    order = counter.confirmed().order_code
    counter.at(f"{MONDAY} 10:05")
    async with at_workplace(counter) as face:
        await face.enter(order)
        assert face.told.number == "A-001"
        for value in PERSON.values():
            assert value not in face.shown


async def test_typing_anywhere_lands_in_the_field(counter: Trial) -> None:
    """face.md, 11: also with the help open, and after a touch elsewhere."""
    async with at_workplace(counter) as face:
        await face.write("k7")
        await face.touch("#keys", "help")
        await face.write("mp")
        await face.touch("#keys", "help")
        await face.press("tab")
        await face.write("-4xrt")
        assert face.workplace.code.value == "k7mp-4xrt"
        assert "k7mp-4xrt" in face.shown


async def test_a_code_is_read_as_people_write_it(counter: Trial) -> None:
    """Q7: with or without hyphen, in either case."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        await face.enter(code.replace("-", "").lower())
        assert face.told.number == "A-001"


async def test_a_scan_needs_no_enter_and_leaves_what_is_typed(counter: Trial) -> None:
    """C1: the burst of a scanner goes past the field (terminal.md C4)."""
    code = on_time(counter)
    async with at_workplace(counter, scan_gap=GAP_SECONDS) as face:
        face.workplace.code.value = "half typ"
        for sign in (*code, "enter"):
            name = {"-": "minus"}.get(sign, sign)
            face.app.post_message(events.Key(name, sign if len(sign) == 1 else None))
        await face.until(lambda: face.workplace.panel.shown)
        assert face.told.number == "A-001"
        assert face.workplace.code.value == "half typ"


async def test_what_is_typed_behind_enter_begins_the_next_code(counter: Trial) -> None:
    """Keys of one burst: the second code does not run into the first."""
    async with at_workplace(counter) as face:
        for sign in ("A", "B", "C", "enter", "D", "E"):
            face.app.post_message(events.Key(sign, sign if len(sign) == 1 else None))
        await face.settle()
        assert [entry.code for entry in face.workplace.presented.entries] == ["ABC"]
        assert face.workplace.code.value == "DE"


async def test_a_scan_twice_activates_once(counter: Trial) -> None:
    """C1: the second verdict tells the first one's ticket."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        for _ in range(2):
            face.screen.post_message(Scanned(code))
        await face.settle()
        verdicts = [entry.arrival for entry in face.workplace.presented.entries]
        assert [arrival.verdict for arrival in verdicts] == ["already_active", "on_time"]
        assert {arrival.ticket for arrival in verdicts} == {"A-001"}
        assert len(counter.query("SELECT id FROM tickets")) == 1


async def test_the_audit_says_which_operator_presented_it(counter: Trial) -> None:
    """C3, C6."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        await face.enter(code)
        member = face.workplace.member.id
    assert counter.query("SELECT staff, outcome FROM audit WHERE act = 'arrive'") == [
        {"staff": member, "outcome": "on_time"}
    ]


async def test_while_the_database_is_away_codes_wait_and_are_the_same_act(
    counter: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was lost after the commit: Enter asks again with the same key and tells the first verdict."""
    first, second = confirmed(counter, number=1), confirmed(counter, number=2, service="passport-issue")
    counter.at(f"{MONDAY} 10:15")
    hall = AwayHall(counter.station.hall, lost=1)
    monkeypatch.setattr(counter.station, "hall", hall)
    async with at_workplace(counter) as face:
        await face.enter(first)
        assert face.workplace.panel.waiting == "unanswered"
        assert face.app.text("counter.away") in face.shown
        assert face.workplace.note.words == face.app.text("database.away")
        counter.at(f"{MONDAY} 10:15:00.001")
        await face.enter(second)
        shown = [entry.arrival.verdict for entry in face.workplace.presented.entries]
        assert shown == ["too_late", "on_time"]
        assert hall.asked[0] == hall.asked[1]
        assert face.app.text("counter.connected") in face.shown
        assert face.workplace.note.words == ""
    assert len(counter.query("SELECT id FROM tickets")) == 1


async def test_a_waiting_code_is_presented_again_by_itself(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to watch for the connection to come back."""
    monkeypatch.setattr("screens.counter.arriving.RETRY_SECONDS", 0.01)
    code = on_time(counter)
    monkeypatch.setattr(counter.station, "hall", AwayHall(counter.station.hall, lost=1))
    async with at_workplace(counter) as face:
        await face.enter(code)
        await face.until(lambda: face.workplace.panel.shown)
        assert face.told.number == "A-001"


async def test_escape_drops_a_waiting_code(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only that: the field was empty."""
    monkeypatch.setattr(counter.station, "hall", AwayHall(counter.station.hall, lost=9))
    async with at_workplace(counter) as face:
        await face.enter("K7MP-4XRT")
        await face.press("escape")
        assert face.workplace.panel.waiting == "ready"
        await face.press("enter")
        assert not face.workplace.presented.entries


async def test_a_fault_drops_the_code_and_is_told(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next code is not held up by it."""
    code = on_time(counter)

    def broken(key: str, code: str, **more: Any) -> Arrival:
        raise ValueError(code)

    async with at_workplace(counter) as face:
        with monkeypatch.context() as patched:
            patched.setattr(counter.station.hall, "arrive", broken)
            await face.enter(code)
        assert face.workplace.note.words == face.app.text("error.unexpected")
        await face.enter(code)
        assert face.told.number == "A-001"


async def test_earlier_results_are_looked_at_by_arrows_and_by_touch(counter: Trial) -> None:
    """The list: newest first, ticket, verdict, time; the chosen one stands in the panel again."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        await face.enter(code)
        await face.enter("ZZZZ")
        assert face.told.title == "Belə kod tapılmadı"
        await face.press("shift+f7", "down")
        assert face.told.number == "A-001"
        await face.touch("#presented", "0")
        assert face.told.title == "Belə kod tapılmadı"
        rows = [line for line in face.lines() if "A-001" in line]
        assert len(rows) == 1
        assert "vaxtında" in rows[0]
        assert "10:05" in rows[0]
        await face.press("escape", "escape")
        assert (face.workplace.column, face.workplace.panel.shown) == ("queue", None)


async def test_a_long_list_shows_the_chosen_row(counter: Trial) -> None:
    """face.md: pages, never scrolling by the finger; the head says which rows are in sight."""
    async with at_workplace(counter) as face:
        for number in range(30):
            face.workplace.present(f"ZZ{number}")
        await face.settle()
        await face.press("f19")
        listed = face.workplace.presented
        assert f"1–{listed.page} / 30" in face.shown
        await face.press("pagedown", "pagedown", "pagedown")
        assert listed.chosen == min(29, 3 * listed.page)
        assert f"{30 - listed.page + 1}–30 / 30" in face.shown


async def test_help_names_every_key(counter: Trial) -> None:
    """F1 opens and closes it; Escape closes it too."""
    async with at_workplace(counter) as face:
        await face.press("f1")
        for cap in ("Enter", "Esc", "PgUp", *(f"F{number}" for number in range(1, 13)), "Shift+F1", "Shift+F12"):
            assert cap in face.shown
        assert "10\N{NO-BREAK SPACE}dəqiqə" in face.shown
        await face.press("escape")
        assert face.workplace.column == "queue"


async def test_the_language_changes_and_nothing_is_lost(counter: Trial) -> None:
    """K2: what is typed, shown and listed stays."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        await face.enter(code)
        await face.write("K7")
        await face.press("shift+f1")
        assert face.told.title == "Вовремя, запись активирована"
        assert face.told.facts[0][1] == "Выдача удостоверения личности"
        await face.touch("#top", "en")
        assert face.told.title == "On time, the booking is active"
        assert face.workplace.code.value == "K7"


async def test_a_left_workplace_is_gone(counter: Trial) -> None:
    """D2, K6: no object of it stays, and so no code that was presented."""
    code = on_time(counter)
    async with at_workplace(counter) as face:
        await face.enter(code)
        left = weakref.ref(face.workplace)
        await face.press("f24")
        await face.until(lambda: isinstance(face.screen, SignInScreen))
        await face.until(lambda: gc.collect() >= 0 and left() is None)


async def test_the_second_operator_begins_anew(counter: Trial) -> None:
    """Nothing of the first one's list is seen."""
    async with at_workplace(counter) as face:
        await face.enter("ZZZZ")
        await face.press("f24")
        await face.until(lambda: isinstance(face.screen, SignInScreen))
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.sign()
        assert isinstance(face.screen, WorkplaceScreen)
        assert not face.workplace.presented.entries
