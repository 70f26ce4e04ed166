"""The machine itself: disk, memory, temperature, versions. What it does not tell is absent, not good."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from decimal import Decimal
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from db import migrate
from kiosk.care.facts import Facts, Finding
from kiosk.care.probes.scene import Scene
from kiosk.settings import state_folder

_LITTLE_DISK: Final = 1 << 30
_NO_DISK: Final = 100 << 20
_LITTLE_MEMORY: Final = 200 << 20
_NO_MEMORY: Final = 60 << 20
_WARM: Final = 80_000
"""Thousandths of a degree Celsius, as the kernel tells them: from here on boards slow themselves down."""
_HOT: Final = 92_000
_SEARCHED: Final = ("/usr/sbin/pcscd", "/sbin/pcscd")


def disk(scene: Scene) -> Finding:
    """Whether there is room where this machine writes, and whether it may write there."""
    places = {_there(scene.settings.log_file.parent), _there(state_folder())}
    if scene.database is not None and scene.database.is_sqlite:
        places.add(_there(Path(scene.database.url.database or "").parent))
    closed = next((place for place in sorted(places) if not os.access(place, os.W_OK)), None)
    if closed is not None:
        return Finding("disk", "fault", "care.disk.closed", {"folder": str(closed)}, "care.disk.closed.advice")
    free, folder = min((shutil.disk_usage(place).free, place) for place in places)
    facts: Facts = {"free": _in_units(free, 30), "folder": str(folder)}
    if free < _NO_DISK:
        return Finding("disk", "fault", "care.disk.full", facts, "care.disk.advice")
    if free < _LITTLE_DISK:
        return Finding("disk", "warning", "care.disk.little", facts, "care.disk.advice")
    return Finding("disk", "good", "care.disk.good", facts)


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def memory(scene: Scene) -> Finding:
    """What the machine has left, and what this program takes."""
    try:
        told = (scene.root / "proc/meminfo").read_text(encoding="ascii")
        used = int((scene.root / "proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return Finding("memory", "absent", "care.not_told")
    found = re.search(r"^MemAvailable:\s*([0-9]+) kB", told, re.MULTILINE)
    if found is None:
        return Finding("memory", "absent", "care.not_told")
    free = int(found[1]) << 10
    facts: Facts = {"free": free >> 20, "count": used >> 20}
    if free < _NO_MEMORY:
        return Finding("memory", "fault", "care.memory.little", facts, "care.memory.advice")
    if free < _LITTLE_MEMORY:
        return Finding("memory", "warning", "care.memory.little", facts, "care.memory.advice")
    return Finding("memory", "good", "care.memory.good", facts)


def temperature(scene: Scene) -> Finding:
    """The warmest place that the kernel tells of."""
    told = []
    for zone in sorted((scene.root / "sys/class/thermal").glob("thermal_zone*/temp")):
        try:
            told.append(int(zone.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # a sensor that sleeps says so with an error
    if not told:
        return Finding("temperature", "absent", "care.not_told")
    warmest = max(told)
    facts: Facts = {"number": Decimal(warmest).scaleb(-3).quantize(Decimal(1))}
    if warmest >= _HOT:
        return Finding("temperature", "fault", "care.temperature.high", facts, "care.temperature.advice")
    if warmest >= _WARM:
        return Finding("temperature", "warning", "care.temperature.high", facts, "care.temperature.advice")
    return Finding("temperature", "good", "care.temperature.good", facts)


def versions(scene: Scene) -> Finding:
    """Of this program, its tables, Python and the reader service."""
    facts: Facts = {
        "version": version("asan-kiosk"),
        "schema": migrate.HEAD,
        "python": platform.python_version(),
        "pcscd": _pcscd(scene) or "–",
    }
    return Finding("versions", "good", "care.versions.good", facts)


def _pcscd(scene: Scene) -> str | None:
    program = shutil.which("pcscd") or next((place for place in _SEARCHED if Path(place).is_file()), None)
    if program is None:
        return None
    return _version_of(program, Path(program).stat().st_mtime_ns, scene.settings.maintenance.probe_seconds)


@lru_cache(maxsize=1)
def _version_of(program: str, _changed: int, seconds: float) -> str | None:
    """What a program says of its version: asked once, and again when it was installed anew."""
    try:
        said = subprocess.run(  # noqa: S603 - the machine's own program
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"version ([0-9][0-9.]*[0-9])", said)
    return found[1] if found is not None else None


def _in_units(size: int, shift: int) -> Decimal:
    return (Decimal(size) / (1 << shift)).quantize(Decimal("0.1"))
