"""The worker as a process: silent, without core dumps, and never left over."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.pcsc.process import WorkerProcess
from hardware.pcsc.protocol import Kind, Message, blank, line
from tests.frozen import freeze
from tests.hardware.pcsc.memory import holding, remains
from tests.hardware.pcsc.plugged import SECONDS, Desk
from tests.pcscd import Pcscd, private_pcscd

ROOT = Path(__file__).parents[3]
STAYS = """
import sys, threading
from hardware.pcsc.service import PcscService
from hardware.readers import ServiceStarted, ServiceStopped
heard = threading.Event()
service = PcscService()
service.start(lambda event: isinstance(event, (ServiceStarted, ServiceStopped)) and heard.set())
heard.wait(30)
with open(sys.argv[1], "w") as told:
    print(service._worker.process.pid, service.condition().last_fault, file=told)
sys.stdin.readline()
"""


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return {name: value.strip() for name, _, value in (told.partition(":") for told in lines)}


def _ended(pid: int) -> bool:
    """Wait for the end of a process that is no child of ours."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], SECONDS)[0])
    finally:
        os.close(handle)


def _in_terminal(told: Path, environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """A process with a service, on a terminal of its own; the terminal's other end."""
    os.mkfifo(told)
    ours, theirs = pty.openpty()
    paths = os.pathsep.join([str(ROOT), *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", STAYS, str(told)],
        cwd=ROOT, env={**environment, "PYTHONPATH": paths}, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    return process, ours


def _printed(terminal: int) -> bytes:
    """Everything that came on a terminal whose programs have ended."""
    printed = b""
    try:
        while more := os.read(terminal, 4096):
            printed += more
    except OSError:  # EIO: nobody holds the other end any more
        pass
    os.close(terminal)
    return printed


@pytest.mark.parametrize("state", ["up", "down", "library missing"])
def test_nothing_is_printed_on_the_terminal(state: str, tmp_path: Path) -> None:
    """Neither what pyscard writes to stdout without libpcsclite, nor what libpcsclite writes to stderr."""
    with private_pcscd(started=state == "up") as pcscd:
        environment = {**pcscd.environment, "PCSCLITE_DEBUG": "0"}
        if state == "library missing":
            environment |= _without_library(tmp_path)
        process, terminal = _in_terminal(tmp_path / "told", environment)
        fault = (tmp_path / "told").read_text("utf-8").partition(" ")[2].strip()
        process.kill()
        process.wait()
        assert _printed(terminal) == b""
        assert (fault == "None") == (state == "up")
        if state == "library missing":
            assert "SCARD_E_NO_SERVICE: Failed to dlopen libpcsclite.so.1" in fault


def _without_library(folder: Path) -> dict[str, str]:
    """An environment in which the loader finds a broken libpcsclite first."""
    broken = folder / "broken"
    broken.mkdir()
    (broken / "libpcsclite.so.1").write_bytes(b"no library")
    return {"LD_LIBRARY_PATH": str(broken)}


@pytest.mark.parametrize("hung", [False, True])
def test_the_worker_ends_with_its_parent(hung: bool, tmp_path: Path) -> None:
    """Even when the parent is killed while the worker hangs in a call of PC/SC."""
    with private_pcscd() as pcscd:
        process, terminal = _in_terminal(tmp_path / "told", pcscd.environment)
        worker = int((tmp_path / "told").read_text("utf-8").partition(" ")[0])
        if hung:
            pcscd.pause()
        process.kill()
        process.wait()
        assert _ended(worker)
        os.close(terminal)


def test_it_leaves_no_core_dump(desk: Desk) -> None:
    """A command in its memory may hold a PIN: neither a file nor a program that collects dumps gets it."""
    limits = Path(f"/proc/{desk.worker}/limits").read_text("ascii").splitlines()
    (core,) = (told.split() for told in limits if told.startswith("Max core file size"))
    assert core[4:6] == ["0", "0"]
    asked = "from hardware.pcsc.worker import *; leave_no_dump(); print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0", "PR_GET_DUMPABLE"


def test_it_has_one_thread(desk: Desk) -> None:
    """pcsc.md, 4: two threads in PC/SC may freeze the interpreter."""
    with desk.card() as card:
        desk.service.connect(card.insertion).transmit(b"\0\x84\0\0\x08")
        assert _status(desk.worker)["Threads"] == "1"


def test_interrupting_the_terminal_does_not_reach_it(desk: Desk) -> None:
    """It has a session of its own, therefore no terminal at all."""
    assert os.getsid(desk.worker) == desk.worker


def test_what_it_printed_last_is_kept_for_technicians(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that cannot even start tells why, in one short line without control characters."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nhead -c 300000 /dev/zero\nprintf 'first\\nsecond\\033[31m %0300d\\n\\n' 0\nexit 3\n")
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))
    worker = WorkerProcess("", os.environ)
    while worker.read():
        select.select([worker.output], [], [], SECONDS)
    worker.bury()
    assert worker.last_words() == ("second[31m " + "0" * 300)[:160]
    assert worker.receive() is None


def test_a_worker_whose_parent_is_another_does_not_stay(pcscd: Pcscd) -> None:
    """The parent ended before the worker could ask to be told: it ends without a word."""
    ours, theirs = line()
    with ours, theirs:
        done = subprocess.run(
            [sys.executable, "-m", "hardware.pcsc.worker", str(theirs.fileno()), "1"], cwd=ROOT, env=pcscd.environment,
            pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=True,
        )  # fmt: skip
        assert done.stdout + done.stderr == b""
        theirs.close()
        assert ours.recv(100) == b""


def test_it_says_that_it_lives(pcscd: Pcscd) -> None:
    """A heartbeat every half second, with nothing else to say."""
    worker = WorkerProcess("", pcscd.environment)
    try:
        worker.line.settimeout(SECONDS)
        kinds: list[Kind] = []
        while kinds.count(Kind.BEAT) < 4:
            message = worker.receive()
            assert message is not None
            kinds.append(message.kind)
        freeze(worker.process.pid)
    finally:
        worker.bury()
    assert worker.process.returncode == -signal.SIGKILL


def test_what_was_sent_to_it_is_kept_nowhere_here(pcscd: Pcscd) -> None:
    """A command may hold a PIN; the caller wipes the caller's own."""
    digits = [0x35, 0x30, 0x39, 0x38, 0x31, 0x34, 0x37, 0x32]
    worker = WorkerProcess("", pcscd.environment)
    try:
        command = holding(digits)
        worker.send(Message(Kind.TRANSMIT, 1, 99, data=command))
        blank(command)
        assert remains(digits) == 0
        worker.line.settimeout(SECONDS)
        while (message := worker.receive()) is not None and message.kind is not Kind.ANSWER:
            pass
        assert message is not None and message.number == 1
    finally:
        worker.bury()
