"""“Canlı növbə” at the kiosk: which service, what to expect, the ticket, or plainly why there is none (C5)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk.errors import Closed, HasTicket, LimitReached, NoWalkIns, Refusal, Unavailable
from kiosk.hall.facts import Arrival
from kiosk.hall.queue_facts import WaitRange, WalkIn, WalkInService
from kiosk.language import LANGUAGES
from kiosk.names import Language, Names
from kiosk.settings import Settings
from screens.citizen.arrive import ArriveScreen
from screens.citizen.first import FirstScreen
from screens.citizen.service import ServiceScreen
from screens.citizen.telling import TellingScreen
from screens.citizen.walk_in import ExpectScreen, TicketScreen, WalkInServiceScreen, range_words
from screens.messages import MinuteTurned, Scanned
from screens.palette import load
from screens.widgets import figures
from screens.widgets.sheet import Sheet
from tests.screens.fakes import NOW
from tests.screens.fakes_booked import ORDER_CODE, BookedStation
from tests.screens.running import FULL, LARGE, SMALL_TERMINAL, Face, running, settings
from tests.screens.test_messages import whole

SIZES = (FULL, *(pytest.param(size, marks=pytest.mark.long) for size in (LARGE, SMALL_TERMINAL)))
OFFERED = (
    WalkInService("id-issue", 5, 3, WaitRange(10, 20)),
    WalkInService("will", 200, 0, WaitRange(0, 0)),
    WalkInService("vat", 0, 12, WaitRange(40, 90)),
)


class FakeWalkIns:
    """Offers and gives what a test says; every key is noted."""

    def __init__(self) -> None:
        self.offers: tuple[WalkInService, ...] = OFFERED
        self.taken: list[tuple[str, str, str, str | None]] = []
        self.refuse: Refusal | None = None
        self.refuse_offers: Refusal | None = None
        self.go_on = threading.Event()
        self.go_on.set()

    def offered(self) -> tuple[WalkInService, ...]:
        if self.refuse_offers is not None:
            raise self.refuse_offers
        return self.offers

    def take(self, key: str, service: str, *, language: str, after_booking: str | None) -> WalkIn:
        self.taken.append((key, service, language, after_booking))
        self.go_on.wait(60)
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal
        return WalkIn("A-018", service, 4, WaitRange(10, 20))


class HallStation(BookedStation):
    """A kiosk whose centre gives walk-in tickets."""

    def __init__(self) -> None:
        super().__init__()
        self.walk_ins = FakeWalkIns()

    def print_walk_in(self, taken: WalkIn, language: Language, *, again: bool = False) -> str:
        self.printed.append((taken.ticket, again))
        return self.paper


def hall_of(face: Face) -> HallStation:
    assert isinstance(face.station, HallStation)
    return face.station


async def comes_to_expect(face: Face, service: str = "id-issue") -> None:
    """From the first screen to what to expect."""
    await face.touch("#tiles", "walk_in")
    await face.until(lambda: face.is_on(WalkInServiceScreen) and face.screen.results.rows)  # type: ignore[attr-defined]
    await face.touch("#results", service)
    await face.until(lambda: face.is_on(ExpectScreen))
    await face.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_from_the_first_screen_to_the_ticket(size: tuple[int, int]) -> None:
    """C5: the seventh tile, the service, what to expect, and the ticket with its number large."""
    async with running(HallStation(), size=size) as face:
        await comes_to_expect(face)
        assert face.app.text("walk_in.before") in face.shown
        assert face.app.text("walk_in.wait") in face.shown
        assert not hall_of(face).walk_ins.taken
        await face.touch("#main")
        await face.until(lambda: face.is_on(TicketScreen))
        await face.settle()
        ((_, service, language, after),) = hall_of(face).walk_ins.taken
        assert (service, language, after) == ("id-issue", "az", None)
        for key in ("walk_in.taken", "arrival.remember"):
            assert whole(face, face.app.text(key).split("\n")[0])
        assert "…" not in face.shown
        await face.press("enter")
        await face.until(lambda: face.is_on(FirstScreen))


def test_figures_of_half_rows_can_begin_in_the_lower_half() -> None:
    """face.md: areas are told apart by space, also where there is no room for a whole row: half a row lies above."""
    palette = load("kiosk-light")
    drawn = []
    for lower in (False, True):
        sheet = Sheet(8, 6, palette)
        sheet.pixels(0, 1, figures.pixels("3"), "ink", lower=lower)
        drawn.append([half for y in range(6) for half in (sheet._upper[y], sheet._lower[y])])
    whole_rows, half_lower = drawn
    assert half_lower[1:] == whole_rows[:-1]
    assert "ink" not in half_lower[2]


@pytest.mark.parametrize("wait", [WaitRange(20, 30), WaitRange(100, 120)])
async def test_a_long_wait_is_told_whole_in_large_type(wait: WaitRange) -> None:
    """C5, K3: at 76×22 the minutes end within their panel: as large figures, or where they are too wide as words."""
    station = HallStation()
    station.walk_ins.offers = (WalkInService("id-issue", 5, 3, wait),)
    async with running(station, size=LARGE) as face:
        await comes_to_expect(face)
        assert face.app.text("walk_in.before") in face.shown
        written = range_words(wait, "-")
        panel = face.widget("#expectation")
        drawn = Sheet(panel.size.width, panel.size.height, face.app.palette)
        panel.draw(drawn)
        edge = [drawn._upper[y][-2:] + drawn._lower[y][-2:] for y in range(drawn.height)]
        assert all("ink" not in cells for cells in edge)
        assert (written in face.shown) is (wait.to_minutes == 120)


async def test_by_keys_alone() -> None:
    """K2: digit, search, Enter, Enter."""
    async with running(HallStation()) as face:
        await face.press("7")
        await face.until(lambda: face.is_on(WalkInServiceScreen) and face.screen.results.rows)  # type: ignore[attr-defined]
        await face.press(*"vesiq", "enter")
        await face.until(lambda: face.is_on(ExpectScreen))
        await face.settle()
        await face.press("enter")
        await face.until(lambda: face.is_on(TicketScreen))


async def test_only_services_that_are_given_now_are_listed() -> None:
    """C5: of all services those that the centre gives to walk-ins, each with its wait."""
    async with running(HallStation()) as face:
        await face.touch("#tiles", "walk_in")
        await face.until(lambda: face.is_on(WalkInServiceScreen) and face.screen.results.rows)  # type: ignore[attr-defined]
        screen: Any = face.screen
        assert [(row.name, row.fact) for row in screen.results.rows] == [
            ("id-issue", "10–20\u00a0dəqiqə"),
            ("will", "0\u00a0dəqiqə"),
            ("vat", "bu gün talon qalmayıb"),
        ]


async def test_a_service_without_tickets_left_says_so() -> None:
    """C5: the day's limit is told plainly, with what to do."""
    async with running(HallStation()) as face:
        await face.touch("#tiles", "walk_in")
        await face.until(lambda: face.is_on(WalkInServiceScreen) and face.screen.results.rows)  # type: ignore[attr-defined]
        await face.touch("#results", "vat")
        assert face.is_on(WalkInServiceScreen)
        assert face.app.text("walk_in.none_left").split("\n")[0] in face.shown


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (NoWalkIns(), "walk_in.none"),
        (Closed("outside_hours", None), "walk_in.closed"),
        (Closed("closure", Names("Təmir", "Ремонт", "Repairs")), "walk_in.closed"),
    ],
)
@pytest.mark.parametrize("size", SIZES)
async def test_why_there_is_none_is_told_plainly(refusal: Refusal, words: str, size: tuple[int, int]) -> None:
    """C5: closed hours and centres without walk-ins: the reason, and booking as the way on."""
    station = HallStation()
    station.walk_ins.refuse_offers = refusal
    async with running(station, size=size) as face:
        await face.touch("#tiles", "walk_in")
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            assert whole(face, face.app.text(words).split("\n")[0])
            assert "…" not in face.shown
            if isinstance(refusal, Closed) and refusal.name is not None:
                assert refusal.name.of(language) in face.shown
        await face.press("1")
        await face.until(lambda: face.is_on(ServiceScreen))
        assert not face.is_on(WalkInServiceScreen)


async def test_a_limit_that_is_reached_meanwhile_leads_back_to_the_services() -> None:
    """C5: the last ticket went while the person looked: the list says so."""
    async with running(HallStation()) as face:
        await comes_to_expect(face)
        walk_ins = hall_of(face).walk_ins
        walk_ins.refuse = LimitReached("walk_ins", 5)
        walk_ins.offers = (replace(OFFERED[0], left=0), *OFFERED[1:])
        await face.touch("#main")
        await face.until(lambda: face.is_on(WalkInServiceScreen) and face.screen.results.rows)  # type: ignore[attr-defined]
        assert "bu gün talon qalmayıb" in face.shown


@pytest.mark.parametrize("size", SIZES)
async def test_who_has_a_ticket_already_is_told_its_number(size: tuple[int, int]) -> None:
    """C3, C5: an operator accepted the late person while they looked: the kiosk tells the ticket that there is."""
    async with running(HallStation(), size=size) as face:
        await comes_to_expect(face)
        hall_of(face).walk_ins.refuse = HasTicket("A-021")
        await face.touch("#main")
        await face.until(lambda: face.is_on(TellingScreen))
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            for key in ("walk_in.has_ticket", "arrival.ticket", "arrival.wait_in_hall"):
                assert whole(face, face.app.text(key).split("\n")[0])
            assert "…" not in face.shown


async def test_a_centre_that_closes_meanwhile_gives_none() -> None:
    """C5: closing time came while the person looked."""
    async with running(HallStation()) as face:
        await comes_to_expect(face)
        hall_of(face).walk_ins.refuse = Closed("outside_hours", None)
        await face.touch("#main")
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        assert face.app.text("walk_in.closed").split("\n")[0] in face.shown


async def test_asking_again_after_a_lost_connection_is_the_same_act() -> None:
    """K4: whether the ticket was taken is learnt by its key; nobody gets two."""
    async with running(HallStation()) as face:
        await comes_to_expect(face)
        hall_of(face).walk_ins.refuse = Unavailable()
        await face.touch("#main")
        assert face.is_on(ExpectScreen)
        assert whole(face, face.app.text("database.away").split("\n")[0])
        await face.touch("#main")
        await face.until(lambda: face.is_on(TicketScreen))
        first, second = hall_of(face).walk_ins.taken
        assert first == second


async def test_a_double_tap_takes_one_ticket() -> None:
    """K1: the button sleeps until the answer."""
    async with running(HallStation()) as face:
        await comes_to_expect(face)
        await face.tap("#main")
        face.elapsed.pass_by(1.0)
        await face.tap("#main") if face.is_on(ExpectScreen) else None
        await face.until(lambda: face.is_on(TicketScreen))
        await face.settle()
        assert len(hall_of(face).walk_ins.taken) == 1


async def test_nobody_leaves_while_a_ticket_is_on_its_way() -> None:
    """C5: GERİ, and a centre that closes at that very moment, wait for the answer: the number is told."""
    async with running(HallStation()) as face:
        await comes_to_expect(face)
        walk_ins = hall_of(face).walk_ins
        walk_ins.go_on.clear()
        face.elapsed.pass_by(1.0)
        await face.tap("#main")
        await face.until(lambda: walk_ins.taken)
        walk_ins.refuse_offers = Closed("outside_hours", None)
        face.app.tell_top(MinuteTurned())
        await face.pilot.press("escape")
        await face.pilot.pause()
        assert face.is_on(ExpectScreen)
        walk_ins.go_on.set()
        await face.until(lambda: face.is_on(TicketScreen))


@pytest.mark.parametrize(("paper", "words"), [("ok", "arrival.take_ticket"), ("no_paper", "arrival.remember")])
async def test_the_ticket_is_printed(paper: str, words: str) -> None:
    """C5: printed once; without paper the number is to be remembered."""
    station = HallStation()
    station.has_printer, station.paper = True, paper
    async with running(station) as face:
        await comes_to_expect(face)
        await face.touch("#main")
        await face.until(lambda: face.is_on(TicketScreen))
        await face.settle()
        assert station.printed == [("A-018", False)]
        assert whole(face, face.app.text(words).split("\n")[0])


async def test_gery_leads_back_and_keeps_what_was_searched() -> None:
    """Q3: one step back, nothing lost; from the services to the first screen."""
    async with running(HallStation()) as face:
        await comes_to_expect(face)
        await face.press("escape")
        await face.until(lambda: face.is_on(WalkInServiceScreen))
        await face.settle()
        await face.press("escape")
        await face.until(lambda: face.is_on(FirstScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_every_word_fits_in_every_language(size: tuple[int, int]) -> None:
    """K2: the screens stand whole in three languages."""
    async with running(HallStation(), size=size) as face:
        await comes_to_expect(face)
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            for key in ("walk_in.before", "walk_in.wait", "button.take_ticket"):
                assert face.app.text(key) in face.shown
            assert "…" not in face.shown


async def test_a_kiosk_that_gives_none_has_no_tile() -> None:
    """[hall] walk_ins = false: its place stays empty, the others stand where they stood."""
    usual = settings()
    async with running(HallStation(), with_settings=replace(usual, hall=replace(usual.hall, walk_ins=False))) as face:
        names = [spot.name for spot in face.widget("#tiles").spots()]
        assert "walk_in" not in names
        without = {spot.name: spot.region for spot in face.widget("#tiles").spots()}
    async with running(HallStation()) as face:
        with_it = {spot.name: spot.region for spot in face.widget("#tiles").spots()}
        assert {name: with_it[name] for name in without} == without
        assert set(with_it) - set(without) == {"walk_in"}


LATE = Arrival(
    "too_late", NOW, "b-1", "id-issue", "baku-2", NOW - timedelta(minutes=32), closed=NOW - timedelta(minutes=17)
)


async def test_whoever_is_late_takes_a_ticket_that_keeps_the_booking() -> None:
    """Issue 5: the way on for a late arrival: the service is known, the booking stands behind the ticket."""
    station = HallStation()
    station.hall.arrival = LATE
    async with running(station) as face:
        face.app.tell_top(Scanned(ORDER_CODE))
        await face.until(lambda: face.is_on(ArriveScreen) and face.screen.arrival is not None)  # type: ignore[attr-defined]
        await face.press("1")
        await face.until(lambda: face.is_on(ExpectScreen))
        await face.settle()
        await face.press("enter")
        await face.until(lambda: face.is_on(TicketScreen))
        ((_, service, _, after),) = station.walk_ins.taken
        assert (service, after) == ("id-issue", ORDER_CODE)


async def test_a_late_persons_service_without_walk_ins_leads_to_those_with() -> None:
    """C5: their own service is for booked people only: another one may be what they need today."""
    station = HallStation()
    station.hall.arrival = replace(LATE, service="deed-1")
    async with running(station, size=FULL) as face:
        face.app.tell_top(Scanned(ORDER_CODE))
        await face.until(lambda: face.is_on(ArriveScreen) and face.screen.arrival is not None)  # type: ignore[attr-defined]
        await face.press("1")
        await face.until(lambda: face.is_on(WalkInServiceScreen))


async def test_where_none_are_given_a_late_person_books_again() -> None:
    """[hall] walk_ins = false: the live queue is not offered to somebody who is late either."""
    station = HallStation()
    station.hall.arrival = LATE
    usual = Settings()
    async with running(station, with_settings=replace(usual, hall=replace(usual.hall, walk_ins=False))) as face:
        face.app.tell_top(Scanned(ORDER_CODE))
        await face.until(lambda: face.is_on(ArriveScreen) and face.screen.arrival is not None)  # type: ignore[attr-defined]
        assert face.app.text("home.walk_in").split("\n")[0] not in face.shown


@pytest.mark.parametrize(
    ("wait", "words"), [(WaitRange(10, 20), "10–20"), (WaitRange(5, 5), "5"), (WaitRange(0, 0), "0")]
)
def test_a_range_in_figures(wait: WaitRange, words: str) -> None:
    """Glossary: ranges with an en dash and no spaces; one number where both ends are one."""
    assert range_words(wait) == words
