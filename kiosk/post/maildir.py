"""Post into a Maildir: the example set-up's mailbox, and what tests read (K7 refuses it in production).

The layout is the Maildir of qmail: a letter is written in `tmp`, made durable, and renamed into `new`; a reader moves
what it has seen into `cur`. A letter's file name follows from its date and Message-ID alone, so that one that is
delivered twice lies there once.
"""

from __future__ import annotations

import email
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Final

from kiosk.clock import Instant
from kiosk.post.delivery import PostAway

_READ: Final = ("new", "cur")
_FOLDERS: Final = ("tmp", *_READ)


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter as it lies in the Maildir: to whom, when, its subject and its text part."""

    to: str
    date: datetime
    subject: str
    text: str

    def __repr__(self) -> str:
        return "ReadLetter(…)"


class Maildir:
    """A mailbox folder of this machine, for its owner's eyes only; made when the first letter comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, message: EmailMessage, recipient: str) -> None:
        """Put the letter into `new`; returns when it is on the disk. A letter that lies there already stays as it is.

        Raises:
            PostAway: the folder cannot be written.
        """
        try:
            self._make()
            name = _file_name(message)
            if not self._has(name):
                self._write(name, message.as_bytes(policy=default))
        except OSError as error:
            raise PostAway(f"the Maildir cannot be written: {type(error).__name__}") from None

    def last_letter(self, to: str | None = None) -> ReadLetter | None:
        """The newest letter, or the newest one to the address `to`; None when there is none."""
        for path in self._newest_first():
            try:
                message = email.message_from_bytes(path.read_bytes(), policy=default)
            except FileNotFoundError:
                continue  # a mail reader moved it between the listing and here
            if to is None or str(message["To"]).strip("<>").lower() == to.lower():
                return _read(message)
        return None

    def purge(self, before: Instant) -> int:
        """Delete the letters written before an instant, also half-written ones; how many there were."""
        old = [path for path in self._newest_first(_FOLDERS) if _written(path.name) < before // 1000]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _make(self) -> None:
        if not all((self._folder / name).is_dir() for name in _FOLDERS):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in _FOLDERS:
                (self._folder / name).mkdir(mode=0o700, exist_ok=True)

    def _has(self, name: str) -> bool:
        """Whether the letter lies in `new`, or in `cur`, where readers put marks behind the name."""
        if (self._folder / "new" / name).exists():
            return True
        with os.scandir(self._folder / "cur") as seen:
            return any(entry.name.partition(":")[0] == name for entry in seen)

    def _write(self, name: str, content: bytes) -> None:
        # Who writes is in the name, so that two that carry the same letter write two files and one rename wins.
        unfinished = self._folder / "tmp" / f"{name}.{os.getpid()}.{threading.get_native_id()}"
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / "new" / name)
        folder = os.open(self._folder / "new", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _newest_first(self, folders: Sequence[str] = _READ) -> Iterator[Path]:
        """By when they were delivered: two letters of one second bear the same date."""
        found: list[tuple[int, str, Path]] = []
        for name in folders:
            try:
                with os.scandir(self._folder / name) as entries:
                    found += [(entry.stat().st_mtime_ns, entry.name, Path(entry.path)) for entry in entries]
            except FileNotFoundError:
                continue  # no letter was ever delivered, or one was moved in between
        return (path for _, _, path in sorted(found, reverse=True))


def _file_name(message: EmailMessage) -> str:
    """`<seconds>.<digest of the Message-ID>.asan-kiosk`, which is unique and the same at every delivery."""
    written = int(message["Date"].datetime.timestamp())
    digest = sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
    return f"{written}.{digest}.asan-kiosk"


def _written(name: str) -> int:
    """The seconds in a file name of ours; another program's file counts as new."""
    seconds, _, rest = name.partition(".")
    return int(seconds) if seconds.isdecimal() and "asan-kiosk" in rest else sys.maxsize


def _read(message: EmailMessage) -> ReadLetter:
    body = message.get_body(("plain",))
    return ReadLetter(
        to=str(message["To"]),
        date=message["Date"].datetime,
        subject=str(message["Subject"]),
        text=str(body.get_content()) if body is not None else "",
    )
