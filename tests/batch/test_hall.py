"""The hall's requests of `batch`: their answers, their errors with exact facts (issue 5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.batch.talk import Talk, key
from tests.stations import CENTRE, OTHER_SERVICE, SERVICE, Trial, open_station
from tests.waiting import DAY, issue, make_counter

HERE = {"centre": CENTRE}


@pytest.fixture
def talk(ready_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Talk]:
    """A conversation on Monday at ten."""
    station = open_station(ready_url, tmp_path, secrets_folder)
    talking = Talk(station)
    talking.at(f"{DAY}T10:00:00")
    yield talking
    station.close()


@pytest.fixture
def hall(talk: Talk) -> Trial:
    """The hands that put people into the hall."""
    return Trial(talk.station, talk.station.clock.set)


def step(talk: Talk, do: str, counter: str, ticket: str, **more: Any) -> dict[str, Any]:
    return talk.ask(do, key=key(), counter=counter, ticket=ticket, **HERE, **more)


def test_a_persons_way(talk: Talk, hall: Trial) -> None:
    """From waiting to finished: every answer has exactly its documented fields."""
    issue(hall, "09:50", "10:00")
    issue(hall, "09:40")
    assert talk.ask("queue", **HERE) == {
        "waiting": [
            {
                "ticket": "A-001", "service": SERVICE, "booked_for": "2026-11-23T10:00:00+04:00",
                "since": "2026-11-23T09:50:00+04:00", "state": "waiting",
            },
            {
                "ticket": "A-002", "service": SERVICE, "booked_for": None,
                "since": "2026-11-23T09:40:00+04:00", "state": "waiting",
            },
        ],
        "called": [],
    }  # fmt: skip
    at_seven = {"ticket": "A-001", "counter": "7", "service": SERVICE}
    called = {**at_seven, "state": "called", "times": 1}
    assert talk.ask("call_next", key=key(), counter="7", station="desk-7", **HERE) == called
    assert step(talk, "call_again", "7", "A-001") == {**called, "times": 2}
    assert step(talk, "start", "7", "a1") == {**called, "state": "serving", "times": 2}
    assert talk.ask("queue", **HERE)["called"] == [
        {**at_seven, "since": "2026-11-23T10:00:00+04:00", "state": "serving"}
    ]
    assert step(talk, "finish", "7", "A-001") == {"ticket": "A-001", "service": SERVICE, "state": "finished"}
    undone = talk.ask("undo", key=key(), counter="7", **HERE)
    assert undone == {"ticket": "A-001", "service": SERVICE, "state": "serving", "undone": "finish"}


def test_a_parked_one_waits_at_the_end(talk: Talk, hall: Trial) -> None:
    """`waiting` tells parked ones too, last; back in the queue it has its old place. Notes are not told."""
    for minute in range(2):
        issue(hall, f"09:0{minute}")
    step(talk, "call", "7", "A-001")
    assert step(talk, "park", "7", "A-001", note="surət çəkir")["state"] == "parked"
    waiting = talk.ask("queue", **HERE)["waiting"]
    assert [(one["ticket"], one["state"]) for one in waiting] == [("A-002", "waiting"), ("A-001", "parked")]
    assert "surət" not in str(waiting)
    assert step(talk, "put_back", "8", "A-001")["state"] == "waiting"
    assert [one["ticket"] for one in talk.ask("queue", **HERE)["waiting"]] == ["A-001", "A-002"]
    step(talk, "call", "7", "A-001")
    assert step(talk, "no_show", "7", "A-001")["state"] == "no_show"


def test_sent_on(talk: Talk, hall: Trial) -> None:
    """To a service, to a counter, or both."""
    make_counter(hall, "12")
    issue(hall, "09:00")
    sent = step(talk, "transfer", "7", "A-001", to_service=OTHER_SERVICE, to_counter="12", note="foto")
    assert sent == {"ticket": "A-001", "service": OTHER_SERVICE, "state": "waiting"}
    assert talk.ask("call_next", key=key(), counter="7", **HERE) == {"error": "nobody_waiting"}
    assert talk.ask("call_next", key=key(), counter="12", **HERE)["ticket"] == "A-001"


def test_the_refusals(talk: Talk, hall: Trial) -> None:
    """Each with exactly its facts."""
    make_counter(hall, "9", is_open=False)
    for minute in range(3):
        issue(hall, f"09:0{minute}")
    assert talk.ask("call_next", key=key(), counter="9", **HERE) == {"error": "counter_closed"}
    talk.ask("call_next", key=key(), counter="7", **HERE)
    assert talk.ask("call_next", key=key(), counter="7", **HERE) == {"error": "counter_busy", "ticket": "A-001"}
    assert step(talk, "finish", "7", "A-001") == {"error": "wrong_step", "state": "called"}
    assert step(talk, "start", "8", "A-001") == {"error": "other_counter", "counter": "7"}
    assert step(talk, "start", "8", "A-044") == {"error": "not_found"}
    assert step(talk, "start", "8", "?") == {"error": "bad_request", "field": "ticket", "why": "not_a_ticket_number"}
    assert step(talk, "transfer", "8", "A-002") == {"error": "bad_request", "field": "to_service", "why": "missing"}
    assert talk.ask("undo", key=key(), counter="8", **HERE) == {"error": "nothing_to_undo"}
    assert talk.ask("call_next", key=key(), counter="8") == {
        "error": "bad_request", "field": "centre", "why": "missing"
    }  # fmt: skip
    same = key()
    talk.ask("call_next", key=same, counter="8", **HERE)
    assert talk.ask("call_next", key=same, counter="10", **HERE) == {"error": "key_reused"}


def test_repeated_to_the_byte(talk: Talk, hall: Trial) -> None:
    """The same request with the same key is the same answer."""
    issue(hall, "09:00")
    asked = {"do": "call_next", "key": key(), "counter": "7", "id": 1, **HERE}
    told = talk.raw(asked)
    talk.at(f"{DAY}T11:00:00")
    assert talk.raw(asked) == told
    assert len(hall.query("SELECT 1 FROM calls")) == 1


def test_sent_to_a_counter_that_was_never_used(talk: Talk, hall: Trial) -> None:
    """A program makes a counter by naming it, here too; and an empty note is none."""
    issue(hall, "09:00")
    assert step(talk, "transfer", "7", "A-001", to_counter="21", note="")["state"] == "waiting"
    assert talk.ask("call_next", key=key(), counter="7", **HERE) == {"error": "nobody_waiting"}
    assert talk.ask("call_next", key=key(), counter="21", **HERE)["ticket"] == "A-001"
    assert step(talk, "park", "21", "A-001", note=" ")["state"] == "parked"


def test_the_machine_is_a_part_of_what_is_asked(talk: Talk, hall: Trial) -> None:
    """The same key with another `station` is another request, as with `arrive`."""
    issue(hall, "09:00")
    asked = {"do": "call_next", "key": key(), "counter": "7", "station": "desk-7", **HERE}
    told = talk.ask(asked)
    assert talk.ask({**asked, "station": "desk-8"}) == {"error": "key_reused"}
    assert talk.ask(asked) == told
