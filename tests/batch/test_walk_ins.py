"""The request `walk_in` of `batch`: its answer and its errors with exact facts (C5, issue 5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.talk import Talk, key
from tests.stations import CENTRE, SERVICE, open_station

ASKED = {"service": SERVICE, "centre": CENTRE}


@pytest.fixture
def talk(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Talk]:
    """A conversation on Monday at ten."""
    station = open_station(ready_url, tmp_path, secrets_folder)
    talking = Talk(station)
    talking.at("2026-11-23T10:00:00")
    yield talking
    station.close()


def test_a_ticket_its_place_and_the_wait(talk: Talk) -> None:
    """Exactly the documented fields; the same key is the same ticket; it waits in the queue."""
    once = key()
    told = talk.ask("walk_in", key=once, **ASKED)
    assert told == {"ticket": "A-001", "place": 1, "wait": {"from": 0, "to": 0}}
    assert talk.ask("walk_in", key=key(), station="kiosk-7", language="ru", **ASKED) == {
        "ticket": "A-002", "place": 2, "wait": {"from": 10, "to": 10},
    }  # fmt: skip
    talk.at("2026-11-23T10:05:00")
    assert talk.ask("walk_in", key=once, **ASKED) == told
    waiting = talk.ask("queue", centre=CENTRE)["waiting"]
    assert [(one["ticket"], one["booked_for"]) for one in waiting] == [("A-001", None), ("A-002", None)]


def test_a_closed_centre_and_a_service_without_walk_ins(talk: Talk) -> None:
    """The errors carry what a program needs to say why."""
    station = talk.station
    with station.database.connected() as connection:
        connection.exec_driver_sql(f"UPDATE offers SET walk_in = 0 WHERE service = '{SERVICE}'")  # noqa: S608 - ours
        connection.exec_driver_sql("UPDATE offers SET walk_in = 1 WHERE service = 'passport-issue'")
        connection.exec_driver_sql("UPDATE facts SET value = '2' WHERE name = 'reference_version'")
    assert talk.ask("walk_in", key=key(), **ASKED) == {"error": "no_walk_ins"}
    other = {**ASKED, "service": "passport-issue"}
    talk.ask("walk_in", key=key(), **other)
    assert talk.ask("walk_in", key=key(), **other) == {"error": "limit_reached", "limit": "walk_ins", "count": 1}
    talk.at("2026-11-23T18:00:00")
    assert talk.ask("walk_in", key=key(), **other) == {"error": "closed", "reason": "outside_hours"}


def test_what_is_missing_is_named(talk: Talk) -> None:
    """A field that is missing or unknown is told by its name."""
    for field in ("key", "service", "centre"):
        request = {"key": key(), **ASKED}
        del request[field]
        assert talk.ask("walk_in", **request) == {"error": "bad_request", "field": field, "why": "missing"}
