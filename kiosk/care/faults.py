"""The last faults of each probe: a small ring in the state folder, which outlives a restart, a kill and a full disk."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from kiosk.care.facts import LIGHTS, Fact, Message
from kiosk.care.whole_file import write_whole
from kiosk.clock import Instant, to_datetime, to_instant
from kiosk.settings import state_folder
from kiosk.signature.facts import Light

KEPT: Final = 20
"""Faults kept of one probe."""
_FULL: Final = 256 << 10
"""The file is written anew, with the ring alone, when it has grown to so many bytes."""
_NAME: Final = "faults.jsonl"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong: which probe, when (milliseconds of UTC), how bad, and what."""

    probe: str
    at: Instant
    light: Light
    what: Message


class Faults:
    """The ring of one machine; several processes may write it.

    Args:
        folder: where it lies; None: the state folder.
        writes: whether this process may write; else it only reads.
    """

    def __init__(self, folder: Path | None = None, *, writes: bool = True) -> None:
        self._file = (folder if folder is not None else state_folder()) / _NAME
        self._writes = writes
        self._lock = threading.Lock()
        self._known: dict[str, list[Fault]] = {}
        self._unwritten: list[Fault] = []
        """What the disk had no room for: known here alone."""
        self._mark: tuple[int, int] | None = None

    def last(self, probe: str) -> Fault | None:
        """The newest fault of a probe."""
        with self._lock:
            self._refresh()
            kept = self._known.get(probe)
            return kept[-1] if kept else None

    def all(self) -> tuple[Fault, ...]:
        """Every fault that is kept, oldest first."""
        with self._lock:
            self._refresh()
            return tuple(sorted((f for kept in self._known.values() for f in kept), key=_age))

    def note(self, fault: Fault) -> None:
        """Keep a fault. Raises nothing: one that the disk has no room for is kept while this process runs."""
        with self._lock:
            self._refresh()
            self._remember(fault)
            if not self._writes:
                return
            try:
                with self._alone():
                    self._append(_line(fault))
                    if self._size() > _FULL:
                        self._mark = None
                        self._refresh()
                        self._rewrite()
            except OSError:
                self._unwritten = [*self._unwritten, fault][-KEPT:]

    def purge(self, before: Instant) -> int:
        """Forget the faults older than an instant (milliseconds of UTC); how many there were.

        Raises:
            OSError: the file cannot be written.
        """
        with self._lock, self._alone():
            self._refresh()
            kept = {probe: [f for f in faults if f.at >= before] for probe, faults in self._known.items()}
            gone = sum(map(len, self._known.values())) - sum(map(len, kept.values()))
            if gone:
                self._known = {probe: faults for probe, faults in kept.items() if faults}
                self._rewrite()
            return gone

    def _remember(self, fault: Fault) -> None:
        kept = self._known.setdefault(fault.probe, [])
        kept.append(fault)
        del kept[:-KEPT]

    def _refresh(self) -> None:
        """Read the file when another process, or this one, changed it."""
        try:
            stat = self._file.stat()
        except OSError:
            return
        mark = (stat.st_size, stat.st_ino)
        if mark == self._mark:
            return
        with suppress(OSError):
            read: dict[str, list[Fault]] = {}
            for fault in _read(self._file.read_bytes()):
                read.setdefault(fault.probe, []).append(fault)
            for fault in self._unwritten:
                read.setdefault(fault.probe, []).append(fault)
            self._known = {probe: sorted(faults, key=_age)[-KEPT:] for probe, faults in read.items()}
            self._mark = mark

    def _size(self) -> int:
        return self._file.stat().st_size

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            # a writer that was killed may have left half a line
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            whole = b"\n" + line if torn else line
            if os.write(descriptor, whole) < len(whole):
                raise OSError(errno.ENOSPC, "half a line was written")
            now = os.fstat(descriptor)
            if self._mark in (None, (size, now.st_ino)):  # else another process wrote too, and is read next time
                self._mark = (now.st_size, now.st_ino)
        finally:
            os.close(descriptor)

    def _rewrite(self) -> None:
        write_whole(self._file, b"".join(_line(f) for faults in self._known.values() for f in faults))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._file.with_name(".faults.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _age(fault: Fault) -> Instant:
    return fault.at


def _line(fault: Fault) -> bytes:
    values = {"probe": fault.probe, "at": fault.at, "light": fault.light, "what": _plain(fault.what)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Fact) -> Any:
    """A fact as JSON: texts and whole numbers as they are, the rest under a letter that says what it is."""
    match value:
        case Message():
            return {"m": value.key, "f": {name: _plain(fact) for name, fact in value.facts.items()}}
        case datetime():
            return {"t": to_instant(value)}
        case date():
            return {"d": value.isoformat()}
        case Decimal():
            return {"n": str(value)}
        case _:
            return value


def _fact(written: Any) -> Fact:
    match written:
        case {"m": str(key), "f": dict(facts)}:
            return Message(key, {str(name): _fact(value) for name, value in facts.items()})
        case {"t": int(at)}:
            return to_datetime(at)
        case {"d": str(day)}:
            return date.fromisoformat(day)
        case {"n": str(number)}:
            return Decimal(number)
        case str() | int():
            return written
        case _:
            raise ValueError("no fact")


def _read(content: bytes) -> Iterator[Fault]:
    """The faults of a file; a line that is torn or of another version is passed over."""
    for line in content.splitlines():
        try:
            values: Mapping[str, Any] = json.loads(line)
            what, light, at = _fact(values["what"]), values["light"], values["at"]
            if isinstance(what, Message) and light in LIGHTS and type(at) is int:
                yield Fault(str(values["probe"]), at, light, what)
        except (ValueError, TypeError, KeyError, ArithmeticError):
            continue
