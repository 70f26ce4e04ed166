"""One file of the reference data: its header, its rows, and what is wrong with a cell, told by line.

Files are CSV in UTF-8 as a spreadsheet writes them: a byte order mark and semicolons instead of commas are understood.
A cell that cannot be used is noted with its line and reason and reading goes on, so that one look shows all there is
to mend.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.names import LANGUAGES

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
EVERY: Final = "*"
"""Stands for every centre, where a column takes it."""
_LONGEST: Final = 200
"""Signs in a text; far more than any face can show in a line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file or a row of it is refused; `line` is None for what concerns the whole file."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """As an administrator reads it, file and line first."""
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class BadReference(Exception):
    """The files cannot be taken; `problems` are all there are, in the order of files and lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)

    @classmethod
    def of(cls, problems: Iterable[Problem], files: Sequence[str]) -> BadReference:
        """With the problems in the order of `files`, strange files first."""
        rank = {name: place for place, name in enumerate(files)}
        return cls(sorted(problems, key=lambda one: (rank.get(one.file, -1), one.file, one.line or 0)))


class Texts(NamedTuple):
    """A text in the three languages, or three times None where it may be missing and is."""

    az: str | None
    ru: str | None
    en: str | None


class Row:
    """One row, asked cell by cell; a cell that cannot be used notes a problem and answers something harmless."""

    def __init__(self, file: str, line: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.file = file
        self.line = line
        self.good = True
        self._cells = cells
        self._problems = problems

    def refuse(self, reason: str) -> None:
        """Note that this row cannot be used."""
        self.good = False
        self._problems.append(Problem(self.file, self.line, reason))

    def is_empty(self, column: str) -> bool:
        """Whether nothing stands in the cell."""
        return not self._cells[column]

    def text(self, column: str) -> str:
        """A text that must be there; it stands in one line and holds no control signs."""
        found = self._cells[column]
        if not found:
            self.refuse(f"{column} is empty")
        elif len(found) > _LONGEST:
            self.refuse(f"{column} has more than {_LONGEST} signs")
        elif any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in found):
            self.refuse(f"{column} holds a line break or an invisible sign")
        return found

    def slug(self, column: str, *, or_every: bool = False) -> str:
        """An id: lower-case ASCII letters, digits and hyphens; with `or_every` also `*`."""
        found = self._cells[column]
        if not (_SLUG.fullmatch(found) or (or_every and found == EVERY)):
            allowed = "1 to 40 of a-z, 0-9 and hyphen" + (", or *" if or_every else "")
            self.refuse(f"{column} is {found!r}; allowed: {allowed}")
        return found

    def number(self, column: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`; an empty cell is `default`, where there is one."""
        found = self._cells[column]
        if not found and default is not None:
            return default
        if not _NUMBER.fullmatch(found) or not low <= int(found) <= high:
            self.refuse(f"{column} is {found!r}; allowed: a whole number from {low} to {high}")
            return low
        return int(found)

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        found = self._cells[column]
        if found not in allowed:
            self.refuse(f"{column} is {found!r}; allowed: {', '.join(allowed)}")
        return found

    def time(self, column: str) -> str | None:
        """A wall time HH:MM, or None for an empty cell."""
        found = self._cells[column]
        if found and not _TIME.fullmatch(found):
            self.refuse(f"{column} is {found!r}; allowed: a time from 00:00 to 23:59, written HH:MM")
            return None
        return found or None

    def date(self, column: str) -> str:
        """A date YYYY-MM-DD."""
        found = self._cells[column]
        try:
            if not _DATE.fullmatch(found):
                raise ValueError(found)
            return date.fromisoformat(found).isoformat()
        except ValueError:
            self.refuse(f"{column} is {found!r}; allowed: a date, written YYYY-MM-DD")
        return found

    def texts(self, column: str, *, may_be_missing: bool = False) -> Texts:
        """A text in all three languages; with `may_be_missing` also in none."""
        names = [f"{column}_{language}" for language in LANGUAGES]
        if may_be_missing and all(self.is_empty(name) for name in names):
            return Texts(None, None, None)
        az, ru, en = (self.text(name) for name in names)
        for name, found in zip(names, (az, ru, en), strict=True):
            strange = _cyrillic(found) if not name.endswith("_ru") else None
            if strange is not None:
                self.refuse(f"{name} holds {strange!r}, a letter of the Cyrillic alphabet")
        return Texts(az, ru, en)


def _cyrillic(text: str) -> str | None:
    """The first Cyrillic letter of a text: ә looks like ə but is not found by a search and sorts elsewhere."""
    return next((sign for sign in text if "CYRILLIC" in unicodedata.name(sign, "")), None)


def read_rows(
    path: Path, columns: tuple[str, ...], problems: list[Problem], optional: tuple[str, ...] = ()
) -> Iterator[Row]:
    """The rows of a file with exactly `columns`, in any order; nothing when the file as a whole cannot be used.

    Every cell is stripped and in NFC. Empty rows are passed over.

    Args:
        path: the file.
        columns: the names that its first row must hold.
        problems: where problems are noted.
        optional: names that it may hold beside them; the cells of one that is missing are empty.
    """
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(name, None, f"cannot be read: {error.strerror}"))
        return
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(name, line, "is not UTF-8"))
        return
    first = text.partition("\n")[0]
    separator = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not _is_usable(name, header, columns, optional, problems):
            return
        left_out = dict.fromkeys(optional, "")
        for cells in reader:
            tidy = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
            if not any(tidy):
                continue
            if len(tidy) != len(header):
                reason = f"{len(tidy)} cells where the header names {len(header)} columns"
                problems.append(Problem(name, reader.line_num, reason))
                continue
            yield Row(name, reader.line_num, left_out | dict(zip(header, tidy, strict=True)), problems)
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num, f"is no CSV: {error}"))


def _is_usable(
    name: str, header: list[str], columns: tuple[str, ...], optional: tuple[str, ...], problems: list[Problem]
) -> bool:
    known = (*columns, *optional)
    reasons = [f"column {column} is missing" for column in columns if column not in header]
    reasons += [f"column {column!r} is not known" for column in dict.fromkeys(header) if column not in known]
    reasons += [f"column {column} stands there twice" for column in known if header.count(column) > 1]
    problems.extend(Problem(name, 1, reason) for reason in reasons)
    return not reasons
