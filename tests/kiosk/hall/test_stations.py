"""The machines of a centre: that they are there, whether their clock is right, and which kiosk is closed (M5, K5)."""

from __future__ import annotations

import threading

import pytest

from kiosk.errors import NotAllowed, NotFound, Unavailable
from kiosk.hall.stations import Face, StationEntry, Stations
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import OTHER_CENTRE, START, MakeTrial, Trial, at, moment, new_key


@pytest.fixture
def boss(trial: Trial) -> int:
    return enrolled(trial, "supervisor")


def only(trial: Trial) -> StationEntry:
    (entry,) = trial.station.stations.all()
    return entry


def test_a_machine_that_told_of_itself_is_in_the_list(trial: Trial) -> None:
    """K5: with its face and when it was heard last; after two minutes of silence it is not there."""
    trial.station.stations.seen("kiosk", 40)
    entry = only(trial)
    assert (entry.name, entry.face, entry.seen_at, entry.clock_off) == ("kiosk-1", "kiosk", moment(START), 40)
    assert entry.version and entry.closed_at is None
    trial.set_instant(at(START) + 119_999)
    assert only(trial).is_there
    trial.set_instant(at(START) + 120_000)
    assert not only(trial).is_there
    trial.station.stations.seen("kiosk", 40)
    assert only(trial).is_there
    assert trial.query("SELECT id FROM audit") == [], "nobody did anything"
    trial.at("2026-12-20 09:02")
    assert only(trial).name == "kiosk-1"
    trial.set_instant(at("2026-12-20 09:02") + 1)
    assert trial.station.stations.all() == (), "30 days: it was taken away, or has another name"


def test_one_machine_with_more_than_one_face(trial: Trial) -> None:
    """K5: kiosk, counter and board as separate processes on one machine."""
    faces: tuple[Face, ...] = ("kiosk", "counter", "board")
    for face in faces:
        trial.station.stations.seen(face, 0)
    assert sorted(entry.face for entry in trial.station.stations.all()) == ["board", "counter", "kiosk"]


def test_the_machines_of_a_centre_are_its_own(make_trial: MakeTrial) -> None:
    """C2: a list is of one centre."""
    here, there = make_trial(), make_trial(station={"name": "kiosk-9", "centre": OTHER_CENTRE})
    here.station.stations.seen("kiosk", 0)
    there.station.stations.seen("kiosk", 0)
    assert [entry.name for entry in here.station.stations.all()] == ["kiosk-1"]
    assert [entry.name for entry in here.station.stations.all(OTHER_CENTRE)] == ["kiosk-9"]


def test_a_clock_that_is_off_by_more_than_the_bound(trial: Trial) -> None:
    """M2: either way, and at the bound itself it is still right."""
    for off, told in ((60_000, False), (60_001, True), (-60_000, False), (-60_001, True)):
        trial.station.stations.seen("kiosk", off)
        assert only(trial).clock_is_off is told


def test_how_far_the_clock_is_off(trial: Trial) -> None:
    """The middle of the question is what is compared."""
    asked = iter([at(START) + 1000, at(START) + 3000])
    stations = Stations(trial.station.acts, trial.station.settings, machine=lambda: next(asked))
    assert stations.clock_off() == 2000


@pytest.mark.parametrize(("off", "told"), [(60_000, None), (60_001, 60_001), (-60_000, None), (-60_001, -60_001)])
def test_a_machine_knows_that_its_clock_is_off(trial: Trial, off: int, told: int | None) -> None:
    """M2: so that its operator is told; at the bound itself it is still right."""
    trial.station.stations.seen("counter", off)
    assert trial.station.stations.clock_is_off == told


def test_a_closed_kiosk_hears_of_it(trial: Trial, boss: int) -> None:
    """M5: by telling of itself; it stays closed until it is opened, also over a restart."""
    stations = trial.station.stations
    stations.seen("kiosk", 0)
    told = [stations.is_closed]
    stations.set_closed(new_key(), boss, "kiosk-1", True)
    assert only(trial).closed_at == moment(START)
    stations.seen("kiosk", 0)
    assert [*told, stations.is_closed] == [False, True]
    again = Stations(trial.station.acts, trial.station.settings)
    again.seen("kiosk", 0)
    assert again.is_closed
    stations.set_closed(new_key(), boss, "kiosk-1", False)
    opened = Stations(trial.station.acts, trial.station.settings)
    opened.seen("kiosk", 0)
    assert not opened.is_closed


def test_a_counter_is_no_kiosk(trial: Trial, boss: int) -> None:
    """M5: a kiosk alone is closed so; a supervisor cannot close the machine they sit at."""
    trial.station.stations.seen("counter", 0)
    with pytest.raises(NotFound):
        trial.station.stations.set_closed(new_key(), boss, "kiosk-1", True)
    with pytest.raises(NotFound):
        trial.station.stations.set_closed(new_key(), boss, "kiosk-77", True)


def test_only_who_may_manage_the_hall_closes_a_kiosk(trial: Trial, boss: int) -> None:
    """C6: asked of the database; audited either way."""
    trial.station.stations.seen("kiosk", 0)
    leyla = enrolled(trial, "operator")
    with pytest.raises(NotAllowed):
        trial.station.stations.set_closed(new_key(), leyla, "kiosk-1", True)
    trial.station.stations.set_closed("one-key", boss, "kiosk-1", True)
    trial.station.stations.set_closed("one-key", boss, "kiosk-1", True)
    trial.station.stations.set_closed(new_key(), boss, "kiosk-1", False)
    rows = trial.query("SELECT act, outcome, staff, detail FROM audit ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("station_close", "not_allowed", leyla, None),
        ("station_close", "done", boss, "kiosk-1"),
        ("station_open", "done", boss, "kiosk-1"),
    ]


def test_it_tells_of_itself_by_itself(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """K5: from `begin` on in a thread of its own; a database that is away ends nothing."""
    stations = trial.station.stations
    told: list[str] = []
    done = threading.Event()

    def seen(face: str, _off: int) -> None:
        told.append(face)
        if len(told) == 1:
            raise Unavailable
        done.set()

    monkeypatch.setattr(stations, "seen", seen)
    monkeypatch.setattr("kiosk.hall.stations.SEEN_SECONDS", 0.0)
    stations.begin("kiosk")
    stations.begin("kiosk")
    assert done.wait(30)
    stations.end()
    assert set(told) == {"kiosk"}


def test_a_trials_clock_makes_no_machines_clock_wrong(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """K7: where clocks are set at will nobody is told to put the machine's right."""
    assert trial.station.settings.clock.settable
    stations = Stations(trial.station.acts, trial.station.settings, machine=lambda: at(START) + 10**9)
    told: list[int] = []
    done = threading.Event()

    def seen(_face: str, off: int) -> None:
        told.append(off)
        done.set()

    monkeypatch.setattr(stations, "seen", seen)
    stations.begin("counter")
    assert done.wait(30)
    stations.end()
    assert told == [0]


def test_a_look_tells_whether_it_is_closed(trial: Trial, boss: int) -> None:
    """M5: a face looks after each change of the database."""
    stations = trial.station.stations
    stations.look()
    told = [stations.is_closed]
    stations.begin("kiosk")
    try:
        stations.seen("kiosk", 0)
        stations.set_closed(new_key(), boss, "kiosk-1", True)
        stations.look()
        assert [*told, stations.is_closed] == [False, True]
    finally:
        stations.end()


@pytest.mark.parametrize(("face", "looks"), [("kiosk", 1), ("counter", 0), ("board", 0)])
def test_only_a_kiosk_asks_whether_it_is_closed(
    face: Face, looks: int, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K5: every booking at any centre is told to every face, and a kiosk alone can be closed."""
    stations = trial.station.stations
    asked: list[str] = []
    monkeypatch.setattr("kiosk.hall.stations.rows.closed_since", lambda _connection, name, _face: asked.append(name))
    stations.begin(face)
    try:
        stations.look()
    finally:
        stations.end()
    assert len(asked) == looks
