"""A scanner that types: its burst is a code, wherever the focus is; a person's typing never is (terminal.md C4)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual import events, on

from screens.citizen.first import FirstScreen
from screens.messages import Scanned
from screens.scanner import GAP_SECONDS
from tests.screens.running import Face, running


class Listening(FirstScreen):
    """Notes what was scanned, and what was touched."""

    codes: list[str]
    errands: list[str]

    def begin(self, errand: str, code: str | None = None) -> None:
        self.errands.append(errand)

    @on(Scanned)
    def note_code(self, event: Scanned) -> None:
        event.prevent_default()
        self.codes.append(event.code)


def type_all(face: Face, signs: Sequence[str]) -> None:
    """Hand in keys as one read of the terminal does."""
    names = {"\r": "enter", "\t": "tab"}
    for sign in signs:
        face.app.post_message(events.Key(names.get(sign, sign), sign if len(sign) == 1 else None))


async def listening(face: Face) -> Listening:
    screen = Listening()
    screen.codes, screen.errands = [], []
    await face.app.push_screen(screen)
    await face.settle()
    face.elapsed.pass_by(1.0)
    return screen


async def test_a_burst_is_a_scan_and_presses_nothing() -> None:
    """Finding 7: Enter from a scanner presses the focused button, in plain Textual."""
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = await listening(face)
        screen.tiles.focus()
        await face.settle()
        type_all(face, "1234567890\r")
        await face.until(lambda: screen.codes)
        await face.settle()
        assert screen.codes == ["1234567890"]
        assert not screen.errands


async def test_a_burst_with_shifts_between_is_one_scan() -> None:
    """Finding 17: foot reports the scanner's shift keys as keys of their own."""
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = await listening(face)
        type_all(face, ["K", "left_shift", "7", "left_shift", "M", "P", "-", "4", "X", "R", "T", "\r"])
        await face.until(lambda: screen.codes)
        assert screen.codes == ["K7MP-4XRT"]


async def test_typing_goes_through() -> None:
    """terminal.md C4: typing with gaps is handed on in its order; a digit chooses its tile."""
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = await listening(face)
        type_all(face, "1")
        await face.until(lambda: screen.errands)
        assert screen.errands == ["book"]
        assert not screen.codes


async def test_a_short_burst_is_typing() -> None:
    """Less than six letters are no code."""
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = await listening(face)
        type_all(face, "abc\r")
        await face.settle()
        assert not screen.codes


async def test_a_key_held_down_is_no_scan() -> None:
    """A key's own repetition is as fast as a scanner, but always the same letter."""
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = await listening(face)
        type_all(face, "aaaaaaaaaaaa\r")
        await face.settle()
        assert not screen.codes


async def test_a_scan_on_a_fresh_screen_is_not_heard() -> None:
    """Finding 8: the deaf moment is for scanners too."""
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = Listening()
        screen.codes, screen.errands = [], []
        await face.app.push_screen(screen)
        type_all(face, "1234567890\r")
        await face.settle()
        assert not screen.codes


async def test_a_stall_does_not_cut_a_scan_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """C1: when we were busy ourselves, what the scanner sent meanwhile is read before the burst is judged."""
    seconds = [0.0]
    monkeypatch.setattr("screens.scanner.monotonic", lambda: seconds[0])
    async with running(scan_gap=GAP_SECONDS) as face:
        screen = await listening(face)
        held: list[list[str | None]] = []
        judge = face.app._gap_is_over

        async def judged() -> None:
            seconds[0] += 1.0
            await judge()
            held.append([key.character for key in face.app._held_keys])
            if len(held) == 1:
                type_all(face, "4567890\r")

        monkeypatch.setattr(face.app, "_gap_is_over", judged)
        type_all(face, "123")
        await face.until(lambda: screen.codes)
        assert held[0] == ["1", "2", "3"]
        assert screen.codes == ["1234567890"]
        assert not screen.errands
