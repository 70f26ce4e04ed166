"""Filing an application for a citizen at the counter: the rules of the kiosk, typed by an operator (W1, W3, W5, W9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hardware.storage.mounts import Mount
from kiosk.errors import DocumentRefused, Unavailable
from kiosk.water.documents.scanning import NotScanned
from kiosk.water.documents.sticks import Stick, StickFile
from kiosk.water.facts import Document
from screens.counter.sign_in import SignInScreen
from screens.counter.water.apply import ApplyScreen
from screens.counter.water.cash import CashScreen
from screens.counter.water.leave import LeaveScreen
from screens.counter.water.orders import OrdersScreen
from screens.counter.water.source import SourceScreen
from tests.kiosk.water.applying import CODE, Company
from tests.screens.counter.counter_face import CounterFace
from tests.screens.counter.water.conftest import OpenDesk
from tests.screens.counter.water.hands import Away, open_subscriber, typed

PERSON = ("5AB1C2D", "Nümunəyeva", "Aygün", "", "0501234567", "aygun@example.az", "", "5AB1C2D")
"""In the rows' order; the language stays as it is preset."""


async def filled(face: CounterFace, rows: Sequence[str]) -> None:
    """Type row after row, with Tab between them."""
    for text in rows:
        if text:
            await typed(face, text)
        await face.press("tab")


async def new_consumer(face: CounterFace) -> ApplyScreen:
    """Everything of a new consumer but the documents; a choice is typed and taken by Enter."""
    await face.press("f8", "tab")
    await filled(face, PERSON)
    for text in ("xet", "ehm", "bina"):
        await typed(face, text)
        await face.press("enter")
    await filled(face, ("12A", "5"))
    screen = face.screen
    assert isinstance(screen, ApplyScreen)
    return screen


class FakeScanner:
    """Scans what a test hands it."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.sheets = [b"first", b"second"]

    def scan(self, stop: Any) -> bytes:
        if self.fails is not None:
            raise self.fails
        return self.sheets.pop(0)


@pytest.fixture
def scanner(company: Company, monkeypatch: pytest.MonkeyPatch) -> FakeScanner:
    """A scanner at the counter, whose sheets are all taken as documents."""
    scanner = FakeScanner()

    def keep(data: bytes, name: str) -> Document:
        if data == b"bad":
            raise DocumentRefused("wrong_type")
        assert name == "skan.jpg"
        return Document(company.document(data), "image/jpeg", 400_000, 1)

    water = company.trial.station.water
    monkeypatch.setattr(water, "scanner", scanner)
    monkeypatch.setattr(water, "sticks", SimpleNamespace(sight=(), watch=lambda changed: lambda: None))
    monkeypatch.setattr(water.documents, "keep", keep)
    return scanner


async def test_a_new_consumer_with_scanned_documents(company: Company, at_desk: OpenDesk, scanner: FakeScanner) -> None:
    """W1, W3, W9: form, two sheets, a look at all of it, the number; source and operator are kept."""
    async with at_desk() as face:
        screen = await new_consumer(face)
        for _ in range(2):
            await face.press("f3")
            assert face.is_on(SourceScreen)
            await face.press("enter")
            assert face.screen is screen
        await face.press("f4")
        assert screen.stage == "check"
        assert "aygun@example.az" in face.shown
        await face.press("enter")
        assert "2026-000001" in face.shown
        await face.press("enter")
        assert face.is_on(OrdersScreen)
    row = company.trial.query("SELECT source, staff, surname, fields FROM applications")[0]
    assert (row["source"], row["surname"]) == ("counter", "Nümunəyeva")
    assert row["staff"] is not None
    fields = json.loads(row["fields"])
    assert (fields["district"], fields["house_number"], fields["flat_number"]) == ("xetai", "12A", "5")
    assert len(company.trial.query("SELECT role FROM application_documents")) == 2


@pytest.mark.long
async def test_what_is_wrong_is_marked_and_told(company: Company, at_desk: OpenDesk) -> None:
    """W1: the first wrong row has the caret and its words stand below; nothing was sent."""
    async with at_desk() as face:
        await face.press("f8", "tab")
        await typed(face, "5AB")
        await face.press("f4")
        screen = face.screen
        assert isinstance(screen, ApplyScreen)
        assert (screen.stage, screen.current) == ("form", "fin")
        assert face.app.text("field.fin").split("\n")[0] in face.shown
        assert company.trial.query("SELECT id FROM applications") == []


@pytest.mark.long
async def test_a_place_that_is_in_no_list(company: Company, at_desk: OpenDesk) -> None:
    """W1: what is typed stands for it; another district forgets a chosen place."""
    async with at_desk() as face:
        await face.press("f8", "tab")
        await filled(face, PERSON)
        await typed(face, "xet")
        await face.press("enter")
        await typed(face, "Nümunə döngəsi")
        await face.press("enter")
        screen = face.screen
        assert isinstance(screen, ApplyScreen)
        fields = screen.form.fields()
        assert (fields["place"], fields["place_text"]) == ("", "Nümunə döngəsi")


@pytest.mark.long
async def test_another_kind_and_back_loses_nothing(company: Company, at_desk: OpenDesk) -> None:
    """What is typed is kept by field, whichever form is shown."""
    async with at_desk() as face:
        await face.press("f8", "tab")
        await typed(face, "5AB1C2D")
        await face.press("up", "down", "enter")
        screen = face.screen
        assert isinstance(screen, ApplyScreen)
        assert screen.form.kind == "suspension"
        assert "5AB1C2D" in face.shown
        assert screen.form.fields()["fin"] == "5AB1C2D"


async def test_a_form_that_was_begun_is_left_only_when_it_is_said(company: Company, at_desk: OpenDesk) -> None:
    """Nothing typed is lost by Escape or F12, however often; F10 at the question discards it."""
    async with at_desk() as face:
        await face.press("f8", "tab")
        await typed(face, "5AB1C2D")
        screen = face.screen
        assert isinstance(screen, ApplyScreen)
        await face.press("escape")
        assert face.is_on(LeaveScreen)
        await face.press("escape")
        assert face.screen is screen
        await face.press("f3", "f24")
        assert face.is_on(LeaveScreen)
        await face.press("f24", "escape")
        assert face.is_on(SourceScreen)
        await face.press("escape", "escape")
        assert screen.form.fields()["fin"] == "5AB1C2D"
        await face.press("f10")
        assert face.is_on(OrdersScreen)


@pytest.mark.long
async def test_signing_out_over_a_form_is_asked_about(company: Company, at_desk: OpenDesk) -> None:
    """What is chosen counts as what is typed; F10 at the question ends the visit."""
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f8", "enter", "f24")
        assert face.is_on(LeaveScreen)
        await face.press("f10")
        assert face.is_on(SignInScreen)


@pytest.mark.long
async def test_an_untouched_form_is_left_at_once(company: Company, at_desk: OpenDesk) -> None:
    """What the desk filled in itself, and a turned language, is nothing that could be lost."""
    async with at_desk() as face:
        subscriber = await open_subscriber(face)
        await face.press("f8", "f5", "escape")
        assert face.screen is subscriber


@pytest.mark.long
async def test_enter_on_what_was_chosen_leaves_it(company: Company, at_desk: OpenDesk) -> None:
    """W1: a row that one comes back to has its choice chosen, also a place that is in no list."""
    async with at_desk() as face:
        await face.press("f8", "tab")
        await filled(face, PERSON)
        await typed(face, "xet")
        await face.press("enter")
        await typed(face, "Nümunə döngəsi")
        await face.press("enter")
        await face.press("shift+tab", "shift+tab", "enter", "enter")
        screen = face.screen
        assert isinstance(screen, ApplyScreen)
        fields = screen.form.fields()
        assert (fields["district"], fields["place"], fields["place_text"]) == ("xetai", "", "Nümunə döngəsi")


async def suspension(face: CounterFace, turns: int = 0) -> ApplyScreen:
    """From the subscriber's page to the look at a suspension; `turns` of the letters' language."""
    await open_subscriber(face)
    await face.press("f8", "enter", "tab")
    await filled(face, ("0501234567", "aygun@example.az"))
    await face.press(*(turns * ("f5",)), "f4")
    screen = face.screen
    assert isinstance(screen, ApplyScreen)
    assert screen.stage == "check"
    return screen


@pytest.mark.long
async def test_a_suspension_from_the_subscribers_page(company: Company, at_desk: OpenDesk) -> None:
    """W5: code and FİN are the subscriber's; an open one is told with its number."""
    async with at_desk() as face:
        await suspension(face)
        await face.press("enter")
        assert "2026-000001" in face.shown
        await face.press("enter", "escape")
        assert company.trial.query("SELECT kind, subscriber FROM applications") == [
            {"kind": "suspension", "subscriber": CODE}
        ]
        await face.press("escape")
        await suspension(face)
        await face.press("enter")
        assert face.app.text("desk.already_applied", number="2026-000001").split("\n")[1] in face.shown


async def test_a_debt_holds_it_until_the_cash_is_counted(company: Company, at_desk: OpenDesk) -> None:
    """W6: the amount, F4 to the cash desk, and it is registered by the payment."""
    company.owe(340)
    async with at_desk() as face:
        await suspension(face)
        await face.press("enter")
        assert face.app.text("application.state.awaiting_payment") in face.shown
        await face.press("f4")
        assert face.is_on(CashScreen)
        await face.press("enter", "enter")
        assert "2026-000001" in face.shown


@pytest.mark.parametrize(("turns", "language"), [(0, "az"), pytest.param(1, "ru", marks=pytest.mark.long)])
async def test_letters_are_in_the_applicants_language(
    company: Company, at_desk: OpenDesk, turns: int, language: str
) -> None:
    """W3: Azerbaijani unless F5 says another, whatever language the operator works in."""
    async with at_desk(language="en") as face:
        await suspension(face, turns)
        await face.press("enter")
        assert "2026-000001" in face.shown
    assert company.trial.query("SELECT language FROM applications") == [{"language": language}]
    assert company.trial.query("SELECT DISTINCT language FROM outbox") == [{"language": language}]


async def test_a_lost_answer_registers_once(
    company: Company, at_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3: asked again by the same key, the same number."""
    applications = company.trial.station.water.applications
    lost = Away(applications.apply, Unavailable())
    monkeypatch.setattr(applications, "apply", lost)
    async with at_desk() as face:
        screen = await suspension(face)
        await face.press("enter")
        assert screen.stage == "check"
        await face.press("enter")
        assert "2026-000001" in face.shown
    assert len(set(lost.keys)) == 1
    assert len(company.trial.query("SELECT id FROM applications")) == 1


@pytest.mark.long
async def test_what_cannot_be_scanned_or_taken_is_told(
    company: Company, at_desk: OpenDesk, scanner: FakeScanner
) -> None:
    """W9: the scanner's fault and the refused file in words; then another try."""
    async with at_desk() as face:
        await face.press("f8", "f3")
        scanner.fails = NotScanned("no_paper")
        await face.press("enter")
        assert face.app.text("scanner.no_paper").split("\n")[0] in face.shown
        scanner.fails, scanner.sheets = None, [b"bad", b"good"]
        await face.press("enter")
        assert face.app.text("upload.wrong_type").split("\n")[0] in face.shown
        await face.press("enter")
        screen = face.screen
        assert isinstance(screen, ApplyScreen)
        assert list(screen.form.documents) == ["ownership_document"]


@pytest.mark.long
async def test_a_chosen_file_stays_chosen_when_another_stick_goes(
    company: Company, at_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W9: what Enter takes is what the operator chose, not what has moved into its row."""
    files = {}
    for number in (1, 2):
        stick = Stick(f"USB {number}", Mount(Path(f"/media/{number}"), 7, number))
        files[stick.name] = (stick, StickFile(f"{number}.pdf", 400_000, "application/pdf", stick, (f"{number}.pdf",)))
    told: list[Callable[[], None]] = []
    loaded: list[str] = []

    def watch(changed: Callable[[], None]) -> Callable[[], None]:
        told.append(changed)
        return told.clear

    def load(file: StickFile) -> bytes:
        loaded.append(file.name)
        return b"%PDF"

    water = company.trial.station.water
    sticks = SimpleNamespace(
        sight=[stick for stick, _ in files.values()],
        watch=watch,
        files=lambda stick: [files[stick.name][1]],
        load=load,
    )
    monkeypatch.setattr(water, "sticks", sticks)
    monkeypatch.setattr(water, "scanner", None)
    monkeypatch.setattr(
        water.documents, "keep", lambda data, name: Document(company.document(data), "application/pdf", len(data), 1)
    )
    async with at_desk() as face:
        await face.press("f8", "f3", "down")
        del sticks.sight[0]
        told[0]()
        await face.settle()
        await face.press("enter")
        assert face.is_on(ApplyScreen)
    assert loaded == ["2.pdf"]
