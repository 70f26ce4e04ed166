"""`asan-kiosk batch` as the process that other programs start (issue 2, section 4)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kiosk.post.maildir import Maildir
from tests.batch.talk import check, hold, key
from tests.stations import CENTRE, PERSON, written_settings

MINUTE = 60


class Process:
    """A running `batch`: a line is sent, its answer read before the next."""

    def __init__(self, config: Path) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "batch", "--config", str(config)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=config.parent,
        )  # fmt: skip
        self._ids = count(1)

    def raw(self, line: bytes) -> bytes:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write(line)
        self.running.stdin.flush()
        return self.running.stdout.readline()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        request = {"id": next(self._ids), **request}
        answer: dict[str, Any] = json.loads(self.raw(json.dumps(request).encode() + b"\n"))
        check(request["do"], answer)
        assert answer["id"] == request["id"]
        return answer

    def end(self) -> tuple[bytes, bytes, int]:
        """What it still wrote after its input ended, and its exit status."""
        out, err = self.running.communicate(timeout=MINUTE)
        return out, err, self.running.returncode

    def close(self) -> None:
        """End it however it stands."""
        self.running.kill()
        self.running.wait(MINUTE)
        for stream in (self.running.stdin, self.running.stdout, self.running.stderr):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()


Start = Callable[[], Process]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def start(ready_url: str, folder: Path, secrets_folder: Path) -> Iterator[Start]:
    """Starts processes on one database, with a settable clock and a Maildir."""
    written = written_settings(ready_url, folder, secrets_folder, mail={"transport": "maildir"})
    config = folder / "kiosk.toml"
    config.write_text(
        "".join(
            f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
            for section, values in written.items()
        ),
        "utf-8",
    )
    with ExitStack() as started:

        def one() -> Process:
            process = Process(config)
            started.callback(process.close)
            return process

        yield one


def code(folder: Path) -> str:
    letter = Maildir(folder / "mail").last_letter(PERSON["email"])
    assert letter is not None
    return next(line for line in letter.text.splitlines() if len(line) == 6 and line.isdigit())


def test_the_whole_way_in_a_process(start: Start, folder: Path) -> None:
    """From the hold to the ticket; nothing but answers on stdout, nothing on stderr, no person in the log."""
    process = start()
    assert process.ask({"do": "clock", "now": "2026-11-20T09:00:00+04:00"})["now"] == "2026-11-20T09:00:00+04:00"
    for line in (b"\xff\n", b"\n", b"[1]\n", b'{"id":"\\ud800"}\n', b"[" * 90_000 + b"\n", b'{"id":1e999}\n'):
        answer = json.loads(process.raw(line))
        assert (answer["ok"], answer["error"], answer["field"]) == (False, "bad_request", "line")
    held = process.ask(hold())
    secret = code(folder)  # it lies there before the answer
    booked = process.ask({"do": "confirm", "booking": held["booking"], "code": secret})
    process.ask({"do": "clock", "now": "2026-11-23T10:15:00.000+04:00"})
    arrive = {"id": 0, "do": "arrive", "key": key(), "order_code": booked["qr"], "centre": CENTRE, "station": "door"}
    first = process.ask(arrive)
    assert (first["verdict"], first["ticket"]) == ("on_time", "A-001")
    process.ask({"do": "clock", "now": "2026-11-23T10:15:00.001+04:00"})
    assert process.ask(arrive) == first
    assert process.end() == (b"", b"", 0)
    log = (folder / "kiosk.log").read_text("utf-8")
    assert not [text for text in (*PERSON.values(), secret) if text in log]


def test_a_killed_process_loses_nothing_that_was_told(start: Start, folder: Path) -> None:
    """Killed after its answer: the next process answers the same key the same, and the code confirms."""
    process, request = start(), {**hold(), "id": 7}
    process.ask({"do": "clock", "now": "2026-11-20T09:00:00+04:00"})
    held = process.ask(request)
    process.running.kill()
    process.running.wait(MINUTE)
    heir = start()
    heir.ask({"do": "clock", "now": "2026-11-20T09:59:59.999+04:00"})
    assert heir.ask(request) == held
    assert heir.ask({"do": "confirm", "booking": held["booking"], "code": code(folder)})["ok"]
    assert heir.end() == (b"", b"", 0)


def test_who_stops_reading_is_no_fault(start: Start) -> None:
    """A reader that closes its end before the answers are read gets no trace on stderr."""
    process = start()
    assert process.running.stdin is not None and process.running.stdout is not None
    process.ask({"do": "services"})
    process.running.stdout.close()
    process.running.stdin.write(b'{"do":"services"}\n' * 50)
    with suppress(BrokenPipeError):
        process.running.stdin.close()
    process.running.wait(MINUTE)
    assert process.running.stderr is not None
    assert process.running.stderr.read() == b""
