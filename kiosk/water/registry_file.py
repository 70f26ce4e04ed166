"""One file of the registry, read as it streams by: its header, its rows, and what is wrong with a cell, told by line.

Written as the reference data are (CSV in UTF-8, a byte order mark and semicolons understood), but millions of rows
long: a row becomes plain values at once and nothing of it is kept. No reason repeats what tells of a person.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from kiosk.clock import at_baku
from kiosk.identity.fin import is_fin
from kiosk.reference_file import Problem
from kiosk.water.subscriber_words import words_of

Tell = Callable[[Problem], None]
"""Gets each problem as it is found."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "subscribers.csv": (
        "code", "category", "fin", "given_name", "surname", "patronymic", "address", "persons", "water", "waste_water",
        "meter", "service_state", "closed", "opening_balance",
    ),
    "invoices.csv": ("subscriber", "month", "consumption", "amount"),
    "payments.csv": ("subscriber", "paid_on", "amount", "receipt"),
}  # fmt: skip
"""The files and what their first row must name, in any order."""

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "category": ("population", "non_population"),
    "meter": ("none", "mechanical", "smart_card"),
    "service_state": ("active", "suspended"),
    "water": ("0", "1"),
    "waste_water": ("0", "1"),
    "closed": ("0", "1"),
}
_MONEY: Final = re.compile(r"(-?)([0-9]{1,8})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_VOLUME: Final = re.compile(r"([0-9]{1,8})(?:[.,]([0-9]{1,3}))?", re.ASCII)
_MONTH: Final = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
_DAY: Final = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RECEIPT: Final = re.compile(r"[\x21-\x7e]{1,80}")
_PERSONS: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
_LONGEST: Final = 200


class Line:
    """What is wrong with the row being read; a bad cell is told, and reading goes on."""

    def __init__(self, file: str, tell: Tell) -> None:
        self._file = file
        self._tell = tell
        self.number = 0
        self.is_good = True

    def refuse(self, reason: str) -> None:
        """Tell what is wrong."""
        self.is_good = False
        self._tell(Problem(self._file, self.number, reason))

    def money(self, column: str, cell: str) -> int:
        """An amount in manat with up to two places, in qəpik."""
        found = _MONEY.fullmatch(cell)
        if found is None:
            self.refuse(f"{column} is {_short(cell)}; allowed: manat with up to two places, such as 12.40")
            return 0
        sign, whole, part = found.groups()
        qapik = int(whole) * 100 + int((part or "").ljust(2, "0"))
        return -qapik if sign else qapik

    def litres(self, column: str, cell: str) -> int:
        """A consumption in m³ with up to three places, in litres."""
        found = _VOLUME.fullmatch(cell)
        if found is None:
            self.refuse(f"{column} is {_short(cell)}; allowed: m³ with up to three places, such as 12.345")
            return 0
        whole, part = found.groups()
        return int(whole) * 1000 + int((part or "").ljust(3, "0"))

    def code(self, column: str, cell: str, digits: tuple[int, int]) -> str:
        """A subscriber code."""
        if not (cell.isascii() and cell.isdigit() and digits[0] <= len(cell) <= digits[1]):
            self.refuse(f"{column} is {_short(cell)}; allowed: {digits[0]} to {digits[1]} digits")
        return cell

    def one_of(self, column: str, cell: str) -> str:
        """One of a few words."""
        if cell not in _WORDS[column]:
            self.refuse(f"{column} is {_short(cell)}; allowed: {', '.join(_WORDS[column])}")
        return cell

    def personal(self, column: str, cell: str, *, needed: bool = False) -> str:
        """A text about a person or a place, in NFC; no reason repeats it."""
        text = unicodedata.normalize("NFC", cell)
        if needed and not text:
            self.refuse(f"{column} is empty")
        elif len(text) > _LONGEST:
            self.refuse(f"{column} has more than {_LONGEST} signs")
        elif not text.isprintable():
            self.refuse(f"{column} holds a line break or an invisible sign")
        return text


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 20 else f"{cell[:20]}…")


Parse = Callable[[Line, Sequence[str]], tuple[Any, ...]]


def parser(file: str, digits: tuple[int, int]) -> Parse:
    """What makes a row of a file out of its cells, which stand in the order of `COLUMNS`.

    Args:
        file: its name.
        digits: how many digits a subscriber code has at least and at most.
    """
    parse = {"subscribers.csv": _subscriber, "invoices.csv": _invoice, "payments.csv": _payment}[file]
    return lambda line, cells: parse(line, cells, digits)


def _subscriber(line: Line, cells: Sequence[str], digits: tuple[int, int]) -> tuple[Any, ...]:
    code, category, fin, given, surname, patronymic, address, persons, water, waste, meter, state, closed, owed = cells
    code = line.code("code", code, digits)
    if fin and not is_fin(fin):
        line.refuse("fin has not the form of a FİN")
    if not _PERSONS.fullmatch(persons):
        line.refuse(f"persons is {_short(persons)}; allowed: a whole number from 0 to 999")
        persons = "0"
    given, patronymic = line.personal("given_name", given), line.personal("patronymic", patronymic)
    surname = line.personal("surname", surname, needed=True)
    address = line.personal("address", address, needed=True)
    return (
        line.number, code, line.one_of("category", category), fin, given, surname, patronymic, address, int(persons),
        int(line.one_of("water", water) == "1"), int(line.one_of("waste_water", waste) == "1"),
        line.one_of("meter", meter), line.one_of("service_state", state), int(line.one_of("closed", closed) == "1"),
        words_of((code, fin, surname, given, patronymic, address)),
        line.money("opening_balance", owed or "0"),
    )  # fmt: skip


def _invoice(line: Line, cells: Sequence[str], digits: tuple[int, int]) -> tuple[Any, ...]:
    code, month, consumption, amount = cells
    if not _MONTH.fullmatch(month):
        line.refuse(f"month is {_short(month)}; allowed: a month, written YYYY-MM")
    return (
        line.number,
        line.code("subscriber", code, digits),
        month,
        line.litres("consumption", consumption),
        line.money("amount", amount),
    )


def _payment(line: Line, cells: Sequence[str], digits: tuple[int, int]) -> tuple[Any, ...]:
    code, paid_on, amount, receipt = cells
    paid_at = _noon(paid_on)
    if paid_at is None:
        line.refuse(f"paid_on is {_short(paid_on)}; allowed: a date, written YYYY-MM-DD")
    qapik = line.money("amount", amount)
    if qapik <= 0 and line.is_good:
        line.refuse(f"amount is {_short(amount)}; a payment is more than 0.00")
    if not _RECEIPT.fullmatch(receipt):
        line.refuse("receipt is empty, too long, or holds a space or a sign that is not ASCII")
    return line.number, line.code("subscriber", code, digits), paid_on, paid_at or 0, qapik, receipt


@lru_cache(maxsize=4096)
def _noon(day: str) -> int | None:
    """Noon of a day in Baku: a file tells the day of a payment, not its hour."""
    if not _DAY.fullmatch(day):
        return None
    try:
        return at_baku(date.fromisoformat(day), time(12))
    except ValueError:
        return None


class RegistryFile:
    """A file of the registry, given out row by row.

    Args:
        path: the file; its name says what it holds.
        digits: how many digits a subscriber code has at least and at most.
        tell: gets each problem as it is found.
    """

    def __init__(self, path: Path, digits: tuple[int, int], tell: Tell) -> None:
        self._path = path
        self._tell = tell
        self._parse = parser(path.name, digits)
        self.ascends = True
        """After reading: whether the rows ascended strictly by their key."""

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The good rows, with the number of their line first; bad ones are told. Empty rows are passed over."""
        name = self._path.name
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                first = file.readline()
                separator = ";" if ";" in first and "," not in first else ","
                file.seek(0)
                reader = csv.reader(file, delimiter=separator, strict=True)
                try:
                    yield from self._rows(reader)
                except csv.Error as error:
                    self._tell(Problem(name, reader.line_num, f"is no CSV: {error}"))
        except UnicodeDecodeError:
            self._tell(Problem(name, self._first_strange_line(), "is not UTF-8"))
        except OSError as error:
            self._tell(Problem(name, None, f"cannot be read: {error.strerror}"))

    def _rows(self, reader: Any) -> Iterator[tuple[Any, ...]]:
        name, columns = self._path.name, COLUMNS[self._path.name]
        header = [cell.strip() for cell in next(reader, [])]
        reasons = [f"column {column} is missing" for column in columns if column not in header]
        reasons += [f"column {column!r} is not known" for column in dict.fromkeys(header) if column not in columns]
        reasons += [f"column {column} stands there twice" for column in columns if header.count(column) > 1]
        for reason in reasons:
            self._tell(Problem(name, 1, reason))
        if reasons:
            return
        places = [header.index(column) for column in columns]
        width, key = len(header), 3 if name == "invoices.csv" else 2
        line = Line(name, self._tell)
        last: tuple[Any, ...] = ()
        for cells in reader:
            line.number, line.is_good = reader.line_num, True
            if len(cells) != width:
                if any(cell.strip() for cell in cells):
                    line.refuse(f"{len(cells)} cells where the header names {width} columns")
                continue
            ordered = [cells[place].strip() for place in places]
            if not any(ordered):
                continue
            row = self._parse(line, ordered)
            if line.is_good:
                here = row[1:key]
                self.ascends = self.ascends and here > last
                last = here
                yield row

    def _first_strange_line(self) -> int:
        with self._path.open("rb") as file:
            for number, text in enumerate(file, 1):
                try:
                    text.decode()
                except UnicodeDecodeError:
                    return number
        return 1
