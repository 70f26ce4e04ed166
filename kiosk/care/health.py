"""The page of health (M2): every probe by itself, in a thread of its own, with a limit of time.

A probe that stumbles or hangs is a finding itself, stops no other and holds up nobody: it goes on hanging in its
thread, and is not begun again before it came back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from db.engine import Database, DatabaseAway
from kiosk.care.facts import Finding, FindingWords, Message, TrialLine, exit_code, is_worse
from kiosk.care.faults import Fault, Faults
from kiosk.care.probes.scene import Probe, Scene
from kiosk.clock import MINUTE
from kiosk.place import place
from kiosk.secret_files import SecretTooOpen
from kiosk.settings import Settings
from kiosk.signature.facts import Light
from kiosk.station import Station

__all__ = ["Finding", "FindingWords", "Health", "Light", "Message", "TrialLine", "exit_code"]

_log = logging.getLogger(__name__)

_SAME: Final = 2 * MINUTE
"""The same fault again within this is the same one."""


class Health:
    """Looks at everything, as often as it is asked.

    Args:
        settings: the station's.
        station: the running one; None looks without (`asan-kiosk doctor`), and then writes nothing anywhere.
        probes: what is looked at; None: all there is.
        scene: what the probes look at; None: this machine.
    """

    def __init__(
        self,
        settings: Settings,
        station: Station | None = None,
        *,
        probes: Sequence[Probe] | None = None,
        scene: Scene | None = None,
    ) -> None:
        if probes is None:
            from kiosk.care.probes.all import every_probe

            probes = every_probe()
        self._probes = tuple(probes)
        self._seconds = settings.maintenance.probe_seconds
        self._own: Database | None = None
        if scene is None:
            database = station.database if station is not None else self._open(settings)
            scene = Scene(settings, database, station)
        self._scene = scene
        self._faults = Faults(writes=scene.station is not None)
        self._before: dict[str, Finding] = {}
        self._looking: dict[str, _Look] = {}
        self._lock = threading.Lock()

    def _open(self, settings: Settings) -> Database | None:
        try:
            self._own = place(settings).database
        except (OSError, SecretTooOpen):
            return None
        return self._own

    def examine(self) -> tuple[Finding, ...]:
        """Look at everything once. Blocks for at most `[maintenance] probe_seconds`; one caller at a time."""
        with self._lock:
            probes = [probe for probe in self._probes if self._scene.has_tables or not probe.needs_tables]
            for probe in probes:
                if probe.name not in self._looking:
                    self._looking[probe.name] = _Look(probe, self._scene)
            until = time.monotonic() + self._seconds
            findings: list[Finding] = []
            for probe in probes:
                found = self._looking[probe.name].found(max(0.0, until - time.monotonic()))
                if found is None:
                    facts = {"seconds": self._seconds}
                    findings.append(Finding(probe.name, "fault", "care.hangs", facts, "care.hangs.advice"))
                    continue
                del self._looking[probe.name]
                findings += found
            return tuple(self._remembered(finding) for finding in findings)

    def faults(self) -> tuple[Fault, ...]:
        """The last faults of every probe, oldest first."""
        return self._faults.all()

    def close(self) -> None:
        """Let go of what was opened for looking. A probe that still hangs goes with the process."""
        if self._own is not None:
            self._own.close()

    def _remembered(self, finding: Finding) -> Finding:
        """Keep a light that turned worse, and tell the last fault."""
        last = self._faults.last(finding.probe)
        # what a device itself told last comes first where it is newer
        if finding.last_fault is not None and finding.last_fault_at is not None:
            told = Fault(finding.probe, finding.last_fault_at, "fault", finding.last_fault)
            if last is None or last.at < told.at:
                self._faults.note(told)
                last = told
        if self._scene.station is not None and is_worse(finding.light, "good"):
            known = self._before.get(finding.probe)
            if known is None:
                turned = last is None or last.what.key != finding.finding_key
            else:
                changed = finding.light == known.light and finding.finding_key != known.finding_key
                turned = changed or is_worse(finding.light, known.light)
            if turned and not self._was_told(finding, last):
                last = Fault(finding.probe, self._scene.now(), finding.light, finding.finding)
                self._faults.note(last)
        self._before[finding.probe] = finding
        if last is None:
            return finding
        return replace(finding, last_fault=last.what, last_fault_at=last.at)

    def _was_told(self, finding: Finding, last: Fault | None) -> bool:
        """Whether the same was kept a moment ago, by another face of this machine or by a light that flickers."""
        return (
            last is not None
            and (last.what.key, last.light) == (finding.finding_key, finding.light)
            and 0 <= self._scene.now() - last.at < _SAME
        )


class _Look:
    """One probe at work in a thread of its own."""

    def __init__(self, probe: Probe, scene: Scene) -> None:
        self._probe = probe
        self._scene = scene
        self._done = threading.Event()
        self._found: tuple[Finding, ...] = ()
        threading.Thread(target=self._run, name=f"probe {probe.name}", daemon=True).start()

    def found(self, seconds: float) -> tuple[Finding, ...] | None:
        """What it found, waiting for so long; None while it is still looking."""
        return self._found if self._done.wait(seconds) else None

    def _run(self) -> None:
        name = self._probe.name
        try:
            found = self._probe.look(self._scene)
            self._found = found if isinstance(found, tuple) else (found,)
        except DatabaseAway:
            self._found = (Finding(name, "fault", "care.database.away", {}, "care.database.away.advice"),)
        except Exception as error:  # whatever is broken, the other probes must still be told
            _log.warning("the probe %s stumbled over %s", name, type(error).__name__)
            facts = {"error": type(error).__name__}
            self._found = (Finding(name, "fault", "care.stumbled", facts, "care.stumbled.advice"),)
        finally:
            self._done.set()
