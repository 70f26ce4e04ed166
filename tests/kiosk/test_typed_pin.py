"""A PIN typed at a terminal, or given as one line of stdin (I9)."""

from __future__ import annotations

import os
import pty
import sys
import termios
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hardware.secret import Pin
from kiosk import typed_pin
from kiosk.errors import BadRequest
from kiosk.typed_pin import read_pin


class _Input:
    """Stands for stdin: an open file's number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], int]]:
    """Makes stdin a pipe that holds these bytes and is closed behind them; its reading end."""
    opened: list[int] = []

    def pipe(typed: bytes) -> int:
        there, ours = os.pipe()
        os.write(ours, typed)
        os.close(ours)
        opened.append(there)
        monkeypatch.setattr(sys, "stdin", _Input(there))
        return there

    yield pipe
    for one in opened:
        os.close(one)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        (b"1234\n", [1, 2, 3, 4]),
        (b"12345", [1, 2, 3, 4, 5]),
        (b"12\r\n", [1, 2]),
        (b"129\x7f3\n", [1, 2, 3]),
        (b"", []),
    ],
)
def test_one_line_of_digits(piped: Callable[[bytes], int], typed: bytes, digits: list[int]) -> None:
    """Up to the end of the line or of the input; a rubbed-out digit is no part of it."""
    piped(typed)
    with read_pin("PIN2: ") as pin:
        assert pin.digits == digits


def test_what_follows_the_line_is_left_to_others(piped: Callable[[bytes], int]) -> None:
    """Read byte by byte: no buffer of ours holds more than one digit."""
    file = piped(b"1234\nand more")
    read_pin("").wipe()
    assert os.read(file, 100) == b"and more"


@pytest.mark.parametrize("typed", [b"12a4\n", b"1" * 17 + b"\n", b" 1234\n"])
def test_what_is_no_pin_is_refused_and_wiped(
    piped: Callable[[bytes], int], monkeypatch: pytest.MonkeyPatch, typed: bytes
) -> None:
    """The refusal holds nothing of what was typed."""
    made = _watched(monkeypatch)
    piped(typed)
    with pytest.raises(BadRequest) as refused:
        read_pin("")
    assert refused.value.why == "digits only, at most 16"
    assert [len(pin) for pin in made] == [0]


def test_who_gives_up_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C after two digits."""
    made, typed = _watched(monkeypatch), iter((b"1", b"2"))

    def read(_file: int, _size: int) -> bytes:
        try:
            return next(typed)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(sys, "stdin", _Input(os.open(os.devnull, os.O_RDONLY)))
    monkeypatch.setattr(os, "isatty", lambda _file: False)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "read", read)
        read_pin("")
    os.close(sys.stdin.fileno())
    assert [len(pin) for pin in made] == [0]


def test_without_an_input_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """`asan-kiosk card sign FILE <&-`."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(BadRequest) as refused:
        read_pin("")
    assert refused.value.why == "standard input is closed"


def test_a_terminal_shows_nothing_and_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No echo while digits come; afterwards the terminal echoes again."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    monkeypatch.setattr(sys, "stdin", _Input(theirs))
    real, echoes = os.read, []

    def read(file: int, size: int) -> bytes:
        echoes.append(termios.tcgetattr(theirs)[3] & termios.ECHO)
        os.write(ours, b"7" if len(echoes) < 4 else b"\r")
        return real(file, size)

    with monkeypatch.context() as patched:
        patched.setattr(os, "read", read)
        with read_pin("PIN2: ") as pin:
            assert pin.digits == [7, 7, 7]
    assert echoes == [0, 0, 0, 0]
    assert termios.tcgetattr(theirs) == before
    told = capsys.readouterr()
    assert "7" not in told.out + told.err and told.err.startswith("PIN2: ")
    os.close(ours)
    os.close(theirs)


def _watched(monkeypatch: pytest.MonkeyPatch) -> list[Pin]:
    made: list[Pin] = []

    class Watched(Pin):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(typed_pin, "Pin", Watched)
    return made
