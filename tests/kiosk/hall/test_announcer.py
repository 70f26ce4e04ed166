"""The board's voice: chime and spoken number, never waited for, killed when they hang (C4)."""

from __future__ import annotations

import logging
import os
import select
import stat
import sys
import threading
import wave
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kiosk.care.redaction import log_lines
from kiosk.hall import announcer
from kiosk.hall.announcer import Announcer, spoken
from kiosk.hall.chime import RATE, SECONDS, chime_wav
from kiosk.hall.queue_facts import BoardCall
from kiosk.hall_settings import BoardSettings
from kiosk.names import Language, Names

PATIENCE = 60.0


def call(ticket: str = "A-017", counter: str = "7", language: Language = "az") -> BoardCall:
    return BoardCall(ticket, counter, Names("", "", ""), datetime(2026, 11, 23, 6, tzinfo=UTC), 1, language, False)


class Room:
    """Makes voices whose commands write down what they were told, into pipes that a test reads."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self.bells = threading.Semaphore(0)

    def command(self, name: str, script: str) -> str:
        program = self.folder / name
        program.write_text(f"#!{sys.executable} -S\n{script}", encoding="utf-8")
        program.chmod(stat.S_IRWXU)
        return str(program)

    def pipe(self, name: str) -> Path:
        path = self.folder / name
        os.mkfifo(path)
        return path

    def voice(self, **settings: Any) -> Announcer:
        made = Announcer(BoardSettings(**settings), self.folder, self.bells.release)
        self._opened.callback(made.close)
        return made

    def rang(self) -> bool:
        return self.bells.acquire(timeout=PATIENCE)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as opened:
        yield Room(tmp_path, opened)


def told(pipe: Path) -> list[str]:
    """What a command wrote into the pipe until it closed it; waits for it."""
    return "".join(part.decode() for part in parts(pipe)).splitlines()


def parts(pipe: Path) -> Iterator[bytes]:
    """What comes through the pipe, until every writer is gone."""
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            assert select.select([reader], [], [], PATIENCE)[0], "nobody wrote"
            part = os.read(reader, 4096)
            if not part:
                return
            yield part
    finally:
        os.close(reader)


_TELL = "import sys; open({!r}, 'w').write('\\n'.join(sys.argv[1:]))"


def test_without_a_command_the_terminals_bell_rings_once_for_all_calls(room: Room) -> None:
    """C4: a chime needs nothing to be set; several calls at one moment are one chime."""
    room.voice().announce([call(), call("B-004")])
    assert room.rang()
    assert not room.bells.acquire(blocking=False)


def test_the_sound_command_gets_a_wav_file(room: Room) -> None:
    """[board] sound_command: the chime is computed into the state folder, and its name stands last."""
    heard = room.pipe("heard")
    player = room.command("player", _TELL.format(str(heard)))
    room.voice(sound_command=f"{player} -q").announce([call()])
    flag, file = told(heard)
    assert flag == "-q"
    assert Path(file).parent == room.folder
    with wave.open(file, "rb") as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, RATE)


@pytest.mark.parametrize(
    ("language", "words"),
    [("az", "Talon A 17, pəncərə 7"), ("ru", "Талон A 17, окно 7"), ("en", "Ticket A 17, counter 7")],
)
def test_the_call_is_spoken_in_the_persons_language(language: Language, words: str, room: Room) -> None:
    """C4, [board] speech_command: the command learns the language, and the sentence stands last as one word."""
    heard = room.pipe("heard")
    speaker = room.command("speaker", _TELL.format(str(heard)))
    room.voice(chime=False, speech_command=f"{speaker} -v {{language}}").announce([call(language=language)])
    assert told(heard) == ["-v", language, words]


def test_a_failing_sound_command_leaves_the_bell(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    """C4: the hall hears something whatever is wrong with the machine's sound, and the log says it once."""
    voice = room.voice(sound_command=str(room.folder / "no-such-player"))
    for _ in range(2):
        voice.announce([call()])
        assert room.rang()
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["the board's sound command failed: FileNotFoundError"]


def test_a_command_that_hangs_is_killed_and_the_next_call_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """C4: speech never holds up anything."""
    logged = []

    class Patient(logging.Handler):
        """Once the first is killed the next may take as long as this machine needs."""

        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record.getMessage())
            monkeypatch.setattr(announcer, "SPEECH_SECONDS", PATIENCE)

    handler = Patient()
    logging.getLogger("kiosk.hall.announcer").addHandler(handler)
    try:
        monkeypatch.setattr(announcer, "SPEECH_SECONDS", 0.2)
        heard = room.pipe("heard")
        script = (
            "import sys, time\n"
            "if 'A 1,' in sys.argv[1]: time.sleep(1000)\n"
            f"open({str(heard)!r}, 'w').write(sys.argv[1])\n"
        )
        voice = room.voice(chime=False, speech_command=room.command("speaker", script))
        voice.announce([call("A-001")])
        voice.announce([call("A-002")])
        assert told(heard) == ["Talon A 2, pəncərə 7"]
    finally:
        logging.getLogger("kiosk.hall.announcer").removeHandler(handler)
    assert logged == ["the board's speech command failed: it hung and was killed"]


def test_closing_kills_what_is_being_said_and_what_it_started(room: Room) -> None:
    """A board that ends is silent at once."""
    held = room.pipe("held")
    script = (
        "import os, subprocess\n"
        f"held = os.open({str(held)!r}, os.O_WRONLY)\n"
        "subprocess.run(['sh', '-c', f'echo begun >&{held}; sleep 15; echo ended >&{held}'], pass_fds=[held])\n"
    )
    voice = room.voice(chime=False, speech_command=room.command("speaker", script))
    voice.announce([call()])
    heard = []
    for part in parts(held):
        heard.append(part)
        voice.close()
    assert heard == [b"begun\n"]
    assert voice.wait_closed(PATIENCE)
    voice.announce([call()])


def test_a_hall_that_calls_faster_than_it_can_be_said_is_told_the_last_calls(room: Room) -> None:
    """C4: announcing never waits and never grows: of what cannot be said in time the oldest is left out."""
    begun, go, heard = room.pipe("begun"), room.pipe("go"), room.pipe("heard")
    script = (
        "import sys\n"
        f"if 'A 0,' in sys.argv[1]: open({str(begun)!r}, 'w').write('x'); open({str(go)!r}).read()\n"
        f"elif 'A 99,' in sys.argv[1]: open({str(heard)!r}, 'w').write(sys.argv[1])\n"
    )
    voice = room.voice(chime=False, speech_command=room.command("speaker", script))
    voice.announce([call("A-000")])
    assert told(begun) == ["x"]
    for number in range(1, 100):
        voice.announce([call(f"A-{number:03d}")])
    go.write_text("go", encoding="utf-8")
    assert told(heard) == ["Talon A 99, pəncərə 7"]


def test_no_thread_works_where_everything_is_off(room: Room) -> None:
    """[board] chime = false without speech: silence."""
    voice = room.voice(chime=False)
    voice.announce([call()])
    voice.close()
    assert voice.wait_closed(PATIENCE)
    assert not room.bells.acquire(blocking=False)


def test_an_unclosed_quote_is_told_and_the_bell_rings(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    """A command that cannot be read is as one that fails."""
    room.voice(sound_command="play 'x").announce([call()])
    assert room.rang()
    assert "the board's sound command failed: a quote is not closed" in caplog.text


@pytest.mark.parametrize(("ticket", "said"), [("A-017", "A 17"), ("B-1204", "B 1204"), ("C-000", "C 0"), ("X", "X")])
def test_a_number_is_said_without_its_noughts(ticket: str, said: str) -> None:
    """C4: "A 17", as a person would call it."""
    assert spoken(ticket) == said


def test_the_chime_is_short_and_neither_silent_nor_cut() -> None:
    """C4: it dies away to nothing and never reaches full scale."""
    with wave.open(BytesIO(chime_wav()), "rb") as opened:
        assert opened.getnframes() == int(RATE * SECONDS)
        content = memoryview(opened.readframes(opened.getnframes())).cast("h")
    assert 8_000 < max(content) < 32_000
    assert max(map(abs, content[-200:])) < max(content) / 20
    assert abs(content[0]) < 100


@pytest.mark.parametrize(
    "message",
    [
        "the board's sound command failed: FileNotFoundError",
        "the board's speech command failed: it hung and was killed",
        "the board's voice stumbled over RuntimeError",
    ],
)
def test_what_the_voice_logs_may_leave_the_house(message: str) -> None:
    """M4: its messages are of known shapes, without a call's words."""
    line = f"2026-11-23 10:00:00,000 {logging.getLevelName(logging.WARNING)} kiosk.hall.announcer {message}"
    assert list(log_lines([line])) == [line]
