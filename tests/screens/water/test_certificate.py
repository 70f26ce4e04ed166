"""The electronic certificate (W8): seen page by page, mailed, printed, its QR to check it by."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.errors import DocumentRefused, RegistryAway, SlowDown, Unavailable
from screens.citizen.report_mail import ReportMailScreen
from screens.citizen.step import Answer
from screens.citizen.water.certificate import CertificateScreen
from screens.citizen.water.statement import StatementScreen
from screens.citizen.water.statement_flow import statement
from screens.citizen.water.subscriber_code import SubscriberCodeScreen
from screens.citizen.wizard import Stage
from tests.screens.opened import languages, opened
from tests.screens.running import FULL, LARGE, SIZES, Face, running
from tests.screens.test_messages import whole
from tests.screens.water.company import CODE, STATEMENT, WHO, WaterStation, instant


async def at_statement(face: Face) -> list[Answer]:
    """The statement is open, by the coroutine that shows it; the list gets what that ends with."""
    ended: list[Answer] = []

    async def errand() -> None:
        ended.append(await statement(face.app, Stage(face.app), WHO))

    face.app.session.water.subscriber = CODE
    face.app.start_errand(errand)
    await face.until(lambda: face.is_on(SubscriberCodeScreen))
    await face.settle()
    await face.press("enter")
    assert face.is_on(StatementScreen)
    return ended


def screen_of(face: Face) -> Any:
    return face.screen


@pytest.mark.parametrize("size", SIZES)
async def test_number_and_pages_are_shown(size: tuple[int, int]) -> None:
    """W8: shown; the number and when it was issued stand beside the page, in each language."""
    station = WaterStation()
    issued = station.water.certificates.issue("key", STATEMENT, "az")
    async with opened(lambda _: CertificateScreen(STATEMENT, issued), station, size=size) as (face, screen):
        async for _ in languages(face):
            assert "2026-000041" in face.shown
            assert "14:32" in face.shown
            assert whole(face, face.app.text("button.mail"))
            assert "…" not in face.shown
        assert "▀" in face.shown
        page, columns, rows = station.water.documents.asked[-1]
        assert page == 1
        _, _, width, height = face.region("#preview")
        assert columns <= width
        assert rows <= height
        await face.touch("#turn", "after")
        assert station.water.documents.asked[-1] == (2, columns, rows)
        assert screen.page == 1


@pytest.mark.parametrize("size", SIZES)
async def test_its_qr_is_whole_on_the_screen(size: tuple[int, int]) -> None:
    """W8: anybody checks it by its QR; in large type that has a page of its own, with a way back."""
    station = WaterStation()
    issued = station.water.certificates.issue("key", STATEMENT, "az")
    async with opened(lambda _: CertificateScreen(STATEMENT, issued), station, size=size) as (face, screen):
        while screen.page + 1 < screen.pages:
            screen.turn_page(1)
        await face.settle()
        _, _, width, height = face.region("#qr")
        assert width >= screen.qr.columns
        assert height >= screen.qr.rows
        for other in ("#facts", "#turn", "#back"):
            assert not face.widget(other).region.overlaps(face.widget("#qr").region)
            assert face.widget(other).region.area
        await face.press("pageup")
        assert "▀" in face.shown or size == FULL


async def test_a_page_that_cannot_be_shown_takes_nothing_away() -> None:
    """W8: without a preview it is still mailed and printed."""
    station = WaterStation()

    def refuse(data: bytes, page: int, columns: int, rows: int) -> Any:
        raise DocumentRefused("unreadable")

    station.water.documents.preview_pdf = refuse  # type: ignore[method-assign]
    issued = station.water.certificates.issue("key", STATEMENT, "az")
    async with opened(lambda _: CertificateScreen(STATEMENT, issued), station) as (face, _):
        assert whole(face, face.app.text("water.certificate.no_preview"))


async def test_it_is_mailed_and_the_address_is_asked_for_once() -> None:
    """W8: mailed; a lost connection and a limit are told, and the typed address is kept."""
    station = WaterStation()
    async with running(station) as face:
        await at_statement(face)
        await face.touch("#main")
        assert face.is_on(CertificateScreen)
        await face.touch("#main")
        assert face.is_on(ReportMailScreen)
        screen_of(face).fields["report_email"].value = "aygun@example.az"
        for refusal, key in (
            (Unavailable(), "database.away"),
            (SlowDown(instant(10, 40)), "error.slow_down"),
        ):
            station.water.certificates.refuse = refusal
            await face.press("enter")
            assert whole(face, face.app.text(key, time="14:40"))
            assert screen_of(face).email == "aygun@example.az"
        await face.press("enter")
        assert face.is_on(CertificateScreen)
        assert station.water.certificates.calls[-1] == ("mail", "2026-000041", "aygun@example.az", "az")
        assert whole(face, face.app.text("water.certificate.mailed", email="aygun@example.az"))
        await face.touch("#main")
        assert screen_of(face).email == "aygun@example.az"


async def test_it_is_printed_where_there_is_a_printer() -> None:
    """W8: printed; what became of the paper is told."""
    station = WaterStation()
    station.has_printer = True
    issued = station.water.certificates.issue("key", STATEMENT, "az")
    async with opened(lambda _: CertificateScreen(STATEMENT, issued), station, size=LARGE) as (face, _):
        for paper, key in (
            ("ok", "water.certificate.printed"),
            ("no_paper", "water.paper.no_paper"),
            ("cover_open", "water.paper.cover_open"),
            ("unplugged", "water.paper.unavailable"),
        ):
            station.water.certificates.paper = paper
            await face.touch("#second")
            assert station.water.certificates.calls[-1] == ("print", "2026-000041", "az")
            assert whole(face, face.app.text(key))


async def test_without_a_printer_nothing_is_offered_to_print() -> None:
    """face.md: a thing that is not there is not shown."""
    station = WaterStation()
    issued = station.water.certificates.issue("key", STATEMENT, "az")
    async with opened(lambda _: CertificateScreen(STATEMENT, issued), station) as (face, _):
        assert face.app.text("button.print") not in face.shown


async def test_opened_again_it_is_the_same_certificate_and_back_is_the_statement() -> None:
    """W8: one number for one statement; GERİ leads back step by step."""
    station = WaterStation()
    async with running(station) as face:
        await at_statement(face)
        for _ in range(2):
            await face.touch("#main")
            assert face.is_on(CertificateScreen)
            await face.press("escape")
            assert face.is_on(StatementScreen)
        keys = station.water.certificates.keys
        assert len(keys) == 2
        assert len(set(keys)) == 1
        await face.press("escape")
        assert face.is_on(SubscriberCodeScreen)


@pytest.mark.parametrize(
    ("refusal", "key"), [(Unavailable(), "database.away"), (RegistryAway(), "registry.away")], ids=["away", "registry"]
)
async def test_a_certificate_that_cannot_be_issued_now_is_told(refusal: Any, key: str) -> None:
    """K4: the statement stays, and says why."""
    station = WaterStation()
    async with running(station) as face:
        await at_statement(face)
        station.water.certificates.refuse = refusal
        await face.touch("#main")
        assert face.is_on(StatementScreen)
        assert whole(face, face.app.text(key))
