"""Nobody leaves the kiosk, and nothing of anybody is shown when it breaks (K1; terminal.md, section 0).

Each answer is shown to be needed: the same act, with that answer taken out of the product, has the bad end.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess

import pytest

from tests.e2e.broken import SECRET
from tests.e2e.glass import PATIENCE, NeverShown
from tests.e2e.place import Place
from tests.e2e.pty_terminal import PtyTerminal

WELCOME = "Xoş gəlmisiniz"
WELCOME_RU = "Добро пожаловать"
CENTRE = "2 saylı Bakı"
"""Stands in the header once the station is there."""
CYRILLIC = re.compile("[а-я]")
LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"


def _opened(face: PtyTerminal) -> PtyTerminal:
    face.shows(WELCOME, CENTRE)
    face.rests()
    return face


def _still_answers(face: PtyTerminal) -> bool:
    """Whether a tap on another language is followed, on whatever screen it is: the app is there, and hears.

    Escape first closes what noise may have opened, and a first tap may be lost: an escape sequence that was cut short
    swallows what comes after it.
    """
    for patience in (5.0, PATIENCE, PATIENCE):
        try:
            face.tap("RU")
            face.until(lambda: CYRILLIC.search(face.text()) or not face.alive(), "Russian, or the end", patience)
        except NeverShown:
            face.press("Escape")
            face.rests()
        else:
            return face.alive()
    return False


@pytest.mark.parametrize("where", ["crash_in_app", "crash_in_screen", "crash_in_worker"])
def test_a_crash_shows_no_data_and_ends_with_a_failure(place: Place, where: str) -> None:
    """Findings 3 and 4: the service manager sees that it failed, the public sees nothing, the log holds no value."""
    with _opened(place.face(broken=where)) as face:
        face.press("F9")
        assert face.exit_status() == 1
        written = face.written.decode(errors="replace")
        assert SECRET not in written
        assert "Traceback" not in written
        assert "RuntimeError" not in written
        assert LEAVES_ALTERNATE_SCREEN in face.written
        assert face.settings_now() == face.settings_before
    assert SECRET not in place.log()
    assert "crashed with RuntimeError" in place.log()


def test_without_our_answer_a_crash_shows_what_a_person_typed(place: Place) -> None:
    with _opened(place.face(broken="crash_in_app+with_textuals_crash")) as face:
        face.press("F9")
        face.exit_status()
        assert SECRET in face.written.decode(errors="replace")


BAD_UTF8 = [b"\xff", b"\xc3\x28", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"ab\xfe\xffcd"]


@pytest.mark.parametrize("data", BAD_UTF8)
def test_invalid_utf8_is_survived(place: Place, data: bytes) -> None:
    """Finding 5."""
    with _opened(place.face()) as face:
        face.send(data)
        face.rests()
        assert _still_answers(face)


def test_without_our_answer_invalid_utf8_ends_it(place: Place) -> None:
    with _opened(place.face(broken="with_strict_utf8")) as face:
        face.send(b"\xff\xfe")
        assert not _still_answers(face)


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+z", "ctrl+q", "ctrl+\\", "ctrl+d", "ctrl+p", "Escape"])
def test_no_key_leaves(place: Place, key: str) -> None:
    """Finding 16: neither by a signal of the terminal nor by a binding."""
    with _opened(place.face()) as face:
        for _ in range(3):
            face.press(key)
        assert _still_answers(face)


def test_without_our_answer_a_key_leaves(place: Place) -> None:
    with _opened(place.face(broken="with_textuals_keys")) as face:
        face.press("ctrl+q")
        assert not _still_answers(face)


def test_the_command_palette_stays_closed(place: Place) -> None:
    with _opened(place.face()) as face:
        before = face.text()
        face.press("ctrl+p")
        face.rests()
        assert face.text() == before


def test_without_our_answer_the_command_palette_opens(place: Place) -> None:
    with _opened(place.face(broken="with_textuals_keys")) as face:
        before = face.text()
        face.press("ctrl+p")
        face.until(lambda: face.text() != before, "the command palette")


def test_every_control_byte_is_survived(place: Place) -> None:
    with _opened(place.face()) as face:
        for code in [*range(0x20), *range(0x7F, 0xA0)]:
            face.send(bytes([code]))
        face.rests()
        face.send(b"\x1b" * 3)
        assert _still_answers(face)


@pytest.mark.parametrize("seed", range(3))
def test_any_escape_sequence_is_survived(place: Place, seed: int) -> None:
    """Function keys, reports and mouse events that no keyboard sends, in any order."""
    random_source = random.Random(seed)  # noqa: S311 - no secret
    with _opened(place.face()) as face:
        for _ in range(400):
            body = "".join(random_source.choice("0123456789;?<>=") for _ in range(random_source.randrange(8)))
            end = random_source.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ~cuty")
            face.send(f"\x1b{random_source.choice('[O]P_')}{body}{end}\x1b\\".encode())
        face.rests()
        assert _still_answers(face)


@pytest.mark.parametrize(
    "sequence", ["\x1b[6433308Q", "\x1b[99999999999999999999u", "\x1b[57344;999999999u", "\x1b[<0;0;0M"]
)
def test_a_key_that_cannot_be_is_survived(place: Place, sequence: str) -> None:
    """A key number beyond Unicode ended the app: the input's thread raised."""
    with _opened(place.face()) as face:
        face.send(sequence.encode())
        face.rests()
        assert _still_answers(face)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_restores_the_terminal(place: Place, number: signal.Signals) -> None:
    """Finding 16: the service manager's stop is no crash."""
    with _opened(place.face()) as face:
        face.process.send_signal(number)
        assert face.exit_status() == 0
        assert LEAVES_ALTERNATE_SCREEN in face.written
        assert face.settings_now() == face.settings_before


def test_without_our_answer_a_signal_leaves_the_terminal_broken(place: Place) -> None:
    with _opened(place.face(broken="with_textuals_signals")) as face:
        face.process.send_signal(signal.SIGTERM)
        face.exit_status()
        assert LEAVES_ALTERNATE_SCREEN not in face.written


def test_a_stop_from_the_terminal_is_not_heard(place: Place) -> None:
    with _opened(place.face()) as face:
        face.process.send_signal(signal.SIGTSTP)
        assert _still_answers(face)


def test_paste_is_not_heard(place: Place) -> None:
    """A kiosk has no clipboard: what one person copies the next could paste."""
    with _opened(place.face()) as face:
        before = face.text()
        face.send(b"\x1b[200~1\x1b[201~")
        face.rests()
        assert face.text() == before
        assert _still_answers(face)


@pytest.mark.parametrize("button", [2, 3])
def test_only_the_first_mouse_button_taps(place: Place, button: int) -> None:
    """Finding 9."""
    with _opened(place.face()) as face:
        face.tap("RU", button=button)
        face.rests()
        assert face.find(WELCOME)
        assert _still_answers(face)


def test_without_our_answer_every_button_taps(place: Place) -> None:
    with _opened(place.face(broken="with_every_button")) as face:
        face.tap("RU", button=3)
        face.shows(WELCOME_RU)


def test_it_does_not_start_without_a_terminal(place: Place) -> None:
    """At the end of its input it would spin at full speed (terminal.md C1)."""
    done = subprocess.run(
        place.command("kiosk"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
        env=dict(place.environment),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "terminal" in done.stderr


def test_it_ends_when_its_terminal_is_taken_away(place: Place) -> None:
    with _opened(place.face()) as face:
        face.hang_up()
        face.exit_status()
