"""The panel “Məlumat”: order code, QR, latest arrival, paper (Q7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.language import clock
from kiosk.names import Language
from kiosk.session import Draft
from screens.app import KioskApp
from screens.citizen.result import ResultScreen
from screens.citizen.step import Next, Notice
from screens.palette import THEMES, ThemeName
from screens.widgets import qr
from tests.screens.fakes import confirmed
from tests.screens.fakes_booked import SLOT, BookedStation
from tests.screens.opened import answered, draft, languages, opened
from tests.screens.running import FULL, LARGE, SIZES, Face, settings

QR_PAPER = "#ffffff"
FAULTS = {
    "no_paper": "printer.no_paper",
    "cover_open": "printer.cover_open",
    "unplugged": "printer.unavailable",
    "error": "printer.unavailable",
}


def booked() -> Draft:
    made = draft()
    made.confirmed = confirmed(SLOT)
    return made


def result(_: KioskApp) -> ResultScreen:
    return ResultScreen(booked())


def modules_on_screen(face: Face) -> list[str]:
    """The QR as the terminal shows it: every cell's upper and lower half, dark or not."""
    x, y, width, height = face.region("#qr")
    left, top = x + (width - qr.COLUMNS) // 2, y + (height - qr.ROWS) // 2
    rows: list[str] = []
    strips = face.screen._compositor.render_strips()
    for line in range(top, top + qr.ROWS):
        upper = lower = ""
        for segment in strips[line].crop(left, left + qr.COLUMNS):
            assert segment.style is not None
            assert segment.style.bgcolor is not None
            ground = segment.style.bgcolor.name
            for sign in segment.text:
                half = segment.style.color.name if sign == "▄" and segment.style.color else ground
                upper += "." if ground == QR_PAPER else "#"
                lower += "." if half == QR_PAPER else "#"
        rows += [upper, lower]
    return rows[: qr.COLUMNS]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_who_has_no_address_is_told_of_no_letter(size: tuple[int, int]) -> None:
    """C8: a booking made at a counter without an e-mail address, moved by its person at a kiosk."""

    def without_address(_: KioskApp) -> ResultScreen:
        made = booked()
        assert made.confirmed is not None
        made.confirmed = replace(made.confirmed, email="")
        return ResultScreen(made)

    async with opened(without_address, size=size) as (face, screen):
        async for _ in languages(face):
            assert clock(screen.confirmed.time) in face.shown
            assert face.app.text("result.sent_to", email="").strip() not in face.shown


@pytest.mark.parametrize("size", SIZES)
async def test_it_says_everything_that_must_be_known(size: tuple[int, int]) -> None:
    """Q7: day, latest time, whom it was mailed to, in each language and size."""
    async with opened(result, size=size) as (face, screen):
        async for _ in languages(face):
            latest = clock(screen.confirmed.arrive_until)
            assert latest in face.shown
            assert clock(screen.confirmed.time) in face.shown
            assert "a.memmedova@mail.az" in face.shown
            assert face.app.text("step.result").split("\n")[0] in face.shown
            assert "…" not in face.shown
            if size == LARGE:
                assert "K 7 M P - 4 X R T" in face.shown
            else:
                assert face.app.text("result.details") in face.shown or face.app.large


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_qr_is_dark_on_light_in_every_theme(size: tuple[int, int], theme: ThemeName) -> None:
    """face.md 08: QR on white in every theme, 2 modules of edge kept; it fits 76×22 and 80×24."""
    async with opened(result, size=size, with_settings=settings(theme=theme)) as (face, screen):
        expected = ["".join("#" if module else "." for module in row) for row in qr.modules(screen.confirmed.qr)]
        assert modules_on_screen(face) == expected


async def test_it_ends_the_visit() -> None:
    """One button, and Enter, end the visit."""
    async with opened(result) as (face, screen):
        await face.press("enter")
        assert isinstance(answered(screen), Next)


async def test_without_a_printer_nothing_speaks_of_paper() -> None:
    """Q7: the ticket printer prints it where one is set."""
    async with opened(result) as (face, screen):
        assert face.app.text("button.print") not in face.shown
        assert screen.note.words == face.app.text("result.photograph")


async def test_it_is_printed_at_once_and_again_when_asked() -> None:
    """Q7, issue 2: printed when a printer is set; a reprint is the same slip."""
    station = BookedStation()
    station.has_printer = True
    async with opened(result, station) as (face, screen):
        assert station.printed == [("K7MP-4XRT", False)]
        assert screen.note.words == face.app.text("result.take_paper")
        await face.touch("#second")
        assert station.printed == [("K7MP-4XRT", False), ("K7MP-4XRT", True)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_printer_that_fails_is_told_and_the_booking_stands(size: tuple[int, int]) -> None:
    """Issue 2: paper out, cover open, unplugged: told, the booking stands, reprint possible."""
    station = BookedStation()
    station.has_printer, station.paper = True, "no_paper"
    async with opened(result, station, size=size) as (face, screen):
        for paper, key in FAULTS.items():
            station.paper = paper
            await face.touch("#second")
            async for _ in languages(face):
                for word in face.app.text(key, code="K7MP-4XRT").split():
                    assert word in face.shown
                assert "…" not in face.shown
        station.paper = "ok"
        await face.touch("#second")
        assert screen.note.kind == "plain"


async def test_a_moved_booking_says_so() -> None:
    """Q10: a moved booking keeps its order code."""
    async with opened(lambda _: ResultScreen(booked(), Notice("mine.moved"))) as (face, _):
        assert face.app.text("mine.moved").split("\n")[0] in face.shown
        assert face.app.text("mine.moved").split("\n")[1] in face.shown


@pytest.mark.parametrize("order_code", ["K7MP-4XRT", "KMU6-M8K4", "MWMW-WMWM", "2345-6789"])
@pytest.mark.parametrize("language", ["az", "ru", "en"])
async def test_every_code_is_large(order_code: str, language: Language) -> None:
    """Q7: the order code in large letters, in one line or two, however wide its letters; and all facts below it."""
    made = booked()
    assert made.confirmed is not None
    made.confirmed = replace(made.confirmed, order_code=order_code)
    async with opened(lambda _: ResultScreen(made), size=FULL) as (face, _):
        face.app.set_language(language)
        await face.settle()
        assert " ".join(order_code) not in face.shown
        assert made.confirmed.surname in face.shown
        assert face.app.text("result.details" if order_code == "2345-6789" else "result.order_code") in face.shown
