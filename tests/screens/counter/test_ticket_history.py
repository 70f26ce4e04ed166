"""What happened to a ticket, as an operator sees it: every step in its order, those taken back marked (C2)."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.errors import Unavailable
from kiosk.language import LANGUAGES
from screens.counter.further import ACTS
from screens.counter.key_list import KeyList
from screens.counter.ticket_history import UNDONE_SIGN, TicketHistoryScreen
from screens.counter.water.desk import Operator
from screens.counter.workplace import WorkplaceScreen
from tests.kiosk.hall.invented_staff import enrolled
from tests.screens.counter.counter_face import COUNTER, NARROW, SMALL, CounterFace, at_workplace
from tests.screens.counter.test_looks import CUT, nothing_overlaps
from tests.stations import SERVICE, Trial, new_key

MONDAY = "2026-11-23"
TICKET = "A-001"


def came(trial: Trial, wall: str = "10:05") -> str:
    """Somebody whose hour has come, with a ticket from a kiosk."""
    code = trial.confirmed(f"{MONDAY} 10:00").order_code
    trial.at(f"{MONDAY} {wall}")
    ticket = trial.arrive(code, station="kiosk-2").ticket
    assert ticket == TICKET
    return ticket


def went_around(trial: Trial) -> None:
    """Every step that a counter can do with a ticket of today, one of them taken back."""
    ticket, queue, staff = came(trial), trial.station.queue, enrolled(trial, "operator")
    trial.at(f"{MONDAY} 10:06")
    queue.call_next(new_key(), "2", staff=staff)
    queue.call_again(new_key(), "2", ticket, staff=staff)
    queue.no_show(new_key(), "2", ticket, staff=staff)
    trial.at(f"{MONDAY} 10:07")
    queue.undo(new_key(), "2", staff=staff)
    queue.start(new_key(), "2", ticket, staff=staff)
    queue.park(new_key(), "2", ticket, staff=staff)
    queue.put_back(new_key(), "2", ticket, staff=staff)
    queue.transfer(new_key(), "2", ticket, to_service=SERVICE, staff=staff)
    trial.at(f"{MONDAY} 10:08")
    queue.call(new_key(), "3", ticket)


def digit_of(face: CounterFace, name: str) -> str:
    """The digit of an act on the page of help."""
    return str([act.name for act in face.workplace.further_acts()].index(name) + 1)


async def opened(face: CounterFace) -> TicketHistoryScreen:
    """By F1 and the act's digit."""
    await face.press("f1", digit_of(face, "history"))
    screen: Any = face.screen
    assert isinstance(screen, TicketHistoryScreen)
    await face.until(lambda: screen.list.known)
    await face.settle()
    return screen


def _operator(face: CounterFace) -> Operator:
    """Who is signed in."""
    return Operator(face.workplace.member)


def rows(screen: TicketHistoryScreen) -> list[tuple[str, ...]]:
    """The cells of each line."""
    return [tuple(cell.words for cell in line.cells) for line in screen.list.lines]


async def test_every_step_is_told_in_its_order(counter: Trial) -> None:
    """C2: when, what, at which counter, by whom, on which station; a step taken back is marked, and the sign told."""
    went_around(counter)
    counter.station.queue.finish(new_key(), "3", counter.station.queue.start(new_key(), "3", TICKET).ticket)
    counter.station.queue.undo(new_key(), "3")
    async with at_workplace(counter) as face:
        face.app.set_language("en")
        screen = TicketHistoryScreen(_operator(face), TICKET, SERVICE)
        await face.app.push_screen(screen)
        await face.until(lambda: screen.list.known)
        assert [row[:3] for row in rows(screen)] == [
            ("10:05", "Arrived", "–"),
            ("10:06", "Called", "2"),
            ("10:06", "Called again", "2"),
            ("10:06", f"{UNDONE_SIGN} No-show", "2"),
            ("10:07", "Step undone", "2"),
            ("10:07", "Service began", "2"),
            ("10:07", "Parked", "2"),
            ("10:07", "Put back in line", "2"),
            ("10:07", "Sent on", "2"),
            ("10:08", "Called", "3"),
            ("10:08", "Service began", "3"),
            ("10:08", f"{UNDONE_SIGN} Service ended", "3"),
            ("10:08", "Step undone", "3"),
        ]
        assert rows(screen)[0][3:] == ("–", "kiosk-2")
        assert {row[3] for row in rows(screen)[1:9]} == {"Nümunə 2"}
        assert {row[3] for row in rows(screen)[9:]} == {"–"}
        undone = screen.list.lines[3].cells[1]
        assert undone.ink == "soft"
        await face.settle()
        assert face.app.text("history.undone") in face.shown
        assert TICKET in face.shown


async def test_the_one_at_the_counter_has_a_history_that_follows_the_hall(counter: Trial) -> None:
    """C2: F1 and a digit; what is done with the ticket elsewhere stands there by itself; Escape leads back."""
    came(counter)
    async with at_workplace(counter) as face:
        await face.press("f2")
        screen = await opened(face)
        assert screen.ticket == TICKET
        assert [row[1] for row in rows(screen)] == [face.app.text("counter.person.came"), "Çağırılıb"]
        assert rows(screen)[1][3] == "Leyla Həsənova"
        number = str(counter.station.settings.counter.number)
        counter.station.queue.start(new_key(), number, TICKET)
        await face.until(lambda: len(screen.steps) == 3)
        await face.press("escape")
        assert face.is_on(WorkplaceScreen)


async def test_nobody_here_and_nobody_chosen_is_said_in_words(counter: Trial) -> None:
    """C2: a key that does not apply says why; a chosen ticket then has a history without being called."""
    came(counter)
    async with at_workplace(counter) as face:
        await face.press("f1", digit_of(face, "history"))
        assert face.is_on(WorkplaceScreen)
        assert face.workplace.note.words == face.app.text("counter.no.none_chosen")
        await face.press("escape", "down")
        assert face.workplace.queue.chosen == TICKET
        assert len((await opened(face)).steps) == 1


@pytest.mark.long
async def test_a_ticket_that_is_not_of_today_is_told(counter: Trial) -> None:
    """C2: refused in words, and nothing is listed."""
    async with at_workplace(counter) as face:
        screen = TicketHistoryScreen(_operator(face), "B-999", SERVICE)
        await face.app.push_screen(screen)
        await face.until(lambda: screen.note.words)
        assert screen.note.words == face.app.text("counter.no.unknown", ticket="B-999")
        assert not screen.list.lines


async def test_a_database_that_was_away_is_read_again(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """D7: said in words; as soon as it answers the steps stand there, and the words go."""
    came(counter)
    read, away = counter.station.queue.history, [True]

    def history(ticket: str) -> object:
        if away[0]:
            raise Unavailable
        return read(ticket)

    monkeypatch.setattr(counter.station.queue, "history", history)
    async with at_workplace(counter) as face:
        screen = TicketHistoryScreen(_operator(face), TICKET, SERVICE)
        await face.app.push_screen(screen)
        await face.until(lambda: screen.top_bar.connected is False)
        assert screen.note.words == face.app.text("database.away")
        away[0] = False
        screen.follow()
        await face.until(lambda: len(screen.steps) == 1)
        await face.settle()
        assert screen.top_bar.connected
        assert not screen.note.words


@pytest.mark.parametrize(
    ("size", "language"),
    [
        # The narrowest in the first tier, the others in the second.
        pytest.param(size, language, marks=() if at == place == 0 else pytest.mark.long)
        for at, size in enumerate((NARROW, SMALL, COUNTER))
        for place, language in enumerate(LANGUAGES)
    ],
)
async def test_it_is_whole_at_every_size(counter: Trial, size: tuple[int, int], language: Any) -> None:
    """K2, K3: nothing over anything else, no word of ours cut; a long history moves by the page."""
    went_around(counter)
    for _ in range(12):
        counter.station.queue.call_again(new_key(), "3", TICKET)
    async with at_workplace(counter, size=size) as face:
        face.app.set_language(language)
        screen = TicketHistoryScreen(_operator(face), TICKET, SERVICE)
        await face.app.push_screen(screen)
        await face.until(lambda: screen.list.known)
        await face.settle()
        nothing_overlaps(face)
        assert CUT not in face.shown
        keys: Any = face.widget("#keys")
        assert max(spot.region.right for spot in keys.spots()) <= keys.size.width
        assert "Nümunə 2" in face.shown and "kiosk-2" in face.shown
        for step in screen.list.lines[: screen.list.page]:
            assert step.cells[1].words in face.shown
        await face.press("pagedown", "pagedown", "pagedown")
        assert screen.list.chosen == str(len(screen.steps) - 1)
        assert screen.list.aside.endswith(f"–{len(screen.steps)} / {len(screen.steps)}") or not screen.list.aside


def test_it_has_a_digit_whoever_asks() -> None:
    """C2: without a function key the page of help is the only way there, also for whoever may do everything."""
    keys = KeyList(lambda: ACTS, str)
    assert keys.act_of(str([act.name for act in ACTS].index("history") + 1)) == "history"
