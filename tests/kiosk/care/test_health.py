"""The page of health: probes by themselves, with a limit of time, and what was wrong last (M2)."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.care.facts import Finding, Message
from kiosk.care.faults import Fault, Faults
from kiosk.care.health import Health
from kiosk.care.probes.scene import Probe, Scene
from kiosk.clock import Instant
from kiosk.settings import Settings
from tests.kiosk.care.scenes import NOW, FakeStation, settings_of

GOOD = Finding("disk", "good", "care.not_told")
LITTLE = Finding("disk", "warning", "care.memory.advice", {}, "care.memory.advice")
FULL = Finding("disk", "fault", "care.disk.advice", {}, "care.disk.advice")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a limit of time that no slow machine meets."""
    return settings_of("sqlite:///none", tmp_path, tmp_path, maintenance={"probe_seconds": 60})


class Told:
    """A probe that tells what it is told to, at a time that is set."""

    def __init__(self, settings: Settings) -> None:
        self.finding = GOOD
        self.now: Instant = NOW
        self._settings = settings

    def health(self) -> Health:
        scene = Scene(self._settings, None, cast(Any, FakeStation()), lambda: self.now)
        return Health(self._settings, probes=[Probe("disk", lambda _: self.finding)], scene=scene)


def test_a_hanging_probe_is_a_finding_and_blocks_nothing(tmp_path: Path) -> None:
    """M2: the others are told; the one that hangs is not begun a second time, and is told when it comes back."""
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, maintenance={"probe_seconds": 1})
    free, begun = threading.Event(), []

    def hang(_: Scene) -> Finding:
        begun.append(1)
        free.wait()
        return GOOD

    health = Health(
        settings,
        probes=[Probe("disk", hang), Probe("memory", lambda _: Finding("memory", "good", "care.not_told"))],
        scene=Scene(settings, None),
    )
    try:
        for _ in range(2):
            hanging, other = health.examine()
            assert (hanging.probe, hanging.light, hanging.finding_key) == ("disk", "fault", "care.hangs")
            assert other.light == "good"
        assert len(begun) == 1
    finally:
        free.set()
    assert [finding.light for finding in health.examine()] == ["good", "good"]


@pytest.mark.parametrize("error", [RuntimeError("5AB1C2D"), OSError("x"), KeyError("y")])
def test_a_stumbling_probe_tells_its_kind_alone(
    settings: Settings, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """M2, K6: whatever it stumbled over, only the name of the error is told and logged."""

    def stumble(_: Scene) -> Finding:
        raise error

    found = Health(settings, probes=[Probe("disk", stumble)], scene=Scene(settings, None)).examine()[0]
    assert found.words("en").finding == f"The check failed: {type(error).__name__}"
    assert "5AB1C2D" not in caplog.text


def test_what_was_wrong_last_stays_told_when_all_is_good(settings: Settings) -> None:
    """M2: each with its last fault and when it began."""
    told = Told(settings)
    health = told.health()
    assert health.examine()[0].last_fault is None
    told.finding, told.now = FULL, NOW + 1000
    health.examine()
    told.finding, told.now = GOOD, NOW + 9000
    found = health.examine()[0]
    assert (found.light, found.last_fault_at) == ("good", NOW + 1000)
    assert found.last_fault == Message("care.disk.advice")


def test_a_fault_is_kept_when_the_light_turns_worse_and_not_at_every_look(settings: Settings) -> None:
    """M2: from warning to fault is worse, and so is another reason under the same light."""
    told = Told(settings)
    health = told.health()
    for finding in (LITTLE, LITTLE, FULL, FULL, LITTLE, GOOD, LITTLE):
        told.finding = finding
        told.now += 1000
        health.examine()
    assert [fault.what.key for fault in health.faults()] == [
        "care.memory.advice",
        "care.disk.advice",
        "care.memory.advice",
    ]


def test_a_restart_keeps_no_fault_twice(settings: Settings) -> None:
    """M2: what was wrong before the restart and still is, began before it."""
    told = Told(settings)
    told.finding = FULL
    told.health().examine()
    told.now += 60_000
    found = told.health().examine()[0]
    assert found.last_fault_at == NOW
    assert len(Faults().all()) == 1


def test_what_a_device_says_of_itself_is_its_last_fault(settings: Settings) -> None:
    """M2: a device's own word counts where it is newer."""
    told = Told(settings)
    said = Message("care.told", {"what": "the worker was killed"})
    told.finding = Finding("disk", "good", "care.not_told", last_fault=said, last_fault_at=NOW - 500)
    health = told.health()
    assert health.examine()[0].last_fault == said
    told.finding = GOOD
    assert health.examine()[0].last_fault_at == NOW - 500


def test_doctor_writes_no_fault(settings: Settings) -> None:
    """M4: without a station nothing is written, for `doctor` may run as another user; what was kept is told."""
    health = Health(settings, probes=[Probe("disk", lambda _: FULL)], scene=Scene(settings, None, None, lambda: NOW))
    assert health.examine()[0].last_fault is None
    assert Faults().all() == ()
    Faults().note(Fault("disk", NOW - 5, "fault", Message("care.disk.advice")))
    assert health.examine()[0].last_fault_at == NOW - 5


def test_two_faces_keep_one_fault_of_what_both_see(settings: Settings) -> None:
    """M2: the kiosk and the counter of one machine look at the same printer; a light that flickers fills no ring."""
    told = Told(settings)
    one, two = told.health(), told.health()
    for finding in (GOOD, FULL, GOOD, FULL):
        told.finding = finding
        told.now += 1000
        one.examine()
        two.examine()
    assert [fault.at for fault in Faults().all()] == [NOW + 2000]
    told.finding, told.now = GOOD, told.now + 200_000
    one.examine()
    told.finding = FULL
    one.examine()
    assert len(Faults().all()) == 2
