"""The first screen: no screen stands before it; scan, digit or touch begins; it draws attention slowly."""

from __future__ import annotations

import pytest

from kiosk.names import LANGUAGES, Language
from screens.citizen.first import ATTRACT_AFTER, FirstScreen
from screens.citizen.service import ServiceScreen
from screens.messages import Scanned
from screens.palette import ThemeName
from tests.screens.running import FULL, LARGE, SIZES, running, settings
from tests.screens.test_messages import whole


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_shows_what_one_can_do_here(language: Language, size: tuple[int, int]) -> None:
    """face.md 01: large choices, contrast and the help number at the foot, in each language and size."""
    async with running(size=size, with_settings=settings(language=language)) as face:
        shown = face.shown
        for key in ("home.book", "home.arrive", "home.confirm", "home.my_bookings"):
            assert face.app.text(key).split("\n")[0] in shown
        for key in ("home.water", "home.readiness", "home.walk_in"):
            assert whole(face, face.app.text(key).split("\n")[0])
        assert "108" in shown
        assert "14:32" in shown
        assert "…" not in shown


@pytest.mark.parametrize("size", SIZES)
async def test_the_tiles_are_seven(size: tuple[int, int]) -> None:
    """face.md 01: two main tiles, two for later, three others, no more than seven; the live queue is the seventh."""
    async with running(size=size) as face:
        spots = face.widget("#tiles").spots()
        names = ["book", "arrive", "confirm", "my_bookings", "water", "readiness", "walk_in"]
        assert [spot.name for spot in spots] == names
        assert len({spot.region.y for spot in spots[-3:]}) == 1
        for spot in spots:
            assert spot.region.width >= 10
            assert spot.region.height >= 3


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_digit_chooses_its_tile(size: tuple[int, int]) -> None:
    """face.md: tiles carry the digit that chooses them."""
    async with running(size=size) as face:
        await face.press("1")
        assert isinstance(face.screen, ServiceScreen)


async def test_one_tap_chooses() -> None:
    """face.md: choosing is one tap."""
    async with running() as face:
        await face.touch("#tiles", "book")
        assert isinstance(face.screen, ServiceScreen)


async def test_arrows_show_the_ring_and_enter_chooses() -> None:
    """face.md: arrows move, Enter chooses; the ring comes with a key and goes with a touch."""
    async with running() as face:
        assert not face.screen.query("Edge")
        await face.press("right", "down")
        assert face.widget("#tiles").cursor == "confirm"
        assert face.widget("#ring-top").region.area
        await face.tap("#contrast")
        await face.settle()
        assert not face.widget("#ring-top").region.area
        await face.press("up", "up", "up", "enter")
        assert isinstance(face.screen, ServiceScreen)


async def test_languages_switch_on_the_first_screen() -> None:
    """K2: three languages, switched at any moment."""
    async with running() as face:
        for language in ("ru", "en", "az"):
            await face.touch("#header", language)
            assert face.app.language == language
            assert face.app.text("home.book").split("\n")[0] in face.shown


async def test_high_contrast_and_back() -> None:
    """K2: a high contrast mode, from the first screen."""
    async with running() as face:
        await face.touch("#contrast")
        assert face.app.theme == "kiosk-contrast"
        assert face.app.text("button.normal_contrast") in face.shown
        await face.touch("#contrast")
        assert face.app.theme == "kiosk-light"


async def test_the_type_button_stands_where_the_terminal_can() -> None:
    """K2: large type; the button is there only where something can be done."""
    async with running() as face:
        assert not face.screen.query("#type")
    asked: list[bool] = []
    async with running(type_changer=asked.append) as face:
        await face.touch("#type")
        await face.touch("#type")
        assert asked == [True, False]


async def test_without_colours_the_theme_is_mono(monkeypatch: pytest.MonkeyPatch) -> None:
    """face.md: kiosk-mono when NO_COLOR is set."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with running() as face:
        mono: ThemeName = "kiosk-mono"
        assert face.app.theme == mono


async def test_the_ring_wanders_after_a_minute_of_quiet() -> None:
    """face.md: the ring of the two main tiles wanders after a minute without touch, and stops at a touch."""
    async with running() as face:
        screen = face.screen
        assert isinstance(screen, FirstScreen)
        face.elapsed.pass_by(ATTRACT_AFTER)
        screen.look_for_quiet()
        await face.settle()
        seen = [screen.tiles.cursor]
        screen.wander()
        seen.append(screen.tiles.cursor)
        assert sorted(map(str, seen)) == ["arrive", "book"]
        assert face.app.text("attract") in face.shown
        await face.press("f9")
        assert screen.tiles.cursor is None
        assert face.app.text("attract") not in face.shown


async def test_a_scan_goes_straight_to_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 2: a scan on the first screen goes straight to the verdict."""
    began: list[tuple[str, str | None]] = []
    async with running() as face:
        monkeypatch.setattr(face.screen, "begin", lambda errand, code=None: began.append((errand, code)))
        face.app.tell_top(Scanned("K7MP-4XRT"))
        await face.settle()
    assert began == [("arrive", "K7MP-4XRT")]
