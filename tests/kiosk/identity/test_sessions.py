"""One live session a person: leases, ends and taking over, to the millisecond, on both databases (I12)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from db import sessions as rows
from db.engine import DatabaseAway
from db.sessions import SessionRow
from kiosk.errors import Unavailable
from kiosk.identity.refused import SessionElsewhere
from kiosk.identity.sessions import Sessions
from tests.stations import Trial

PERSON = "5AB1C2D"
LEASE, LONGEST = 60_000, 500 * 60_000


@dataclass
class Elapsed:
    """Seconds that passed at a station, as a test says."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Station:
    """A station's sessions; its own clock and the database's go together unless a test parts them."""

    trial: Trial
    sessions: Sessions
    elapsed: Elapsed

    def after(self, milliseconds: int) -> None:
        self.trial.set_instant(self.trial.station.clock.now() + milliseconds)
        self.elapsed.seconds += milliseconds / 1000


MakeStation = Callable[..., Station]


@pytest.fixture
def make_station(make_trial: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeStation]:
    # the renewing thread has its own test; here a test renews
    monkeypatch.setattr(Sessions, "_run", lambda _self: None)
    opened: list[Sessions] = []

    def make(name: str, **sections: Any) -> Station:
        trial, elapsed = make_trial(station={"name": name}, **sections), Elapsed()
        opened.append(Sessions(trial.station.acts, trial.station.settings, elapsed=elapsed))
        return Station(trial, opened[-1], elapsed)

    yield make
    for one in opened:
        one.close()


@pytest.mark.parametrize(("after", "free"), [(LEASE - 1, False), (LEASE, True), (LEASE + 1, True)])
def test_a_lease_that_nobody_renewed(make_station: MakeStation, after: int, free: bool) -> None:
    """At exactly sixty seconds it has ended, and another station may begin; a millisecond earlier it may not."""
    dead, other = make_station("kiosk-1"), make_station("kiosk-2")
    begun = dead.sessions.begin(PERSON, "good")
    other.after(after)
    if free:
        assert other.sessions.begin(PERSON, "good").token != begun.token
        assert other.trial.query("SELECT station FROM sessions") == [{"station": "kiosk-2"}]
        return
    with pytest.raises(SessionElsewhere) as refused:
        other.sessions.begin(PERSON, "good")
    assert refused.value.station == "kiosk-1"


@pytest.mark.parametrize(("left", "free"), [(1, False), (0, True)])
def test_the_longest_time(make_station: MakeStation, left: int, free: bool) -> None:
    """S5: 500 minutes, however faithfully it is renewed; at exactly that millisecond it has ended."""
    station, other = make_station("kiosk-1"), make_station("kiosk-2")
    begun = station.sessions.begin(PERSON, "good")
    for _ in range(LONGEST // 50_000 - 1):
        station.after(50_000)
        assert station.sessions.renew(begun.token)
    station.after(50_000 - left)
    other.trial.set_instant(station.trial.station.clock.now())
    assert station.sessions.is_alive(begun.token) is not free
    if free:
        assert not station.sessions.renew(begun.token)
        other.sessions.begin(PERSON, "good")
    else:
        with pytest.raises(SessionElsewhere):
            other.sessions.begin(PERSON, "good")


def test_renewing_holds_it(make_station: MakeStation) -> None:
    """Renewed in time it lives on, lease after lease."""
    station, other = make_station("kiosk-1"), make_station("kiosk-2")
    begun = station.sessions.begin(PERSON, "good")
    for _ in range(5):
        station.after(LEASE - 1)
        assert station.sessions.renew(begun.token)
    other.trial.set_instant(station.trial.station.clock.now())
    with pytest.raises(SessionElsewhere):
        other.sessions.look(PERSON)


def test_a_station_gives_up_before_others_may_take_over(make_station: MakeStation) -> None:
    """A station that is cut off knows by its own time that its lease is over, and never renews a lost one."""
    station = make_station("kiosk-1")
    begun = station.sessions.begin(PERSON, "good")
    station.after(LEASE - 1)
    assert station.sessions.is_alive(begun.token)
    station.after(1)
    assert not station.sessions.is_alive(begun.token)
    assert not station.sessions.renew(begun.token)


def test_a_machine_that_slept_has_lost_its_lease(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """I12: others took over meanwhile by the database's time; the monotonic clock alone stood still."""
    slept = [0.0]
    real = time.clock_gettime

    def gettime(clock: int) -> float:
        return real(clock) + (slept[0] if clock == time.CLOCK_BOOTTIME else 0.0)

    monkeypatch.setattr(time, "clock_gettime", gettime)
    held = Sessions(trial.station.acts, trial.station.settings)
    begun = held.begin("5AB1C2D", "good")
    assert held.is_alive(begun.token)
    slept[0] = float(trial.station.settings.session.lease_seconds)
    assert not held.is_alive(begun.token)
    held.close()


def test_a_session_that_was_taken_over_is_lost(make_station: MakeStation) -> None:
    """Renewing tells it; ending it does not end the new one."""
    station, other = make_station("kiosk-1"), make_station("kiosk-2")
    begun = station.sessions.begin(PERSON, "good")
    other.after(LEASE)
    other.sessions.begin(PERSON, "good")
    assert not station.sessions.renew(begun.token)
    assert not station.sessions.is_alive(begun.token)
    station.sessions.end(begun.token, "left")
    assert other.trial.query("SELECT station FROM sessions") == [{"station": "kiosk-2"}]


def test_ending_one_that_is_gone_ends_nothing_else(make_station: MakeStation) -> None:
    """The token names the session, not the person."""
    station, other = make_station("kiosk-1"), make_station("kiosk-2")
    begun = station.sessions.begin(PERSON, "good")
    other.after(LEASE)
    other.sessions.begin(PERSON, "good")
    station.sessions.end(begun.token, "left")
    assert len(other.trial.query("SELECT * FROM sessions")) == 1
    audit = other.trial.query("SELECT outcome FROM audit WHERE act = 'citizen_sign_out'")
    assert audit == [{"outcome": "had_ended"}]


def test_with_the_database_away(make_station: MakeStation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session lives on through a short cut, and ends here at once when it is ended; there its lease runs out."""

    def away(*_asked: Any, **_more: Any) -> Any:
        raise DatabaseAway("gone")

    station, other = make_station("kiosk-1"), make_station("kiosk-2")
    begun = station.sessions.begin(PERSON, "good")
    with monkeypatch.context() as cut:
        cut.setattr(station.trial.station.database, "write", away)
        with pytest.raises(Unavailable):
            station.sessions.renew(begun.token)
        station.sessions.renew_all()
        assert station.sessions.is_alive(begun.token)
        station.sessions.end(begun.token, "left")
    assert not station.sessions.is_alive(begun.token)
    with pytest.raises(SessionElsewhere):
        other.sessions.begin(PERSON, "good")
    other.after(LEASE)
    other.sessions.begin(PERSON, "good")


def test_closing_ends_what_is_held(make_station: MakeStation) -> None:
    """A station that is stopped leaves nobody locked out."""
    station, other = make_station("kiosk-1"), make_station("kiosk-2")
    station.sessions.begin(PERSON, "good")
    station.sessions.begin("6CD2E3F", "good")
    station.sessions.close()
    assert other.trial.query("SELECT * FROM sessions") == []
    other.sessions.begin(PERSON, "good")


def test_different_people_do_not_wait_for_each_other(make_station: MakeStation) -> None:
    """One session a person, any number of people."""
    station = make_station("kiosk-1")
    for person in ("5AB1C2D", "6CD2E3F", "7EF3G4H"):
        station.sessions.begin(person, "good")
    assert len(station.trial.query("SELECT * FROM sessions")) == 3


def test_the_leases_are_renewed_by_themselves(
    make_trial: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The station's own thread renews, three times a lease."""
    renewed = threading.Event()
    waits: list[float] = []

    class Impatient(threading.Event):
        """Does not wait, once."""

        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            return len(waits) > 1 or super().is_set()

    monkeypatch.setattr(Sessions, "renew_all", lambda _self: renewed.set())
    trial = make_trial()
    sessions = Sessions(trial.station.acts, trial.station.settings)
    monkeypatch.setattr(sessions, "_stopped", Impatient())
    sessions.begin(PERSON, "good")
    assert renewed.wait(30)
    assert waits[0] == pytest.approx(20)
    sessions.close()


def test_the_rows_that_have_ended_are_purged(trial: Trial) -> None:
    """K6: a row of a session that has ended holds a FİN and goes; a live one stays."""

    def act(connection: Any, now: int) -> list[int]:
        for number, (lease, ends) in enumerate(
            [(now + 1, now + 1), (now, now + 9), (now + 9, now), (now - 5, now - 5)]
        ):
            row = SessionRow(f"P{number}", f"t{number}", "kiosk-1", now - 10, lease, ends)
            assert rows.begin(connection, row, now)
        return [rows.purge(connection, now), rows.purge(connection, now)]

    assert trial.station.database.write(act) == [3, 0]
    assert trial.query("SELECT person FROM sessions") == [{"person": "P0"}]


def test_at_its_own_station_a_person_begins_anew(trial: Trial) -> None:
    """I12: whose kiosk died and came back, or whose cancelled sign-in went through, is not told of another terminal."""

    def act(connection: Any, now: int) -> list[bool]:
        row = SessionRow(PERSON, "one", "kiosk-1", now, now + 9, now + 99)
        begun = [rows.begin(connection, row, now), rows.begin(connection, row._replace(token="two"), now)]
        return [*begun, rows.renew(connection, "one", now, now + 9), rows.renew(connection, "two", now, now + 9)]

    assert trial.station.database.write(act) == [True, True, False, True]
    Sessions(trial.station.acts, trial.station.settings).look(PERSON)


def test_beginning_again_with_the_same_token_is_the_same(trial: Trial) -> None:
    """A commit whose answer was lost is tried again by the engine: it must not find itself in its own way."""

    def act(connection: Any, now: int) -> list[bool]:
        row = SessionRow(PERSON, "one", "kiosk-1", now, now + 9, now + 99)
        return [rows.begin(connection, row, now), rows.begin(connection, row, now),
                rows.begin(connection, row._replace(token="two", station="kiosk-2"), now)]  # fmt: skip

    assert trial.station.database.write(act) == [True, True, False]


@pytest.mark.parametrize(
    ("lease", "ends", "renewed"), [(1, 9, True), (0, 9, False), (-1, 9, False), (9, 1, True), (9, 0, False)]
)
def test_what_has_ended_is_not_renewed(trial: Trial, lease: int, ends: int, renewed: bool) -> None:
    """A station that was asleep finds its session ended, though nobody else has begun one meanwhile."""

    def act(connection: Any, now: int) -> bool:
        rows.begin(connection, SessionRow(PERSON, "one", "kiosk-1", now - 99, now + lease, now + ends), now - 99)
        return rows.renew(connection, "one", now, now + 60)

    assert trial.station.database.write(act) is renewed
