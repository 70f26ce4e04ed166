"""Faces follow the database: another station's change is told within a second, on SQLite and on PostgreSQL (Q5)."""

from __future__ import annotations

import threading

from tests.stations import MakeTrial, Trial, person

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
