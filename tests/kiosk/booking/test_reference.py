"""Reading, checking, storing and loading the reference data (Q1, Q2, Q4)."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from db import reference as stored
from db import schema
from db.engine import Database
from db.reference import ReferenceConflict, ReferenceRows
from kiosk.booking.reference import calendar_data, catalogue, packaged, read
from kiosk.booking.reference_tables import COLUMNS, OPTIONAL
from kiosk.reference_file import BadReference

NOW = 1_800_000_000_000
HOUR = 3_600_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged files, to be spoilt."""
    copy = tmp_path / "reference"
    copy.mkdir()
    with as_file(files("assets") / "reference") as original:
        for name in COLUMNS:
            shutil.copy(original / name, copy)
    return copy


def _add(folder: Path, file: str, *rows: str) -> int:
    """Append rows to a file; the line number of the first."""
    path = folder / file
    text = path.read_text("utf-8")
    path.write_text(text + "".join(f"{row}\n" for row in rows), "utf-8")
    return text.count("\n") + 1


def _change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _problems(*sources: Path, current: ReferenceRows | None = None) -> list[str]:
    with pytest.raises(BadReference) as caught:
        read(sources, current)
    return [str(problem) for problem in caught.value.problems]


# what is packaged


def test_the_packaged_limits_send_no_walk_in_away() -> None:
    """C5: until a centre sets its own, each service has as many tickets as the largest hall gives in a day."""
    known = catalogue(packaged(), 1)
    assert known.walk_ins.keys() == known.capacity.keys()
    assert min(known.walk_ins.values()) >= 5_000


def test_the_centres_of_the_domain_guide_are_packaged() -> None:
    """Q2: 28 centres with permanent ids and numbers; Bakı and Sumqayıt make one region of nine."""
    known = catalogue(packaged(), 1)
    assert len(known.centres) == 28
    assert [centre.id for centre in known.centres.values() if centre.region == "baku"] == [
        *(f"baku-{number}" for number in range(1, 8)),
        "sumgayit-1",
        "sumgayit-2",
    ]
    second = known.centres["baku-2"]
    assert second.number == 2
    assert second.name.az == "2 saylı Bakı «ASAN xidmət» mərkəzi"
    assert second.short_name.az == "2 saylı Bakı"
    assert second.address.az.startswith("8 Noyabr pr. 23")


def test_packaged_ids_and_numbers_are_for_ever() -> None:
    """A number stands in printed QR codes: this list only grows."""
    rows = packaged()
    numbers = {row.id: row.number for row in rows.services} | {row.id: row.number for row in rows.centres}
    assert (
        numbers.items()
        >= {
            "identity-card-issue": 101,
            "identity-card-exchange": 102,
            "identity-card-lost": 103,
            "identity-card-child": 104,
            "notarial-copy": 202,
            "birth-registration": 221,
            "family-certificate": 229,
            "property-extract": 401,
            "asan-imza-certificate": 504,
            "water-new-consumer": 1001,
            "baku-1": 1,
            "sumgayit-1": 8,
            "ganja-1": 10,
            "shaki": 19,
            "shusha": 28,
        }.items()
    )


def test_services_are_grouped_and_every_one_is_given_somewhere() -> None:
    """Q1, Q2: grouped by agency in the file's order; a service that only some centres give is offered only there."""
    known = catalogue(packaged(), 7)
    assert known.version == 7
    agencies = [service.agency.id for service in known.services.values()]
    assert len(set(agencies)) == 10
    assert len([before for before, after in pairwise(agencies) if before != after]) == 9
    assert all(known.centres_of(service) for service in known.services)
    assert len(known.centres_of("identity-card-issue")) == 28
    assert {centre.id for centre in known.centres_of("archive-certificate")} == {"baku-1", "baku-2", "ganja-1"}
    assert set(known.capacity.values()) == {1}


def test_the_fees_of_identity_cards_are_those_that_were_published() -> None:
    """Domain 1.3: 5–70 ₼, lost or damaged 30–90 ₼, a child's 5–30 ₼; the certificate of family members is free."""
    services = catalogue(packaged(), 1).services
    fees = {name: service.fee.az.split(" · ")[0] for name, service in services.items() if service.fee is not None}
    assert fees == {
        "identity-card-issue": "5–70\N{NO-BREAK SPACE}₼",
        "identity-card-exchange": "5–70\N{NO-BREAK SPACE}₼",
        "identity-card-lost": "30–90\N{NO-BREAK SPACE}₼",
        "identity-card-child": "5–30\N{NO-BREAK SPACE}₼",
        "family-certificate": "ödənişsiz",
    }


def test_packaged_texts_fit_their_places_and_languages() -> None:
    """K2, K3: widths of face.md; az and en without Cyrillic; ru in Cyrillic but for names; NFC."""
    rows = packaged()
    for agency in rows.agencies:
        assert max(len(agency.name_az), len(agency.name_ru), len(agency.name_en)) <= 28
    for service in rows.services:
        assert max(len(service.name_az), len(service.name_ru), len(service.name_en)) <= 50
        assert all(len(fee) <= 26 for fee in (service.fee_az, service.fee_ru, service.fee_en) if fee)
    for centre in rows.centres:
        assert max(len(centre.address_az), len(centre.address_ru), len(centre.address_en)) <= 52
        assert max(len(centre.short_az), len(centre.short_ru), len(centre.short_en)) <= 16
    tables: tuple[Any, ...] = (*rows.agencies, *rows.services, *rows.centres, *rows.holiday_names)
    latin_in_russian = set()
    for row in tables:
        for column, text in row._asdict().items():
            if isinstance(text, str):
                assert unicodedata.is_normalized("NFC", text)
            if column.endswith("_ru") and text:
                latin_in_russian |= set(re.findall(r"[A-Za-zƏəİıŞşÇçĞğÖöÜü]{2,}", text))
    assert latin_in_russian == {"ASAN", "xidmət", "AMAY", "Asan", "İmza", "date"}


def test_ticket_letters_cannot_be_mistaken() -> None:
    """Ticket numbers are read out in a hall: I, L and O are kept for figures."""
    assert not {row.letter for row in packaged().services} & set("ILO")


# what is refused


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("agencies.csv", "Interior,a,б,c", "id is 'Interior'; allowed: 1 to 40 of a-z, 0-9 and hyphen"),
        ("agencies.csv", "new,a,,c", "name_ru is empty"),
        ("agencies.csv", "interior,a,б,c", "id interior stands in line 2 already"),
        ("agencies.csv", "new,Nazirlәr,б,c", "name_az holds 'ә', a letter of the Cyrillic alphabet"),
        ("agencies.csv", 'new,"a\nb",б,c', "name_az holds a line break or an invisible sign"),
        ("agencies.csv", "new,a\x1b[2J,б,c", "name_az holds a line break or an invisible sign"),
        ("agencies.csv", f"new,{'a' * 201},б,c", "name_az has more than 200 signs"),
        ("agencies.csv", "new,a,б", "3 cells where the header names 4 columns"),
        ("services.csv", "new,65536,tax,A,a,б,c,,,", "number is '65536'; allowed: a whole number from 1 to 65535"),
        ("services.csv", "new,0,tax,A,a,б,c,,,", "number is '0'; allowed: a whole number from 1 to 65535"),
        ("services.csv", "new,x,tax,A,a,б,c,,,", "number is 'x'; allowed: a whole number from 1 to 65535"),
        ("services.csv", "new,101,tax,A,a,б,c,,,", "number 101 stands in line 2 already"),
        ("services.csv", "new,9999,nobody,A,a,б,c,,,", "agency nobody is not in agencies.csv"),
        ("services.csv", "new,9999,tax,Ə,a,б,c,,,", "letter is 'Ə'; allowed: A, B, C"),
        ("services.csv", "new,9999,tax,AB,a,б,c,,,", "letter is 'AB'; allowed: A, B, C"),
        ("services.csv", "new,9999,tax,A,a,б,c,5 ₼,,", "fee_ru is empty"),
        ("services.csv", "new,9999,tax,A,a,б,c,,,", "no centre gives new: see offers.csv"),
        ("centres.csv", "new,1,baku,a,б,c,a,б,c,a,б,c", "number 1 stands in line 2 already"),
        ("centres.csv", "baku-1,99,baku,a,б,c,a,б,c,a,б,c", "id baku-1 stands in line 2 already"),
        ("centres.csv", "new,99,north,a,б,c,a,б,c,a,б,c", "region is 'north'; allowed: baku, regions"),
        ("centres.csv", "new,99,baku,a,б,c,a,б,c,a,б,", "address_en is empty"),
        ("offers.csv", "nothing,baku-1,1,", "service nothing is not in services.csv"),
        ("offers.csv", "birth-registration,nowhere,1,", "centre nowhere is not in centres.csv"),
        ("offers.csv", "birth-registration,*,2,", "service birth-registration at centre * stands in line"),
        ("offers.csv", "birth-registration,baku-1,-1,", "capacity is '-1'; allowed: a whole number from 0 to 1000"),
        ("offers.csv", "birth-registration,baku-1,1001,", "capacity is '1001'"),
        ("hours.csv", "*,8,09:00,18:00,no", "weekday is '8'; allowed: a whole number from 1 to 7"),
        ("hours.csv", "*,1,09:00,18:00,no", "centre * on weekday 1 stands in line 2 already"),
        ("hours.csv", "nowhere,1,09:00,18:00,no", "centre nowhere is not in centres.csv"),
        ("hours.csv", "baku-1,1,9:00,18:00,no", "opens is '9:00'; allowed: a time from 00:00 to 23:59, written HH:MM"),
        ("hours.csv", "baku-1,1,09:00,24:00,no", "closes is '24:00'"),
        ("hours.csv", "baku-1,1,18:00,09:00,no", "closes (09:00) is not after opens (18:00)"),
        ("hours.csv", "baku-1,1,09:00,09:00,no", "closes (09:00) is not after opens (09:00)"),
        ("hours.csv", "baku-1,1,,,no", "opens or closes is empty; a weekly day off has no row"),
        ("hours.csv", "baku-1,1,09:00,18:00,", "default is ''; allowed: yes, no"),
        ("closures.csv", "*,2026-02-30,closure,,,a,б,c", "date is '2026-02-30'; allowed: a date, written YYYY-MM-DD"),
        ("closures.csv", "*,20260210,closure,,,a,б,c", "date is '20260210'"),
        ("closures.csv", "*,10.02.2026,closure,,,a,б,c", "date is '10.02.2026'"),
        ("closures.csv", "nowhere,2026-02-10,closure,,,a,б,c", "centre nowhere is not in centres.csv"),
        ("closures.csv", "*,2026-02-10,holiday,,,a,б,c", "kind is 'holiday'; allowed: public_holiday, moved_day_off"),
        ("closures.csv", "*,2026-02-10,closure,,,,,", "name_az is empty"),
        ("closures.csv", "*,2026-02-10,extra_day,,,a,,c", "name_ru is empty"),
        ("closures.csv", "*,2026-02-10,closure,09:00,,a,б,c", "opens and closes do not go with closure"),
        ("closures.csv", "*,2026-02-10,extra_day,09:00,,,,", "extra_day has opens and closes, or neither"),
        ("closures.csv", "*,2026-02-10,shorter_day,12:00,11:00,,,", "closes (11:00) is not after opens (12:00)"),
        ("holidays_names.csv", "novruz,x,a,б,c", "key novruz stands in line"),
        ("holidays_names.csv", "other,Novruz bayramı,a,б,c", "library_name Novruz bayramı stands in line"),
        ("holidays_names.csv", "other,x,a {date},б,c", "the name of other holds no braces"),
        ("calendar.csv", "2027", "only one row is allowed"),
        ("calendar.csv", "soon", "confirmed_until is 'soon'"),
    ],
)
def test_a_bad_row_is_refused_with_file_line_and_reason(folder: Path, file: str, row: str, reason: str) -> None:
    """Issue 2, section 3: bad rows are refused with line and reason, nothing half loaded."""
    line = _add(folder, file, row)
    last = line + row.count("\n")
    assert any(problem.startswith(f"{file}, line {last}: {reason}") for problem in _problems(folder)), _problems(folder)


def test_two_rulings_on_one_date_are_refused_and_a_shorter_day_is_none(folder: Path) -> None:
    """Q4: a date is closed or worked by one row; another may shorten it."""
    _add(folder, "closures.csv", "*,2026-02-10,extra_day,,,,,", "*,2026-02-10,shorter_day,,,,,")
    read([folder])
    line = _add(folder, "closures.csv", "*,2026-02-10,closure,,,a,б,c")
    assert _problems(folder) == [
        f"closures.csv, line {line}: centre * on 2026-02-10 (off or worked) stands in line 2 already"
    ]


def test_all_problems_are_told_at_once_in_order(folder: Path) -> None:
    """One look shows all there is to mend; a bad row causes no second problem elsewhere."""
    _change(folder, "agencies.csv", "tax,Dövlət Vergi Xidməti", "tax,")
    first = _add(folder, "services.csv", "New,9999,tax,A,a,б,c,,,", "new,70000,tax,a,a,б,c,,,")
    hours = _add(folder, "hours.csv", "baku-1,1,18:00,09:00,perhaps")
    assert [problem.partition(": ")[0] for problem in _problems(folder)] == [
        "agencies.csv, line 5",
        f"services.csv, line {first}",
        f"services.csv, line {first + 1}",
        f"services.csv, line {first + 1}",
        f"hours.csv, line {hours}",
        f"hours.csv, line {hours}",
    ]


def test_a_header_must_name_the_columns_and_no_others(folder: Path) -> None:
    """A misspelt column is not taken for an empty one."""
    _change(folder, "services.csv", "fee_az", "fees_az")
    assert _problems(folder) == [
        "services.csv, line 1: column fee_az is missing",
        "services.csv, line 1: column 'fees_az' is not known",
    ]


def test_every_file_must_be_there_the_first_time(folder: Path) -> None:
    """Nothing half loaded: what is not stored yet has to be given."""
    (folder / "offers.csv").unlink()
    assert "offers.csv: is missing" in _problems(folder)


@pytest.mark.parametrize("file", ["agencies.csv", "services.csv", "centres.csv", "calendar.csv"])
def test_an_empty_table_does_not_empty_the_queue(folder: Path, file: str) -> None:
    """A header alone is a mishap, told once; the files that depend on it are not told row by row."""
    path = folder / file
    path.write_text(path.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    assert _problems(folder) == [f"{file}: has no row"]


def test_a_folder_without_files_is_no_reference(tmp_path: Path) -> None:
    """A mistyped folder would otherwise seem to have been imported."""
    assert _problems(tmp_path, current=packaged()) == [f"{tmp_path.name}: holds no CSV file"]


def test_a_file_with_another_name_is_not_passed_over(folder: Path) -> None:
    """closure.csv would otherwise be a closure that nobody sees."""
    (folder / "closure.csv").write_text("centre\n", "utf-8")
    assert any(problem.startswith("closure.csv: is not known; known are agencies.csv") for problem in _problems(folder))
    assert any(problem == "hours.csv: is given twice" for problem in _problems(folder, folder / "hours.csv"))


def test_what_is_no_csv_in_utf8_is_told(folder: Path) -> None:
    """The line of the first bad byte."""
    path = folder / "agencies.csv"
    path.write_bytes(path.read_bytes() + "new,ə,б,c\n".encode("cp1251", "replace"))
    line = path.read_bytes().count(b"\n")
    assert f"agencies.csv, line {line}: is not UTF-8" in _problems(folder)
    path.write_bytes(b'id,name_az,name_ru,name_en\nnew,"a,b,c\n')
    assert any(problem.startswith("agencies.csv, line 2: is no CSV") for problem in _problems(folder))
    path.unlink()
    path.mkdir()
    assert any(problem.startswith("agencies.csv: cannot be read") for problem in _problems(folder))


def test_a_spreadsheets_way_of_saving_is_understood(folder: Path) -> None:
    """A byte order mark, semicolons, CRLF, blank rows, other column order, letters not in NFC."""
    path = folder / "agencies.csv"
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    swapped = "\r\n".join(";".join(reversed(row)) for row in rows) + "\r\n;;;\r\n\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", swapped).encode())
    assert read([folder]) == packaged()


def test_phrases_of_the_calendar_must_be_there(folder: Path) -> None:
    """Q4: a moved day off is told in every language."""
    _change(folder, "holidays_names.csv", "Выходной за {date}", "Выходной")
    _change(folder, "holidays_names.csv", "before_holiday", "holiday_eve")
    problems = _problems(folder)
    assert "holidays_names.csv: key before_holiday is missing" in problems
    assert any(problem.endswith("the name of moved_for holds {date} once in each language") for problem in problems)


def test_a_centre_without_hours_is_refused(folder: Path) -> None:
    """Q4: it would be closed for ever; without `*` each centre needs its own."""
    path = folder / "hours.csv"
    path.write_text(path.read_text("utf-8").replace("*,", "baku-1,"), "utf-8")
    problems = _problems(folder)
    assert len(problems) == 27
    assert problems[0] == "centres.csv, line 3: baku-2 has no hours: see hours.csv"


def test_a_centres_own_rows_go_before_those_of_every_centre(folder: Path) -> None:
    """Q2, Q4: capacity by centre, 0 takes it out; own hours replace the common week whole."""
    _add(
        folder,
        "offers.csv",
        "birth-registration,baku-1,3,",
        "birth-registration,baku-2,0,",
        "death-registration,baku-1,,",
    )
    _add(folder, "hours.csv", "baku-1,7,10:00,16:00,no")
    known = catalogue(read([folder]), 1)
    assert known.capacity["birth-registration", "baku-1"] == 3
    assert ("birth-registration", "baku-2") not in known.capacity
    assert known.capacity["birth-registration", "baku-3"] == 1
    assert known.capacity["death-registration", "baku-1"] == 1
    assert set(known.centres["baku-1"].hours) == {7}
    assert known.centres["baku-1"].hours[7].opens == time(10)
    assert not known.centres["baku-1"].hours[7].is_default
    assert set(known.centres["baku-2"].hours) == {1, 2, 3, 4, 5, 6}


def test_one_file_alone_is_taken_together_with_what_is_stored(folder: Path) -> None:
    """A centre sends its closures; everything else stays, and is checked against them."""
    _add(folder, "closures.csv", "baku-1,2026-11-25,closure,,,Təmir,Ремонт,Repairs")
    rows = read([folder / "closures.csv"], packaged())
    assert rows.services == packaged().services
    closure = calendar_data(rows).closures[0]
    assert (closure.centre, closure.date, closure.kind) == ("baku-1", date(2026, 11, 25), "closure")
    assert closure.name == ("Təmir", "Ремонт", "Repairs")
    line = _add(folder, "closures.csv", "nowhere,2026-11-25,closure,,,a,б,c")
    assert _problems(folder / "closures.csv", current=packaged()) == [
        f"closures.csv, line {line}: centre nowhere is not in centres.csv"
    ]


def test_what_belongs_to_a_centre_goes_with_it(folder: Path) -> None:
    """A new list of centres without Gəncə takes Gəncə's stored offers, hours and closures along; a new one gets `*`."""
    _add(folder, "closures.csv", "ganja-1,2026-11-25,closure,,,a,б,c")
    _add(folder, "hours.csv", "ganja-1,1,10:00,16:00,no")
    current = read([folder])
    path = folder / "centres.csv"
    path.write_text(re.sub("ganja-1,10", "ganja-9,90", path.read_text("utf-8")), "utf-8")
    rows = read([path], current)
    left: tuple[Any, ...] = (*rows.offers, *rows.hours, *rows.closures)
    assert not [row for row in left if row.centre == "ganja-1"]
    known = catalogue(rows, 2)
    assert ("birth-registration", "ganja-9") in known.capacity
    assert len(known.centres["ganja-9"].hours) == 6


def test_an_agency_that_services_still_need_cannot_be_left_out(folder: Path) -> None:
    """The problem names the stored row's file, which has no line."""
    path = folder / "agencies.csv"
    path.write_text(re.sub("archives,.*\n", "", path.read_text("utf-8")), "utf-8")
    assert _problems(path, current=packaged()) == ["services.csv: agency archives is not in agencies.csv"]


def test_the_guide_to_the_files_names_every_column() -> None:
    """assets/reference/README.md is what an administrator goes by."""
    guide = (files("assets") / "reference" / "README.md").read_text("utf-8")
    for file, columns in COLUMNS.items():
        row = next(line for line in guide.splitlines() if line.startswith(f"| `{file}`"))
        told = {name.replace("_*", "_az") for name in re.findall(r"`([a-z_*]+)`", row.split("|")[2])}
        every = (*columns, *OPTIONAL.get(file, ()))
        assert told == {name for name in every if not name.endswith(("_ru", "_en"))}


# what is stored


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with its tables."""
    opened = Database(database_url, lambda: NOW, lambda: NOW)
    schema.metadata.create_all(opened.engine)
    with opened.engine.connect() as connection:
        connection.execute(insert(schema.clock).values(id=1, last_instant=0))
    yield opened
    opened.close()


def _store(database: Database, rows: ReferenceRows) -> int:
    return database.write(lambda connection, now: stored.replace_all(connection, now, rows))


def _load(database: Database) -> ReferenceRows | None:
    with database.reading() as (connection, _):
        return stored.load(connection)


def _book(connection: Connection, number: int, **values: object) -> None:
    booking = {
        "reference": f"reference-{number}",
        "order_code": f"code-{number}",
        "service": "birth-registration",
        "centre": "baku-1",
        "starts_at": NOW + HOUR,
        "seat": number,
        "state": "confirmed",
        "held_at": NOW,
        "held_until": NOW + HOUR,
        "code": "000000",
        "code_sent_at": NOW,
        "station": "kiosk-1",
        "language": "az",
        "given_name": "Nümunə",
        "surname": "Nümunəyev",
        "patronymic": "",
        "fin": f"7NMNE{number:02}",
        "phone": "+994501234567",
        "email": "numune@example.az",
    }
    connection.execute(insert(schema.bookings).values(booking | values))


def test_what_was_stored_is_loaded_again(database: Database) -> None:
    """Nothing is lost on the way, `*` included; each replacing makes a new version that stations see."""
    assert _load(database) is None
    rows = packaged()
    closure = stored.ClosureRow("*", "2026-11-25", "shorter_day", None, "15:00", None, None, None)
    rows = ReferenceRows(
        rows.agencies, rows.services, rows.centres, tuple(sorted(rows.offers)), rows.hours, (closure,),
        rows.holiday_names, 2026,
    )  # fmt: skip
    assert _store(database, rows) == 1
    assert _load(database) == rows
    assert _store(database, rows) == 2
    with database.reading() as (connection, _):
        assert stored.version(connection) == 2


def test_names_hours_and_order_change_with_the_files(database: Database) -> None:
    """Everything but ids and numbers may change."""
    _store(database, packaged())
    rows = packaged()
    renamed = rows.services[0]._replace(name_az="Başqa ad", letter="Z", fee_az=None, fee_ru=None, fee_en=None)
    _store(database, _with(rows, services=(*rows.services[1:], renamed), confirmed_until=2030))
    found = _load(database)
    assert found is not None
    assert found.services[-1] == renamed
    assert found.confirmed_until == 2030


def _with(rows: ReferenceRows, **values: Any) -> ReferenceRows:
    return ReferenceRows(**{name: values.get(name, getattr(rows, name)) for name in ReferenceRows.__slots__})


def test_a_number_stays_with_its_id_for_ever(database: Database) -> None:
    """Numbers stand in printed QR codes: neither another number nor another's, not even a retired one's."""
    rows = packaged()
    _store(database, rows)
    changed = _with(rows, centres=(rows.centres[0]._replace(number=500), *rows.centres[1:]))
    with pytest.raises(ReferenceConflict, match="the number of centre baku-1 is 1 for ever and cannot become 500"):
        _store(database, changed)
    without = _with(rows, services=rows.services[1:], offers=rows.offers[1:])
    _store(database, without)
    taken = rows.services[0]._replace(id="something-else")
    reason = "number 101 of service something-else belongs to service identity-card-issue for ever"
    with pytest.raises(ReferenceConflict, match=reason):
        _store(database, _with(rows, services=(taken, *rows.services[1:])))
    assert _load(database) == _sorted(without)


def _sorted(rows: ReferenceRows) -> ReferenceRows:
    return _with(rows, offers=tuple(sorted(rows.offers)))


def test_what_was_taken_out_can_come_back(database: Database) -> None:
    """Old bookings still name it meanwhile; its number waited for it. The same for its agency."""
    rows = packaged()
    _store(database, rows)
    without = _with(
        rows,
        agencies=tuple(row for row in rows.agencies if row.id != "archives"),
        services=tuple(row for row in rows.services if row.agency != "archives"),
    )
    _store(database, without)
    found = _load(database)
    assert found is not None
    assert found.services == without.services
    assert found.agencies == without.agencies
    _store(database, rows)
    assert _load(database) == _sorted(rows)


@pytest.mark.parametrize(
    ("values", "is_live"),
    [
        ({"state": "confirmed"}, True),
        ({"state": "active", "starts_at": NOW - HOUR}, True),
        ({"state": "held", "order_code": None}, True),
        ({"state": "held", "order_code": None, "held_until": NOW}, False),
        ({"state": "cancelled"}, False),
        ({"state": "expired"}, False),
        ({"state": "confirmed", "starts_at": NOW - 25 * HOUR}, False),
    ],
)
def test_what_a_live_booking_uses_cannot_be_taken_out(
    database: Database, values: dict[str, object], is_live: bool
) -> None:
    """The error names it; a hold that ran out counts as over by its time alone."""
    rows = packaged()
    _store(database, rows)
    database.write(lambda connection, _: _book(connection, 1, **values))
    services = tuple(row for row in rows.services if row.id != "birth-registration")
    centres = tuple(row for row in rows.centres if row.id != "baku-1")
    without = _with(rows, services=services, centres=centres)
    if not is_live:
        _store(database, without)
        return
    with pytest.raises(ReferenceConflict) as caught:
        _store(database, without)
    assert caught.value.reasons == (
        "live bookings use service birth-registration: it cannot go yet",
        "live bookings use centre baku-1: it cannot go yet",
    )
    assert _load(database) == _sorted(rows), "nothing half stored"
    with database.reading() as (connection, _):
        assert stored.version(connection) == 1


def test_a_failed_replacing_leaves_everything_as_it_was(database: Database) -> None:
    """One transaction: an error in the last table takes the first ones back."""
    rows = packaged()
    _store(database, rows)

    def spoil(connection: Connection, now: int) -> None:
        stored.replace_all(connection, now, _with(rows, services=(rows.services[0],)))
        connection.execute(update(schema.facts).values(value="99"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(spoil)
    assert _load(database) == _sorted(rows)
    with database.reading() as (connection, _):
        assert connection.execute(select(schema.facts.c.value).order_by(schema.facts.c.value)).scalars().all() == [
            "1",
            "2026",
        ]
