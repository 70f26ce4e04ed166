"""`figures` of `batch` (C7): what the counters' own steps make of them, answered to the letter of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.batch.talk import Talk, key
from tests.stations import CENTRE, OTHER_CENTRE, Trial, open_station
from tests.waiting import DAY, issue

AT = {"centre": CENTRE, "counter": "7"}
RANGE = {"from": DAY, "to": DAY}


@pytest.fixture
def talk(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Talk]:
    """A conversation on Monday at ten."""
    station = open_station(ready_url, tmp_path, secrets_folder)
    talking = Talk(station)
    talking.at(f"{DAY}T10:00:00")
    yield talking
    station.close()


def figures(talk: Talk, **fields: Any) -> dict[str, Any]:
    return talk.ask("figures", **{"centre": CENTRE, **RANGE, **fields})


def test_what_the_counters_do_is_what_is_counted(talk: Talk) -> None:
    """Two people: one is called, called again, started and finished; one is called, and the call is undone."""
    hall = Trial(talk.station, talk.station.clock.set)
    issue(hall, "09:50")
    issue(hall, "09:55")
    talk.at(f"{DAY}T10:05:00")
    first = talk.ask("call_next", key=key(), **AT)["ticket"]
    talk.ask("call_again", key=key(), ticket=first, **AT)
    talk.at(f"{DAY}T10:07:00")
    talk.ask("start", key=key(), ticket=first, **AT)
    talk.at(f"{DAY}T10:20:00")
    talk.ask("finish", key=key(), ticket=first, **AT)
    talk.ask("call_next", key=key(), **AT)
    talk.at(f"{DAY}T10:20:30")
    talk.ask("undo", key=key(), **AT)
    found = figures(talk)
    assert (found["finished"], found["waiting"], found["called"], found["walk_ins"]) == (1, 1, 0, 2)
    assert found["wait"] == {"count": 1, "median": 900, "ninth_decile": 900, "longest": 900}
    assert found["service"] == {"count": 1, "median": 780, "ninth_decile": 780, "longest": 780}
    by_hour = {hour["hour"]: hour for hour in found["hours"]}
    assert (by_hour[9]["arrived"], by_hour[10]["called"], by_hour[10]["finished"]) == (2, 1, 1)
    assert by_hour[9]["wait"] == {"count": 0}


def test_an_undone_finish_is_not_counted(talk: Talk) -> None:
    """C2, C7: whoever is being served again was not served yet."""
    hall = Trial(talk.station, talk.station.clock.set)
    issue(hall, "09:50")
    ticket = talk.ask("call_next", key=key(), **AT)["ticket"]
    talk.ask("start", key=key(), ticket=ticket, **AT)
    talk.ask("finish", key=key(), ticket=ticket, **AT)
    talk.ask("undo", key=key(), **AT)
    found = figures(talk)
    assert (found["serving"], found["finished"], found["service"]) == (1, 0, {"count": 0})


def test_one_centre_or_all(talk: Talk) -> None:
    """`*`: all together, with `"centre":null`; without one the process's own."""
    hall = Trial(talk.station, talk.station.clock.set)
    issue(hall, "09:50")
    assert figures(talk, centre="*")["centre"] is None
    assert figures(talk, centre="*")["walk_ins"] == 1
    assert figures(talk, centre=OTHER_CENTRE)["walk_ins"] == 0
    own = talk.ask("figures", **RANGE)
    assert (own["centre"], own["walk_ins"]) == (CENTRE, 1)


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"from": "2026-11-24"}, "to", "before_from"),
        ({"from": "2025-11-22"}, "to", "more_than_a_year_after_from"),
        ({"from": "23.11.2026"}, "from", "not_a_date_in_iso_8601"),
        ({"to": "2026-02-30"}, "to", "not_a_date_in_iso_8601"),
        ({"centre": "atlantis"}, "centre", "unknown"),
    ],
)
def test_what_cannot_be_counted_is_a_bad_request(talk: Talk, fields: dict[str, Any], field: str, why: str) -> None:
    """Field and reason to the letter."""
    found = figures(talk, **fields)
    assert (found["error"], found["field"], found["why"]) == ("bad_request", field, why)
