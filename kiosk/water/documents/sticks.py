"""What fits on a citizen's USB stick, and reading it (W9). A stick is as hostile as a file: nothing on it is believed.

Nothing is followed: every folder on the way and the file itself are opened one below the other, from the stick's root,
never through a link. Only regular files are opened, only on the stick's own device, so a stick that was pulled can
never turn into the folder it was mounted on.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hardware.storage.mounts import TABLE, Mount, mounts_under
from hardware.storage.watch import StickWatch, StorageEvent
from kiosk.errors import DocumentRefused
from kiosk.language.letters import sort_key
from kiosk.water.documents.kinds import by_ending, is_hidden
from kiosk.water.facts import MediaType
from kiosk.water_settings import DocumentSettings

_MB: Final = 1_000_000
_DEEPEST: Final = 6
_MOST_FILES: Final = 300
_MOST_LOOKED_AT: Final = 20_000
"""Entries of all folders together: a stick with more than that shows what was found until then."""
_LONGEST_SHOWN: Final = 60
_PIECE: Final = 1 << 20
_TRIAL: Final = "NÜMUNƏ"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


class StickGone(OSError):
    """The stick was pulled, or cannot be read any more; the text names no file."""


@dataclass(frozen=True, slots=True)
class Stick:
    """A stick that is plugged in."""

    name: str
    """As it is shown."""
    mount: Mount = field(repr=False)


@dataclass(frozen=True, slots=True)
class StickFile:
    """A file that can be taken by its name; its content has not been looked at."""

    name: str = field(repr=False)
    """As it is shown, with the folders above it; printable, its ending whole."""
    size: int
    """In bytes."""
    kind: MediaType
    stick: Stick
    parts: tuple[str, ...] = field(repr=False)
    """Folders and name as they are on the stick."""


class Sticks:
    """The sticks of this machine.

    Args:
        settings: where they are mounted, and how much is read.
        trial: a folder that counts as a stick while it is there; None outside of trials.
        table: the kernel's table of mounts.
    """

    def __init__(self, settings: DocumentSettings, trial: Path | None = None, table: Path = TABLE) -> None:
        self._folders = tuple(Path(folder.strip()) for folder in settings.stick_folders.split(",") if folder.strip())
        self._most = settings.most_mb * _MB
        self._trial = trial
        self._table = table

    @property
    def sight(self) -> tuple[Stick, ...]:
        """The sticks that are plugged in. Does not touch them, so it never waits."""
        return tuple(Stick(self._shown(mount), mount) for mount in self._mounts())

    def _mounts(self) -> tuple[Mount, ...]:
        return (*mounts_under(self._folders, self._table), *self._trial_mount())

    def _trial_mount(self) -> Iterator[Mount]:
        if self._trial is None:
            return
        try:
            found = self._trial.lstat()
        except OSError:
            return
        if stat.S_ISDIR(found.st_mode):
            yield Mount(self._trial, found.st_dev, found.st_ino)

    def _shown(self, mount: Mount) -> str:
        return _TRIAL if mount.path == self._trial else shown(mount.path.name)

    def watch(self, changed: Callable[[], None], every: float = 2.0) -> Callable[[], None]:
        """Call `changed`, in a thread, whenever a stick comes or goes; answers how to stop that.

        Args:
            changed: looks at `sight` anew.
            every: seconds after which the table is read even if the kernel said nothing.
        """

        def tell(_event: StorageEvent) -> None:
            changed()

        return StickWatch(self._mounts, tell, self._table, every).stop

    def files(self, stick: Stick) -> tuple[StickFile, ...]:
        """The files whose endings fit, in Azerbaijani order, those above before those in folders.

        Raises:
            StickGone: it was pulled.
        """
        found: list[StickFile] = []
        looked_at = 0
        with _opened(stick) as root:
            waiting: deque[tuple[str, ...]] = deque([()])
            while waiting and len(found) < _MOST_FILES and looked_at < _MOST_LOOKED_AT:
                folder = waiting.popleft()
                for name, facts in _entries(root, folder):
                    looked_at += 1
                    if looked_at > _MOST_LOOKED_AT:
                        break
                    if is_hidden(name) or facts.st_dev != stick.mount.device:
                        continue
                    if stat.S_ISDIR(facts.st_mode) and len(folder) < _DEEPEST:
                        waiting.append((*folder, name))
                    elif stat.S_ISREG(facts.st_mode) and (kind := by_ending(name)) is not None:
                        parts = (*folder, name)
                        found.append(StickFile(shown("/".join(parts)), facts.st_size, kind, stick, parts))
        found.sort(key=lambda file: [sort_key("az", part) for part in ("/".join(file.parts[:-1]), file.parts[-1])])
        return tuple(found[:_MOST_FILES])

    def load(self, file: StickFile) -> bytes:
        """The bytes of a file.

        Raises:
            StickGone: the stick was pulled, or the file can no longer be read.
            DocumentRefused: it is larger than a document may be, or no longer a file.
        """
        with _opened(file.stick) as root:
            try:
                with _below(root, file.parts[:-1]) as folder:
                    return self._read(folder, file.parts[-1], file.stick.mount.device)
            except OSError as error:
                raise _gone(error) from None

    def _read(self, folder: int, name: str, device: int) -> bytes:
        _refuse_special(os.stat(name, dir_fd=folder, follow_symlinks=False), device)
        opened = os.open(name, _FILE, dir_fd=folder)
        try:
            facts = os.fstat(opened)
            _refuse_special(facts, device)
            if facts.st_size > self._most:
                raise DocumentRefused("too_big", facts.st_size, self._most)
            whole = bytearray()
            while piece := os.read(opened, _PIECE):
                whole += piece
                if len(whole) > self._most:
                    raise DocumentRefused("too_big", len(whole), self._most)
            return bytes(whole)
        finally:
            os.close(opened)


def shown(name: str) -> str:
    """A name as it can be printed: what steers a terminal, is invisible or is no letter at all becomes a dot.

    A long one is cut in its middle, so that folder and ending stay.
    """
    clean = "".join(
        sign if sign.isprintable() and unicodedata.category(sign) not in ("Cf", "Mn", "Me", "Zl", "Zp") else "·"
        for sign in unicodedata.normalize("NFC", name)
    )
    if len(clean) <= _LONGEST_SHOWN:
        return clean
    half = (_LONGEST_SHOWN - 1) // 2
    return f"{clean[:half]}…{clean[-half:]}"


def _refuse_special(facts: os.stat_result, device: int) -> None:
    if not stat.S_ISREG(facts.st_mode) or facts.st_dev != device:
        raise DocumentRefused("unreadable")


def _gone(error: OSError) -> StickGone:
    return StickGone(error.errno or errno.EIO, "the stick cannot be read")


@contextmanager
def _opened(stick: Stick) -> Iterator[int]:
    """The stick's root folder, if it is still that stick."""
    try:
        root = os.open(stick.mount.path, _FOLDER)
    except OSError as error:
        raise _gone(error) from None
    try:
        if os.fstat(root).st_dev != stick.mount.device:
            raise StickGone(errno.ENODEV, "the stick cannot be read")
        yield root
    finally:
        os.close(root)


@contextmanager
def _below(root: int, folders: tuple[str, ...]) -> Iterator[int]:
    """A folder of the stick, opened name by name."""
    current = os.dup(root)
    try:
        for name in folders:
            below = os.open(name, _FOLDER, dir_fd=current)
            os.close(current)
            current = below
        yield current
    finally:
        os.close(current)


def _entries(root: int, folders: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result]]:
    """What is in a folder of the stick; a folder that cannot be read is left out, unless it is the root."""
    try:
        with _below(root, folders) as folder, os.scandir(folder) as entries:
            for entry in entries:
                try:
                    yield entry.name, entry.stat(follow_symlinks=False)
                except OSError:
                    continue
    except OSError as error:
        if not folders:
            raise _gone(error) from None
