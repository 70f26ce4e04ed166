"""Two real PostgreSQL servers: a primary, and a synchronous standby that takes over when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.frozen import freeze
from tests.ports import free_port
from tests.postgres import ENVIRONMENT, own_programs

_PATIENCE = 60.0


class Node:
    """One server: its data folder, its port on 127.0.0.1, its superuser `postgres` without a password."""

    def __init__(self, folder: Path, programs: Path, user: int | None, name: str) -> None:
        self.name = name
        self.port = free_port()
        self.data = folder / name
        self._folder = folder
        self._programs = programs
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def dsn(self, database: str = "postgres") -> str:
        """What `psycopg.connect` takes."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Make an empty data folder."""
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--wal-segsize=1")

    def copy(self, primary: Node) -> None:
        """Copy a running primary, to be its standby from the next start on."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name={self.name}"
        self._run("pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-X", "stream", "--checkpoint=fast")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = (
            "listen_addresses=127.0.0.1", f"port={self.port}", "max_connections=60", "max_wal_senders=4",
            "wal_keep_size=64MB", "unix_socket_directories=", "shared_buffers=32MB",
        )  # fmt: skip
        with (self._folder / f"{self.name}.log").open("ab") as output:
            self._process = subprocess.Popen(
                [self._programs / "bin" / "postgres", "-D", self.data, *(f"--{setting}" for setting in settings)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=self._user, env=self._environment(),
                cwd=self._folder, start_new_session=True,
            )  # fmt: skip
        until(self._answers, f"{self.name} answers")

    def stop(self) -> None:
        """End it as a restart of the machine would: sessions are cut, what was committed is kept."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE)
            self._process = None

    def kill(self) -> None:
        """Power off: all of its processes at once, in the middle of whatever they do; and it never comes back."""
        if self._process is None:
            return
        freeze(self._process.pid)  # so that it starts nothing while its children are counted
        for child in (*self._children(), self._process.pid):
            os.kill(child, signal.SIGKILL)
        self._process.wait(_PATIENCE)
        self._process = None
        self.data.rename(self.data.with_name(f"{self.name}.fenced"))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still during the block, as a machine whose disk hangs: TCP is answered, and nothing else is.

        Whoever kills it meanwhile ends it as it is.
        """
        assert self._process is not None
        freeze(self._process.pid)
        children = self._children()
        for pid in children:
            freeze(pid)
        try:
            yield
        finally:
            if self._process is not None:
                for pid in (*children, self._process.pid):
                    os.kill(pid, signal.SIGCONT)

    def promote(self) -> None:
        """Make a standby the one that writes."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """A standby that hears nothing from its primary during the block, and confirms nothing."""
        receiver = self.value("SELECT pid FROM pg_stat_wal_receiver")
        freeze(receiver)
        try:
            yield
        finally:
            os.kill(receiver, signal.SIGCONT)

    def value(self, statement: str) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            row = connection.execute(statement).fetchone()
        return None if row is None else row[0]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            if self._process is None or self._process.poll() is not None:
                log = (self._folder / f"{self.name}.log").read_text(errors="replace")
                raise RuntimeError(f"{self.name} did not start: {log[-2000:]}") from None
            return False
        return True

    def _children(self) -> tuple[int, ...]:
        assert self._process is not None
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text("ascii")
        return tuple(int(pid) for pid in listed.split())

    def _run(self, program: str, *arguments: str) -> None:
        with (self._folder / f"{self.name}.log").open("ab") as output:
            subprocess.run(
                [self._programs / "bin" / program, *arguments, "--no-sync"],
                check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=self._user,
                env=self._environment(), cwd=self._folder,
            )  # fmt: skip

    @staticmethod
    def _environment() -> dict[str, str]:
        return {**ENVIRONMENT, "PATH": os.environ["PATH"]}


def until(holds: Callable[[], bool], what: str, seconds: float = _PATIENCE) -> None:
    """Wait until something holds; looked at many times a second.

    Raises:
        AssertionError: it still did not after so many seconds.
    """
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        pause.wait(0.05)


@contextmanager
def running_node() -> Iterator[Node]:
    """One server that a test may stop and start."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        programs, user = own_programs(folder)
        node = Node(folder, programs, user, "one")
        node.make()
        node.start()
        try:
            yield node
        finally:
            node.stop()


@contextmanager
def running_pair(database: Callable[[Node], None]) -> Iterator[tuple[Node, Node]]:
    """A primary and its synchronous standby.

    Args:
        database: makes on the primary what both will hold, before the standby is there.
    """
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        programs, user = own_programs(folder)
        primary, standby = (Node(folder, programs, user, which) for which in ("first", "second"))
        primary.make()
        primary.start()
        try:
            database(primary)
            standby.copy(primary)
            standby.start()
            with psycopg.connect(primary.dsn(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
                connection.execute("SELECT pg_reload_conf()")
            in_step = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
            until(lambda: primary.value(in_step) == 1, "the standby is synchronous")
            yield primary, standby
        finally:
            primary.kill()
            standby.kill()
