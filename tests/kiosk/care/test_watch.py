"""The watch over health: faults are kept although nobody looks (M2)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

from kiosk.care.facts import Finding
from kiosk.care.faults import Faults
from kiosk.care.health import Health
from kiosk.care.probes.scene import Probe, Scene
from kiosk.care.watch import HealthWatch
from tests.kiosk.care.scenes import NOW, FakeStation, settings_of


def test_a_fault_that_nobody_saw_is_kept(tmp_path: Path) -> None:
    """M2: a printer that was empty for a while at night is told the next morning; a look that fails ends nothing."""
    looks = 0
    mended = threading.Event()

    def look(_: Scene) -> Finding:
        nonlocal looks
        looks += 1
        if looks == 1:
            return Finding("printer", "fault", "care.printer.no_paper")
        if looks >= 3:
            mended.set()
        return Finding("printer", "absent", "care.printer.none")

    settings = settings_of("sqlite:///none", tmp_path, tmp_path)
    health = Health(
        settings, probes=[Probe("printer", look)], scene=Scene(settings, None, cast(Any, FakeStation()), lambda: NOW)
    )
    watch = HealthWatch(health, seconds=0.001)
    watch.start()
    try:
        assert mended.wait(30)
    finally:
        watch.stop(30)
    (fault,) = Faults().all()
    assert (fault.probe, fault.at, fault.what.key) == ("printer", NOW, "care.printer.no_paper")
    assert watch.last[0].light == "absent"


def test_a_look_that_stumbles_does_not_end_the_watch(tmp_path: Path) -> None:
    """Whatever goes wrong with looking, it goes on."""

    class Stumbling:
        looked = threading.Semaphore(0)

        def examine(self) -> tuple[Finding, ...]:
            self.looked.release()
            raise RuntimeError

        def close(self) -> None:
            return

    stumbling = Stumbling()
    watch = HealthWatch(cast(Any, stumbling), seconds=0.001)
    watch.start()
    try:
        assert all(stumbling.looked.acquire(timeout=30) for _ in range(3))
    finally:
        watch.stop(30)
