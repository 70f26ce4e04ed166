"""The way to a counter on the hall board: arrows and large words, read from ten metres, whole at every size (C4)."""

from __future__ import annotations

from itertools import product

import pytest
from textual.geometry import Region, Size

from kiosk.hall.lettering import lettered
from kiosk.hall.way import ARROWS
from kiosk.language import LANGUAGES
from kiosk.names import Names
from kiosk.settings import Settings
from screens.board.arrows import arrow_pixels
from screens.board.places import FULL_HD, BoardFrame, large_lines
from screens.board.words import large_words
from screens.palette import load
from tests.screens.board.drawn import band_figures, figure_at, grounds, inks, large_in_band, pixels_in
from tests.screens.board.fakes import PICTURE, PLAIN, RIGHT, Hall, HallStation, call, hall_board
from tests.screens.running import FULL, LARGE, SMALL_TERMINAL

pytestmark = pytest.mark.usefixtures("voice")
SIZES = (
    FULL_HD,
    *(
        pytest.param(size, marks=pytest.mark.long)
        for size in (LARGE, FULL, SMALL_TERMINAL, (100, 35), (160, 45), (192, 54))
    ),
)
SCREEN_MM = 535.0
"""The height of the picture on a screen of 43 inches; a hall's row is a 36th of it."""
LONG = Names(
    "2-ci mərtəbə, sol dəhlizdə arxiv yanında",
    "2 этаж, в левом крыле, рядом с архивом",
    "Floor 2, the corridor left of the stairs",
)
TOO_WIDE = Names("Ş" * 40, "Щ" * 40, "W" * 40)
"""Forty letters in one word: no line holds them large, nor any part of one."""
WAYS = (RIGHT, LONG, Names("Şərəf", "Щёголь", "Quay"), TOO_WIDE)


def words_in(hall: Hall, region: Region, way: str) -> str:
    """Those words of the way that stand in small letters in that part of the glass, in reading order."""
    rows = hall.shown.replace("▄", " ").split("\n")[region.y : region.bottom]
    return " ".join(word for row in rows for word in row.split() if word in way.split())


def arrow_stands(hall: Hall, arrow: str, y: int, until: int, ink: str) -> bool:
    """Whether the arrow is drawn between number and counter in those rows."""
    shown, frame = grounds(hall), hall.frame
    for size, across, down in product((12, 8), (1, 2, 3), (1, 2, 3)):
        rows = ["".join(mark * across for mark in row) for row in arrow_pixels(arrow, size) for _ in range(down)]
        wide, high = len(rows[0]), len(rows)
        for half in range(2 * y, 2 * until - high + 1):
            drawn = pixels_in(shown, ink, frame.left, half, frame.counter - frame.left, high)
            at = drawn[0].find(rows[0])
            while at >= 0:
                if [row[at : at + wide] for row in drawn] == rows:
                    return True
                at = drawn[0].find(rows[0], at + 1)
    return False


def test_on_the_screen_of_the_hall_its_capitals_are_fifty_millimetres_high() -> None:
    """Issue 5: "readable from 10 m at 1080p": a letter is read comfortably from 200 times its height."""
    for words in ("2-ci mərtəbə, sağ tərəf", "2 этаж, направо", "Floor 2, on the right", "Hall B"):
        assert large_lines(words) == 1
    frame = BoardFrame.of(Size(*FULL_HD), (RIGHT,))
    for lines in large_words(RIGHT, frame.word_columns, 2 * frame.word_rows, frame.word_lines).lines:
        capitals = len(lines[0].rows) - lines[0].above - 2
        assert capitals * SCREEN_MM / (2 * frame.size.height) >= 10_000 / 200


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(RIGHT, marks=pytest.mark.long, id="short"),
        pytest.param(LONG, marks=pytest.mark.long, id="long"),
        pytest.param(WAYS[2], id="capitals"),
        pytest.param(TOO_WIDE, marks=pytest.mark.long, id="one word"),
    ],
)
async def test_the_newest_way_stands_whole_in_every_language(size: tuple[int, int], way: Names) -> None:
    """C4: never cut, no word split, at each size: large where there is room for it, else in small letters."""
    async with hall_board(HallStation(call("A-017", "7", direction=way), *PLAIN[1:]), size=size) as hall:
        for language in LANGUAGES:
            words = way.of(language)
            if large_in_band(hall, language) is None:
                assert words_in(hall, hall.frame.band, words) == words
            else:
                assert large_in_band(hall, language) == words
            assert "…" not in hall.shown
            await hall.passes(Settings().board.language_seconds)


@pytest.mark.parametrize("way", [RIGHT, LONG], ids=["short", "long"])
async def test_in_the_hall_it_is_large_in_every_language(way: Names) -> None:
    """Issue 5: from ten metres, also with forty letters."""
    async with hall_board(HallStation(call("A-017", "7", direction=way), *PLAIN[1:]), size=FULL_HD) as hall:
        for language in LANGUAGES:
            assert large_in_band(hall, language) == way.of(language)
            await hall.passes(Settings().board.language_seconds)


async def test_what_fits_in_no_large_letters_stands_in_small_ones_whole() -> None:
    """C4: the last resort; the room below the number stays, so that nothing else moves."""
    async with hall_board(HallStation(call("A-017", "7", direction=TOO_WIDE), *PICTURE[1:]), size=FULL_HD) as hall:
        assert hall.frame.word_lines == 1
        assert large_in_band(hall, "az") is None
        assert TOO_WIDE.az in hall.shown


async def test_no_number_moves_with_language_or_call() -> None:
    """face.md, "What never moves": the longest way of the hall decides, whoever is called and in which language."""
    station = HallStation(*PICTURE)
    station.board.ways = (LONG,)
    async with hall_board(station, size=FULL_HD) as hall:
        frame = hall.frame
        scale, first = band_figures(frame)
        calls = (
            call("A-017", "7", -1),
            call("A-017", "7", -2, direction=LONG),
            call("A-017", "7", -3, direction=PLAIN[0].direction),
        )
        for one in calls:
            await hall.changes(one, *PICTURE[1:])
            for _ in LANGUAGES:
                assert hall.frame == frame
                assert figure_at(grounds(hall), frame.left, first, "A-017", scale)
                assert figure_at(grounds(hall), frame.counter, first, "7", scale)
                await hall.passes(Settings().board.language_seconds)


@pytest.mark.parametrize("size", SIZES)
async def test_a_hall_without_ways_looks_as_the_picture(size: tuple[int, int]) -> None:
    """face.md 12: the top third, and the chevron between number and counter."""
    async with hall_board(HallStation(*PLAIN), size=size) as hall:
        assert hall.frame == BoardFrame.of(Size(*size))
        assert hall.frame.word_lines == 0
        assert hall.frame.band.height == max(10, round(size[1] / 3))


@pytest.mark.parametrize("height", range(22, 61))
def test_words_leave_room_for_two_earlier_calls(height: int) -> None:
    """C4: the last ones stay on the board; where they cannot, the words stay small."""
    for width in (76, 100, 128, 200):
        for ways in ((RIGHT,), (LONG,)):
            frame = BoardFrame.of(Size(width, height), ways)
            assert len(frame.lines) >= 2
            assert frame.lines[0].y >= frame.band.bottom
            assert frame.lines[-1].bottom <= frame.foot.y
            assert frame.foot.bottom == height
            if frame.word_lines:
                scale, first = band_figures(frame)
                # Nothing of a number where letters stand: a mark over a capital is three pixels high at most.
                assert first + scale.rows < frame.band.bottom - frame.word_lines * frame.word_rows


@pytest.mark.parametrize(
    "arrow", [pytest.param(arrow, marks=() if arrow == "↖" else pytest.mark.long) for arrow in ARROWS]
)
async def test_an_arrow_stands_in_the_chevrons_place(arrow: str) -> None:
    """Issue 5: it is read from afar for the newest call and for earlier ones, beside words or alone."""
    alone, beside = Names(*(arrow,) * 3), Names(*(f"{arrow} {words}" for words in RIGHT))
    calls = (call("A-017", "7", direction=beside), call("B-004", "12", 1, direction=alone))
    async with hall_board(HallStation(*calls), size=FULL_HD) as hall:
        band, line = hall.frame.band, hall.frame.lines[0]
        assert arrow_stands(hall, arrow, band.y, band.bottom, inks(hall))
        assert arrow_stands(hall, arrow, line.y, line.bottom, load("kiosk-dark").hex("accent").lower())
        assert large_in_band(hall, "az") == RIGHT.az
        assert arrow not in hall.shown


def test_no_arrow_is_another() -> None:
    """C4: eight directions, eight pictures, in both sizes; those that lie opposite mirror each other."""
    for size in (8, 12):
        assert len({arrow_pixels(arrow, size) for arrow in ARROWS}) == len(ARROWS)
        for one, other in ("←→", "↖↗", "↙↘"):
            assert arrow_pixels(one, size) == tuple(row[::-1] for row in arrow_pixels(other, size))
        for one, other in ("↑↓", "↖↙", "↗↘"):
            assert arrow_pixels(one, size) == arrow_pixels(other, size)[::-1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ticket", ["A-017", "W-1234"])
async def test_an_arrow_is_never_lost(size: tuple[int, int], ticket: str) -> None:
    """C4: where a long number leaves no room for it, it stands before the words as a sign."""
    way = Names(*(f"↗ {words}" for words in RIGHT))
    async with hall_board(HallStation(call(ticket, "AB12", direction=way)), size=size) as hall:
        band = hall.frame.band
        assert arrow_stands(hall, "↗", band.y, band.bottom, inks(hall)) or "↗" in hall.shown


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
async def test_earlier_ways_are_whole_or_left_out(size: tuple[int, int]) -> None:
    """C4: no word of an earlier call's way is cut; the arrow stays."""
    ways = [(counter, way) for counter in ("AB12", "7") for way in WAYS]
    async with hall_board(size=size) as hall:
        for pair in zip(ways[::2], ways[1::2], strict=True):
            below = [call("W-1234", counter, minutes, direction=way) for minutes, (counter, way) in enumerate(pair, 1)]
            await hall.changes(call("A-017", "7", direction=RIGHT), *below)
            for _ in LANGUAGES:
                glass = hall.shown.replace("▄", " ").split("\n")
                for line, one in zip(hall.frame.lines, hall.view.below, strict=False):
                    said = " ".join(" ".join(glass[line.y : line.bottom]).split()).strip("─ ")
                    assert said in ("", one.direction.of(hall.view.language))
                await hall.passes(Settings().board.language_seconds)


async def test_a_known_way_costs_nothing_when_its_counter_calls() -> None:
    """Issue 5, "follow within 1 second": words are drawn when the hall is first seen, not when somebody is called."""
    station = HallStation(*PLAIN)
    station.board.ways = (RIGHT, LONG)
    async with hall_board(station, size=FULL_HD) as hall:
        before = lettered.cache_info().misses
        await hall.changes(call("D-001", "5", -1, direction=RIGHT), *PLAIN)
        await hall.changes(call("D-002", "6", -2, direction=LONG), *PLAIN)
        assert large_in_band(hall, "az") == LONG.az
        assert lettered.cache_info().misses == before
