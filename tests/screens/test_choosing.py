"""The wizard's first three steps: service, centre, date (Q1 to Q4)."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

import pytest

from kiosk.booking.catalogue import Catalogue
from kiosk.booking.facts import ClosedReason
from kiosk.errors import BadRequest, Unavailable
from kiosk.names import LANGUAGES, Language, Names
from screens.citizen.centre import CentreScreen
from screens.citizen.date import DateScreen
from screens.citizen.first import FirstScreen
from screens.citizen.service import ServiceScreen
from screens.citizen.slots import SlotScreen
from screens.widgets.keyboard import Keyboard
from tests.architecture.tree import ROOT
from tests.screens.fakes import CATALOGUE, FakeStation
from tests.screens.running import FULL, LARGE, SIZES, Face, running, settings


def key_named(keyboard: Keyboard, *, typed: str = "", act: str = "type") -> str:
    """The name of the key that types that, or does that."""
    keys = keyboard.shown
    return next(key.name for key in keys if key.act == act and key.typed == typed)


async def to_service(face: Face) -> ServiceScreen:
    await face.touch("#tiles", "book")
    assert isinstance(face.screen, ServiceScreen)
    return face.screen


async def to_centre(face: Face) -> CentreScreen:
    await to_service(face)
    await face.touch("#results", "id-issue")
    assert isinstance(face.screen, CentreScreen)
    return face.screen


async def to_date(face: Face) -> DateScreen:
    await to_centre(face)
    await face.touch("#cards", "baku-2")
    assert isinstance(face.screen, DateScreen)
    return face.screen


async def test_typing_searches_with_letters_folded() -> None:
    """Q1: `sexsiyyet` finds `şəxsiyyət`, as one types, without a tap."""
    async with running() as face:
        await to_service(face)
        await face.press(*"sexsiyyet")
        shown = face.shown
        assert "sexsiyyet" in shown
        assert "Şəxsiyyət vəsiqəsinin verilməsi" in shown
        assert "Vəsiyyətnamənin təsdiqi" not in shown
        assert "4 xidmət tapıldı" in shown
        await face.press(*["backspace"] * 9)
        assert "13 xidmət tapıldı" in face.shown


async def test_results_are_grouped_and_agencies_counted() -> None:
    """Q1: grouped by agency; face.md 02: agencies left with counts."""
    async with running() as face:
        screen = await to_service(face)
        await face.press(*"sexsiy")
        assert [(row.title, row.fact) for row in screen.agencies.rows][:3] == [
            ("Bütün qurumlar", "4"),
            ("Daxili İşlər Nazirliyi", "3"),
            ("Ədliyyə Nazirliyi", "1"),
        ]
        await face.touch("#agencies", "justice")
        assert [row.name for row in screen.results.rows] == ["id-copy"]
        lines = face.lines()
        heading = next(index for index, line in enumerate(lines) if line[42:].startswith("Ədliyyə Nazirliyi"))
        assert "Şəxsiyyəti təsdiq edən" in lines[heading + 2]


async def test_a_search_without_a_result_says_so() -> None:
    """Q1: nothing found is told, and typing on mends it."""
    async with running() as face:
        await to_service(face)
        await face.press(*"qqq")
        assert "Belə xidmət tapılmadı" in face.shown
        await face.touch("#search", "clear")
        assert "Belə xidmət tapılmadı" not in face.shown


async def test_the_only_result_is_chosen_by_enter() -> None:
    """face.md: everything by keys too."""
    async with running() as face:
        await to_service(face)
        await face.press(*"vesiyyet", "enter")
        assert face.is_on(CentreScreen)
        assert face.app.session.draft.service == "will"


async def test_a_touch_on_the_search_leaves_enter_to_the_list() -> None:
    """K2: whoever opened the keyboard by touch and types on a real one chooses by Enter all the same."""
    async with running() as face:
        await to_service(face)
        await face.touch("#search", "field")
        await face.press(*"vesiyyet", "enter")
        assert face.is_on(CentreScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_lists_are_turned_by_pages(size: tuple[int, int]) -> None:
    """face.md: more than fits gets pages with ▲ ▼ and "1 – 8 / 9" in the footer, never scrolling."""
    async with running(size=size) as face:
        screen = await to_service(face)
        total = len(screen.results.rows)
        seen = list(screen.results.page)
        assert f"1 – {len(seen)} / {total}" in face.shown
        while screen.results.has_after:
            await face.touch("#pager", "after")
            seen += screen.results.page
        assert seen == list(range(total))
        assert not screen.max_scroll_y
        await face.touch("#pager", "before")
        assert screen.results.page.stop < total
        await face.press("pagedown")
        assert screen.results.page.stop == total


async def test_an_arrow_at_the_end_of_a_page_turns_it() -> None:
    """face.md: arrows move, also to the rows of the next page."""
    async with running() as face:
        screen = await to_service(face)
        count = len(screen.results.page)
        await face.press(*["down"] * count)
        assert screen.results.cursor == screen.results.rows[count - 1].name
        await face.press("down")
        assert screen.results.cursor == screen.results.rows[count].name
        await face.press("up")
        assert screen.results.cursor == screen.results.rows[count - 1].name


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_keyboard_opens_on_the_search(size: tuple[int, int]) -> None:
    """K2: an on-screen keyboard appears with a field on a touch station; results stay in reach."""
    async with running(size=size) as face:
        screen = await to_service(face)
        await face.touch("#search", "field")
        assert "boşluq" in face.shown
        assert face.region("#keyboard")[3] in (15, 10)
        for letter in "ÖDV":
            await face.touch("#keyboard", key_named(screen.keyboard, typed=letter.lower()))
        assert screen.draft.search.upper() == "ÖDV"
        await face.touch("#search", "clear")
        await face.touch("#keyboard", key_named(screen.keyboard, act="hide"))
        assert "boşluq" not in face.shown
        assert face.region("#results")[3] >= 9


async def test_the_best_results_stand_over_the_open_keyboard() -> None:
    """Q1: searched as one types; a touch on one chooses it."""
    async with running() as face:
        await to_service(face)
        await face.press(*"sexsiy")
        face.app.by_keys = False
        await face.touch("#search", "field")
        assert "Şəxsiyyət vəsiqəsinin verilməsi" in face.shown
        await face.touch("#best", "id-issue")
        assert face.is_on(CentreScreen)


async def test_a_station_without_touch_has_no_keyboard() -> None:
    """K2: the on-screen keyboard belongs to touch stations."""
    async with running(with_settings=settings(touch=False)) as face:
        screen = await to_service(face)
        await face.touch("#search", "field")
        assert not screen.keyboard_open


async def test_centres_show_address_and_next_free_day() -> None:
    """Q2: the address stands beside the name; face.md 03: next free day, this centre first."""
    station = FakeStation()
    station.bookings.free_days["baku-3"] = None
    async with running(station) as face:
        screen = await to_centre(face)
        shown = face.shown
        assert "8 Noyabr pr. 23, AMAY TM, 2-ci mərtəbə" in shown
        assert "● siz buradasınız" in shown
        assert screen.cards.rows[0].name == "baku-2"
        assert screen.cards.rows[0].fact == "7 noy"
        assert next(row for row in screen.cards.rows if row.name == "baku-3").fact == "boş saat yoxdur"
        assert "Seçiminiz" in shown


async def test_only_centres_that_give_the_service_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Q2: only centres that give the service are offered; one region needs no second tab."""
    capacity = {pair: seats for pair, seats in CATALOGUE.capacity.items() if pair[1] in ("baku-1", "baku-2")}
    fewer = Catalogue(2, CATALOGUE.services, CATALOGUE.centres, capacity)
    monkeypatch.setattr(FakeStation, "catalogue", lambda _: fewer)
    async with running() as face:
        screen = await to_centre(face)
        assert [row.name for row in screen.cards.rows] == ["baku-2", "baku-1"]
        assert len(screen.tabs.spots()) == 1


async def test_regions_are_tabs() -> None:
    """face.md 03: Bakı və Abşeron, and Bölgələr, with counts."""
    async with running() as face:
        screen = await to_centre(face)
        await face.touch("#tabs", "regions")
        assert [row.title for row in screen.cards.rows] == ["Gəncə", "Qəbələ"]
        await face.press("pagedown")
        assert "Gəncə" in face.shown


async def test_next_free_days_follow_the_database() -> None:
    """face.md 03: what others take is seen."""
    station = FakeStation()
    async with running(station) as face:
        screen = await to_centre(face)
        station.bookings.free_days["baku-2"] = date(2026, 11, 12)
        station.change()
        await face.until(lambda: screen.cards.rows[0].fact == "12 noy")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_dates_tell_free_hours_and_reasons(language: Language, size: tuple[int, int]) -> None:
    """Q3, Q4: seven dates, closed ones with their reason in the card."""
    async with running(size=size, with_settings=settings(language=language)) as face:
        screen = await to_date(face)
        assert len(screen.cards.spots()) == 7
        first, _, holiday, *_ = cards(face, screen)
        assert {"az": "7 boş saat", "ru": "свободно: 7", "en": "7 free hours"}[language] in " ".join(first)
        assert "09:00–18:00" in first
        assert face.app.text("date.closed") in " ".join(holiday)
        assert {"az": "Zəfər Günü", "ru": "День Победы", "en": "Victory Day"}[language] in " ".join(holiday)


def cards(face: Face, screen: DateScreen) -> list[list[str]]:
    """The lines of each card, without the blank ones; a bar or a frame at its edge would be in them."""
    lines = face.lines()
    found = []
    for spot in screen.cards.spots():
        x, y, width, height = spot.region.translate(screen.cards.region.offset)
        rows = [lines[row][x : x + width].replace("▄", " ") for row in range(y, y + height)]
        assert all(row[0] == row[-1] == " " for row in rows), "no word touches the card's edge"
        found.append([row.strip() for row in rows if row.strip()])
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_card_cuts_a_word_whatever_the_day_is_called(language: Language, size: tuple[int, int]) -> None:
    """Q4: a name that is too long for its card gives way to the kind of day it is; a touch tells the name."""
    station = FakeStation()
    with (ROOT / "assets" / "reference" / "holidays_names.csv").open(encoding="utf-8") as file:
        names = [
            Names(*(row[f"name_{each}"].format(date="28 sentyabr") for each in LANGUAGES))
            for row in csv.DictReader(file)
        ]
    closed = replace(station.bookings.days[2], open=False)
    kinds: list[ClosedReason] = ["public_holiday", "moved_day_off", "closure", "weekly_day_off"]
    days = [replace(closed, name=name, reason=kind) for name in (*names, None) for kind in kinds]
    days += [replace(station.bookings.days[0], shortened=True, free=free) for free in (0, 21)]
    async with running(station, size=size, with_settings=settings(language=language)) as face:
        screen = await to_date(face)
        for first in range(0, len(days), 7):
            week = [replace(day, date=date(2026, 2, 9 + number)) for number, day in enumerate(days[first : first + 7])]
            screen.cards.show(week, week[0].date if week[0].open else None)
            await face.settle()
            for day, lines in zip(week, cards(face, screen), strict=True):
                assert not any("…" in line for line in lines)
                if day.open:
                    assert "09:00–18:00" in lines
                    assert not day.free or face.app.text("date.shortened") in " ".join(lines)
                else:
                    assert face.app.text("date.closed") in " ".join(lines)
                    kind = face.app.text(f"date.reason.{day.reason}")
                    assert kind in " ".join(lines) or (day.name and day.name.of(language) in " ".join(lines))


async def test_a_closed_date_says_why_and_stays() -> None:
    """Q4: the citizen is told so, with the reason, and nothing can be booked."""
    async with running() as face:
        await to_date(face)
        await face.touch("#dates", "2026-11-08")
        assert face.is_on(DateScreen)
        assert "Qeyri-iş günü: Zəfər Günü" in face.shown
        await face.touch("#header", "en")
        assert "Non-working day: Victory Day" in face.shown


async def test_going_back_keeps_everything_and_shows_the_main_button() -> None:
    """Q3 and face.md: GERİ keeps what was chosen and typed; the main button stands where one has come back to."""
    async with running() as face:
        await to_service(face)
        await face.press(*"sexsiy")
        await face.touch("#results", "id-issue")
        await face.touch("#cards", "baku-2")
        await face.touch("#dates", "2026-11-06")
        assert face.is_on(SlotScreen)
        await face.touch("#back")
        assert face.is_on(DateScreen)
        assert "seçilib" in face.shown
        assert "Davam et ▶" in face.shown
        await face.press("escape", "escape")
        assert face.is_on(ServiceScreen)
        assert face.widget("#search").text_typed == "sexsiy"
        await face.press("enter", "enter", "enter")
        assert face.is_on(SlotScreen)


async def test_a_done_step_can_be_touched() -> None:
    """face.md: tap a done step = go there."""
    async with running() as face:
        await to_date(face)
        await face.touch("#steps", "service")
        assert face.is_on(ServiceScreen)
        assert face.app.session.draft.centre == "baku-2"


async def test_back_from_the_first_step_ends_the_visit() -> None:
    """Q3: GERİ on the first step leads to the first screen."""
    async with running() as face:
        await to_service(face)
        await face.touch("#back")
        assert face.is_on(FirstScreen)


@pytest.mark.parametrize("step", ["service", "centre", "date"])
async def test_languages_switch_at_any_step(step: str) -> None:
    """K2: languages switch at any step, nothing lost."""
    async with running() as face:
        await {"service": to_service, "centre": to_centre, "date": to_date}[step](face)
        screen, draft = face.screen, face.app.session.draft
        await face.touch("#header", "ru")
        assert face.screen is screen
        assert face.app.session.draft is draft
        assert face.app.text(f"step.{step}").split("\n")[0] in face.shown
        assert face.app.text("button.back") in face.shown


async def test_the_connection_away_is_told_and_loses_nothing() -> None:
    """database.away: everything typed is kept; the next change reads again."""
    station = FakeStation()
    async with running(station) as face:
        screen = await to_centre(face)
        station.bookings.refuse = Unavailable()
        await face.touch("#cards", "baku-2")
        assert "Sistemlə əlaqə müvəqqəti kəsilib" in face.shown
        assert screen.draft.centre == "baku-2"
        station.change()
        await face.until(lambda: "7 boş saat" in face.shown)


@pytest.mark.parametrize(("step", "back_to"), [("centre", ServiceScreen), ("date", CentreScreen)])
async def test_reference_data_that_changed_lead_back(step: str, back_to: type) -> None:
    """Q1, Q2: a service or centre that is no longer given is asked for anew."""
    station = FakeStation()
    async with running(station) as face:
        await to_service(face)
        if step == "date":
            await face.touch("#results", "id-issue")
        station.bookings.refuse = BadRequest("service", "unknown")
        await face.touch(*(("#results", "id-issue") if step == "centre" else ("#cards", "baku-2")))
        await face.settle()
        assert face.is_on(back_to)


async def test_a_chosen_date_that_is_over_is_taken_back() -> None:
    """Q3: a date chosen yesterday is no longer offered today."""
    station = FakeStation()
    async with running(station) as face:
        screen = await to_date(face)
        screen.draft.date = date(2026, 11, 6)
        station.bookings.days = tuple(replace(day) for day in station.bookings.days[1:])
        station.change()
        await face.until(lambda: screen.draft.date is None)


async def test_in_large_type_the_list_is_one_touch_away_from_the_keyboard() -> None:
    """K2: at 76×22 the open keyboard leaves no rows for what was found; the main button shows it."""
    async with running(size=LARGE) as face:
        screen = await to_service(face)
        await face.touch("#search")
        for letter in "sex":
            await face.touch("#keyboard", key_named(screen.keyboard, typed=letter))
        assert not screen.pager.region.area
        await face.touch("#main")
        assert face.app.text("keyboard.space") not in face.shown
        assert "Şəxsiyyət vəsiqəsinin verilməsi" in face.shown
        assert face.app.text("button.show_list") not in face.shown
