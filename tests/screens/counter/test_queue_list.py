"""The list of who waits: its marks, its columns at every size in every language, and thousands of rows (C2, C5, K2)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from kiosk.hall.queue_facts import Called, QueueNow
from kiosk.language import LANGUAGES
from screens.counter import queue_list
from screens.counter.hall_desk import MOST_READ
from screens.counter.hall_now import hall_now
from screens.counter.ticket_words import mark_of, ticking
from tests.screens.counter.counter_face import COUNTER, NARROW, SMALL, WIDE, CounterFace, at_workplace
from tests.screens.counter.fake_hall import NOW, PARKED, PICTURE, FakeHall, waiting
from tests.screens.counter.test_looks import nothing_overlaps
from tests.stations import Trial

CROWD = 5000
LONG = 20


@pytest.fixture
def hall(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> FakeHall:
    """The hall of face.md's picture, at the counter's station."""
    hall = FakeHall()
    monkeypatch.setattr(counter.station, "queue", cast(Any, hall))
    return hall


def word(ticket: Any) -> str | None:
    mark = mark_of(ticket, NOW, LONG)
    return mark.word.rpartition(".")[2] if mark is not None else None


def test_what_is_to_be_noticed_about_a_ticket() -> None:
    """C2: who is late, who came early, who waits too long; an early one waits for its hour and not for us."""
    assert word(waiting("A-001", "s", "14:00", 19)) is None
    assert word(waiting("A-001", "s", None, 20)) == "long"
    assert word(waiting("A-001", "s", "14:00", 5, accepted_late=True)) == "late"
    assert word(waiting("A-001", "s", None, 5, came_late=True)) == "late"
    assert word(waiting("A-001", "s", "15:00", 300)) == "early"
    assert word(waiting("A-001", "s", "14:12", 300)) == "long"
    assert word(waiting("A-001", "s", "14:13", 300)) is None


def test_a_call_ticks_in_minutes_and_seconds() -> None:
    """As a stop watch; never below nothing."""
    assert [ticking(seconds) for seconds in (0, 42.9, 60, 3725, -3)] == ["0:00", "0:42", "1:00", "62:05", "0:00"]


def test_what_was_read_goes_on_with_the_clock() -> None:
    """Parked ones are found too; not whole is what tells more than it shows."""
    view = FakeHall().at_counter("1")
    hall = hall_now(QueueNow(NOW, PICTURE, (replace(PARKED, state="called"),), (PARKED,), 7, 11, 11), view, 0.0)
    assert hall.is_whole
    assert not replace(hall, queue=replace(hall.queue, waiting_count=12)).is_whole
    assert hall.find("A-009") == PARKED
    assert hall.now(60.0) == NOW + timedelta(seconds=60)


async def test_the_rows_of_the_picture(counter: Trial, hall: FakeHall) -> None:
    """face.md, 11: number, service, hour or that it is live, minutes, mark; the parked one with its note; today."""
    async with at_workplace(counter) as face:
        lines = "\n".join(line[:60].rstrip() for line in face.lines())
        assert "A-017" in lines
        assert lines.index("A-017") < lines.index("A-019") < lines.index("C-110") < lines.index("B-009")
        row = next(line for line in lines.split("\n") if "C-110" in line)
        assert row.split()[-4:] == ["canlı", "26", "!", "uzun"]
        assert any("A-021" in line and line.endswith("! gec") for line in lines.split("\n"))
        assert any("A-022" in line and "15:00" in line and line.endswith("◔ tez") for line in lines.split("\n"))
        assert any("A-009" in line and "surət çəkir" in line and "30" in line for line in lines.split("\n"))
        assert "xidmət 23   gəlmədi 4   gecikən 7" in lines


@pytest.mark.parametrize("size", [SMALL, pytest.param(NARROW, marks=pytest.mark.long)])
async def test_services_are_told_apart_in_a_small_list(counter: Trial, hall: FakeHall, size: tuple[int, int]) -> None:
    """face.md, 11: issue and exchange stay two to the eye."""
    services = {"A-001": "passport-issue", "A-002": "passport-exchange", "A-003": "identity-card-issue"}
    hall.waiting = [waiting(ticket, service, None, 5) for ticket, service in services.items()]
    async with at_workplace(counter, size=size) as face:
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            rows = {next(line for line in face.lines() if ticket in line)[12:25] for ticket in services}
            assert len(rows) == len(services)


async def test_tab_says_where_it_leads(counter: Trial, hall: FakeHall) -> None:
    """C2: to the note, and from there to whom; "next" is whom F2 calls."""
    async with at_workplace(counter, size=SMALL) as face:
        await face.press("f2", "f6")
        assert "Tab  Qeyd" in face.shown
        await face.press("tab")
        assert "Tab  Hara" in face.shown
        assert "1–" in face.shown and " / 4" in face.shown, "which of how many targets are in sight"


LIVE = Called("W-1024", "identity-card-issue", "serving", "7", NOW, NOW, NOW, 2, NOW, "imza üçün gözləyir")


@pytest.mark.parametrize("size", [SMALL, *(pytest.param(size, marks=pytest.mark.long) for size in (COUNTER, WIDE))])
async def test_nothing_but_services_and_notes_is_cut(counter: Trial, hall: FakeHall, size: tuple[int, int]) -> None:
    """K2, K3: in each language every head, mark, key and label is whole; nothing stands over anything else."""
    async with at_workplace(counter, size=size) as face:
        for language in LANGUAGES:
            face.app.set_language(language)
            for keys in (("f2",), ("f4",), ("f7", "f7"), ("down",), ("f10", "escape")):
                await face.press(*keys)
                nothing_overlaps(face)
                whole(face)
            hall.live, hall.undoable = None, None
            await face.press("escape")
        hall.live = LIVE
        face.workplace.desk.follow()
        await face.settle()
        whole(face)


def whole(face: CounterFace) -> None:
    """What may be cut are names that have no bound."""
    place = face.workplace
    for words in (place.text("counter.today"), place.text("counter.hall.parked"), place.text("counter.hall.waiting")):
        assert words in face.shown
    spots = place.key_bar.spots()
    assert len(spots) == 12
    assert max(spot.region.right for spot in spots) <= place.key_bar.size.width
    for one in place.keys_now():
        assert f"{one.cap} " in face.shown
        assert place.text(one.words) in face.shown
    for label, _ in place.person.facts():
        assert label in face.shown
    step = place.person.next_step
    assert step is not None
    assert place.text(step.words) in face.shown
    for row in (place.text("counter.hall.state"), place.text("counter.hall.minutes")):
        assert row in face.shown


def crowd() -> list[Any]:
    """As many as a day has."""
    return [waiting(f"A-{number:04d}", "passport-issue", None, 5) for number in range(1, CROWD + 1)]


async def test_of_thousands_only_rows_in_sight_are_drawn(
    counter: Trial, hall: FakeHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5: a key moves the cursor at once, however long the list is; the head says which rows are seen."""
    hall.waiting = crowd()
    async with at_workplace(counter) as face:
        listed = face.workplace.queue
        drawn: list[str] = []

        def counted(ticket: Any, *more: Any) -> Any:
            drawn.append(ticket.ticket)
            return mark_of(ticket, *more)

        monkeypatch.setattr(queue_list, "mark_of", counted)
        await face.press("down", "pagedown", "pagedown")
        assert listed.chosen == f"A-{2 * listed.page + 1:04d}"
        assert f"/ {CROWD}" in face.shown
        assert set(drawn) <= {f"A-{number:04d}" for number in range(1, 3 * listed.page + 2)}
        assert len(listed.spots()) <= listed.page + 1
        await face.enter("a4999")
        assert listed.chosen == "A-4999"
        assert "A-4999" in face.shown


async def test_of_thousands_as_many_are_read_as_are_needed(counter: Trial, hall: FakeHall) -> None:
    """Issue 5: the first ones; all when the cursor comes to their end, and when somebody is looked for."""
    hall.waiting = crowd()
    async with at_workplace(counter) as face:
        work = face.workplace
        listed = work.queue
        assert (hall.most, len(listed.rows)) == (MOST_READ, MOST_READ + 1)
        assert f" {CROWD} " in face.shown
        for number in range(MOST_READ // listed.page + 3):
            await face.press("pagedown")
            await face.until(lambda: work.desk.hall is not None and (work.desk.hall.is_whole or not work.needs_all()))
            assert listed.chosen == f"A-{number * listed.page + 1:04d}"
        assert hall.most is None
        await face.press("escape")
        work.desk.follow()
        await face.until(lambda: hall.most == MOST_READ)
        await face.press("f10")
        await face.until(lambda: work.desk.hall is not None and work.desk.hall.is_whole)
        await face.write("a4998")
        await face.press("enter")
        assert listed.chosen == "A-4998"


class SlowHall(FakeHall):
    """Of thousands the first ones are there at once, all of them not before `come`."""

    def __init__(self) -> None:
        super().__init__(crowd())
        self.come = False

    def look(self, centre: str | None = None, *, most: int | None = None) -> QueueNow:
        return super().look(centre, most=most if self.come else MOST_READ)


@pytest.fixture
def slow(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> SlowHall:
    """At the counter's station."""
    slow = SlowHall()
    monkeypatch.setattr(counter.station, "queue", cast(Any, slow))
    return slow


@pytest.mark.parametrize(
    "keys", [pytest.param((), id="at-once"), pytest.param(("f10",), id="looked-for", marks=pytest.mark.long)]
)
async def test_a_number_entered_before_all_are_read_goes_through_by_itself(
    counter: Trial, slow: SlowHall, keys: tuple[str, ...]
) -> None:
    """C2: one press is one act: it is opened once the list is there; pressed again meanwhile it is no other wish."""
    async with at_workplace(counter) as face:
        work = face.workplace
        await face.press(*keys)
        await face.enter("a4998")
        for _ in range(2):
            assert work.queue.chosen is None
            assert work.note.words == face.app.text("counter.find.reading")
            await face.press("enter")
        slow.come = True
        await face.until(lambda: work.queue.chosen == "A-4998")
        assert (work.code.value, work.code.finding, slow.asked) == ("", False, [])
        work.queue.choose(None)
        work.desk.follow()
        await face.settle()
        assert work.queue.chosen is None


async def test_one_that_is_in_no_list_is_told_once_all_are_read(counter: Trial, slow: SlowHall) -> None:
    """C2: whoever missed the call is called by Enter pressed once more, and only then."""
    async with at_workplace(counter) as face:
        work = face.workplace
        await face.enter("z99")
        await face.press("enter", "enter")
        slow.come = True
        await face.until(lambda: work.note.words == face.app.text("counter.find.recall", ticket="Z-099"))
        assert slow.asked == []
        await face.press("enter")
        assert [(act, ticket) for act, _, ticket in slow.asked] == [("call", "Z-099")]


@pytest.mark.long
@pytest.mark.parametrize("keys", [("escape",), ("backspace",), ("down",), ("f1", "f1")])
async def test_another_wish_takes_the_place_of_one_that_waits(
    counter: Trial, slow: SlowHall, keys: tuple[str, ...]
) -> None:
    """What was entered is not done behind the back of somebody who went on to something else."""
    async with at_workplace(counter) as face:
        work = face.workplace
        await face.enter("a4998")
        await face.press(*keys)
        slow.come = True
        work.desk.follow()
        await face.until(lambda: not work.needs_all() or (work.desk.hall is not None and work.desk.hall.is_whole))
        await face.settle()
        assert work.queue.chosen != "A-4998" and slow.asked == []


async def test_the_cursor_waits_at_the_end_of_what_was_read(counter: Trial, hall: FakeHall) -> None:
    """A parked one is not behind them: others stand between."""
    hall.waiting = crowd()
    async with at_workplace(counter) as face:
        listed = face.workplace.queue
        listed.move(1)
        listed.move(MOST_READ + 50)
        assert listed.chosen == f"A-{MOST_READ:04d}"


@pytest.mark.long
async def test_the_hall_is_read_off_the_screens_thread(
    counter: Trial, hall: FakeHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 5: neither the question nor the work over its answer holds keys up."""
    threads: list[str] = []
    look = hall.look

    def looked(centre: str | None = None, *, most: int | None = None) -> QueueNow:
        threads.append(threading.current_thread().name)
        return look(centre, most=most)

    monkeypatch.setattr(hall, "look", looked)
    async with at_workplace(counter) as face:
        face.workplace.desk.follow()
        await face.settle()
    assert set(threads) == {"station-call"}
