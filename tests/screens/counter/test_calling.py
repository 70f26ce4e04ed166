"""A counter's steps at the workplace: one key each, none lost or done twice, and a wrong one harms nobody (C2, C5)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest

from kiosk.errors import NotFound, OtherCounter, WrongStep
from kiosk.hall.queue_facts import OUTCOMES, QueuedTicket
from kiosk.language import LANGUAGES
from tests.screens.counter.counter_face import COUNTER, SMALL, WIDE, CounterFace, at_workplace
from tests.screens.counter.fake_hall import PARKED, FakeHall, waiting
from tests.screens.counter.test_looks import nothing_overlaps
from tests.stations import Trial

AtHall = Callable[..., AbstractAsyncContextManager[CounterFace]]


@pytest.fixture
def hall() -> FakeHall:
    """The hall of face.md's picture."""
    return FakeHall()


@pytest.fixture
def at_hall(counter: Trial, hall: FakeHall, monkeypatch: pytest.MonkeyPatch) -> AtHall:
    """Signed in at a counter of that hall."""
    monkeypatch.setattr(counter.station, "queue", cast(Any, hall))

    @asynccontextmanager
    async def opened(size: tuple[int, int] = COUNTER) -> AsyncIterator[CounterFace]:
        async with at_workplace(counter, size=size) as face:
            yield face

    return opened


def here(hall: FakeHall) -> tuple[str, str] | None:
    """Ticket and state of who is at the counter."""
    return (hall.live.ticket, hall.live.state) if hall.live is not None else None


def button(face: CounterFace) -> str:
    """The key on the accent button."""
    step = face.workplace.person.next_step
    assert step is not None
    return step.cap


def key(face: CounterFace, name: str) -> Any:
    """A key of the foot."""
    return next(one for one in face.workplace.keys_now() if one.name == name)


async def test_one_person_from_the_call_to_the_end(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: F2, F3, F4, F7; the accent button always is the next sensible step."""
    async with at_hall() as face:
        assert button(face) == "F2"
        await face.press("f2")
        assert (here(hall), button(face)) == (("A-017", "called"), "F4")
        await face.press("f3")
        assert hall.live is not None
        assert hall.live.times == 2
        await face.press("f4")
        assert (here(hall), button(face)) == (("A-017", "serving"), "F7")
        await face.press("f7")
        assert here(hall) == ("A-017", "serving")
        await face.press("f7")
        assert (here(hall), button(face)) == (None, "F2")
        assert face.workplace.note.words == face.app.text("counter.done.finish", ticket="A-017")
    assert hall.acts() == ["call_next", "call_again", "start", "finish"]
    assert len({named for _, named, _ in hall.asked}) == 4


@pytest.mark.long
async def test_the_mouse_does_the_next_step_and_every_cap(at_hall: AtHall, hall: FakeHall) -> None:
    """Each cap at the foot does what its key does."""
    async with at_hall() as face:
        await face.touch("#person")
        await face.touch("#person")
        await face.touch("#keys", "finish")
        await face.touch("#outcomes", "served")
        await face.touch("#keys", "undo")
    assert hall.acts() == ["call_next", "start", "finish", "undo"]


async def test_the_person_stands_there_only_while_they_are_here(at_hall: AtHall, hall: FakeHall) -> None:
    """K6: name and masked FİN of who is called; asked for once a call, since each look is audited."""
    async with at_hall() as face:
        assert "Nümunəyeva" not in face.shown
        await face.press("f2")
        assert "Nümunəyeva Aygün" in face.shown
        assert "5AB••••" in face.shown
        assert "14:20, kiosk-2" in face.shown
        await face.press("f4")
        face.workplace.desk.follow()
        await face.settle()
        assert hall.persons == ["A-017"]
        await face.press("f7", "f7")
        assert "Nümunəyeva" not in face.shown
        assert face.workplace.person.person is None


WRONG = [
    ("f3", "counter.no.nobody_here"),
    ("f4", "counter.no.nobody_here"),
    ("f5", "counter.no.nobody_here"),
    ("f6", "counter.no.nobody_here"),
    ("f7", "counter.no.nobody_here"),
    ("f8", "counter.no.nobody_here"),
    ("f9", "counter.no.undo"),
    ("f17", "counter.no.nobody_here"),
]


async def test_a_key_that_does_not_apply_is_soft_and_says_why(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: nobody is called, lost or closed by it; the station is not even asked."""
    async with at_hall() as face:
        for pressed, why in WRONG:
            await face.press(pressed)
            assert face.workplace.note.words == face.app.text(why), pressed
        assert not key(face, "finish").usable
        assert key(face, "call_next").usable
        await face.press("f2", "f2")
        assert face.workplace.note.words == face.app.text("counter.no.busy", ticket="A-017")
        await face.press("f7")
        assert face.workplace.note.words == face.app.text("counter.no.not_started", ticket="A-017")
        await face.press("f11")
        assert face.workplace.note.words == face.app.text("counter.no.busy", ticket="A-017")
        await face.press("f4", "f8")
        assert face.workplace.note.words == face.app.text("counter.no.serving", ticket="A-017")
    assert hall.acts() == ["call_next", "start"]


@pytest.mark.parametrize(("keys", "outcome"), [
    (("f7",), "served"), (("enter",), "served"), (("down", "enter"), "documents_missing"), (("3",), "refused"),
    (("up", "4"), "gone"),
])  # fmt: skip
async def test_a_service_ends_with_an_outcome(
    at_hall: AtHall, hall: FakeHall, keys: tuple[str, ...], outcome: str
) -> None:
    """Issue 5, close with outcome: F7 asks; F7 or Enter takes the chosen line, a digit any."""
    async with at_hall() as face:
        await face.press("f2", "f4", "f7")
        assert face.app.text("counter.finish.title", ticket="A-017") in face.shown
        assert face.app.text("counter.outcome.refused") in face.shown
        await face.press(*keys)
        assert (here(hall), face.workplace.column) == (None, "queue")
    assert hall.outcomes == [outcome]


@pytest.mark.parametrize("size", [SMALL, *(pytest.param(size, marks=pytest.mark.long) for size in (COUNTER, WIDE))])
async def test_the_outcomes_are_whole(at_hall: AtHall, size: tuple[int, int]) -> None:
    """K2, K3: the question, its help and every outcome, in each language and at every size."""
    async with at_hall(size=size) as face:
        await face.press("f2", "f4", "f7")
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            nothing_overlaps(face)
            for words in ("title", "help"):
                assert face.app.text(f"counter.finish.{words}", ticket="A-017") in face.shown
            for outcome in OUTCOMES:
                assert face.app.text(f"counter.outcome.{outcome}") in face.shown


async def test_an_outcome_that_nobody_chose_ends_nothing(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: a wrong key in the question loses nobody; Escape goes back to who is served."""
    async with at_hall() as face:
        await face.press("f2", "f4", "f7", "5", "x", "f2")
        assert face.workplace.note.words == face.app.text("counter.form.first")
        await face.press("escape")
        assert (here(hall), face.workplace.column) == (("A-017", "serving"), "queue")
    assert hall.acts() == ["call_next", "start"]


async def test_where_nobody_asks_for_outcomes_one_key_ends_it(at_hall: AtHall, hall: FakeHall) -> None:
    """The setting [hall] ask_outcome."""
    async with at_hall() as face:
        face.app.settings = replace(face.app.settings, hall=replace(face.app.settings.hall, ask_outcome=False))
        await face.press("f2", "f4", "f7")
        assert here(hall) is None
    assert hall.outcomes == ["served"]


async def test_finish_and_no_show_can_be_taken_back(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: F9, with the seconds that remain beside it."""
    async with at_hall() as face:
        await face.press("f2", "f8")
        assert here(hall) is None
        assert key(face, "undo").aside == "0:51"
        face.elapsed.pass_by(20)
        assert key(face, "undo").aside == "0:31"
        await face.press("f9")
        assert here(hall) == ("A-017", "called")
        assert face.workplace.note.words == face.app.text("counter.done.undo", ticket="A-017")
        await face.press("f4", "f7", "f7", "f9")
        assert here(hall) == ("A-017", "serving")
        face.elapsed.pass_by(60)
        assert (key(face, "undo").usable, key(face, "undo").aside) == (False, "")


async def test_a_ticket_is_parked_with_a_note_and_brought_back(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: F5, a note, Enter; F11 brings one of several back, after it was chosen."""
    async with at_hall() as face:
        await face.press("f2", "f5")
        await face.enter("pul yatirir")
        assert [row.note for row in hall.parked] == ["surət çəkir", "pul yatirir"]
        assert "pul yatirir" in face.shown
        await face.press("f11")
        assert face.workplace.note.words == face.app.text("counter.choose_parked")
        await face.press("down", "f11")
        assert (here(hall), len(hall.parked)) == (("A-017", "called"), 1)


@pytest.mark.long
async def test_the_only_parked_one_comes_back_by_one_key(at_hall: AtHall, hall: FakeHall) -> None:
    """F5 twice parks without a note; F11 calls the only parked one wherever the cursor is."""
    hall.parked.clear()
    async with at_hall() as face:
        await face.press("f2", "f5", "f5", "f11")
        assert here(hall) == ("A-017", "called")
    assert hall.acts() == ["call_next", "park", "call"]


async def test_a_ticket_is_sent_to_a_counter_with_a_note(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: a number typed is a counter; Tab goes to the note."""
    async with at_hall() as face:
        await face.press("f2", "f6")
        await face.write("5")
        await face.press("tab")
        await face.enter("imza")
        sent = hall.waiting[-1]
        assert (sent.ticket, sent.to_counter, sent.note) == ("A-017", "5", "imza")
        assert face.workplace.column == "queue"
        await face.press("end", "up")
        face.workplace.queue.choose("A-017")
        await face.settle()
        assert "→ 5" in face.shown


async def test_nobody_is_sent_anywhere_before_it_was_said_where(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: F6 and Enter, pressed by mistake, lose nobody; what does not apply while a form is open looks so."""
    async with at_hall() as face:
        await face.press("f2")
        assert face.app.text("button.activate") in face.shown
        await face.press("f6", "enter")
        told = face.app.text("counter.transfer.choose")
        assert face.workplace.note.words == told
        row = next(row for row, line in enumerate(face.shown.splitlines()) if told in line)
        assert row == face.workplace.note.region.bottom - 1, "it touches what stands above"
        assert face.workplace.person.held
        assert face.app.text("button.activate") not in face.shown
        await face.write("zzzz")
        await face.press("enter")
        assert face.workplace.note.words == face.app.text("counter.transfer.none")
        await face.press("escape")
        assert not face.widget("#person").held
    assert hall.acts() == ["call_next"]


@pytest.mark.parametrize("size", [(100, 35), (80, 24)])
async def test_how_often_somebody_was_called_is_never_cut(at_hall: AtHall, size: tuple[int, int]) -> None:
    """C2: in words where there is room for them, else as a number; what was waited stays beside it."""
    async with at_hall(size=size) as face:
        await face.press("f2", "f3", "f3")
        told = face.app.text("counter.person.times", count=3) if size[0] == 100 else "×3"
        assert told in face.shown


async def test_a_note_is_read_where_rows_are_few(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: what was noted about somebody who was parked stands in the panel in the smallest terminal too."""
    async with at_hall(size=(76, 22)) as face:
        await face.press("f11")
        assert here(hall) == ("A-009", "called")
        panel = face.widget("#person").region
        rows = [line[panel.x :] for line in face.shown.splitlines()[panel.y : panel.bottom]]
        assert any("surət çəkir" in row for row in rows)


async def test_beside_a_verdict_in_a_narrow_terminal_no_service_is_a_stump(at_hall: AtHall) -> None:
    """A name of which two letters are left tells nothing: it is left out, and the number and the hour stay."""
    async with at_hall(size=(76, 22)) as face:
        await face.enter("QWERTY")
        await face.until(lambda: face.workplace.shows_verdict)
        rows = [line for line in face.shown.splitlines() if re.match(r" *[ABC]-\d{3} ", line)]
        assert len(rows) >= 5
        assert not any(re.match(r" *[ABC]-\d{3} +\S{0,2}…", line) for line in rows)


@pytest.mark.long
async def test_a_ticket_is_sent_to_a_service(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: services are found as one types, Azerbaijani letters folded; arrows choose."""
    async with at_hall() as face:
        await face.press("f2", "f6")
        await face.write("pasport")
        shown = [face.workplace.transfer.chosen]
        await face.press("down")
        shown.append(face.workplace.transfer.chosen)
        assert all(target is not None and "pasport" in target.words.lower() for target in shown)
        await face.press("enter")
        assert shown[1] is not None
        assert hall.waiting[-1].service == shown[1].id


@pytest.mark.long
async def test_a_form_is_left_without_a_step(at_hall: AtHall, hall: FakeHall) -> None:
    """Escape; another key says to end the form first, and the person stays."""
    async with at_hall() as face:
        for form in ("f5", "f6"):
            await face.press("f2", form, "f7")
            assert face.workplace.note.words == face.app.text("counter.form.first")
            await face.press("escape")
            assert face.workplace.column == "queue"
    assert hall.acts() == ["call_next"]


async def test_a_chosen_one_is_called(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: arrows and Enter, or a touch and the button; its facts are seen before, and no name."""
    async with at_hall() as face:
        await face.press("down", "down", "down")
        assert face.workplace.queue.chosen == "B-004"
        assert dict(face.workplace.person.facts())["Gəlib"] == "14:25"
        assert hall.persons == []
        await face.press("enter")
        assert here(hall) == ("B-004", "called")
        await face.press("f17")
        await face.touch("#queue", "C-110")
        await face.touch("#person")
        assert here(hall) == ("C-110", "called")
    assert hall.acts() == ["call", "put_back", "call"]


@pytest.mark.long
async def test_while_somebody_is_here_another_is_only_looked_at(at_hall: AtHall, hall: FakeHall) -> None:
    """Enter shows the chosen one and hides them again: nobody is called in place of who is here."""
    async with at_hall() as face:
        await face.press("f2", "down")
        assert face.widget("#person").subject is hall.live
        await face.press("enter")
        looked_at = face.widget("#person").subject
        assert isinstance(looked_at, QueuedTicket)
        assert "Nümunəyeva" not in face.shown
        await face.press("escape")
        assert face.workplace.person.subject is hall.live
    assert hall.acts() == ["call_next"]


@pytest.mark.long
async def test_a_ticket_is_found_by_its_number_and_by_its_service(at_hall: AtHall) -> None:
    """F10 looks among all; a number alone needs no F10."""
    async with at_hall() as face:
        await face.press("f10")
        await face.write("c11")
        assert [row.ticket for row in face.workplace.queue.rows] == ["C-110", "C-111", "C-113", "C-114"]
        await face.press("down", "down", "enter")
        assert face.workplace.queue.chosen == "C-111"
        assert len(face.workplace.queue.rows) == 12
        await face.press("f10")
        await face.write("vekalet")
        assert [row.ticket for row in face.workplace.queue.rows] == ["B-009"]
        await face.press("escape")
        assert not face.workplace.code.finding
        await face.enter("a22")
        assert face.workplace.queue.chosen == "A-022"
        assert not face.workplace.presented.entries


@pytest.mark.long
async def test_one_who_missed_the_call_is_called_again_by_number(at_hall: AtHall, hall: FakeHall) -> None:
    """C2: in no list any more; Enter twice, so that a slip calls nobody."""
    hall.missed_row = waiting("A-099", "passport-issue", "13:00", 60)  # type: ignore[attr-defined]
    take = hall._take
    hall._take = lambda ticket: hall.missed_row if ticket == "A-099" else take(ticket)  # type: ignore[method-assign,attr-defined]
    async with at_hall() as face:
        await face.enter("a99")
        assert face.workplace.note.words == face.app.text("counter.find.recall", ticket="A-099")
        assert here(hall) is None
        await face.press("enter")
        assert here(hall) == ("A-099", "called")


@pytest.mark.long
async def test_keys_pressed_before_the_answer_are_done_after_it(at_hall: AtHall, hall: FakeHall) -> None:
    """F2 and F4 of one burst: both, in turn."""
    async with at_hall() as face:
        for name in ("call_next", "start", "finish"):
            face.workplace.do_key(name)
        await face.settle()
        assert face.workplace.column == "finish"
    assert hall.acts() == ["call_next", "start"]


async def test_a_step_whose_answer_was_lost_is_asked_again_with_its_key(at_hall: AtHall, hall: FakeHall) -> None:
    """No step is lost or done twice: it is told, what is shown stays, and any step's key asks for the same act."""
    hall.lose = 2
    async with at_hall() as face:
        await face.write("K7")
        await face.press("f2")
        assert face.workplace.note.words == face.app.text("counter.step.unanswered")
        assert face.app.text("counter.away") in face.shown
        assert face.workplace.code.value == "K7"
        assert not key(face, "finish").usable
        await face.press("f7", "f2")
        assert face.app.text("counter.connected") in face.shown
        assert face.workplace.note.words == "", "what was said of the lost answer is over"
        assert face.workplace.person.subject == hall.live
    assert hall.acts() == ["call_next"] * 3
    assert len({named for _, named, _ in hall.asked}) == 1
    assert hall.waiting[0].ticket == "A-019"


@pytest.mark.long
async def test_a_step_that_waits_is_asked_again_by_itself(
    at_hall: AtHall, hall: FakeHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to watch for the connection to come back."""
    monkeypatch.setattr("screens.counter.stepping.RETRY_SECONDS", 0.01)
    hall.lose = 1
    async with at_hall() as face:
        face.workplace.do_key("call_next")
        await face.until(lambda: face.workplace.person.subject)
    assert len({named for _, named, _ in hall.asked}) == 1


async def test_while_the_database_is_away_the_list_stays_and_comes_back(
    at_hall: AtHall, hall: FakeHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: said in the header; what was read last is still there; then it is read again by itself."""
    monkeypatch.setattr("screens.counter.hall_desk.RETRY_SECONDS", 0.01)
    async with at_hall() as face:
        hall.away = True
        face.workplace.desk.follow()
        await face.until(lambda: face.workplace.top_bar.connected is False)
        assert "A-017" in face.shown
        hall.away = False
        hall.waiting.pop(0)
        await face.until(lambda: "A-017" not in face.shown)
        assert face.workplace.top_bar.connected
        assert face.workplace.note.words == ""


REFUSALS: list[tuple[Exception, str, dict[str, str]]] = [
    (OtherCounter("3"), "counter.no.other_counter", {"ticket": "A-017", "number": "3"}),
    (WrongStep("finished"), "counter.no.moved_on", {"ticket": "A-017"}),
    (NotFound(), "counter.no.unknown", {"ticket": "A-017"}),
]


def read_since(hall: FakeHall, looks: int) -> bool:
    """Whether the hall was read again."""
    return hall.looks > looks


@pytest.mark.long
async def test_a_refused_step_is_told_and_the_hall_read_again(
    at_hall: AtHall, hall: FakeHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2: another counter was quicker; nothing else changes here."""
    async with at_hall() as face:
        for refusal, words, values in REFUSALS:

            def refuse(*_: Any, why: Exception = refusal, **__: Any) -> Any:
                raise why

            face.workplace.queue.choose("A-017")
            monkeypatch.setattr(hall, "call", refuse)
            looks = hall.looks
            await face.press("enter")
            assert face.workplace.note.words == face.app.text(words, **values)
            await face.until(partial(read_since, hall, looks))
            assert here(hall) is None


async def test_the_cursor_stays_on_its_ticket(at_hall: AtHall, hall: FakeHall) -> None:
    """Others come and go before it; when it goes itself, the cursor is nowhere rather than on somebody else."""
    async with at_hall() as face:
        await face.press("down", "down")
        hall.waiting.insert(0, waiting("A-001", "passport-issue", "13:00", 40))
        face.workplace.desk.follow()
        await face.until(lambda: len(face.workplace.queue.rows) == 13)
        assert face.widget("#queue").chosen == "A-019"
        hall.waiting.pop(2)
        face.workplace.desk.follow()
        await face.until(lambda: len(face.workplace.queue.rows) == 12)
        assert face.workplace.queue.chosen is None
        await face.press("enter")
    assert hall.acts() == []


@pytest.mark.long
async def test_the_hall_is_followed_by_itself(at_hall: AtHall, hall: FakeHall, counter: Trial) -> None:
    """C2: whatever station changed it, the list shows it without a key."""
    async with at_hall() as face:
        hall.waiting.clear()
        counter.change("UPDATE facts SET value = value WHERE name = 'reference_version'")
        await face.until(lambda: face.app.text("counter.hall.nobody") in face.shown)
        assert hall.parked == [PARKED]
