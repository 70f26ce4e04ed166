"""The lists of a form: packaged, searched, replaced by a centre (W1, W5)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db import places as rows
from db.engine import Database
from kiosk.place import Place
from kiosk.place import place as place_of
from kiosk.preparing import import_reference, initialise, prepare
from kiosk.reference_file import BadReference
from kiosk.settings import parse
from kiosk.water import lists
from kiosk.water.places import Known
from tests.kiosk.water.applying import Company
from tests.stations import written_settings


def test_the_packaged_districts(company: Company) -> None:
    """domain.md: twelve rayons of Bakı, ten cities, sixty-three rayons, each group in Azerbaijani order."""
    found = company.places.districts()
    groups = [district.group for district in found]
    assert (groups.count("baku"), groups.count("city"), groups.count("rayon")) == (12, 10, 63)
    assert groups == sorted(groups, key=("baku", "city", "rayon").index)
    names = [district.name for district in found]
    assert names[:3] == ["Binəqədi", "Xətai", "Xəzər"]
    assert {"Gəncə", "Naxçıvan", "Laçın", "Şərur"} <= set(names)


def test_the_search_of_places(company: Company) -> None:
    """W1: as one types, folded, of one district, in Azerbaijani order."""

    def found(district: str, typed: str, most: int = 50) -> list[str]:
        return [place.name for place in company.places.search(district, typed, most)]

    assert found("xetai", "") == ["Ağ şəhər", "Əhmədli", "Həzi Aslanov", "Köhnə Günəşli", "NZS"]
    assert found("xetai", "EHM") == ["Əhmədli"]
    assert found("xetai", "gunesli kohne") == ["Köhnə Günəşli"]
    assert found("qaradag", "ələt") == ["Baş Ələt", "Ələt", "Yeni Ələt"]
    assert len(found("qaradag", "", most=3)) == 3
    assert found("xetai", "Ələt") == found("nowhere", "") == found("xetai", "%") == []


def test_the_reasons_in_three_languages(company: Company) -> None:
    """W5: of suspension and of restoration, each with a last one for everything else."""
    reasons = company.places.reasons()
    for kind in ("suspension", "restoration"):
        of_kind = [reason for reason in reasons if reason.kind == kind]
        assert of_kind[-1].name == ("Digər səbəb", "Другая причина", "Another reason")
        assert len(of_kind) >= 5


def copied(tmp_path: Path) -> Path:
    """A copy of the packaged files of the lists, to be changed."""
    folder = tmp_path / "lists"
    folder.mkdir()
    with as_file(files("assets") / "reference") as original:
        for name in lists.COLUMNS:
            shutil.copy(original / name, folder)
    return folder


def test_places_that_stay_keep_their_ids_and_reasons_are_retired(company: Company, tmp_path: Path) -> None:
    """A form may be half filled in while a centre imports; old applications name their reason for ever."""
    before = {place.name: place.id for place in company.places.search("xetai", "")}
    folder = copied(tmp_path)
    places = (folder / "places.csv").read_text("utf-8").replace("xetai,settlement,NZS", "xetai,street,Yeni")
    (folder / "places.csv").write_text(places, "utf-8")
    reasons = (folder / "application_reasons.csv").read_text("utf-8").splitlines()
    kept = [line for line in reasons if not line.startswith("suspension-season")]
    (folder / "application_reasons.csv").write_text("\n".join(kept), "utf-8")
    new = lists.read([folder], None)
    company.trial.station.database.write(lambda connection, _: rows.replace_all(connection, new))
    after = {place.name: place.id for place in company.places.search("xetai", "")}
    assert set(after) == set(before) - {"NZS"} | {"Yeni"}
    assert all(after[name] == before[name] for name in set(after) & set(before))
    assert "suspension-season" not in {reason.id for reason in company.places.reasons()}
    retired = company.places.reason("suspension-season")
    assert retired is not None
    assert retired.name.az == "Evdən yalnız mövsümdə istifadə olunur"
    assert company.places.reason("nobody's") is None
    with company.trial.station.acts.reading() as (connection, _):
        assert Known(connection).reason("suspension", "suspension-season") is None
        stored = rows.load(connection)
    assert stored is not None
    assert (stored.districts, stored.reasons) == (new.districts, new.reasons)
    assert set(stored.places) == set(new.places)


def problems(folder: Path, current: rows.ListRows | None = None) -> list[str]:
    with pytest.raises(BadReference) as bad:
        lists.read([folder], current)
    return [str(problem) for problem in bad.value.problems]


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("districts.csv", "quba,rayon,Başqa", "quba stands in line 59 already"),
        ("districts.csv", "quba-2,rayon,Quba", "rayon, Quba stands in line 59 already"),
        ("districts.csv", "Yeni,rayon,Yeni", "id is 'Yeni'"),
        ("districts.csv", "yeni,vilayet,Yeni", "kind is 'vilayet'; allowed: baku, city, rayon"),
        ("places.csv", "yoxdur,street,Birinci", "district yoxdur is not in districts.csv"),
        ("places.csv", "xetai,settlement,NZS", "xetai, settlement, NZS stands in line"),
        ("places.csv", "xetai,street,", "name is empty"),
        ("places.csv", "xetai,street,bir\u202eiki", "name holds a line break or an invisible sign"),
        ("application_reasons.csv", "x,new_consumer,a,б,c", "kind is 'new_consumer'"),
        ("application_reasons.csv", "x,suspension,a,,c", "name_ru is empty"),
        ("application_reasons.csv", "x,suspension,ә,б,c", "name_az holds 'ә'"),
    ],
)
def test_a_bad_row_is_told_with_file_line_and_reason(tmp_path: Path, file: str, row: str, reason: str) -> None:
    """All or nothing: every problem is told, nothing is taken."""
    folder = copied(tmp_path)
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(f"{text}{row}\n", "utf-8")
    line = text.count("\n") + 1
    assert [one for one in problems(folder) if one.startswith(f"{file}, line {line}: {reason}")], problems(folder)


def test_a_district_takes_its_places_with_it(tmp_path: Path) -> None:
    """What is stored of a district that a new file leaves out; a new places file has to fit."""
    folder, current = copied(tmp_path), lists.packaged()
    districts = (folder / "districts.csv").read_text("utf-8").replace("xetai,baku,Xətai\n", "")
    (folder / "districts.csv").write_text(districts, "utf-8")
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(folder / "districts.csv", alone)
    assert "xetai" not in {row.district for row in lists.read([alone], current).places}
    assert len(problems(folder, current)) == 5


def test_each_kind_needs_a_reason_and_each_file_a_row(tmp_path: Path) -> None:
    """W5: else nobody could apply."""
    folder = copied(tmp_path)
    (folder / "application_reasons.csv").write_text("id,kind,name_az,name_ru,name_en\nx,suspension,a,б,c\n", "utf-8")
    assert problems(folder) == ["application_reasons.csv: holds no reason of restoration"]
    (folder / "application_reasons.csv").write_text("id,kind,name_az,name_ru,name_en\n", "utf-8")
    assert problems(folder)[0] == "application_reasons.csv: has no row"
    (folder / "places.csv").unlink()
    assert "places.csv: is missing" in problems(folder)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A station's place with an empty database."""
    settings = parse(written_settings(database_url, tmp_path, tmp_path / "keys"), tmp_path / "kiosk.toml")
    found = place_of(settings)
    yield found
    found.database.close()


def counted(database: Database) -> int:
    with database.reading() as (connection, _):
        return len(rows.all_districts(connection))


def test_init_loads_the_lists_and_a_start_adds_them_where_there_are_none(place: Place) -> None:
    """Also a database that was made before there were lists; twice is harmless."""
    said: list[str] = []
    initialise(place, said.append)
    assert any("85 districts" in line for line in said)
    said.clear()
    initialise(place, said.append)
    prepare(place, said.append)
    assert said == []
    place.database.write(lambda connection, _: _forget(connection))
    (prepare if place.database.is_sqlite else initialise)(place, said.append)
    assert counted(place.database) == 85
    assert len(said) == 1


def _forget(connection: Connection) -> None:
    for table in ("places", "districts", "application_reasons"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names from above


def test_import_takes_lists_alone_or_with_the_rest_all_or_nothing(place: Place, tmp_path: Path) -> None:
    """A file of the lists, a folder of everything; one bad row of either kind and nothing is taken."""
    initialise(place, lambda _: None)
    folder = copied(tmp_path)
    said = import_reference(place, [folder / "places.csv"])
    assert said == "85 districts, 91 places, 12 reasons are in force"
    with as_file(files("assets") / "reference") as packaged:
        both = import_reference(place, [packaged])
    assert both.startswith("28 centres and 45 services are in force (version 2); 85 districts")
    (folder / "districts.csv").write_text("id,kind,name\nquba,rayon,Quba\n", "utf-8")
    (folder / "calendar.csv").write_text("confirmed_until\nsoon\n", "utf-8")
    with pytest.raises(BadReference) as bad:
        import_reference(place, [folder])
    files_told = [problem.file for problem in bad.value.problems]
    assert files_told[0] == "calendar.csv"
    assert set(files_told[1:]) == {"places.csv"}
    assert counted(place.database) == 85
    (folder / "strange.csv").write_text("a\n", "utf-8")
    with pytest.raises(BadReference, match=r"strange\.csv: is not known; known are agencies\.csv"):
        import_reference(place, [folder / "strange.csv", folder / "districts.csv"])
