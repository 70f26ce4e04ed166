"""A technician sees that a supervisor closed this kiosk at a counter (C2, M2, M5)."""

from __future__ import annotations

from kiosk.care.probes import storage
from kiosk.care.probes.all import every_probe
from kiosk.care.probes.scene import Scene
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import Trial, moment, new_key


def test_a_closed_kiosk_says_since_when(trial: Trial) -> None:
    """The card goes when the kiosk is opened again; the counter of the same machine is another face."""
    station = trial.station
    assert storage.closing in [probe.look for probe in every_probe()]
    scene = Scene(station.settings, station.database, station)
    stations, supervisor = station.stations, enrolled(trial, "supervisor")
    assert storage.closing(scene).light == "good", "nobody heard of this machine yet"
    stations.seen("kiosk", 0)
    stations.seen("counter", 0)
    trial.at("2026-11-23 14:05")
    stations.set_closed(new_key(), supervisor, station.settings.station.name, closed=True)
    found = storage.closing(scene)
    assert (found.light, found.facts) == ("warning", {"moment": moment("2026-11-23 14:05")})
    assert found.words("az").finding.endswith("23.11.2026 14:05:00")
    assert "Shift+F10" in found.words("en").advice
    stations.set_closed(new_key(), supervisor, station.settings.station.name, closed=False)
    assert storage.closing(scene).light == "good"
