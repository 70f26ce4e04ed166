"""Who is told what, and when: a listener whose ears a test invents, so that each order of things is the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import psycopg
import pytest

from db import changes
from db.changes import CHANNEL, Listener, hall_channel
from db.ears import Bell
from db.engine import Database
from tests.standby import until
from tests.stations import CENTRE
from tests.watching import CALLED, LISTENING, PATIENCE, Watching, threads_begun


class Ears:
    """In the place of `open_ear`: ears that hear what a test says, with gates before what they do."""

    def __init__(self) -> None:
        self.opened = self.most = 0
        self.away = False
        """Whether the next one cannot be opened."""
        self.following: Set[str] = frozenset()
        self.opening, self.following_now, self.closing = (threading.Event() for _ in range(3))
        """Somebody stands before the gate, or went through it."""
        self.may_open, self.may_follow, self.may_close = (threading.Event() for _ in range(3))
        for gate in (self.may_open, self.may_follow, self.may_close):
            gate.set()
        self._said: SimpleQueue[Set[str] | Exception] = SimpleQueue()
        self._bell: Bell | None = None

    @contextmanager
    def open(self, _database: Database) -> Iterator[Ears]:
        """As `open_ear`."""
        self.opening.set()
        assert self.may_open.wait(PATIENCE)
        if self.away:
            raise psycopg.OperationalError("nobody is there")
        self.opened += 1
        self.most = max(self.most, self.opened)
        try:
            yield self
        finally:
            self.closing.set()
            assert self.may_close.wait(PATIENCE)
            self.opened -= 1

    def follow(self, channels: Set[str]) -> None:
        """As `Ear`."""
        self.following_now.set()
        assert self.may_follow.wait(PATIENCE)
        self.following = channels

    def hear(self, bell: Bell) -> Set[str]:
        """As `Ear`."""
        self._bell = bell
        try:
            said = self._said.get_nowait()
        except Empty:
            bell.wait(10 * PATIENCE)
            return frozenset()
        if isinstance(said, Exception):
            raise said
        return said

    def say(self, said: Set[str] | Exception) -> None:
        """A notice, or the loss of the database; somebody hears already."""
        self._said.put(said)
        assert self._bell is not None
        self._bell.ring()


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> Ears:
    """Every listener of the test has these ears."""
    invented = Ears()
    monkeypatch.setattr(changes, "open_ear", invented.open)
    monkeypatch.setattr(changes, "AGAIN_SECONDS", 0.01)
    return invented


@pytest.fixture
def listener(invented: Ears, sqlite_url: str) -> Iterator[Listener]:
    """With invented ears."""
    database = Database(sqlite_url, lambda: 0)
    listener = Listener(database)
    yield listener
    for gate in (invented.may_open, invented.may_follow, invented.may_close):
        gate.set()
    listener.stop()
    database.close()


@pytest.fixture
def threads() -> Callable[[str], int]:
    """How many threads of a name the test has begun that are not over."""
    return threads_begun()


def test_loss_and_return_are_told_once_each(invented: Ears, listener: Listener) -> None:
    """K4: whoever reads at the loss learns that it is away, and at the return what happened meanwhile."""
    early = Watching(listener)
    assert early.is_told()
    invented.opening.clear()
    invented.may_open.clear()
    invented.say(psycopg.OperationalError("gone"))
    assert early.is_told()
    assert invented.opening.wait(PATIENCE), "it is tried again"
    late = Watching(listener)
    invented.away = True
    invented.opening.clear()
    invented.may_open.set()
    assert invented.opening.wait(PATIENCE), "in vain, and again"
    assert not early.is_told(0.1), "it is still away"
    assert not late.is_told(0.1)
    invented.away = False
    assert early.is_told()
    assert late.is_told()
    invented.say({CHANNEL})
    assert early.is_told()
    assert late.is_told(), "and nothing before: it never had what was lost"
    assert not early.is_told(0.1)
    assert not late.is_told(0.1)


def test_a_notice_is_told_to_those_who_follow_its_channel(invented: Ears, listener: Listener) -> None:
    """C4: on the one connection as on connections of their own."""
    grid, hall = Watching(listener), Watching(listener, CENTRE)
    assert grid.is_told()
    assert hall.is_told()
    assert invented.following == {CHANNEL, hall_channel(CENTRE)}
    invented.say({hall_channel(CENTRE)})
    assert hall.is_told()
    assert not grid.is_told(0.1)
    invented.say({CHANNEL})
    assert grid.is_told()
    assert not hall.is_told(0.1)
    invented.say({CHANNEL, hall_channel(CENTRE)})
    assert grid.is_told()
    assert hall.is_told()


def test_what_happens_before_it_is_followed_is_not_missed(invented: Ears, listener: Listener) -> None:
    """Q5: the first call comes when every later change is heard, and not before."""
    first = Watching(listener)
    assert first.is_told()
    invented.following_now.clear()
    invented.may_follow.clear()
    second = Watching(listener, CENTRE)
    assert invented.following_now.wait(PATIENCE)
    assert not second.is_told(0.1)
    invented.may_follow.set()
    assert second.is_told()
    assert hall_channel(CENTRE) in invented.following
    assert not first.is_told(0.1), "nothing happened to it"


def test_a_slow_callback_keeps_nobody_waiting(invented: Ears, listener: Listener) -> None:
    """Q5: each is called in a thread of its own; what happened meanwhile is told once, afterwards."""
    entered, done = threading.Semaphore(0), threading.Event()

    def slow() -> None:
        entered.release()
        assert done.wait(PATIENCE)

    listener.watch(slow)
    assert entered.acquire(timeout=PATIENCE)
    quick = Watching(listener)
    for _ in range(3):
        assert quick.is_told()
        invented.say({CHANNEL})
    assert quick.is_told()
    assert not entered.acquire(blocking=False)
    done.set()
    assert entered.acquire(timeout=PATIENCE)
    assert not entered.acquire(timeout=0.1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_fails_is_followed_no_more(invented: Ears, listener: Listener, threads: Callable[[str], int]) -> None:
    """No connection stays for a thread that is dead."""

    def fail() -> None:
        raise RuntimeError("a fault of a face")

    listener.watch(fail)
    until(lambda: threads(CALLED) + threads(LISTENING) == 0, "no thread is left")
    assert (invented.opened, invented.most) == (0, 1)


def test_whoever_begins_while_the_connection_is_closed_is_heard(invented: Ears, listener: Listener) -> None:
    """The last one stopped, and the next one begins before the thread is over: there are never two."""
    last = Watching(listener)
    assert last.is_told()
    invented.may_close.clear()
    last.stop()
    assert invented.closing.wait(PATIENCE)
    following = Watching(listener)
    assert not following.is_told(0.1)
    invented.may_close.set()
    assert following.is_told()
    assert invented.most == 1


def test_whoever_stops_while_the_connection_is_opened_is_not_called(invented: Ears, listener: Listener) -> None:
    """And whoever begins meanwhile is, on that connection."""
    invented.may_open.clear()
    gone = Watching(listener)
    assert invented.opening.wait(PATIENCE)
    gone.stop()
    following = Watching(listener, CENTRE)
    invented.may_open.set()
    assert following.is_told()
    assert invented.following == {hall_channel(CENTRE)}
    assert not gone.is_told(0.0)
    assert invented.most == 1


def test_watchers_that_come_and_go_at_once(invented: Ears, listener: Listener, threads: Callable[[str], int]) -> None:
    """K5: whoever stays is heard, nothing stays of the others, and there was never a second connection."""

    def come_and_go(hand: int) -> None:
        for turn in range(50):
            watching = Watching(listener, CENTRE if turn % 2 else None)
            if turn % 5 == hand % 5:
                assert watching.is_told()
            watching.stop()

    with ThreadPoolExecutor(6, "hand") as pool:
        for hand in [pool.submit(come_and_go, hand) for hand in range(6)]:
            hand.result(2 * PATIENCE)
    last = Watching(listener)
    assert last.is_told()
    invented.say({CHANNEL})
    assert last.is_told()
    last.stop()
    until(lambda: threads(CALLED) + threads(LISTENING) == 0, "no thread is left")
    assert (invented.opened, invented.most) == (0, 1)
