"""That a stick came or went is told once (W9)."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from hardware.storage.mounts import Mount
from hardware.storage.watch import StickCame, StickWatch, StickWent, StorageEvent

_SOON = 30.0
_A = Mount(Path("/media/A"), 1, 100)
_B = Mount(Path("/media/B"), 2, 101)
_A_AGAIN = Mount(Path("/media/A"), 1, 102)


class _Machine:
    """Sticks that a test plugs and pulls; the watch looks every hundredth of a second."""

    def __init__(self, *mounts: Mount) -> None:
        self.mounts = mounts
        self.told: queue.SimpleQueue[StorageEvent] = queue.SimpleQueue()
        self.looked = threading.Event()

    def look(self) -> tuple[Mount, ...]:
        self.looked.set()
        return self.mounts

    def watch(self, table: Path) -> StickWatch:
        return StickWatch(self.look, self.told.put, table, 0.01)

    def looks_again(self) -> None:
        for _ in range(2):  # the first may have begun before
            self.looked.clear()
            assert self.looked.wait(_SOON)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table that never wakes anybody."""
    table = tmp_path / "mountinfo"
    table.write_text("")
    return table


def test_each_stick_is_told_once_as_it_comes_and_goes(table: Path) -> None:
    """W9: those that were there before are known."""
    machine = _Machine(_A)
    watch = machine.watch(table)
    machine.mounts = (_A, _B)
    assert machine.told.get(timeout=_SOON) == StickCame(_B)
    machine.mounts = (_B,)
    assert machine.told.get(timeout=_SOON) == StickWent(_A)
    machine.looks_again()
    assert machine.told.empty()
    watch.stop()


def test_a_stick_pulled_and_plugged_between_two_looks_is_another(table: Path) -> None:
    """W9: files shown before are no longer to be read."""
    machine = _Machine(_A)
    watch = machine.watch(table)
    machine.mounts = (_A_AGAIN,)
    assert [machine.told.get(timeout=_SOON) for _ in range(2)] == [StickWent(_A), StickCame(_A_AGAIN)]
    watch.stop()


def test_after_stop_nothing_is_told(table: Path) -> None:
    """W9: a screen that is gone is left alone, and the thread ends at once, not at its next look."""
    machine = _Machine()
    watch = StickWatch(machine.look, machine.told.put, table, 3600)
    watch.stop()
    watch.stop()
    watch._thread.join(_SOON)
    assert not watch._thread.is_alive()
    machine.mounts = (_A,)
    assert machine.told.empty()


def test_who_stumbles_is_told_the_next_time(table: Path, caplog: pytest.LogCaptureFixture) -> None:
    """W9: a screen's fault does not end the watch; the log names no file."""
    machine = _Machine()

    def stumble(event: StorageEvent) -> None:
        machine.told.put(event)
        raise RuntimeError("Əli's files")

    watch = StickWatch(machine.look, stumble, table, 0.01)
    machine.mounts = (_A,)
    assert machine.told.get(timeout=_SOON) == StickCame(_A)
    machine.mounts = ()
    assert machine.told.get(timeout=_SOON) == StickWent(_A)
    watch.stop()
    watch._thread.join(_SOON)
    assert {record.getMessage() for record in caplog.records} == {"the watch over sticks stumbled over RuntimeError"}


def test_without_a_table_it_looks_all_the_same(tmp_path: Path) -> None:
    """W9."""
    machine = _Machine()
    watch = machine.watch(tmp_path / "none")
    machine.mounts = (_A,)
    assert machine.told.get(timeout=_SOON) == StickCame(_A)
    watch.stop()
