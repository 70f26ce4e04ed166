"""Subscribers at the counter: the search, the page, the certificate, somebody's applications (W4, W7, W8)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from screens.counter.water.application import ApplicationScreen
from screens.counter.water.certificate import CertificateScreen
from screens.counter.water.person import PersonScreen
from screens.counter.water.subscriber import SubscriberScreen
from screens.counter.water.subscribers import SubscribersScreen
from tests.kiosk.water.applying import CODE, Company
from tests.screens.counter.counter_face import SMALL
from tests.screens.counter.water.conftest import OpenDesk
from tests.screens.counter.water.hands import open_subscriber, typed


async def test_the_search_finds_as_one_types(company: Company, at_desk: OpenDesk) -> None:
    """W7: a new consumer whose order was closed is found by name; Enter opens the page, Escape leads back."""
    number = company.registered("new_consumer")
    work = company.trial.station.water.work
    for key, action in (("k-1", "take"), ("k-2", "carry_out"), ("k-3", "close")):
        work.act(key, None, number, action, "Hazırdır")  # type: ignore[arg-type]
    async with at_desk() as face:
        await face.press("f7")
        await typed(face, "numune")
        screen = face.screen
        assert isinstance(screen, SubscribersScreen)
        assert [hit.code for hit in screen.hits] == ["4400124"]
        await face.press("enter")
        assert face.is_on(SubscriberScreen)
        assert "4400124" in face.shown
        await face.press("escape")
        assert face.is_on(SubscribersScreen)
        await typed(face, "zzz")
        assert face.app.text("desk.no_subscriber") in face.shown


async def test_the_page_says_everything(company: Company, at_desk: OpenDesk) -> None:
    """W7, W8: person, address, service state, persons, services, meter, debt in words, the table, the look audited."""
    company.owe(340)
    async with at_desk() as face:
        page = await open_subscriber(face)
        assert page.table is not None
        shown = " ".join(face.shown.split())
        for words in ("Nümunəyeva Aygün", "Nümunə küç. 1", "5AB1C2D", "3,40 ₼", "! Qalıq borc"):
            assert words in shown
        assert face.app.text("water.no_invoice") in shown
    assert company.trial.query("SELECT detail FROM audit WHERE act = 'statement_at_desk'") == [{"detail": CODE}]


@pytest.mark.long
async def test_where_it_is_narrow_the_table_is_behind_a_key(company: Company, at_desk: OpenDesk) -> None:
    """80x24 has no room for both."""
    async with at_desk(SMALL) as face:
        await open_subscriber(face)
        assert face.app.text("water.total") not in face.shown
        await face.press("f2")
        assert face.app.text("water.total") in face.shown
        assert "1 / 2" in face.shown
        await face.touch("#keys", "pagedown")
        assert "2 / 2" in face.shown
        await face.press("f2")
        assert face.app.text("water.total") not in face.shown


@pytest.mark.long
async def test_a_company_has_a_balance_and_no_statement(company: Company, at_desk: OpenDesk) -> None:
    """W8: the statement is for the population; cash can be taken from a company all the same."""
    company.subscriber("4400999", category="non_population", fin="", opening_balance=1200)
    async with at_desk() as face:
        page = await open_subscriber(face, "4400999")
        assert page.statement is None
        assert page.balance.debt == Decimal("12.00")
        names = [key.name for key in page.keys_now()]
        assert "cash" in names
        assert "certificate" not in names


@pytest.mark.long
async def test_an_unknown_code_is_told(company: Company, at_desk: OpenDesk) -> None:
    """W8: nothing can be done for it."""
    async with at_desk() as face:
        page = await open_subscriber(face, "4400555")
        assert face.app.text("subscriber.unknown").split("\n")[0] in face.shown
        assert [key.name for key in page.keys_here()] == []


@pytest.mark.long
async def test_the_balance_follows_others(company: Company, at_desk: OpenDesk) -> None:
    """W6: what is paid elsewhere is seen here without a key."""
    company.owe(340)
    async with at_desk() as face:
        page = await open_subscriber(face)
        company.trial.station.water.payments.record("k-1", CODE, Decimal("3.40"), "T-1", "terminal")
        await face.until(lambda: page.balance.debt == 0)


async def test_a_certificate_is_issued_once_and_mailed(company: Company, at_desk: OpenDesk) -> None:
    """W8: its number at once; a wrong address is told at the field; the letter goes to the right one."""
    async with at_desk() as face:
        await open_subscriber(face)
        await face.press("f5")
        screen = face.screen
        assert isinstance(screen, CertificateScreen)
        assert "A-2026-000001" in face.shown
        await typed(face, "aygun")
        await face.press("enter")
        assert screen.email.problem == "field.short.email"
        await typed(face, "@example.az")
        await face.press("enter")
        assert face.app.text("water.certificate.mailed", email="aygun@example.az").split("\n")[0] in face.shown
    assert len(company.trial.query("SELECT number FROM certificates")) == 1


async def test_status_by_fin_and_by_number(company: Company, at_desk: OpenDesk) -> None:
    """W4: all of a person's, the newest first, those that a debt holds too; audited, so only at Enter."""
    number = company.registered("new_consumer")
    company.owe(340)
    company.apply(wait=True)
    async with at_desk() as face:
        await face.press("f6")
        await typed(face, "5ab1c2d")
        assert company.trial.query("SELECT act FROM audit WHERE act = 'view_applications'") == []
        await face.press("enter")
        screen = face.screen
        assert isinstance(screen, PersonScreen)
        assert [one.number for one in screen.found] == ["", number]
        await face.press("enter")
        assert face.app.text("desk.held").split("\n")[0] in face.shown
        await face.press("escape")
        await typed(face, number)
        await face.press("enter", "enter")
        assert face.is_on(ApplicationScreen)
        await face.press("escape", "escape")
        await typed(face, "2026-999999")
        await face.press("enter")
        assert face.app.text("desk.no_applications").split("\n")[0] in face.shown
