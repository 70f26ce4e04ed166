"""Paying a debt at the kiosk (W6): how and how much, terminal, payment QR, cash, and every way that it can end."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from textual.geometry import Region

from kiosk.errors import RegistryAway, Unavailable
from kiosk.water.facts import Payment, Registered, TerminalOutcome
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.first import FirstScreen
from screens.citizen.water.pay_amount import AmountScreen
from screens.citizen.water.pay_result import CashScreen, PaidScreen, UnpaidScreen
from screens.citizen.water.pay_waiting import GIVEN_UP_AFTER, QrScreen, TerminalScreen
from screens.citizen.water.payments import pay
from screens.citizen.wizard import Stage
from tests.screens.opened import languages
from tests.screens.running import FULL, LARGE, SIZES, Face, running
from tests.screens.test_messages import whole
from tests.screens.water.company import CODE, WaterStation, payment

DEBT = Decimal("16.00")
PAID = TerminalOutcome("paid", payment(DEBT, Decimal("0.00")))


@dataclass
class Paying:
    """Somebody who pays: the face, and what `pay` answered, once it did."""

    face: Face
    station: WaterStation
    done: list[Payment | None]

    @property
    def screen(self) -> Any:
        return self.face.screen

    async def to_ways(self) -> None:
        """All of the debt."""
        await self.face.touch("#main")
        assert self.face.is_on(ChoosingScreen)
        self.face.elapsed.pass_by(1.0)

    async def comes_to(self, kind: type) -> None:
        """Wait for that screen."""
        await self.face.until(lambda: self.face.is_on(kind))
        await self.face.draws()
        self.face.elapsed.pass_by(1.0)


@asynccontextmanager
async def paying(
    station: WaterStation | None = None, *, size: tuple[int, int] = FULL, application: int | None = None
) -> AsyncIterator[Paying]:
    """Somebody owes 16 manat and pays."""
    station = station or WaterStation()
    async with running(station, size=size) as face:
        done: list[Payment | None] = []

        async def errand() -> None:
            done.append(await pay(face.app, Stage(face.app), CODE, DEBT, application))

        face.app.start_errand(errand)
        await face.until(lambda: not face.is_on(FirstScreen))
        await face.settle()
        face.elapsed.pass_by(1.0)
        yield Paying(face, station, done)


def shown(face: Face) -> str:
    return face.shown.replace("\N{NO-BREAK SPACE}", " ")


def nothing_overlaps(face: Face, size: tuple[int, int]) -> None:
    placed = [region for _, region in face.screen.places(face.app.size) if region.area]
    for number, region in enumerate(placed):
        assert Region(0, 0, *size).contains_region(region)
        assert not any(region.overlaps(other) for other in placed[number + 1 :])


@pytest.mark.parametrize("size", SIZES)
async def test_the_whole_debt_at_the_terminal(size: tuple[int, int]) -> None:
    """W6: amount, way, terminal, result with receipt and what is left; every text whole in each language."""
    station = WaterStation()
    station.water.payments.waits = threading.Event()
    async with paying(station, size=size) as person:
        face = person.face
        async for _ in languages(face):
            assert whole(face, face.app.text("water.pay.amount", amount="…").split("\n")[0])
            nothing_overlaps(face, size)
        await person.to_ways()
        async for _ in languages(face):
            for way in ("terminal", "qr", "cash"):
                assert face.app.text(f"water.pay.{way}").split("\n")[0] in face.shown
            assert "…" not in face.shown
        await face.tap("#tiles", "terminal")
        await person.comes_to(TerminalScreen)
        assert "14:47" in face.shown
        assert whole(face, face.app.text("water.pay.at_terminal").split("\n")[1])
        nothing_overlaps(face, size)
        station.water.payments.outcome = PAID
        station.water.payments.waits.set()
        await person.comes_to(PaidScreen)
        await face.settle()
        async for language in languages(face):
            assert whole(face, face.app.text("water.paid"))
            assert "TR-00000417" in face.shown
            assert ("0.00 ₼" if language == "en" else "0,00 ₼") in shown(face)
            assert "…" not in face.shown
        await face.press("enter")
        assert person.done == [PAID.payment]
        (order,) = station.water.payments.orders
        assert (order.amount, order.method) == (DEBT, "terminal")


async def test_another_amount_is_typed_as_at_a_cash_register() -> None:
    """W6: digits come in from the right; never more than the debt, never nothing."""
    async with paying() as person:
        face, screen = person.face, person.screen
        assert isinstance(screen, AmountScreen)
        await face.press("5", "0", "5")
        assert screen.amount == Decimal("5.05")
        await face.touch("#pad", "0")
        assert screen.amount == Decimal("50.50")
        assert whole(face, face.app.text("water.pay.too_much"))
        await face.press("enter")
        assert face.is_on(AmountScreen)
        await face.touch("#pad", "erase")
        assert screen.amount == Decimal("5.05")
        await face.touch("#pad", "clear")
        await face.press("enter")
        assert whole(face, face.app.text("water.pay.nothing"))
        await face.touch("#second")
        assert screen.amount == DEBT
        await face.press("7", "enter")
        assert face.is_on(ChoosingScreen)
        assert "0,07 ₼" in shown(face)


async def test_an_application_that_waits_is_paid_for_whole() -> None:
    """W6: held by a debt it goes on when the debt is gone; no amount is asked for, and what went on is told."""
    station = WaterStation()
    registered = Registered("2026-000017", "suspension", "registered")
    done = replace(payment(DEBT, Decimal("0.00")), registered=(registered,))
    station.water.payments.outcome = TerminalOutcome("paid", done)
    async with paying(station, application=7) as person:
        assert person.face.is_on(ChoosingScreen)
        await person.face.touch("#tiles", "terminal")
        await person.comes_to(PaidScreen)
        band = person.screen.verdict.region
        async for _ in languages(person.face):
            assert whole(person.face, person.face.app.text("water.paid.registered", number="2026-000017"))
            rows = [bool(line.strip()) for line in person.face.lines()[band.y : band.bottom]]
            assert not rows[0] and not rows[-1], "words at the band's edge look cut off"


async def test_a_declined_card_says_why_and_offers_another_way() -> None:
    """W6: declined, with what to do next; nothing was taken, and nothing is told as paid."""
    station = WaterStation()
    async with paying(station, size=LARGE) as person:
        face = person.face
        await person.to_ways()
        for why in ("funds", "card", "pin", "limit", "host", "other", "something new"):
            station.water.payments.outcome = TerminalOutcome("declined", why=why)
            await face.touch("#tiles", "terminal")
            await person.comes_to(UnpaidScreen)
            assert whole(face, face.app.text(f"water.declined.{why if why != 'something new' else 'other'}"))
            await face.touch("#ways", "again")
            assert face.is_on(ChoosingScreen)
        await face.press("escape", "escape")
        assert person.done == [None]


async def test_cancelling_asks_the_terminal_and_waits_for_its_answer() -> None:
    """W6: “Ləğv et” in GERİ's place; what the terminal says counts, for it may have taken the money already."""
    station = WaterStation()
    payments = station.water.payments
    payments.waits = threading.Event()
    async with paying(station) as person:
        face = person.face
        await person.to_ways()
        await face.tap("#tiles", "terminal")
        await person.comes_to(TerminalScreen)
        assert face.app.text("button.cancel") in face.shown
        await face.tap("#back")
        await person.comes_to(UnpaidScreen)
        assert payments.stops[0].is_set()
        assert whole(face, face.app.text("water.cancelled.terminal"))


async def test_a_terminal_that_never_answers_is_given_up_as_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """W6: nobody waits for ever, and nobody is told to pay again."""
    station = WaterStation()
    payments = station.water.payments
    never = threading.Event()
    monkeypatch.setattr(payments, "pay_at_terminal", lambda reference, stop: never.wait() and PAID)
    async with paying(station) as person:
        face = person.face
        await person.to_ways()
        await face.tap("#tiles", "terminal")
        await person.comes_to(TerminalScreen)
        waited: list[float] = []
        screen = person.screen

        def at_once(seconds: float, callback: Any) -> None:
            waited.append(seconds)
            callback()

        monkeypatch.setattr(screen, "set_timer", at_once)
        screen.go_back()
        await person.comes_to(UnpaidScreen)
        assert waited == [GIVEN_UP_AFTER]
        assert whole(face, face.app.text("water.unknown.terminal"))
        never.set()


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_unknown_is_asked_again_and_never_paid_twice(size: tuple[int, int]) -> None:
    """W6: “do not pay twice; we ask the terminal”: looked at by itself and on a touch, until it is known."""
    station = WaterStation()
    payments = station.water.payments
    payments.outcome = TerminalOutcome("unknown")
    async with paying(station, size=size) as person:
        face = person.face
        await person.to_ways()
        await face.touch("#tiles", "terminal")
        await person.comes_to(UnpaidScreen)
        async for _ in languages(face):
            assert whole(face, face.app.text("water.unknown.terminal"))
            assert face.app.text("water.pay.way.again").split("\n")[0] not in face.shown
        payments.waits = threading.Event()
        await face.tap("#ways", "check")
        await person.comes_to(TerminalScreen)
        assert whole(face, face.app.text("water.pay.asking").split("\n")[0])
        payments.waits.set()
        await person.comes_to(UnpaidScreen)
        assert len(payments.stops) == 2
        assert len(payments.orders) == 1
        payments.settle("paid")
        person.screen.look()
        await person.comes_to(PaidScreen)


async def test_unknown_that_turns_out_as_not_taken() -> None:
    """W6: an order that has ended without money may be paid again, another way."""
    station = WaterStation()
    payments = station.water.payments
    payments.outcome = TerminalOutcome("unknown")
    async with paying(station) as person:
        await person.to_ways()
        await person.face.touch("#tiles", "terminal")
        await person.comes_to(UnpaidScreen)
        payments.settle("ended")
        station.change()
        await person.face.until(
            lambda: person.face.app.text("water.cancelled.terminal").split("\n")[0] in person.face.shown
        )


@pytest.mark.parametrize("size", SIZES)
async def test_the_payment_qr_follows_its_order(size: tuple[int, int]) -> None:
    """W6: a large QR with its countdown; paid on the phone, the screen tells it by itself."""
    station = WaterStation()
    async with paying(station, size=size) as person:
        face = person.face
        await person.to_ways()
        await face.touch("#tiles", "qr")
        screen = person.screen
        assert isinstance(screen, QrScreen)
        assert screen.idle_seconds == 300, "a phone takes its time"
        async for _ in languages(face):
            assert whole(face, face.app.text("water.pay.by_phone").split("\n")[0])
            assert "14:47" in face.shown
            assert "…" not in face.shown
            nothing_overlaps(face, size)
        _, _, width, height = face.region("#qr")
        assert width >= screen.qr.columns
        assert height >= screen.qr.rows
        station.water.payments.settle("paid")
        station.change()
        await person.comes_to(PaidScreen)
        await face.press("enter")
        assert person.done[0] is not None


async def test_a_code_that_has_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """face.md: half a code is none; the person is told to take another way."""
    station = WaterStation()
    monkeypatch.setattr(station.water.payments, "qr", lambda order: "x" * 300)
    async with paying(station, size=LARGE) as person:
        await person.to_ways()
        await person.face.touch("#tiles", "qr")
        assert whole(person.face, person.face.app.text("water.pay.qr_too_large"))


async def test_the_qr_says_that_the_database_is_away_only_while_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """K1: what is told on a screen is so."""
    station = WaterStation()
    payments = station.water.payments

    def away(reference: str) -> Any:
        raise Unavailable

    async with paying(station) as person:
        face = person.face
        await person.to_ways()
        await face.touch("#tiles", "qr")
        with monkeypatch.context() as broken:
            broken.setattr(payments, "state", away)
            station.change()
            await face.until(lambda: person.screen.note.told == face.app.text("database.away"))
        station.change()
        await face.until(lambda: not person.screen.note.told)


async def test_who_leaves_the_qr_is_asked_whether_they_have_paid() -> None:
    """W6: nobody pays twice: “Ödəmişəm” leads back to waiting, “Ödəməmişəm” to another way."""
    async with paying() as person:
        face = person.face
        await person.to_ways()
        await face.touch("#tiles", "qr")
        await face.press("escape")
        assert whole(face, face.app.text("water.pay.phone.ask").split("\n")[0])
        await face.touch("#tiles", "wait")
        assert face.is_on(QrScreen)
        await face.press("escape")
        await face.touch("#tiles", "not_paid")
        assert face.app.text("water.pay.how", amount="").split("\n")[0] in face.shown
        assert len(person.station.water.payments.orders) == 1


async def test_a_qr_whose_time_is_over_says_not_to_pay_twice() -> None:
    """W6: late money counts; so who has paid on the phone need not pay again."""
    station = WaterStation()
    async with paying(station) as person:
        await person.to_ways()
        await person.face.touch("#tiles", "qr")
        station.water.payments.settle("ended")
        person.screen.look()
        await person.comes_to(UnpaidScreen)
        assert whole(person.face, person.face.app.text("water.cancelled.qr"))


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_cash_is_taken_at_the_counter(size: tuple[int, int]) -> None:
    """W6: where cash is taken, what to say there, and how much."""
    async with paying(size=size) as person:
        face = person.face
        await person.to_ways()
        await face.touch("#tiles", "cash")
        assert face.is_on(CashScreen)
        async for _ in languages(face):
            assert whole(face, face.app.text("water.pay.cash_where"))
            assert face.app.text("payment.subscriber") in face.shown
            assert "…" not in face.shown
        await face.touch("#ways", "again")
        assert face.is_on(ChoosingScreen)
        await face.touch("#tiles", "cash")
        await face.press("enter")
        assert person.done == [None]
        assert person.station.water.payments.orders == []


async def test_only_what_a_station_has_is_offered() -> None:
    """W6: no terminal, no scheme, no cash desk: the person is told to go to staff."""
    station = WaterStation()
    station.water.payments.offered = ()
    station.water.payments.takes_cash = False
    async with paying(station) as person:
        await person.to_ways()
        sentence, _, advice = person.face.app.text("water.pay.nowhere", amount="16,00 ₼").partition("\n")
        assert sentence in person.face.shown
        assert advice in shown(person.face)
        assert person.face.widget("#tiles").spots() == []


@pytest.mark.parametrize(("refusal", "key"), [(Unavailable(), "database.away"), (RegistryAway(), "registry.away")])
async def test_an_order_that_cannot_be_made_is_told_and_made_once(refusal: Any, key: str) -> None:
    """K4: told; asking again after a lost connection is the same order."""
    station = WaterStation()
    station.water.payments.refuse = refusal
    async with paying(station) as person:
        face = person.face
        await person.to_ways()
        await face.touch("#tiles", "qr")
        assert face.is_on(ChoosingScreen)
        assert whole(face, face.app.text(key))
        await face.touch("#tiles", "qr")
        assert face.is_on(QrScreen)
        keys = station.water.payments.keys
        assert (keys[0] == keys[1]) == isinstance(refusal, Unavailable)


async def test_a_visit_that_ends_lets_the_terminal_go() -> None:
    """K1, W6: when the visit ends in the middle the terminal is told to stop; its answer counts all the same."""
    station = WaterStation()
    station.water.payments.waits = threading.Event()
    async with paying(station) as person:
        await person.to_ways()
        await person.face.tap("#tiles", "terminal")
        await person.comes_to(TerminalScreen)
        person.face.app.end_visit()
        await person.face.until(lambda: station.water.payments.stops[0].is_set())
        await person.face.until(lambda: person.face.is_on(FirstScreen))
