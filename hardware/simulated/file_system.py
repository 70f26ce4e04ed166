"""The card's files: directories, transparent and record files, and finding them (ISO 7816-4 sections 5.3 and 7.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from hardware.simulated.command import NO_FILE, WRONG_DATA, WRONG_P1P2, Refused
from hardware.simulated.tlv import tlv

MASTER_FILE: Final = 0x3F00
_CURRENT: Final = 0x3FFF
_TRANSPARENT: Final = b"\x01"
_RECORDS: Final = 0x04
_DIRECTORY: Final = b"\x38"
_IN_USE: Final = b"\x05"


@dataclass(slots=True)
class TransparentFile:
    """A file of bytes, which `made` gives as they are now.

    `needs` names the PIN that has to be proved before it is read; None: everybody may.
    """

    fid: int
    made: bytes | Callable[[], bytes]
    short: int | None = None
    needs: str | None = None

    def read(self) -> bytes:
        """What is in it."""
        return self.made if isinstance(self.made, bytes) else self.made()


@dataclass(slots=True)
class RecordFile:
    """A linear file of records of variable size, numbered from 1; `read` gives them as they are now."""

    fid: int
    read: Callable[[], tuple[bytes, ...]]
    short: int | None = None
    needs: str | None = None


ElementaryFile = TransparentFile | RecordFile


@dataclass(slots=True, eq=False)
class Directory:
    """A directory, or the master file. `names` are its application ids, each with its own answer to SELECT, if any."""

    fid: int
    children: tuple[File, ...] = ()
    names: Mapping[bytes, bytes | None] = field(default_factory=dict)
    parent: Directory | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for child in self.children:
            if isinstance(child, Directory):
                child.parent = self

    def child(self, fid: int) -> File | None:
        """What bears that file id right here."""
        return next((one for one in self.children if one.fid == fid), None)

    def directories(self) -> Iterable[Directory]:
        """This one and all below it."""
        yield self
        for child in self.children:
            if isinstance(child, Directory):
                yield from child.directories()


File = Directory | TransparentFile | RecordFile


def template(file: File, tag: int, name: bytes = b"") -> bytes:
    """What SELECT answers: an FCI (6F) or FCP (62) template (ISO 7816-4 section 7.4)."""
    fid = tlv(0x83, file.fid.to_bytes(2))
    if isinstance(file, Directory):
        named = tlv(0x84, name) if name else b""
        return tlv(tag, tlv(0x82, _DIRECTORY), fid, named, tlv(0x8A, _IN_USE))
    short = tlv(0x88, bytes([file.short << 3])) if file.short is not None else b""
    if isinstance(file, TransparentFile):
        size, kind = len(file.read()), _TRANSPARENT
    else:
        records = file.read()
        size = sum(map(len, records))
        kind = bytes([_RECORDS, 0x21]) + max(map(len, records), default=0).to_bytes(2) + bytes([len(records)])
    held = tlv(0x80, size.to_bytes(2))
    return tlv(tag, held, tlv(0x81, size.to_bytes(2)), tlv(0x82, kind), fid, short, tlv(0x8A, _IN_USE))


class FileSystem:
    """The tree and what is selected in it. A SELECT that fails leaves the selection as it was."""

    def __init__(self, root: Directory) -> None:
        self._root = root
        self.directory = root
        self.file: ElementaryFile | None = None
        self.name = b""

    def reset(self) -> None:
        """The master file is selected again."""
        self._to(self._root)

    def select(self, p1: int, p2: int, data: bytes) -> bytes | None:
        """Find a file and make it the current one.

        Returns:
            the answer that its application id has of its own; None: a template as usual.

        Raises:
            Refused: 6A82 not found, 6A86 no such way of selecting, 6A80 or 6A82 for an id of the wrong form.
        """
        if p1 == 0x04:
            return self._by_name(data, again=bool(p2 & 0x03))
        if p2 & 0x03:
            raise Refused(WRONG_P1P2)
        match p1:
            case 0x00:
                self._to(self._by_fid(data))
            case 0x01:
                self._to(self._beneath(_fid(data), directory=True))
            case 0x02:
                self._to(self._beneath(_fid(data), directory=False))
            case 0x03 if not data:
                if self.directory.parent is None:
                    raise Refused(NO_FILE)
                self._to(self.directory.parent)
            case 0x08:
                self._to(self._by_path(self._root, data))
            case 0x09:
                self._to(self._by_path(self.directory, data))
            case _:
                raise Refused(WRONG_P1P2)
        return None

    def by_short_id(self, short: int) -> ElementaryFile:
        """Make the file with that short id in the current directory the current one.

        Raises:
            Refused: 6A82, there is none.
        """
        for child in self.directory.children:
            if not isinstance(child, Directory) and child.short == short:
                self.file = child
                return child
        raise Refused(NO_FILE)

    @property
    def current(self) -> File:
        """What is selected: the file, or else the directory."""
        return self.file if self.file is not None else self.directory

    def _to(self, found: File, name: bytes = b"") -> None:
        if isinstance(found, Directory):
            self.directory, self.file, self.name = found, None, name
        else:
            self.file = found

    def _by_name(self, wanted: bytes, *, again: bool) -> bytes | None:
        """By application id, whole or its beginning. Each id here is the only one with its beginning."""
        if not 1 <= len(wanted) <= 16:
            raise Refused(WRONG_DATA)
        if again:
            raise Refused(NO_FILE)
        for directory in self._root.directories():
            for name, answer in directory.names.items():
                if name.startswith(wanted):
                    self._to(directory, name)
                    return answer
        raise Refused(NO_FILE)

    def _by_fid(self, data: bytes) -> File:
        """Children of the current directory first, then itself, its parent, and its parent's children."""
        if not data:
            return self._root
        fid = _fid(data)
        if fid == MASTER_FILE:
            return self._root
        above = self.directory.parent
        near = (self.directory.child(fid), self.directory, above, above.child(fid) if above is not None else None)
        for file in near:
            if file is not None and file.fid == fid:
                return file
        raise Refused(NO_FILE)

    def _by_path(self, start: Directory, path: bytes) -> File:
        if not path or len(path) % 2:
            raise Refused(WRONG_DATA)
        fids = [int.from_bytes(path[place : place + 2]) for place in range(0, len(path), 2)]
        if start is self._root and fids[0] in (MASTER_FILE, _CURRENT):
            fids = fids[1:]
        found: File = start
        for fid in fids:
            if not isinstance(found, Directory):
                raise Refused(NO_FILE)
            beneath = found.child(fid)
            if beneath is None:
                raise Refused(NO_FILE)
            found = beneath
        return found

    def _beneath(self, fid: int, *, directory: bool) -> File:
        found = self.directory.child(fid)
        if found is None or isinstance(found, Directory) != directory:
            raise Refused(NO_FILE)
        return found


def _fid(data: bytes) -> int:
    if len(data) != 2:
        raise Refused(WRONG_DATA)
    return int.from_bytes(data)
