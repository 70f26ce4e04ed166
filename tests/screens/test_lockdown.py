"""A face that nobody can leave: each finding of terminal.md, section 0, that concerns this issue."""

from __future__ import annotations

import logging
import os
import time
from typing import cast

import pytest
from textual import events
from textual.app import ComposeResult
from textual.drivers import linux_driver

from kiosk.settings import Settings
from screens.app import KioskApp
from screens.citizen.first import FirstScreen
from screens.citizen.service import ServiceScreen
from screens.environment import clean_environment
from screens.lockdown import DEAF_SECONDS, LockedApp, accept_any_byte
from tests.screens.fakes import Elapsed, FakeStation
from tests.screens.running import running


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "ctrl+backslash", "f1", "ctrl+s", "escape"])
async def test_no_key_leaves(key: str) -> None:
    """K1: no citizen can leave the application or reach the command palette."""
    async with running() as face:
        await face.press(key)
        assert isinstance(face.screen, FirstScreen)
        assert face.app.is_running


@pytest.mark.parametrize(
    "action", ["quit", "suspend_process", "command_palette", "screenshot", "change_theme", "help_quit"]
)
async def test_no_action_leaves(action: str) -> None:
    """K1: also what a binding could be brought to call does nothing."""
    async with running() as face:
        await face.app.run_action(f"app.{action}")
        await face.settle()
        assert isinstance(face.screen, FirstScreen)
        assert face.app.is_running
        assert face.app.theme == "kiosk-light"


async def test_nothing_is_copied_or_opened() -> None:
    """K1: what one person copies, the next could paste."""
    async with running() as face:
        face.app.copy_to_clipboard("5ABC123")
        face.app.open_url("https://example.com")
        assert face.app.deliver_text("x") is None
        assert face.app.deliver_binary("x") is None
        assert not face.app.clipboard


@pytest.mark.parametrize("button", [2, 3])
async def test_only_the_first_mouse_button_is_a_touch(button: int) -> None:
    """Finding 9: right and middle button press buttons too, in plain Textual."""
    async with running() as face:
        await face.tap("#tiles", "book", button)
        await face.settle()
        assert isinstance(face.screen, FirstScreen)


async def test_a_double_tap_stays_on_its_screen() -> None:
    """Finding 8: the second tap, 10 to 200 ms later, is not for the screen that the first one opened."""
    async with running() as face:
        await face.touch("#tiles", "book")
        screen = face.screen
        assert isinstance(screen, ServiceScreen)
        face.elapsed.pass_by(0.2)
        await face.tap("#results")
        await face.settle()
        assert face.screen is screen
        face.elapsed.pass_by(DEAF_SECONDS)
        await face.tap("#results")
        await face.settle()
        assert face.screen is not screen


async def test_a_paste_is_dropped() -> None:
    """terminal.md C4: a kiosk has no paste."""
    async with running() as face:
        await face.touch("#tiles", "book")
        face.elapsed.pass_by(1.0)
        face.app.post_message(events.Paste("sexsiyyet"))
        await face.settle()
        assert face.widget("#search").text_typed == ""


async def test_modifier_keys_are_no_keys() -> None:
    """Finding 17: foot reports shift as a key of its own; it must not bring the ring, nor hold back the idle time."""
    async with running() as face:
        before = face.app.quiet_seconds
        face.elapsed.pass_by(5)
        await face.pilot.press("left_shift", "right_control")
        assert not face.app.by_keys
        assert face.app.quiet_seconds == before + 5


class TwoFields(LockedApp):
    """Two plain fields, to see where a burst lands."""

    def compose(self) -> ComposeResult:
        from textual.widgets import Input

        yield Input(id="first")
        yield Input(id="second")


async def test_a_tab_in_a_burst_moves_before_the_next_key() -> None:
    """Finding 6: `12345<Tab>67890` in one read put all digits into one field, in plain Textual."""
    from textual.widgets import Input

    app = TwoFields(Elapsed())
    async with app.run_test() as pilot:
        app.query_one("#first", Input).focus()
        await pilot.pause()
        for sign in ("1", "2", "3", "tab", "6", "7", "8"):
            app.post_message(events.Key(sign, sign if sign != "tab" else "\t"))
        fields = [app.query_one(name, Input) for name in ("#first", "#second")]
        deadline = time.monotonic() + 60
        while sum(len(field.value) for field in fields) < 6 and time.monotonic() < deadline:
            await pilot.pause()
        assert [field.value for field in fields] == ["123", "678"]


def test_any_byte_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding 5: one invalid UTF-8 byte kills plain Textual 8.2.8."""
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)  # type: ignore[attr-defined]
    monkeypatch.setattr(linux_driver, "getincrementaldecoder", linux_driver.getincrementaldecoder)  # type: ignore[attr-defined]
    accept_any_byte()
    decoder = linux_driver.getincrementaldecoder("utf-8")()  # type: ignore[attr-defined]
    assert decoder.decode(b"a\xffb") == "a\ufffdb"
    assert decoder.decode("ə".encode()[:1]) == ""
    assert decoder.decode("ə".encode()[1:]) == "ə"


@pytest.mark.parametrize("sequence", ["\x1b[6433308Q", "\x1b[99999999999999999999u", "\x1b[57344;999999999u"])
def test_a_key_that_cannot_be_is_dropped(monkeypatch: pytest.MonkeyPatch, sequence: str) -> None:
    """A key number beyond Unicode makes the input thread of plain Textual raise, and the app end."""
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)  # type: ignore[attr-defined]
    accept_any_byte()
    parser = linux_driver.XTermParser()  # type: ignore[attr-defined]
    keys = [event.key for event in parser.feed(sequence + 40 * "x") if isinstance(event, events.Key)]
    assert keys[-1] == "x"


def test_the_environment_holds_no_switch() -> None:
    """terminal.md B3: TEXTUAL_DEBUG writes every key to a file, TEXTUAL_DRIVER imports any class."""
    environment = {"TEXTUAL_DEBUG": "1", "TEXTUAL_DRIVER": "x:Y", "TEXTUAL": "debug", "HOME": "/h"}
    clean_environment(environment)
    assert environment == {
        "HOME": "/h",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_FPS": "30",
    }
    assert clean_environment.__defaults__ == (os.environ,)


class Broken(FirstScreen):
    """Fails in a handler, with a person's data in its locals and in the exception's text."""

    def on_key(self, event: events.Key) -> None:
        citizen_fin = "5ABC123"
        raise RuntimeError(f"could not book for {citizen_fin}")


async def test_a_crash_shows_and_logs_no_data(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Findings 3 and 4: a crash printed locals on the public screen, and exited with status 0."""
    monkeypatch.setattr("screens.citizen.first.FirstScreen", Broken)
    app = KioskApp("citizen", lambda: cast("object", FakeStation()), Settings(), elapsed=Elapsed(), scan_gap=0)  # type: ignore[arg-type, return-value]
    with caplog.at_level(logging.DEBUG), pytest.raises(RuntimeError):
        async with app.run_test() as pilot:
            await pilot.press("x")
    assert app.return_code == 1
    assert not app._exit_renderables
    assert "5ABC123" not in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("way", ["panic", "fatal"])
def test_no_way_of_dying_prints_anything(way: str) -> None:
    """Finding 3: neither of Textual's own ways out prints."""
    app = LockedApp(Elapsed())
    if way == "panic":
        app.panic("5ABC123")
    else:
        app._fatal_error()
    assert not app._exit_renderables
    assert app.return_code == 1


async def test_a_selection_is_not_possible() -> None:
    """terminal.md B3: a dragging finger selects text otherwise."""
    async with running() as face:
        assert not face.app.ALLOW_SELECT
        assert not face.app.use_command_palette
        assert not face.app.escape_to_minimize


async def test_the_loop_reports_without_data(caplog: pytest.LogCaptureFixture) -> None:
    """K6: what no task handled is logged by its kind, never by its text."""
    import asyncio

    from screens.lockdown import _loop_trouble

    loop = asyncio.get_running_loop()
    _loop_trouble(loop, {"exception": ValueError("5ABC123"), "message": "Task exception was never retrieved"})
    _loop_trouble(loop, {"message": "slow"})
    assert "5ABC123" not in caplog.text
    assert "ValueError" in caplog.text
    assert "slow" in caplog.text


async def test_after_the_deaf_moment_keys_are_heard() -> None:
    """The deaf moment is over by itself: a later key is heard."""
    async with running() as face:
        await face.touch("#tiles", "book")
        await face.press("s")
        assert face.widget("#search").text_typed == "s"
