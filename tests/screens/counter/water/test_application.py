"""An application at the counter: its acts by state, their forms, races, its documents (W7)."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.errors import Unavailable
from screens.counter.water.answer import AnswerScreen
from screens.counter.water.application import ApplicationScreen
from screens.counter.water.document import DocumentScreen
from screens.counter.water.orders import OrdersScreen
from tests.kiosk.water.applying import Company
from tests.screens.counter.water.conftest import OpenDesk
from tests.screens.counter.water.hands import Away, states, typed


async def test_from_open_to_closed_by_keys(company: Company, at_desk: OpenDesk) -> None:
    """W7: F4 is always the next act; what says something asks for it; the new consumer's code is told."""
    company.registered("new_consumer")
    async with at_desk() as face:
        await face.press("enter")
        assert face.is_on(ApplicationScreen)
        await face.press("f4")
        assert states(company) == ["taken"]
        await face.press("f5")
        await typed(face, "Sənədi yenidən gətirin")
        await face.press("enter")
        assert states(company) == ["asked_back"]
        await face.press("f4")
        assert states(company) == ["taken"]
        await face.press("f4")
        assert face.is_on(AnswerScreen)
        face.elapsed.pass_by(1.0)
        await face.press("enter")
        assert states(company) == ["carried_out"]
        await face.press("f4")
        await typed(face, "Xətt çəkildi")
        await face.press("tab")
        await typed(face, "5500777")
        await face.press("enter")
        assert states(company) == ["closed"]
        assert face.app.text("desk.done.new_code", code="5500777") in face.shown
        assert "F4" not in face.shown


@pytest.mark.long
async def test_nothing_is_sent_without_what_is_to_be_said(company: Company, at_desk: OpenDesk) -> None:
    """W7: refusing needs a reason; Escape keeps the work as it is, and asks before a text is lost."""
    company.registered()
    async with at_desk() as face:
        await face.press("enter", "f8")
        await face.press("enter")
        assert face.is_on(AnswerScreen)
        assert face.app.text("field.short.empty") in face.shown
        await typed(face, "Ünvan")
        await face.press("escape", "escape")
        assert face.is_on(AnswerScreen)
        await face.press("escape", "f10")
        assert face.is_on(ApplicationScreen)
        assert states(company) == ["open"]
        await face.press("f8")
        await typed(face, "Ünvan yoxdur")
        await face.press("enter")
        assert states(company) == ["refused"]


@pytest.mark.long
async def test_a_code_that_is_taken_is_told_at_its_field(company: Company, at_desk: OpenDesk) -> None:
    """W7: nothing was done, the text is still there."""
    number = company.registered("new_consumer")
    work = company.trial.station.water.work
    work.act("k-1", None, number, "take")
    work.act("k-2", None, number, "carry_out")
    async with at_desk() as face:
        await face.press("enter", "f4")
        await typed(face, "Hazırdır")
        await face.press("tab")
        await typed(face, "4400123")
        await face.press("enter")
        screen = face.screen
        assert isinstance(screen, AnswerScreen)
        assert screen.new_code.problem == "desk.code_taken"
        assert screen.answer.value == "Hazırdır"
        assert states(company) == ["carried_out"]


@pytest.mark.parametrize("in_form", [False, True], ids=["take", "refuse"])
async def test_somebody_was_faster(company: Company, at_desk: OpenDesk, in_form: bool) -> None:
    """W7: the second operator is told, nothing is done twice, and the screen shows what it is now."""
    number = company.registered()
    station = company.trial.station
    async with at_desk() as face:
        await face.press("enter")
        if in_form:
            await face.press("f8")
            await typed(face, "Ünvan yoxdur")
            station.water.work.act("k-1", None, number, "refuse", "Başqa səbəb")
            await face.press("enter")
            now = "refused"
        else:
            screen = face.screen
            assert isinstance(screen, ApplicationScreen)
            screen.busy = True  # so that what a colleague did is not seen before the key
            station.water.work.act("k-1", None, number, "take")
            await face.settle()
            screen.busy = False
            await face.press("f4")
            now = "taken"
        assert face.is_on(ApplicationScreen)
        told = face.app.text("desk.wrong_step", state=face.app.text(f"work_order.state.{now}"))
        assert told.split("\n")[1] in face.shown
        assert states(company) == [now]


async def test_a_lost_answer_is_asked_for_by_the_same_key(
    company: Company, at_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that goes between act and answer: the text stays, Enter again is the same act, done once."""
    company.registered()
    work = company.trial.station.water.work
    lost = Away(work.act, Unavailable())
    monkeypatch.setattr(work, "act", lost)
    async with at_desk() as face:
        await face.press("enter", "f8")
        await typed(face, "Ünvan yoxdur")
        await face.press("enter")
        screen: Any = face.screen
        assert isinstance(screen, AnswerScreen)
        assert screen.answer.value == "Ünvan yoxdur"
        assert face.app.text("database.away").split("\n")[0] in face.shown
        await face.press("enter")
        assert face.is_on(ApplicationScreen)
    assert len(lost.keys) == 2
    assert len(set(lost.keys)) == 1
    assert len(company.trial.query("SELECT id FROM application_steps WHERE state = 'refused'")) == 1


@pytest.mark.long
async def test_everything_of_it_stands_there(company: Company, at_desk: OpenDesk) -> None:
    """W4: the form, the notes, the history; who looked is audited once, not at each change of anything."""
    number = company.registered("new_consumer", notes="Zəng edin")
    async with at_desk() as face:
        await face.press("enter")
        for words in ("Nümunəyeva Aygün Misal qızı", "5AB1C2D", "Nümunə küçəsi", "Zəng edin", "aygun@example.az"):
            assert words in " ".join(face.shown.split())
        company.registered("suspension")
        await face.settle()
    looked = company.trial.query("SELECT outcome FROM audit WHERE act = 'view_application'")
    assert len(looked) == 1
    assert number


async def test_documents_are_looked_at_page_by_page(
    company: Company, at_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W7, W9: Enter shows the chosen one; each is audited once, however many pages are turned."""
    from tests.screens.water.company import FakePreview

    asked: list[int] = []

    def preview(digest: str, page: int, columns: int, rows: int) -> FakePreview:
        asked.append(page)
        return FakePreview(((((250, 250, 250), (40, 40, 40)),) * columns,) * rows, 3)

    company.registered("new_consumer")
    monkeypatch.setattr(company.trial.station.water.documents, "preview", preview)
    async with at_desk() as face:
        await face.press("enter", "down", "enter")
        screen = face.screen
        assert isinstance(screen, DocumentScreen)
        assert screen.place == 1
        await face.press("pagedown", "pagedown", "pagedown", "pageup")
        assert asked[-3:] == [2, 3, 2]
        assert "2 / 3" in face.shown
        await face.press("right")
        assert screen.place == 0
        await face.press("escape")
        assert face.is_on(ApplicationScreen)
    looked = company.trial.query("SELECT detail FROM audit WHERE act = 'view_document'")
    assert len(looked) == len({row["detail"] for row in looked}) == 2


@pytest.mark.long
async def test_escape_leads_back_step_by_step(company: Company, at_desk: OpenDesk) -> None:
    """Keyboard first: one key is the way back everywhere."""
    company.registered()
    async with at_desk() as face:
        await face.press("enter", "f8", "escape", "escape")
        assert face.is_on(OrdersScreen)
