"""What a server and its callers are busy with while work goes on: why a curve bends, seen and not supposed."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

_EVERY: Final = 0.1
"""Seconds between two looks."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_BUSY: Final = (
    "SELECT CASE WHEN state <> 'active' THEN 'caller' WHEN wait_event_type IS NULL THEN 'cpu'"
    " ELSE wait_event_type || ':' || wait_event END, count(*)"
    " FROM pg_stat_activity WHERE datname = %s AND state <> 'idle' AND pid <> pg_backend_pid() GROUP BY 1"
)
_KINDS: Final = {
    "its caller": ("caller",),
    "a processor, or at work": ("cpu",),
    "NOTIFY's lock": ("Lock:object", "LWLock:NotifyQueue", "LWLock:NotifySLRU", "LWLock:NotifyBuffer"),
    "the log's disk": ("IO:WALSync", "IO:WalSync", "IO:WALWrite", "IO:WalWrite", "LWLock:WALWrite", "LWLock:WALInsert"),
    "a row": ("Lock:transactionid", "Lock:tuple", "Lock:advisory"),
}
"""What a backend in a transaction waits for, in words, by PostgreSQL's wait events."""
KINDS: Final = (*_KINDS, "something else")


@dataclass
class Pressure:
    """What was seen during one stretch of work."""

    seen: Counter[str] = field(default_factory=Counter)
    """Backends in a transaction, by the wait event they were found with, over all looks."""
    server_seconds: float = 0.0
    """Processor time of all of the server's processes."""
    caller_seconds: float = 0.0
    """Processor time of the stations' processes."""
    server_wakings: int = 0
    """How often one of the server's processes that had been waiting went on."""
    log_bytes: int = 0
    """How much longer the write-ahead log became."""

    def shares(self) -> dict[str, float]:
        """The share of backends in a transaction that waited for each of `KINDS`, in percent."""
        named = {event: kind for kind, events in _KINDS.items() for event in events}
        counted = Counter(dict.fromkeys(KINDS, 0))
        for event, times in self.seen.items():
            counted[named.get(event, KINDS[-1])] += times
        whole = counted.total() or 1
        return {kind: 100 * times / whole for kind, times in counted.items()}


@contextmanager
def watched(dsn: str, server: int, callers: Sequence[int]) -> Iterator[Pressure]:
    """Look at the server while the block runs; what was seen is there after it.

    Args:
        dsn: the database that is worked in, by its owner's login.
        server: the process id of the server itself.
        callers: the process ids of those who work.
    """
    found = Pressure()
    over = threading.Event()
    with psycopg.connect(dsn, autocommit=True) as connection:
        log = _log_length(connection)
        wakings, server_ticks, caller_ticks = _wakings(server), _ticks(_with_children(server)), _ticks(callers)
        looking = threading.Thread(target=_look, args=(connection, found, over))
        looking.start()
        try:
            yield found
        finally:
            over.set()
            looking.join()
            found.server_seconds = _since(server_ticks, _ticks(_with_children(server))) / _TICKS
            found.server_wakings = _since(wakings, _wakings(server))
            found.caller_seconds = _since(caller_ticks, _ticks(callers)) / _TICKS
            found.log_bytes = _log_length(connection) - log


def backend_memory(dsn: str) -> tuple[list[float], list[float]]:
    """MiB of each of a database's backends: those that work, and those that listen.

    What a backend has for itself, and its share of what it shares (PSS).

    Args:
        dsn: the database, by its owner's login.
    """
    asked = (
        "SELECT pid, application_name LIKE '%listening' FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute(asked).fetchall()
    sizes: tuple[list[float], list[float]] = [], []
    for pid, listens in found:
        sizes[listens].append(_number(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") / 1024)
    return sizes


def _look(connection: psycopg.Connection[tuple[str, int]], found: Pressure, over: threading.Event) -> None:
    name = connection.info.dbname
    while not over.wait(_EVERY):
        found.seen.update(dict(connection.execute(_BUSY, (name,)).fetchall()))


def _log_length(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").fetchone()
    return row[0] if row is not None else 0


def _with_children(server: int) -> list[int]:
    found = [server]
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and _fields(int(entry.name))[1:2] == [str(server)]:
            found.append(int(entry.name))
    return found


def _ticks(pids: Iterable[int]) -> dict[int, int]:
    """User and system time of each process that still is there."""
    return {pid: sum(int(field) for field in _fields(pid)[11:13]) for pid in pids}


def _wakings(server: int) -> dict[int, int]:
    """How often each of a server's processes waited, so far."""
    return {pid: _number(Path(f"/proc/{pid}/status"), "voluntary_ctxt_switches:") for pid in _with_children(server)}


def _since(before: Mapping[int, int], after: Mapping[int, int]) -> int:
    """What was added; one that has ended meanwhile takes nothing away."""
    return sum(max(0, count - before.get(pid, 0)) for pid, count in after.items())


def _fields(pid: int) -> list[str]:
    """The fields of a process's state from the third on; none where it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _number(file: Path, name: str) -> int:
    """The number in a line that begins with a name; 0 where the process has ended."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
