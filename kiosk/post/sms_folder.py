"""Short messages into a folder: the example set-up's phone, and what tests read (K7 refuses it in production).

A message is one JSON file, written aside, made durable and renamed; its name follows from its date and id alone, so
that one that is sent twice lies there once.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.clock import Instant
from kiosk.post.delivery import PostAway
from kiosk.post.sms import ShortMessage


@dataclass(frozen=True, slots=True, repr=False)
class ReadMessage:
    """A message as it lies in the folder: to which number, when, its text."""

    to: str
    written: Instant
    text: str


class SmsFolder:
    """A folder of this machine, for its owner's eyes only; made when the first message comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: ShortMessage) -> None:
        """Put the message into the folder; returns when it is on the disk.

        Raises:
            PostAway: the folder cannot be written.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / f"{message.written:015d}.{message.id}.json"
            if not path.exists():
                self._write(path, message)
        except OSError as error:
            raise PostAway(f"the folder of short messages cannot be written: {type(error).__name__}") from None

    def messages(self, to: str | None = None) -> tuple[ReadMessage, ...]:
        """What lies there, the oldest first; to one number (E.164) or to anybody."""
        found = (_read(path) for path in sorted(self._folder.glob("*.json")))
        return tuple(message for message in found if message is not None and to in {None, message.to})

    def purge(self, before: Instant) -> int:
        """Delete the messages written before an instant, also half-written ones; how many there were."""
        old = [path for path in self._folder.glob("*") if _written(path) < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _write(self, path: Path, message: ShortMessage) -> None:
        values = {"to": message.number, "written": message.written, "text": message.text}
        # two that carry the same message write two files and one rename wins
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_native_id()}")
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(values, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> ReadMessage | None:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return ReadMessage(str(values["to"]), int(values["written"]), str(values["text"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # purged meanwhile, or another program's file


def _written(path: Path) -> Instant:
    """The instant in a file name of ours; another program's file counts as new."""
    written, _, rest = path.name.removeprefix(".").partition(".")
    return int(written) if written.isdecimal() and "json" in rest.split(".") else sys.maxsize
