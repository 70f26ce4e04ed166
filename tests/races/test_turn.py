"""Writers of one SQLite file take turns: in order, one at a time, and nobody waits for ever."""

from __future__ import annotations

import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

import pytest

from db.turn import StillBusy, WritersTurn
from tests.forks import forked
from tests.frozen import freeze

_AT_ONCE = 0.0
_LONG = 60.0


def test_one_at_a_time(tmp_path: Path) -> None:
    """Two threads of one process wait for each other as two processes do."""
    file = tmp_path / "queue.db"
    with WritersTurn(file, _LONG).taken(), pytest.raises(StillBusy), WritersTurn(file, _AT_ONCE).taken():
        pass
    with WritersTurn(file, _AT_ONCE).taken():
        pass


def test_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    """No writer is passed by one that came later."""
    file = tmp_path / "queue.db"
    served: SimpleQueue[int] = SimpleQueue()
    threads = []
    with WritersTurn(file, _LONG).taken():
        for number in range(8):
            waits = threading.Event()
            turn = WritersTurn(file, _LONG, lambda seconds, waits=waits: waits.set())  # type: ignore[misc]

            def come(turn: WritersTurn = turn, number: int = number) -> None:
                with turn.taken():
                    served.put(number)

            threads.append(threading.Thread(target=come))
            threads[-1].start()
            assert waits.wait(_LONG)
    for thread in threads:
        thread.join()
    assert [served.get() for _ in range(8)] == list(range(8))


def _take_and_stay(file: Path, report: Connection) -> None:
    with WritersTurn(file, _LONG).taken():
        report.send(None)
        signal.pause()


def test_a_stopped_writer_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """A process that was stopped in its turn costs the others their patience; one that died costs them nothing."""
    file = tmp_path / "queue.db"
    process, report = forked(_take_and_stay, file)
    report.recv()
    assert process.pid is not None
    freeze(process.pid)
    with pytest.raises(StillBusy), WritersTurn(file, 0.01).taken():
        pass
    process.kill()
    process.join()
    with WritersTurn(file, _AT_ONCE).taken():
        pass


def test_a_database_in_memory_has_no_queue() -> None:
    with WritersTurn(None, _AT_ONCE).taken(), WritersTurn(None, _AT_ONCE).taken():
        pass
