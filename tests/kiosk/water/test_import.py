"""Loading the registry from files: all or nothing, every bad line named, the same files again change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text

from db import facts, migrate
from db.engine import Database
from db.registry_import import Loaded
from kiosk.cli import commands
from kiosk.clock import Clock
from kiosk.place import NotReady, Place
from kiosk.settings import parse
from kiosk.water import example_water
from kiosk.water.registry_file import RegistryFile
from kiosk.water.registry_import import BadRegistry, load
from tests.stations import at

SUBSCRIBERS: Final = """\
code,category,fin,given_name,surname,patronymic,address,persons,water,waste_water,meter,service_state,closed,opening_balance
10000001,population,5AB1C2D,Aygün,Nümunəyeva,Misal qızı,"Bakı ş., Nümunə küç. 1, m. 2",3,1,1,none,active,0,
10000002,non_population,,,Sınaq MMC,,"Gəncə ş., Misal küç. 7",0,1,0,mechanical,active,0,-5.25
"""
INVOICES: Final = "subscriber,month,consumption,amount\n10000001,2026-09,18.000,18.00\n10000001,2026-10,18,17.9\n"
PAYMENTS: Final = "subscriber,paid_on,amount,receipt\n10000001,2026-10-05,18.00,R-1\n10000001,2026-11-05,17.5,R-2\n"


class Desk:
    """A database and a folder of files."""

    def __init__(self, url: str, folder: Path) -> None:
        clock = Clock(settable=True)
        clock.set(at("2026-11-20 09:00"))
        settings = parse(
            {"database": {"url": url.replace("+psycopg", "")}, "clock": {"settable": True}}, folder / "kiosk.toml"
        )
        self.database = Database(url, clock.now, clock.now, settable=True)
        self.at = Place(settings, clock, self.database)
        self.folder = folder

    def write(self, **files: str) -> list[Path]:
        """Write files by name, without their ending."""
        paths = []
        for name, content in files.items():
            path = self.folder / f"{name}.csv"
            path.write_text(content, encoding="utf-8")
            paths.append(path)
        return paths

    def load(self, **files: str) -> Loaded:
        return load(self.at, self.write(**files), lambda problem: pytest.fail(str(problem)))

    def told(self, **files: str) -> list[str]:
        """What is wrong with the files."""
        found: list[str] = []
        with pytest.raises(BadRegistry) as refused:
            load(self.at, self.write(**files), lambda problem: found.append(str(problem)))
        assert refused.value.count == len(found)
        return found

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.reading() as (connection, _):
            return [tuple(row) for row in connection.execute(text(statement))]

    def everything(self) -> list[Any]:
        tables = (
            "subscribers ORDER BY code", "invoices ORDER BY subscriber, month", "payments ORDER BY receipt",
            "subscriber_words ORDER BY subscriber, word",
        )  # fmt: skip
        return [self.query(f"SELECT * FROM {table}") for table in tables]  # noqa: S608


@pytest.fixture
def desk(ready_url: str, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(ready_url, tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def small(ready_sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """On SQLite alone: what a file may hold does not hang on the database."""
    made = Desk(ready_sqlite_url, tmp_path)
    yield made
    made.database.close()


def test_files_are_loaded(desk: Desk) -> None:
    """Amounts to the qəpik, consumption to the litre; a payment counts at noon in Baku of its day."""
    assert desk.load(subscribers=SUBSCRIBERS, invoices=INVOICES, payments=PAYMENTS) == Loaded(2, 2, 2)
    assert desk.query("SELECT code, fin, persons, opening_balance FROM subscribers ORDER BY code") == [
        ("10000001", "5AB1C2D", 3, 0),
        ("10000002", "", 0, -525),
    ]
    assert desk.query("SELECT * FROM invoices ORDER BY month") == [
        ("10000001", "2026-09", 18_000, 1_800),
        ("10000001", "2026-10", 18_000, 1_790),
    ]
    assert desk.query("SELECT paid_on, paid_at, amount, method, receipt FROM payments ORDER BY receipt") == [
        ("2026-10-05", at("2026-10-05 12:00"), 1_800, "import", "R-1"),
        ("2026-11-05", at("2026-11-05 12:00"), 1_750, "import", "R-2"),
    ]
    words = [row[0] for row in desk.query("SELECT word FROM subscriber_words WHERE subscriber = '10000001'")]
    assert {"10000001", "5ab1c2d", "numuneyeva", "aygun", "baki"} <= set(words)
    assert not {"kuc", "qizi", "m"} & set(words)
    assert desk.query("SELECT act, outcome, detail FROM audit") == [
        ("water_import", "done", "2 subscribers, 2 invoices, 2 payments")
    ]


def test_the_same_files_again_change_nothing(desk: Desk) -> None:
    files = {"subscribers": SUBSCRIBERS, "invoices": INVOICES, "payments": PAYMENTS}
    desk.load(**files)
    before = desk.everything()
    assert desk.load(**files) == Loaded(0, 0, 0)
    assert desk.everything() == before


def test_what_changed_is_brought_to_what_the_file_says(desk: Desk) -> None:
    """A corrected bill, a new name: found by the new words and no more by the old."""
    desk.load(subscribers=SUBSCRIBERS, invoices=INVOICES)
    changed = SUBSCRIBERS.replace("Nümunəyeva", "Örnəkova").replace("Misal küç. 7", "Misal küç. 7A")
    assert desk.load(subscribers=changed, invoices=INVOICES.replace("17.9\n", "17.91\n")) == Loaded(2, 1, 0)
    words = {row[0] for row in desk.query("SELECT word FROM subscriber_words WHERE subscriber = '10000001'")}
    assert "ornekova" in words
    assert "numuneyeva" not in words
    assert desk.query("SELECT amount FROM invoices WHERE month = '2026-10'") == [(1_791,)]


def test_a_payment_counts_once_by_its_receipt(desk: Desk) -> None:
    """Also one that was made at a kiosk and comes back in the company's file, under another day."""
    desk.load(subscribers=SUBSCRIBERS, payments=PAYMENTS)
    again = PAYMENTS.replace("2026-10-05", "2026-10-07") + "10000002,2026-11-06,0.01,R-3\n"
    assert desk.load(payments=again) == Loaded(0, 0, 1)
    assert desk.query("SELECT sum(amount) FROM payments") == [(1_800 + 1_750 + 1,)]


def test_a_receipt_of_another_payment_is_named(desk: Desk) -> None:
    desk.load(subscribers=SUBSCRIBERS, payments=PAYMENTS)
    before = desk.everything()
    other = PAYMENTS.replace("18.00", "18.01") + "10000002,2026-11-06,1.00,R-3\n"
    assert desk.told(payments=other) == ["payments.csv, line 2: receipt is that of another payment"]
    assert desk.everything() == before


def test_one_bad_line_and_nothing_is_taken(desk: Desk) -> None:
    """Across all files; and nothing is left behind for the next one."""
    told = desk.told(subscribers=SUBSCRIBERS, invoices=INVOICES + "10000001,2026-13,1.000,1.00\n", payments=PAYMENTS)
    assert told == ["invoices.csv, line 4: month is '2026-13'; allowed: a month, written YYYY-MM"]
    assert desk.everything() == [[], [], [], []]
    assert desk.query("SELECT * FROM audit") == []
    assert desk.load(subscribers=SUBSCRIBERS, invoices=INVOICES) == Loaded(2, 2, 0)


def test_who_is_nowhere_is_named_by_every_line(desk: Desk) -> None:
    """A subscriber may be in the file or in the registry."""
    desk.load(subscribers=SUBSCRIBERS)
    invoices = INVOICES + "10000009,2026-09,1,1\n10000003,2026-10,1,1\n10000009,2026-10,1,1\n"
    told = desk.told(
        subscribers=SUBSCRIBERS.splitlines()[0] + "\n" + SUBSCRIBERS.splitlines()[1].replace("10000001", "10000003"),
        invoices=invoices,
        payments=PAYMENTS.replace("10000001,2026-11", "10000008,2026-11"),
    )
    unknown = "subscriber is in no file and not in the registry"
    assert told == [f"invoices.csv, line {line}: {unknown}" for line in (4, 6)] + [f"payments.csv, line 3: {unknown}"]


def test_what_stands_there_twice_is_named(desk: Desk) -> None:
    told = desk.told(
        subscribers=SUBSCRIBERS + SUBSCRIBERS.splitlines()[1] + "\n",
        invoices=INVOICES + "10000002,2026-09,1,1\n10000001,2026-09,18.000,18.00\n",
        payments=PAYMENTS + "10000001,2026-10-05,18.00,R-1\n",
    )
    assert told == [
        "subscribers.csv, line 4: stands in line 2 already",
        "invoices.csv, line 5: stands in line 2 already",
        "payments.csv, line 4: stands in line 2 already",
    ]


_GOOD = "10000001,population,5AB1C2D,A,B,C,Street 1,3,1,1,none,active,0,0.00"
_HEAD = SUBSCRIBERS.splitlines()[0]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("code", "12A4", "code is '12A4'; allowed: 4 to 15 digits"),
        ("code", "", "code is ''; allowed: 4 to 15 digits"),
        ("code", "1" * 16, f"code is '{'1' * 16}'; allowed: 4 to 15 digits"),
        ("category", "people", "category is 'people'; allowed: population, non_population"),
        ("fin", "5AB1C2I", "fin has not the form of a FİN"),
        ("surname", "", "surname is empty"),
        ("address", "", "address is empty"),
        ("address", "x" * 201, "address has more than 200 signs"),
        ("given_name", "A\x1b[2J", "given_name holds a line break or an invisible sign"),
        ("given_name", "A\u200bB", "given_name holds a line break or an invisible sign"),
        ("persons", "-1", "persons is '-1'; allowed: a whole number from 0 to 999"),
        ("persons", "1000", "persons is '1000'; allowed: a whole number from 0 to 999"),
        ("persons", "0" * 8 + "9" * 9, "persons is '00000000999999999'; allowed: a whole number from 0 to 999"),
        ("persons", "٣", "persons is '٣'; allowed: a whole number from 0 to 999"),
        ("water", "yes", "water is 'yes'; allowed: 0, 1"),
        ("meter", "laser", "meter is 'laser'; allowed: none, mechanical, smart_card"),
        ("service_state", "off", "service_state is 'off'; allowed: active, suspended"),
        ("closed", "", "closed is ''; allowed: 0, 1"),
        ("opening_balance", "1.234", "opening_balance is '1.234'; allowed: manat with up to two places, such as 12.40"),
        ("opening_balance", "1e3", "opening_balance is '1e3'; allowed: manat with up to two places, such as 12.40"),
        ("opening_balance", "NaN", "opening_balance is 'NaN'; allowed: manat with up to two places, such as 12.40"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(tmp_path: Path, column: str, cell: str, reason: str) -> None:
    """No reason repeats what tells of a person."""
    cells = _GOOD.split(",")
    cells[_HEAD.split(",").index(column)] = cell
    assert _told(tmp_path, "subscribers", f"{_HEAD}\n{','.join(cells)}\n") == [f"subscribers.csv, line 2: {reason}"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("10000001,2026-1,1,1", "month is '2026-1'; allowed: a month, written YYYY-MM"),
        ("10000001,2026-10,-1,1", "consumption is '-1'; allowed: m³ with up to three places, such as 12.345"),
        ("10000001,2026-10,1.0001,1", "consumption is '1.0001'; allowed: m³ with up to three places, such as 12.345"),
        ("10000001,2026-10,1,", "amount is ''; allowed: manat with up to two places, such as 12.40"),
        ("10000001,2026-10,1", "3 cells where the header names 4 columns"),
    ],
)
def test_a_bad_bill(tmp_path: Path, line: str, reason: str) -> None:
    head = INVOICES.splitlines()[0]
    assert _told(tmp_path, "invoices", f"{head}\n{line}\n") == [f"invoices.csv, line 2: {reason}"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("10000001,2026-02-30,1,R", "paid_on is '2026-02-30'; allowed: a date, written YYYY-MM-DD"),
        ("10000001,20260205,1,R", "paid_on is '20260205'; allowed: a date, written YYYY-MM-DD"),
        ("10000001,2026-02-05,0.00,R", "amount is '0.00'; a payment is more than 0.00"),
        ("10000001,2026-02-05,-1,R", "amount is '-1'; a payment is more than 0.00"),
        ("10000001,2026-02-05,1,", "receipt is empty, too long, or holds a space or a sign that is not ASCII"),
        ("10000001,2026-02-05,1,R 1", "receipt is empty, too long, or holds a space or a sign that is not ASCII"),
    ],
)
def test_a_bad_payment(tmp_path: Path, line: str, reason: str) -> None:
    head = PAYMENTS.splitlines()[0]
    assert _told(tmp_path, "payments", f"{head}\n{line}\n") == [f"payments.csv, line 2: {reason}"]


def test_every_bad_line_is_named(small: Desk) -> None:
    """And each bad cell of it."""
    head = INVOICES.splitlines()[0]
    lines = [f"1000000{number},2026-10,x,y" for number in range(5)]
    told = small.told(invoices="\n".join([head, *lines, ""]))
    assert len(told) == 10
    assert [one.partition(":")[0] for one in told[::2]] == [f"invoices.csv, line {line}" for line in range(2, 7)]


def test_as_a_spreadsheet_writes_it(small: Desk) -> None:
    """A byte order mark, semicolons, decimal commas, other columns' order, empty rows, CRLF; names in NFC."""
    small.load(subscribers=SUBSCRIBERS)
    invoices = "\ufeffamount;month;subscriber;consumption\r\n17,91;2026-10;10000001;12,5\r\n\r\n;;;\r\n"
    assert small.load(invoices=invoices) == Loaded(0, 1, 0)
    assert small.query("SELECT * FROM invoices") == [("10000001", "2026-10", 12_500, 1_791)]
    decomposed = SUBSCRIBERS.replace("Aygün", "Aygu\u0308n")
    assert small.load(subscribers=decomposed) == Loaded(0, 0, 0)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ["line 1: column subscriber is missing", "line 1: column month is missing",
               "line 1: column consumption is missing", "line 1: column amount is missing"]),
        (b"subscriber,month,consumption,amount,note\n", ["line 1: column 'note' is not known"]),
        (b"subscriber,month,month,consumption,amount\n", ["line 1: column month stands there twice"]),
        (b"subscriber,month,consumption,amount\n1234,2026-10,1,1\n\xff\xfe,2026-10,1,1\n", ["line 3: is not UTF-8"]),
        (b'subscriber,month,consumption,amount\n"1234"x,2026-10,1,1\n', ["line 2: is no CSV: ',' expected after '\"'"]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes, told: list[str]) -> None:
    path = tmp_path / "invoices.csv"
    path.write_bytes(content)
    found: list[str] = []
    list(RegistryFile(path, (4, 15), lambda problem: found.append(str(problem))).rows())
    assert found == [f"invoices.csv, {one}" for one in told]


def test_files_are_told_by_their_names(small: Desk) -> None:
    strange = small.folder / "bills.csv"
    strange.write_text(INVOICES)
    empty = small.folder / "empty"
    empty.mkdir()
    found: list[str] = []
    with pytest.raises(BadRegistry):
        load(small.at, [strange, empty], lambda problem: found.append(str(problem)))
    assert found == [
        "bills.csv: is not known; known are subscribers.csv, invoices.csv, payments.csv",
        "empty: holds no CSV file",
    ]


def test_a_folder_of_files(small: Desk) -> None:
    small.write(subscribers=SUBSCRIBERS, invoices=INVOICES, payments=PAYMENTS)
    assert load(small.at, [small.folder], lambda problem: pytest.fail(str(problem))) == Loaded(2, 2, 2)


def test_rows_in_no_order_are_loaded_too(desk: Desk) -> None:
    lines = SUBSCRIBERS.splitlines()
    assert desk.load(subscribers="\n".join([lines[0], *lines[:0:-1], ""])) == Loaded(2, 0, 0)
    reverse = INVOICES.splitlines()
    assert desk.load(invoices="\n".join([reverse[0], *reverse[:0:-1], ""])) == Loaded(0, 2, 0)


def test_a_database_that_is_not_ready(small: Desk) -> None:
    with small.database.connected() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(NotReady):
        load(small.at, small.write(subscribers=SUBSCRIBERS), lambda problem: None)


def test_the_command(small: Desk) -> None:
    """Bad lines one by one on stderr and status 1; then what was loaded."""
    config = small.folder / "kiosk.toml"
    config.write_text(f'[database]\nurl = "{small.at.settings.database.url}"\n')
    files = [str(path) for path in small.write(subscribers=SUBSCRIBERS, invoices=INVOICES + "1,2,3,4\n")]
    bad = CliRunner().invoke(commands, ["water", "import", "--config", str(config), *files])
    assert bad.exit_code == 1
    assert "invoices.csv, line 4: month is '2'" in bad.stderr
    assert bad.stderr.splitlines()[-1] == "asan-kiosk: 2 problems: nothing was changed"
    small.write(invoices=INVOICES)
    good = CliRunner().invoke(commands, ["water", "import", "--config", str(config), *files])
    assert good.exit_code == 0
    assert good.stderr == "asan-kiosk: new or changed: 2 subscribers, 2 invoices; new: 0 payments\n"


def _told(folder: Path, name: str, content: str) -> list[str]:
    """What is wrong with one file, read alone."""
    path = folder / f"{name}.csv"
    path.write_text(content, encoding="utf-8")
    found: list[str] = []
    list(RegistryFile(path, (4, 15), lambda problem: found.append(str(problem))).rows())
    return found


def _as_example(desk: Desk) -> None:
    def mark(connection: Connection, _now: int) -> None:
        facts.keep(connection, "example_data", "1")

    desk.database.write(mark)


def _debt(desk: Desk, code: str) -> int:
    found = desk.query(
        "SELECT (SELECT coalesce(sum(amount), 0) FROM invoices WHERE subscriber = s.code)"  # noqa: S608
        " - (SELECT coalesce(sum(amount), 0) FROM payments WHERE subscriber = s.code)"
        f" FROM subscribers s WHERE code = '{code}'"
    )
    return int(found[0][0])


def test_the_example_is_as_documented(desk: Desk) -> None:
    """docs/registry.md: five hundred, three years, codes to try; the example card's person holds them."""
    from hardware.simulated.profiles import HOLDER

    _as_example(desk)
    loaded = example_water.load_example(desk.at)
    assert loaded is not None
    assert loaded.subscribers == 500
    debts = [_debt(desk, f"{10_000_000 + number}") for number in range(1, 13)]
    assert debts == [0, 340, 0, 0, 0, 0, 0, 1, -525, 0, 0, 780]
    rows = desk.query("SELECT fin, category, meter, service_state, closed FROM subscribers ORDER BY code LIMIT 12")
    holders = [row[0] == HOLDER.fin for row in rows]
    assert holders == [True] * 6 + [False] + [True] * 4 + [False]
    assert rows[2][2:] == ("mechanical", "active", 0)
    assert rows[3][2] == "smart_card"
    assert rows[4][2:4] == ("none", "suspended")
    assert rows[5][4] == 1
    assert rows[6][:2] == ("", "non_population")
    months = [row[0] for row in desk.query("SELECT month FROM invoices WHERE subscriber = '10000011' ORDER BY month")]
    assert (months[-1], len(months), "2026-07" in months) == ("2026-10", 35, False)
    assert months[0] == "2023-11"
    assert desk.query("SELECT count(*) FROM invoices WHERE subscriber = '10000010'") == [(0,)]
    assert desk.query("SELECT max(paid_on) FROM payments")[0][0] <= "2026-11-20"
    names = desk.query("SELECT given_name, surname, patronymic FROM subscribers WHERE code = '10000001'")
    assert names == [(HOLDER.given_name, HOLDER.surname, HOLDER.patronymic)]


def test_the_example_follows_the_tariff(small: Desk) -> None:
    """0.70 for water in the big cities, 0.60 elsewhere, 0.30 for waste water; six m³ a person without a meter."""
    _as_example(small)
    example_water.load_example(small.at, 200, 2)
    rows = small.query(
        "SELECT s.address, s.waste_water, s.meter, s.persons, i.consumption, i.amount FROM invoices i"
        " JOIN subscribers s ON s.code = i.subscriber WHERE s.category = 'population'"
    )
    assert len(rows) > 300
    for address, waste, meter, persons, litres, qapik in rows:
        price = (70 if address.startswith(("Bakı", "Sumqayıt", "Xırdalan")) else 60) + 30 * waste
        assert qapik == (litres * price + 500) // 1000
        assert meter != "none" or litres == persons * 6_000


def test_the_example_is_the_same_every_time_and_can_grow(small: Desk, tmp_path: Path) -> None:
    _as_example(small)
    example_water.load_example(small.at, 60, 3)
    first = small.everything()
    assert example_water.load_example(small.at, 60, 3) is None
    assert example_water.load_example(small.at, 90, 3) is not None
    grown = small.query("SELECT count(*) FROM subscribers")
    assert grown == [(90,)]
    other = Desk(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    migrate.upgrade(other.database)
    _as_example(other)
    example_water.load_example(other.at, 60, 3)
    again = other.everything()
    other.database.close()
    assert first[:2] + first[3:] == again[:2] + again[3:]


def test_nobody_is_invented_beside_real_people(small: Desk) -> None:
    """K7: only where there is example data already."""
    small.load(subscribers=SUBSCRIBERS)
    with pytest.raises(NotReady):
        example_water.load_example(small.at, 5)
    assert small.query("SELECT count(*) FROM subscribers") == [(2,)]
