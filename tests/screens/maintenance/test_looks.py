"""How maintenance mode looks: nothing cut, nothing over anything else, at every size and in every language (K2, K3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.language import LANGUAGES
from screens.palette import THEMES
from tests.screens.maintenance.face import COUNTER, KIOSK, LARGE_TYPE, SIZES, SMALL, TechnicalFace, at_health
from tests.screens.maintenance.test_bundle import make

CUT = "…"


async def pressed(face: TechnicalFace, *keys: str) -> None:
    """Each on the screen that the one before led to."""
    for key in keys:
        face.elapsed.pass_by(1.0)
        await face.press(key)
    face.elapsed.pass_by(1.0)


WAYS: dict[str, tuple[str, ...]] = {
    "health": (),
    "trials": ("f2",),
    "card": ("f2", "1"),
    "apdu": ("f2", "4"),
    "ticket": ("f2", "5"),
    "scanner": ("f2", "6"),
    "colours": ("f2", "7"),
    "touch": ("f2", "7", "f2"),
    "keys": ("f2", "7", "f2", "f2"),
    "mail": ("f2", "8"),
    "sms": ("f2", "9"),
    "scenarios": ("f2", "up", "enter"),
    "log": ("f3",),
    "bundle": ("f4",),
    "bundle made": ("f4", "f2"),
    "service": ("f6",),
}


def nothing_overlaps(face: TechnicalFace) -> None:
    """Every widget in the terminal, none over another; all touchable things are large enough."""
    placed = [(widget, region) for widget, region in face.screen.places(face.app.size) if region.area]
    for index, (widget, region) in enumerate(placed):
        assert face.app.size.region.contains_region(region), widget
        for other, beside in placed[index + 1 :]:
            assert not region.overlaps(beside), (widget, other)


@pytest.mark.parametrize(
    "size", [KIOSK, LARGE_TYPE, *(pytest.param(size, marks=pytest.mark.long) for size in (COUNTER, SMALL))]
)
async def test_every_screen_is_whole(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """K2, K3: no word of any screen is cut in any language, and every thing has its own cells."""
    monkeypatch.setattr("screens.maintenance.bundle.sticks", lambda: (Path("/media/KINGSTON"),))
    async with at_health(size=size) as face:
        face.app.make_bundle = make  # type: ignore[method-assign]
        for name, way in WAYS.items():
            await pressed(face, *way)
            for language in LANGUAGES:
                face.app.set_language(language)
                await face.settle()
                nothing_overlaps(face)
                assert not [line for line in face.lines() if CUT in line], (name, language)
            for _ in range(len(face.app.screen_stack) - 2):
                await pressed(face, "escape")


@pytest.mark.parametrize("theme", THEMES)
async def test_a_fault_is_told_without_colour_too(theme: str) -> None:
    """face.md, principle 3: mark and word in every theme, the mono one included."""
    async with at_health(size=KIOSK) as face:
        face.app.theme = theme
        await face.settle()
        row = next(line for line in face.lines() if "Kart oxucusu 1" in line)
        assert "✕" in row
        assert "TEXNİKİ XİDMƏT REJİMİ" in face.shown


@pytest.mark.parametrize("size", [*SIZES, (160, 50), (112, 34)])
async def test_whatever_can_be_touched_is_large_enough(size: tuple[int, int]) -> None:
    """face.md: buttons at least three rows; the keys of pads at least two."""
    async with at_health(size=size) as face:
        for area in (face.screen.query_one("#findings"), face.screen.query_one("#foot")):
            for spot in area.spots():  # type: ignore[attr-defined]
                assert spot.region.height >= 3, spot
                assert spot.region.width >= 4, spot


async def test_nothing_stands_over_anything_else_on_odd_terminals() -> None:
    """face.md: sizes between keep the rules."""
    for size in ((76, 22), (90, 28), (112, 30), (160, 50)):
        async with at_health(size=size) as face:
            nothing_overlaps(face)
