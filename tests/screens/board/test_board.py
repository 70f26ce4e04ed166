"""The hall board: who is called and where to go, readable from afar, never stale, without any input (C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.geometry import Size

from kiosk.language import LANGUAGES, lines, text
from kiosk.names import Names
from kiosk.settings import Settings
from screens.board.board import AWAY_SECONDS, BoardScreen
from screens.board.places import BoardFrame, Scale, largest
from screens.board.view import PAGE_SECONDS, is_inverse
from screens.messages import Scanned
from screens.palette import THEMES, load
from tests.screens.board.drawn import band_figures, figure_at, grounds, large_in_band
from tests.screens.board.fakes import PICTURE, PLAIN, FakeVoice, HallStation, board_settings, call, hall_board
from tests.screens.fakes import NOW
from tests.screens.running import FULL, LARGE, SMALL_TERMINAL

SIZES = (FULL, LARGE, *(pytest.param(size, marks=pytest.mark.long) for size in (SMALL_TERMINAL, (100, 35), (160, 45))))
pytestmark = pytest.mark.usefixtures("voice")


@pytest.mark.parametrize("size", SIZES)
async def test_the_newest_call_has_the_top_third_with_its_counter(size: tuple[int, int]) -> None:
    """face.md 12: the newest call fills the top third, its number and counter as large figures."""
    async with hall_board(size=size) as hall:
        frame = hall.frame
        scale, first = band_figures(frame)
        assert scale.rows >= 8
        shown = grounds(hall)
        assert figure_at(shown, frame.left, first, "A-017", scale)
        assert figure_at(shown, frame.counter, first, "7", scale)


@pytest.mark.parametrize("size", SIZES)
async def test_no_number_touches_another(size: tuple[int, int]) -> None:
    """face.md: areas are told apart by space: half a row of ground lies over and under every earlier number."""
    async with hall_board(size=size) as hall:
        shown = grounds(hall)
        frame = hall.frame
        canvas = load("kiosk-dark").hex("canvas").lower()
        for region in frame.lines:
            for half in (2 * region.y, 2 * region.bottom - 1):
                row = shown[half][frame.left : frame.arrow]
                assert set(row) == {canvas}


async def test_at_the_kiosks_size_figures_are_those_of_the_picture() -> None:
    """face.md 12: scale 2 for the newest call, three earlier ones at scale 1 below, in the picture's cells.

    So it is in a hall that tells no way; the picture's own ones are of a size that nobody reads from afar.
    """
    async with hall_board(HallStation(*PLAIN)) as hall:
        shown = grounds(hall)
        frame = hall.frame
        scale, first = band_figures(frame)
        assert (frame.band.y, frame.band.height, scale, first) == (3, 12, Scale(2, 2), 6)
        for number, (y, told) in enumerate(zip((16, 22, 28), PICTURE[1:], strict=True)):
            assert frame.lines[number].y == y - 1
            assert figure_at(shown, 6, y, told.ticket, Scale(1, 1))
            assert figure_at(shown, 86, y, told.counter, Scale(1, 1))


async def test_it_can_be_read_from_ten_metres() -> None:
    """Issue 5: at 1080p and 120×36 a row has 30 pixels: on a 43" screen the number is 12 cm high, 0.7° at 10 m."""
    frame = BoardFrame.of(Size(*FULL))
    scale, _ = band_figures(frame)
    height_mm = scale.rows * (1080 // frame.size.height) / 1080 * 535
    assert height_mm >= 10 * 11.8


@pytest.mark.parametrize("size", SIZES)
async def test_every_word_fits_in_every_language(size: tuple[int, int]) -> None:
    """K2, C4: head words, labels, directions and the foot stand uncut at each size."""
    async with hall_board(size=size) as hall:
        for language in LANGUAGES:
            shown = hall.shown
            for key in ("board.head", "board.number", "board.counter", "board.missed"):
                assert text(language, key) in shown
            assert "14:32" in shown
            assert "…" not in shown
            await hall.passes(Settings().board.language_seconds)


async def test_words_change_language_in_turn_and_numbers_stay() -> None:
    """face.md 12: head words change language every [board] language_seconds; no figure moves."""
    async with hall_board(with_settings=board_settings(language_seconds=5)) as hall:
        frame = hall.frame
        scale, first = band_figures(frame)
        seen = []
        for _ in range(4):
            seen.append(next(one for one in LANGUAGES if text(one, "board.head") in hall.shown))
            assert figure_at(grounds(hall), frame.left, first, "A-017", scale)
            await hall.passes(5.0)
        assert seen == ["az", "ru", "en", "az"]


async def test_a_new_call_comes_to_the_top_within_the_same_change() -> None:
    """Issue 5: the board follows the hall as it is told of a change; older calls go one line down."""
    async with hall_board() as hall:
        new = call("D-001", "5", -1)
        await hall.changes(new, *PICTURE)
        assert hall.view.top == new
        assert hall.view.below == PICTURE[:3]


async def test_a_call_that_nobody_told_of_is_shown_within_a_second() -> None:
    """Issue 5: a lost notice costs a second, not a call."""
    async with hall_board() as hall:
        hall.told.calls = (call("D-001", "5", -1), *PICTURE)
        await hall.passes(1.0)
        assert hall.view.top == hall.told.calls[0]


async def test_a_new_calls_band_turns_over_three_times() -> None:
    """face.md: on for 3 s, inverse for 1 s, three times; then it stands."""
    async with hall_board() as hall:
        assert not hall.view.inverse
        await hall.changes(call("D-001", "5", -1), *PICTURE)
        seen = []
        for _ in range(16):
            seen.append(hall.view.inverse)
            await hall.passes(1.0)
        assert seen == [False, False, False, True] * 3 + [False] * 4


@pytest.mark.parametrize(("since", "inverse"), [(0, False), (2.9, False), (3.0, True), (3.9, True), (4.0, False),
    (11.0, True), (12.0, False), (15.0, False), (float("inf"), False), (-1, False)])  # fmt: skip
def test_when_the_band_is_turned_over(since: float, inverse: bool) -> None:
    """face.md: to the moment; the wall clock has no part in it."""
    assert is_inverse(since) is inverse


async def test_each_new_call_is_announced_once(voice: type[FakeVoice]) -> None:
    """C4: what stood there when the board started is not called again; each new call is, also when called again."""
    async with hall_board() as hall:
        assert voice.made.said == []
        new = call("D-001", "5", -1)
        await hall.changes(new, *PICTURE)
        await hall.changes(new, *PICTURE)
        assert voice.made.said == ["D-001"]
        again = replace(PICTURE[2], called_at=NOW + timedelta(minutes=2), times=2)
        await hall.changes(again, new, PICTURE[0], PICTURE[1], PICTURE[3])
        assert voice.made.said == ["D-001", "A-016"]
    assert voice.made.closed


async def test_a_call_committed_after_a_later_one_is_announced_too(voice: type[FakeVoice]) -> None:
    """C4: counters commit at once, in any order; none of them is left out."""
    async with hall_board() as hall:
        later, earlier = call("D-002", "5", -2), call("D-001", "6", -1)
        await hall.changes(later, *PICTURE)
        await hall.changes(later, earlier, *PICTURE)
        assert voice.made.said == ["D-002", "D-001"]


async def test_who_is_served_already_is_not_announced(voice: type[FakeVoice]) -> None:
    """C4: a call and its start between two looks: the person sits there."""
    async with hall_board() as hall:
        await hall.changes(call("D-001", "5", -1, serving=True), *PICTURE)
        assert voice.made.said == []


async def test_awaited_people_stay_on_the_board_before_served_ones() -> None:
    """C4: with more counters than lines the board shows who is still to come; the order stays that of the calls."""
    waiting = call("A-001", "1", 9)
    served = [call(f"B-00{number}", str(number), number, serving=True) for number in range(2, 7)]
    async with hall_board(HallStation(call("D-001", "9"), *served, waiting)) as hall:
        assert [one.ticket for one in hall.view.below] == ["B-002", "B-003", "A-001"]


async def test_more_awaited_people_than_lines_take_turns() -> None:
    """C4: thirty counters call: the newest keeps the band, the others stand below page by page, and each is seen."""
    calls = [call(f"A-0{30 - number:02d}", str(30 - number), number / 10) for number in range(30)]
    async with hall_board(HallStation(*calls, call("C-009", "9", 9, serving=True))) as hall:
        seen: list[str] = []
        for page in range(10):
            assert hall.view.top == calls[0]
            assert f"{page + 1} / 10" in hall.shown
            assert len(hall.view.below) == 3
            seen += [one.ticket for one in hall.view.below if one.ticket not in seen]
            await hall.passes(PAGE_SECONDS)
        assert seen == [one.ticket for one in calls[1:]]
        assert hall.view.page == 0
        await hall.changes(*calls[:4])
        assert hall.view.below == tuple(calls[1:4])
        assert hall.view.pages == 1
        assert "1 / " not in hall.shown


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_direction_stands_whole_with_a_long_counter(size: tuple[int, int]) -> None:
    """C4: forty letters are what an administrator may type; the newest call shows all of them, whatever the counter."""
    way = "2-ci mərtəbə, sol dəhlizdə arxiv yanında"
    assert len(way) == 40
    async with hall_board(size=size) as hall:
        for number, counter in enumerate(("7", "12", "AB12"), start=1):
            await hall.changes(call("W-123", counter, -number, direction=Names(way, way, way)))
            shown = hall.shown.split("\n")
            frame = hall.frame
            words = " ".join(" ".join(row[frame.left :].split()) for row in shown[frame.band.y + 1 : frame.band.bottom])
            if frame.word_lines:
                assert large_in_band(hall, LANGUAGES[0]) == way
            else:
                assert " ".join(word for word in words.split() if word in way.split()) == way


async def test_words_of_a_quiet_hall_do_not_touch_the_header() -> None:
    """face.md: areas are told apart by space: a row of ground lies between the header and the words."""
    async with hall_board() as hall:
        await hall.changes()
        row = next(row for row, line in enumerate(hall.shown.split("\n")) if text("az", "board.nobody") in line)
        assert row > hall.frame.band.y


async def test_calls_that_are_over_stand_last_and_softer() -> None:
    """C4: the last ones smaller; they never take the band, whatever their time."""
    async with hall_board(HallStation(PICTURE[0])) as hall:
        await hall.changes(PICTURE[0], past=(call("C-001", "2", -5), call("C-002", "4", 5)))
        view = hall.view
        assert view.top == PICTURE[0]
        assert [one.ticket for one in view.below] == ["C-001", "C-002"]
        soft = load("kiosk-dark").hex("soft").lower()
        assert soft in grounds(hall)[2 * hall.frame.lines[0].y + 2]


async def test_a_quiet_hall_says_so() -> None:
    """C4: nobody is called: words and the time, no old number in the band."""
    async with hall_board() as hall:
        await hall.changes(past=(PICTURE[0],))
        assert text("az", "board.nobody") in hall.shown
        view = hall.view
        assert view.top is None
        frame = hall.frame
        assert not any(
            figure_at(grounds(hall), frame.left, y, "A-017", Scale(2, 2)) for y in range(3, frame.band.bottom - 8)
        )


@pytest.mark.parametrize("size", SIZES)
async def test_without_the_database_it_asks_to_wait_and_shows_no_call(size: tuple[int, int]) -> None:
    """Issue 5: "please wait" in three languages after two seconds, nothing stale; it comes back by itself."""
    async with hall_board(size=size) as hall:
        hall.station.away()  # type: ignore[attr-defined]
        await hall.passes(1.0)
        assert text("az", "board.head") in hall.shown
        await hall.passes(AWAY_SECONDS - 0.9)
        for language in LANGUAGES:
            for line in lines(language, "board.wait"):
                assert line in " ".join(hall.shown.split())
        assert "2-ci mərtəbə" not in hall.shown
        assert "…" not in hall.shown
        hall.station.back()  # type: ignore[attr-defined]
        await hall.passes(1.0)
        assert hall.view.top == PICTURE[0]
        assert text("az", "board.wait").partition("\n")[0] not in hall.shown


async def test_a_call_made_meanwhile_is_announced_when_the_database_is_back(voice: type[FakeVoice]) -> None:
    """Issue 5: no call is lost on the ear either."""
    async with hall_board() as hall:
        hall.station.away()  # type: ignore[attr-defined]
        await hall.passes(3.0)
        hall.told.calls = (call("D-001", "5", -1), *PICTURE)
        hall.station.back()  # type: ignore[attr-defined]
        await hall.passes(1.0)
        assert voice.made.said == ["D-001"]


async def test_a_database_that_hangs_is_no_answer_either() -> None:
    """Issue 5: a cut cable gives no error: the board waits all the same, and its loop runs on."""
    async with hall_board() as hall:
        hall.told.hangs = True
        hall.elapsed.pass_by(1.0)
        hall.board.beat()
        await hall.until(lambda: hall.told.looks > 1)
        hall.elapsed.pass_by(AWAY_SECONDS)
        hall.board.beat()
        assert hall.view.waits
        hall.told.hangs = False
        hall.told.go_on.set()
        await hall.settle()
        hall.board.beat()
        assert not hall.view.waits


async def test_before_the_first_answer_no_number_and_no_alarm() -> None:
    """The first frame is the head alone; a station that cannot be built is waited for in words."""
    station = HallStation()
    station.board.hangs = True
    async with hall_board(station, ready=False) as hall:
        await hall.until(lambda: hall.board.pane.view is not None)
        assert text("az", "board.nobody") not in hall.shown
        assert text("az", "board.wait").partition("\n")[0] not in hall.shown
        hall.elapsed.pass_by(AWAY_SECONDS + 0.1)
        hall.board.beat()
        assert hall.view.waits


async def test_a_fault_is_logged_now_and_then_only(caplog: pytest.LogCaptureFixture) -> None:
    """K6: a board whose centre is unknown does not fill the disk with it."""
    from kiosk.errors import BadRequest

    async with hall_board() as hall:
        hall.told.refuse = BadRequest("centre", "unknown")
        for _ in range(5):
            await hall.passes(5.0)
        assert len([record for record in caplog.records if "unexpected refusal" in record.getMessage()]) == 1
        hall.told.refuse = None
        await hall.passes(30.0)
        assert hall.view.top == PICTURE[0]


async def test_no_key_does_anything() -> None:
    """C4: a full-screen face without input."""
    async with hall_board() as hall:
        for key in ("enter", "escape", "tab", "f2", "up", "1", "ctrl+c", "ctrl+q", *["f9"] * 6):
            await hall.press(key)
        hall.app.tell_top(Scanned("K7MP-4XRT"))
        for _ in range(6):
            hall.elapsed.pass_by(1.0)
            hall.click(115, 1)
        await hall.settle()
        assert hall.is_on(BoardScreen)
        assert len(hall.app.screen_stack) == 1


async def test_a_kiosk_out_of_service_is_no_matter_of_the_board() -> None:
    """K5: on one machine kiosk and board share a state folder; the hall's numbers go on."""
    from kiosk.care.out_of_service import OutOfService

    async with hall_board() as hall:
        OutOfService(Settings()).set(None)
        hall.app.look_at_service()
        await hall.settle()
        await hall.passes(2.0)
        assert hall.view.top == PICTURE[0]


@pytest.mark.parametrize("size", SIZES)
async def test_long_counters_and_numbers_stay_on_the_glass(size: tuple[int, int]) -> None:
    """C2: a counter has up to four signs, a busy day four digits; both are shown whole, with the direction."""
    async with hall_board(size=size) as hall:
        for number, counter in enumerate(("7", "12", "A3", "100", "AB12"), start=1):
            one = call("W-1234", counter, -number)
            await hall.changes(one)
            frame = hall.frame
            ticket = largest(one.ticket, frame.counter - 2 - frame.left, frame.number_rows - 1)
            scale = largest(counter, frame.right - frame.counter, ticket.rows)
            assert frame.counter + scale.columns(counter) <= frame.size.width
            assert ticket.rows >= 8
            assert frame.left + ticket.columns(one.ticket) < frame.counter
            if not frame.word_lines:
                assert "2-ci mərtəbə" in hall.shown


async def test_it_stands_in_every_theme() -> None:
    """face.md: the band is told from its ground in each theme, also without colours."""
    async with hall_board() as hall:
        frame = hall.frame
        scale, first = band_figures(frame)
        for theme in THEMES:
            hall.app.theme = theme
            await hall.settle()
            assert figure_at(grounds(hall), frame.left, first, "A-017", scale)
