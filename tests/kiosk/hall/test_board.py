"""What the hall board is told: calls of today at its centre, newest first, then the last ones that are over (C4)."""

from __future__ import annotations

from dataclasses import fields
from itertools import count

import pytest

from kiosk.clock import baku_day
from kiosk.errors import BadRequest
from kiosk.hall.queue_facts import BoardCall, BoardNow
from kiosk.names import Names
from tests.stations import CENTRE, OTHER_CENTRE, SERVICE, MakeTrial, Trial, at

NOW = "2026-11-23 10:30"
_ids = count(1)


@pytest.fixture
def hall(trial: Trial) -> Hall:
    trial.at(NOW)
    return Hall(trial)


class Hall:
    """Writes calls as the queue leaves them behind."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self._counters: dict[tuple[str, str], int] = {}

    def counter(self, number: str, centre: str = CENTRE, direction: str = "") -> int:
        if (centre, number) not in self._counters:
            self.trial.change(
                "INSERT INTO counters (centre, number, direction_az, direction_ru, direction_en)"
                " VALUES (:c, :n, :d, :d, :d)",
                c=centre, n=number, d=direction,
            )  # fmt: skip
            self._counters[centre, number] = int(
                self.trial.query("SELECT id FROM counters WHERE centre = :c AND number = :n", c=centre, n=number)[0][
                    "id"
                ]
            )
        return self._counters[centre, number]

    def ticket(self, number: int, state: str, *, letter: str = "A", centre: str = CENTRE, wall: str = NOW) -> int:
        day = baku_day(at(wall)).isoformat()
        self.trial.change(
            "INSERT INTO tickets (centre, day, letter, number, service, state, issued_at, station, language)"
            " VALUES (:c, :day, :l, :n, :s, :state, :at, 'kiosk-1', 'ru')",
            c=centre, day=day, l=letter, n=number, s=SERVICE, state=state, at=at(wall) - 600_000,
        )  # fmt: skip
        found = self.trial.query(
            "SELECT id FROM tickets WHERE centre = :c AND day = :day AND letter = :l AND number = :n",
            c=centre, day=day, l=letter, n=number,
        )  # fmt: skip
        return int(found[0]["id"])

    def call(
        self, ticket: int, counter: str, wall: str, *, centre: str = CENTRE, ended: str | None = None,
        started: bool = False, times: int = 1, direction: str = "",
    ) -> None:  # fmt: skip
        instant = at(wall)
        self.trial.change(
            "INSERT INTO calls (ticket, counter, centre, day, service, station, called_at, last_called_at, times,"
            " started_at, ended_at, ended_as) VALUES (:t, :n, :c, :day, :s, 'counter-1', :at, :at, :times,"
            " :started, :ended_at, :ended)",
            t=ticket, n=self.counter(counter, centre, direction), c=centre, day=baku_day(instant).isoformat(),
            s=SERVICE, at=instant, times=times, started=instant + 1000 if started else None,
            ended_at=instant + 2000 if ended else None, ended=ended,
        )  # fmt: skip

    def look(self) -> BoardNow:
        return self.trial.station.board.look()

    def shown(self) -> tuple[list[str], list[str]]:
        now = self.look()
        return [call.ticket for call in now.calls], [call.ticket for call in now.past]


def test_the_newest_call_stands_first_with_its_counter_and_direction(hall: Hall) -> None:
    """C4: the tickets now called and their counters; a ticket called again comes to the top again."""
    hall.call(hall.ticket(16, "called"), "3", "2026-11-23 10:05")
    hall.call(hall.ticket(17, "called"), "12", "2026-11-23 10:20", times=3, direction="2-ci mərtəbə")
    hall.call(hall.ticket(4, "serving", letter="B"), "9", "2026-11-23 10:10", started=True)
    now = hall.look()
    assert [(call.ticket, call.counter, call.serving) for call in now.calls] == [
        ("A-017", "12", False),
        ("B-004", "9", True),
        ("A-016", "3", False),
    ]
    top = now.calls[0]
    assert top.direction == Names("2-ci mərtəbə", "2-ci mərtəbə", "2-ci mərtəbə")
    assert (top.times, top.language) == (3, "ru")
    assert now.past == ()


def test_the_ways_to_all_counters_of_the_hall_are_told_whoever_is_called(hall: Hall) -> None:
    """C4: the board lays itself out by them; each once, of this hall alone, of counters without a call too."""
    for number, way in (("1", "1-ci mərtəbə"), ("2", "→ 2-ci mərtəbə"), ("3", "1-ci mərtəbə"), ("4", "")):
        hall.counter(number, direction=way)
    hall.counter("1", OTHER_CENTRE, "zirzəmi")
    assert hall.look().ways == (Names(*("1-ci mərtəbə",) * 3), Names(*("→ 2-ci mərtəbə",) * 3))


def test_of_calls_at_one_instant_the_later_one_stands_first(hall: Hall) -> None:
    """C4: two counters may call in one millisecond: the order is the same at every look."""
    for number in (1, 2, 3):
        hall.call(hall.ticket(number, "called"), str(number), "2026-11-23 10:00")
    assert hall.shown()[0] == ["A-003", "A-002", "A-001"]


def test_calls_of_yesterday_and_of_other_centres_are_not_shown(hall: Hall) -> None:
    """C4: the board is of one hall and one day, whatever was left open the evening before."""
    hall.call(hall.ticket(1, "called", wall="2026-11-22 17:00"), "1", "2026-11-22 17:00")
    hall.call(hall.ticket(2, "called", centre=OTHER_CENTRE), "1", "2026-11-23 10:00", centre=OTHER_CENTRE)
    assert hall.shown() == ([], [])
    assert [call.ticket for call in hall.trial.station.board.look(OTHER_CENTRE).calls] == ["A-002"]


def test_the_last_calls_that_are_over_are_told_apart(hall: Hall) -> None:
    """C4, [board] past: served people and those who did not come are told once more, newest first."""
    for number, ended in enumerate(("finished", "no_show", "finished", "finished"), start=1):
        state = ended
        hall.call(hall.ticket(number, state), str(number), f"2026-11-23 10:0{number}", ended=ended, started=True)
    assert hall.shown() == ([], ["A-004", "A-003", "A-002"])


@pytest.mark.parametrize("ended", ["parked", "put_back", "transferred", "undone"])
def test_whoever_is_to_wait_again_is_not_sent_to_the_old_counter(ended: str, hall: Hall) -> None:
    """C4: a call that was taken back, parked or sent elsewhere leaves the board at once."""
    state = "parked" if ended == "parked" else "waiting"
    hall.call(hall.ticket(1, state), "1", "2026-11-23 10:00", ended=ended)
    assert hall.shown() == ([], [])


def test_a_missed_person_who_came_back_waits_and_is_not_told_as_over(hall: Hall) -> None:
    """C4: of a ticket only its newest call counts, and only while the ticket is where that call left it."""
    back = hall.ticket(1, "waiting")
    hall.call(back, "1", "2026-11-23 10:00", ended="no_show")
    again = hall.ticket(2, "finished")
    hall.call(again, "1", "2026-11-23 10:01", ended="no_show")
    hall.call(again, "2", "2026-11-23 10:02", ended="finished", started=True)
    now = hall.look()
    assert [(call.ticket, call.counter) for call in now.past] == [("A-002", "2")]


def test_a_call_that_was_taken_back_was_none(hall: Hall) -> None:
    """C2, C4: who did not come, was called by mistake and undone is told as before."""
    missed = hall.ticket(1, "no_show")
    hall.call(missed, "1", "2026-11-23 10:00", ended="no_show")
    hall.call(missed, "2", "2026-11-23 10:01", ended="undone")
    assert [(call.ticket, call.counter) for call in hall.look().past] == [("A-001", "1")]


def test_none_that_are_over_where_the_setting_says_so(make_trial: MakeTrial) -> None:
    """[board] past = 0: the board shows only who is called now."""
    trial = make_trial(board={"past": 0})
    trial.at(NOW)
    hall = Hall(trial)
    hall.call(hall.ticket(1, "finished"), "1", "2026-11-23 10:00", ended="finished")
    assert hall.shown() == ([], [])


def test_an_unknown_centre_is_refused(trial: Trial) -> None:
    """C4: a board of a centre that is not in the reference data says so instead of staying empty."""
    with pytest.raises(BadRequest):
        trial.station.board.look("nowhere")


def test_the_board_knows_no_person() -> None:
    """C4: a hall may read ticket, counter and where that is; nothing else is handed out."""
    assert {field.name for field in fields(BoardCall)} == {
        "ticket", "counter", "direction", "called_at", "times", "language", "serving",
    }  # fmt: skip
