"""Production refuses what only a trial may have (K7)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hardware.simulated.authority import ExampleAuthority
from kiosk import production
from kiosk.production import ForbiddenInProduction
from kiosk.settings import parse
from kiosk.station import Station
from tests.stations import MakeTrial, written_settings

GOOD: dict[str, dict[str, Any]] = {
    "station": {"production": True},
    "example": {"data": False},
    "mail": {"transport": "smtp"},
}
FILE = Path("/etc/asan-kiosk/kiosk.toml")


def test_a_production_station_may_start() -> None:
    """With SMTP, no example data, no settable clock and no simulated printer."""
    production.check(parse(GOOD, FILE), has_example_data=False)


@pytest.mark.parametrize(("section", "values", "reason"), [
    ("example", {"data": True}, "[example] data = true"),
    ("clock", {"settable": True}, "[clock] settable = true"),
    ("mail", {"transport": "maildir"}, '[mail] transport = "maildir"'),
    ("sms", {"transport": "folder"}, '[sms] transport = "folder"'),
    ("payments", {"terminal": "simulated"}, '[payments] terminal = "simulated"'),
    ("printer", {"device": "simulated"}, '[printer] device = "simulated"'),
    ("cards", {"reader": "simulated"}, '[cards] reader = "simulated"'),
    ("cards", {"reader": "auto"}, '[cards] reader = "auto"'),
    ("e_gov", {"issuer": "http://127.0.0.1:9400"}, "[e_gov] issuer is not https"),
    ("password", {"url": "http://127.0.0.1:9400"}, "[password] url is not https"),
    ("registry", {"source": "http", "url": "http://127.0.0.1:9400"}, "[registry] url is not https"),
    ("sms", {"transport": "http", "url": "http://127.0.0.1:9400"}, "[sms] url is not https"),
])  # fmt: skip
def test_each_forbidden_setting_is_told(section: str, values: dict[str, Any], reason: str) -> None:
    """K7: by its key; outside production the same is fine."""
    with pytest.raises(ForbiddenInProduction) as caught:
        production.check(parse(GOOD | {section: values}, FILE), has_example_data=False)
    assert reason in str(caught.value)
    production.check(parse(GOOD | {section: values, "station": {}}, FILE), has_example_data=True)


def test_invented_authorities_are_refused(tmp_path: Path) -> None:
    """K7: the trust anchors of the example set-up, wherever they lie."""
    ExampleAuthority.open(tmp_path, datetime(2026, 11, 2, tzinfo=UTC))
    values = GOOD | {"trust": {"folder": str(tmp_path)}}
    with pytest.raises(ForbiddenInProduction, match=r"\[trust\] folder"):
        production.check(parse(values, FILE), has_example_data=False)


def test_all_reasons_are_told_at_once() -> None:
    """Whoever sets up a station mends it once."""
    settings = parse({"station": {"production": True}, "clock": {"settable": True}}, FILE)
    with pytest.raises(ForbiddenInProduction) as caught:
        production.check(settings, has_example_data=True)
    for reason in ("[example] data", "the database holds example data", "[clock] settable", "[mail] transport"):
        assert reason in str(caught.value)


def test_a_database_with_example_data_is_refused(make_trial: MakeTrial, tmp_path: Path, secrets_folder: Path) -> None:
    """K7: the settings alone do not tell; the database does, and a station does not open on it."""
    trial = make_trial()
    url = trial.station.settings.database.url
    written = written_settings(url, tmp_path, secrets_folder, station={"production": True}, clock={"settable": False})
    Station(parse(written, tmp_path / "kiosk.toml")).close()
    trial.change("INSERT INTO facts (name, value) VALUES ('example_data', '300')")
    with pytest.raises(ForbiddenInProduction) as caught:
        Station(parse(written, tmp_path / "kiosk.toml"))
    assert "the database holds example data" in str(caught.value)
