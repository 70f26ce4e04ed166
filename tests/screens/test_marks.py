"""No colour speaks alone after the grid: in mono and high contrast every state has its mark or frame (K2)."""

from __future__ import annotations

import pytest

from screens.citizen.code import CodeScreen
from screens.citizen.person import PersonScreen
from screens.palette import ThemeName
from tests.screens.opened import APPLICANT, draft, opened
from tests.screens.running import SIZES, settings
from tests.screens.test_code import holding

FRAMED: tuple[ThemeName, ...] = ("kiosk-contrast", "kiosk-mono")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", FRAMED)
async def test_keys_and_fields_are_told_by_frames_and_marks(theme: ThemeName, size: tuple[int, int]) -> None:
    """face.md: frames in high contrast and mono: thin for keys, dashed for functions, heavy for the chosen layer."""
    typed = APPLICANT | {"fin": "5ABC12"}
    async with opened(lambda _: PersonScreen(draft(**typed)), size=size, with_settings=settings(theme=theme)) as (
        face,
        screen,
    ):
        screen.complain()
        screen.someone_is_here()  # the message is not what is looked at
        await face.settle()
        assert screen.at == "fin"
        assert face.app.text("field.short.fin") in face.shown
        assert " ! " in face.shown
        for corner in ("┌", "╌", "┏"):
            assert corner in face.shown


@pytest.mark.parametrize("theme", FRAMED)
async def test_what_cannot_be_used_yet_has_a_dashed_frame(theme: ThemeName) -> None:
    """face.md: not yet usable is sunken: dashed where there is one ground."""
    async with opened(lambda _: CodeScreen(holding()), with_settings=settings(theme=theme)) as (face, screen):
        x, y, width, _ = face.region("#main")
        assert not screen.main.usable
        assert face.lines()[y][x : x + width] == "┌" + "╌" * (width - 2) + "┐"
        await face.press(*"407213")
        assert face.lines()[y][x : x + width].strip() == ""
