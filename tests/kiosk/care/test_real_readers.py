"""`doctor` beside a real reader service: what it finds without a station (M2, M4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from hardware.pcsc.service import PcscService
from hardware.readers import ServiceCondition
from kiosk.care.facts import Finding
from kiosk.care.probes.readers import Readers
from kiosk.care.trials.readers import restart_service
from tests.hardware.pcsc.plugged import ATR, Desk
from tests.kiosk.care.scenes import by_probe, scene, settings_of
from tests.pcscd import Pcscd, private_pcscd


@pytest.fixture(scope="module")
def pcscd() -> Iterator[Pcscd]:
    """A running pcscd with one reader of two slots."""
    with private_pcscd() as service:
        yield service


def _look(pcscd: Pcscd, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Finding]:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(pcscd.socket))
    settings = settings_of(
        "sqlite:///none", folder, folder, cards={"reader": "pcsc"}, maintenance={"probe_seconds": 30}
    )
    return by_probe(Readers().look(scene(settings, Path("/"))))


def test_a_card_in_a_real_reader_is_found_beside_another_program(
    pcscd: Pcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M4: while a kiosk holds the reader service, `doctor` tells service, readers and the card's answer to reset."""
    with Desk(pcscd) as kiosk:
        kiosk.settle()
        with kiosk.card():
            found = _look(pcscd, tmp_path, monkeypatch)
    assert (found["reader_service"].light, found["reader_service"].facts["count"]) == ("good", 2)
    assert (found["reader:1"].light, found["reader:2"].light) == ("good", "good")
    assert found["card:1"].facts["atr"] == ATR.hex().upper()


def test_a_dead_reader_service_is_red(pcscd: Pcscd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M2: pcscd was stopped: the service is red with what helps, and no reader is told of."""
    pcscd.stop()
    try:
        found = _look(pcscd, tmp_path, monkeypatch)
    finally:
        pcscd.start()
    assert set(found) == {"reader_service"}
    assert found["reader_service"].light == "fault"
    assert "pcscd" in found["reader_service"].words("en").advice


@dataclass(frozen=True)
class _CardDesk:
    """As much of a card desk as the trial needs."""

    service: PcscService

    def condition(self) -> ServiceCondition:
        return self.service.condition()


def test_a_restart_is_the_new_workers_answer(pcscd: Pcscd, tmp_path: Path) -> None:
    """M3: the trial waits for the worker that was started anew, and for its readers."""
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, cards={"reader": "pcsc"})
    with Desk(pcscd) as kiosk:
        kiosk.settle()
        before = kiosk.worker
        lines = list(restart_service(settings, cast(Any, _CardDesk(kiosk.service))))
        assert kiosk.worker != before
    assert [line.key for line in lines] == ["care.trial.own_worker", "care.trial.service_up", "care.trial.readers"]
    assert lines[-1].light == "good"
