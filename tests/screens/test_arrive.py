"""“I have an order code”, and the verdicts (Q9, C1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest

from kiosk.errors import Unavailable
from kiosk.hall.facts import Arrival
from kiosk.hall.facts import Verdict as VerdictName
from kiosk.language import clock
from screens.app import KioskApp
from screens.citizen.arrive import ArriveScreen
from screens.citizen.step import Back, GoTo, Next
from screens.citizen.verdicts import TONES, view
from screens.messages import Scanned
from screens.palette import ThemeName
from screens.widgets import figures
from tests.screens.fakes import CATALOGUE, NOW
from tests.screens.fakes_booked import ORDER_CODE, BookedStation
from tests.screens.opened import answered, languages, opened, tap_act, tap_keys
from tests.screens.running import FULL, LARGE, SIZES, settings

BOOKED = NOW.replace(minute=0)
ARRIVALS: dict[VerdictName, Arrival] = {
    "on_time": Arrival("on_time", NOW, time=NOW, ticket="A-017"),
    "early": Arrival("early", NOW, time=NOW + timedelta(hours=1), ticket="B-204"),
    "too_early": Arrival("too_early", NOW, time=NOW + timedelta(hours=4), opens=NOW + timedelta(hours=3)),
    "too_late": Arrival("too_late", NOW, time=BOOKED, closed=BOOKED + timedelta(minutes=15)),
    "other_day": Arrival("other_day", NOW, time=BOOKED + timedelta(days=3)),
    "other_centre": Arrival("other_centre", NOW, time=BOOKED + timedelta(days=3), centre="baku-7"),
    "not_confirmed": Arrival("not_confirmed", NOW, time=BOOKED, held_until=NOW + timedelta(minutes=40)),
    "expired": Arrival("expired", NOW, time=BOOKED),
    "cancelled": Arrival("cancelled", NOW, time=BOOKED),
    "already_active": Arrival(
        "already_active", NOW, time=BOOKED, ticket="A-017", first_at=NOW - timedelta(minutes=3), first_station="kiosk-1"
    ),
    "unknown": Arrival("unknown", NOW),
}


def entering(app: KioskApp) -> ArriveScreen:
    return ArriveScreen(app.session)


def scanned(app: KioskApp) -> ArriveScreen:
    """As a scan on the first screen opens it."""
    return ArriveScreen(app.session, ORDER_CODE)


def with_verdict(name: VerdictName) -> BookedStation:
    station = BookedStation()
    station.hall.arrival = ARRIVALS[name]
    return station


def test_every_verdict_is_known_here() -> None:
    """C1: the closed list of verdicts."""
    assert set(TONES) == set(ARRIVALS) == set(get_args(VerdictName))


@pytest.mark.parametrize("size", [FULL, LARGE])
@pytest.mark.parametrize("way", ["keys", "touch", "scanner"])
async def test_a_code_comes_by_keys_touch_or_scanner(way: str, size: tuple[int, int]) -> None:
    """Issue 2: by scanner, keyboard or touch; typing anywhere on the screen lands in the field."""
    async with opened(entering, BookedStation(), size=size) as (face, screen):
        if way == "keys":
            screen.set_focus(screen.back)
            await face.press(*ORDER_CODE.lower(), "enter")
        elif way == "touch":
            await tap_keys(face, ORDER_CODE)
            await tap_act(face, "next") if size == FULL else await face.touch("#main")
            if size == FULL:
                await face.touch("#main")
        else:
            screen.post_message(Scanned("1" * 180))
            await face.settle()
        [(_, presented)] = face.station.hall.presented  # type: ignore[attr-defined]
        assert presented == ("1" * 180 if way == "scanner" else ORDER_CODE)
        assert screen.arrival is not None


async def test_a_mistyped_code_is_told_at_the_field() -> None:
    """Q7: the check sign catches every single wrong sign and every swap of neighbours."""
    async with opened(entering) as (face, screen):
        await face.press(*"K7PM-4XRH", "enter")
        assert face.app.text("field.short.order_code") in face.shown
        assert not face.station.hall.presented  # type: ignore[attr-defined]
        assert screen.arrival is None


async def test_the_scan_on_the_first_screen_shows_the_verdict_at_once() -> None:
    """Issue 2: a scan here goes straight to the verdict."""
    async with opened(scanned) as (face, screen):
        assert screen.arrival is not None
        assert face.app.text("arrival.ticket") in face.shown
        assert not screen.keyboard.region.area


@pytest.mark.parametrize("size", SIZES)
async def test_a_verdict_says_what_and_what_next(size: tuple[int, int]) -> None:
    """C1: each verdict with what to do next, in words; nothing is cut in any language and size."""
    station = BookedStation()
    async with opened(entering, station, size=size) as (face, screen):
        for arrival in (*ARRIVALS.values(), replace(ARRIVALS["already_active"], walk_in=True)):
            station.hall.arrival = arrival
            screen.post_message(Scanned("1" * 180))
            await face.settle()
            async for language in languages(face):
                shown = view(language, CATALOGUE, arrival)
                for text in (shown.sentence, *shown.lines):
                    for word in text.split():
                        assert word in face.shown
                assert "…" not in face.shown
                assert screen.ways.region.area
                assert screen.clearing.region.area


@pytest.mark.parametrize("size", [FULL, LARGE])
@pytest.mark.parametrize("theme", ["kiosk-light", "kiosk-contrast", "kiosk-mono"])
async def test_the_ticket_is_large_and_the_mark_beside_it(theme: ThemeName, size: tuple[int, int]) -> None:
    """face.md 09: the ticket is readable from 3 m; no colour speaks alone."""
    async with opened(scanned, size=size, with_settings=settings(theme=theme)) as (face, screen):
        strips = face.screen._compositor.render_strips()
        palette = face.app.palette
        ink = palette.hex("on-good").lower()
        rows = figures.pixels("A-017")
        width = figures.columns("A-017", 2)
        found = False
        for top in range(3, 12):
            for left in range(face.app.size.width - width + 1):
                cells = [_grounds(strips[top + row], left, width) for row in range(8)]
                if all(
                    [ground == ink for ground in line[::2]] == [pixel == "#" for pixel in rows[row]]
                    for row, line in enumerate(cells)
                ):
                    found = True
        assert found
        assert screen.arrival is not None
        assert "✓" in face.shown or size == FULL


def _grounds(strip: object, left: int, width: int) -> list[str]:
    grounds: list[str] = []
    for segment in strip.crop(left, left + width):  # type: ignore[attr-defined]
        name = segment.style.bgcolor.name if segment.style and segment.style.bgcolor else ""
        grounds += [name.lower()] * len(segment.text)
    return grounds


async def test_late_tells_the_latest_time_beside_now() -> None:
    """face.md 09: late: latest time beside now, no scolding, next ways at once."""
    shown = view("az", CATALOGUE, ARRIVALS["too_late"])
    assert [figure for _, figure in shown.figures] == [clock(BOOKED + timedelta(minutes=15)), clock(NOW)]
    assert "17" in shown.lines[0]


@pytest.mark.parametrize(
    ("late", "minutes"),
    [(timedelta(milliseconds=1), 1), (timedelta(seconds=60), 1), (timedelta(seconds=60, milliseconds=1), 2)],
)
def test_minutes_of_lateness_are_rounded_up(late: timedelta, minutes: int) -> None:
    """Glossary: {minutes} is counted from the latest time and rounded up."""
    closed = BOOKED + timedelta(minutes=15)
    shown = view("en", CATALOGUE, replace(ARRIVALS["too_late"], at=closed + late))
    assert str(minutes) in shown.lines[0].split()


def test_a_live_ticket_in_its_place_is_not_called_activated() -> None:
    """C3, C5: the sentence says what it is; the number stands large as any other's."""
    from kiosk.language import text

    shown = view("en", CATALOGUE, replace(ARRIVALS["already_active"], walk_in=True))
    assert (
        shown.sentence == text("en", "arrival.has_walk_in", ticket="A-017", date="", time="", station="").split("\n")[0]
    )
    assert [figure for _, figure in shown.figures] == ["A-017"]


@pytest.mark.parametrize(("days", "key"), [(3, "arrival.other_day"), (-3, "arrival.past_day")])
def test_another_day_may_be_over(days: int, key: str) -> None:
    """C1: other day (which)."""
    from kiosk.language import text

    moment: datetime = BOOKED + timedelta(days=days)
    shown = view("az", CATALOGUE, replace(ARRIVALS["other_day"], time=moment))
    assert shown.sentence == text("az", key, date="", time="").split("\n")[0]


@pytest.mark.parametrize(
    ("name", "errand"), [("expired", "book"), ("not_confirmed", "confirm"), ("other_day", "my_bookings")]
)
async def test_a_way_leads_there(name: VerdictName, errand: str) -> None:
    """face.md 09: next ways are offered at once; a digit chooses one."""
    async with opened(scanned, with_verdict(name)) as (face, screen):
        await face.press("1")
        assert answered(screen) == GoTo(errand)  # type: ignore[arg-type]


async def test_an_unknown_code_is_typed_again() -> None:
    """C1: unknown."""
    async with opened(scanned, with_verdict("unknown")) as (face, screen):
        await face.touch("#ways", "again")
        assert screen.arrival is None
        assert screen.keyboard.region.area
        await face.press("k", "7")
        assert screen.fields["order_code"].value == "K7"


async def test_it_clears_itself_after_some_seconds_with_a_visible_line() -> None:
    """Issue 2: the verdict clears itself after some seconds."""
    async with opened(scanned) as (face, screen):
        seconds = face.app.settings.face.verdict_seconds
        start = screen.clearing._start
        face.elapsed.now = start + seconds - 2.5
        screen.clearing.look()
        await face.settle()
        assert "3" in next(line for line in face.lines() if "təmizlən" in line)
        assert answered(screen) is None
        face.elapsed.now = start + seconds
        screen.clearing.look()
        await face.settle()
        assert isinstance(answered(screen), Next)


async def test_another_scan_replaces_the_verdict() -> None:
    """C1: the next in the queue does not have to wait for the line."""
    async with opened(scanned) as (face, screen):
        station = face.station
        station.hall.arrival = ARRIVALS["unknown"]  # type: ignore[attr-defined]
        screen.post_message(Scanned("2345-2345"))
        await face.settle()
        assert screen.arrival is ARRIVALS["unknown"]


async def test_a_lost_connection_leaves_one_act() -> None:
    """K4, C1: scanning twice activates once; asking again after a lost connection has the same key."""
    station = BookedStation()
    station.hall.refuse = Unavailable()
    async with opened(scanned, station) as (face, screen):
        assert screen.is_typing()
        assert screen.note.words == face.app.text("database.away")
        assert screen.main.label == face.app.text("button.retry")
        await face.touch("#main")
        assert screen.arrival is not None
        assert station.hall.presented[0] == station.hall.presented[1]


@pytest.mark.parametrize(("paper", "key"), [("ok", "arrival.take_ticket"), ("no_paper", "arrival.remember")])
async def test_the_ticket_is_printed_or_to_be_remembered(paper: str, key: str) -> None:
    """C2: activation gives a ticket number; without paper it stands on the screen all the same."""
    station = BookedStation()
    station.has_printer, station.paper = True, paper
    async with opened(scanned, station) as (face, _):
        assert station.printed == [("A-017", False)]
        assert face.app.text(key).split("\n")[0] in face.shown


async def test_an_active_booking_is_printed_again_only_when_asked() -> None:
    """C1: already activated: the ticket number again, and no paper for each scan."""
    station = with_verdict("already_active")
    station.has_printer = True
    async with opened(scanned, station) as (face, _):
        assert station.printed == []
        await face.touch("#ways", "print")
        assert station.printed == [("A-017", True)]
        assert face.app.text("arrival.take_ticket").split("\n")[0] in face.shown


async def test_back_before_a_verdict() -> None:
    """Q3: what was typed is kept for the visit."""
    async with opened(entering) as (face, screen):
        await face.press("k", "7", "escape")
        assert isinstance(answered(screen), Back)
        assert face.app.session.typed == {"arrive": "K7"}
