"""Faces follow the database: another station's change is told within a second, on SQLite and on PostgreSQL (Q5)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from db.changes import hall_channel
from tests.stations import CENTRE, OTHER_CENTRE, MakeTrial, Trial, new_key, person
from tests.waiting import issue

_PATIENCE_SECONDS = 30.0
"""Bounds a failure only; the second that the rule allows is measured by `./bench`."""


def test_a_change_by_another_station_is_told(make_trial: MakeTrial) -> None:
    """Q5: a hold and its release by another station both call back."""
    watching, other = make_trial(), make_trial()
    told = threading.Event()
    stop = watching.station.watch(told.set)
    _until_listening(told, other)
    told.clear()
    held = other.hold("2026-11-23 10:00", person(1))
    assert told.wait(_PATIENCE_SECONDS)
    assert watching.states()["10:00"] == "held"
    told.clear()
    other.station.bookings.release("release", held.booking)
    assert told.wait(_PATIENCE_SECONDS)
    assert watching.states()["10:00"] == "free"
    stop()


def _until_listening(told: threading.Event, other: Trial) -> None:
    """The watcher's thread starts beside us: changes are made until it hears one."""
    for number in range(2, 100):
        held = other.hold("2026-11-24 10:00", person(number))
        other.station.bookings.release(f"release-{number}", held.booking)
        if told.wait(1.0):
            return
    raise AssertionError("the watcher never heard a change")


def test_a_hall_is_followed_by_its_own_centre(make_trial: MakeTrial) -> None:
    """C4: a step at a centre is told to whoever follows its hall; on PostgreSQL another centre's is not."""
    watching, other = make_trial(), make_trial()
    told, elsewhere = threading.Event(), threading.Event()
    stops = [
        watching.station.watch_hall(told.set),
        watching.station.watch_hall(elsewhere.set, OTHER_CENTRE),
    ]
    _until_told(told, lambda: _call(other, CENTRE))
    _until_told(elsewhere, lambda: _call(other, OTHER_CENTRE))
    if not watching.station.database.is_sqlite:
        # a late notice, or a connection made anew on a busy machine, may call back once: not each time
        assert any(_is_told_of_its_own_alone(told, elsewhere, other) for _ in range(5))
    told.clear()
    _call(other, CENTRE)
    assert told.wait(_PATIENCE_SECONDS)
    for stop in stops:
        stop()


def test_whoever_comes_too_late_is_told_to_the_hall(make_trial: MakeTrial) -> None:
    """C2: the counters show how many they are today."""
    watching, other = make_trial(), make_trial()
    code = other.confirmed("2026-11-23 10:00").order_code
    told = threading.Event()
    stop = watching.station.watch_hall(told.set)
    _until_told(told, lambda: _call(other, CENTRE))
    other.at("2026-11-23 10:20")
    told.clear()
    assert other.arrive(code).verdict == "too_late"
    assert told.wait(_PATIENCE_SECONDS)
    stop()


def test_a_channels_name_is_an_identifier_whatever_the_centre_is_called() -> None:
    """K5: short enough for PostgreSQL, of signs that need no quoting, and each centre's own."""
    names = [hall_channel(centre) for centre in ("baku-2", "Bakı; DROP TABLE", "x" * 500)]
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"[a-z_0-9]{1,63}", name) for name in names)


def _call(trial: Trial, centre: str) -> None:
    """Somebody comes to the centre's counter, and leaves."""
    issue(trial, "08:00", centre=centre, day="2026-11-20")
    called = trial.station.queue.call_next(new_key(), "7", centre=centre)
    trial.station.queue.no_show(new_key(), "7", called.ticket, centre=centre)


def _is_told_of_its_own_alone(told: threading.Event, elsewhere: threading.Event, other: Trial) -> bool:
    """Whether five calls at the other centre, each told to whoever follows that one, are told to nobody else."""
    _until_silent(told)
    for _ in range(5):
        elsewhere.clear()
        _call(other, OTHER_CENTRE)
        assert elsewhere.wait(_PATIENCE_SECONDS)
    return not told.is_set()


def _until_silent(told: threading.Event) -> None:
    """What is heard a moment later, together with what comes after it, has been heard."""
    told.clear()
    while told.wait(1.0):
        told.clear()


def _until_told(told: threading.Event, change: Callable[[], None]) -> None:
    for _ in range(100):
        change()
        if told.wait(0.2):
            return
    raise AssertionError("the watcher never heard a change")
