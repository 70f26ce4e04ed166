"""The probes of trust: every expected certificate, the age of every list, the responder (M2, I11, E3)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from hardware.simulated.authority import ExampleAuthority
from kiosk.care.facts import Finding
from kiosk.care.probes.certificates import trust
from kiosk.care.probes.scene import Scene
from kiosk.clock import to_instant
from kiosk.signature.condition import FetchCondition, ListCondition, OcspCondition, TrustCondition
from tests.kiosk.care.scenes import by_probe, settings_of

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust folder with every expected certificate and fresh lists."""
    folder = tmp_path_factory.mktemp("trust") / "folder"
    ExampleAuthority.open(folder, NOW)
    return folder


Look = Callable[..., dict[str, Finding]]


@pytest.fixture
def folder(model: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "trust"
    shutil.copytree(model, copy)
    return copy


@pytest.fixture
def look(folder: Path, tmp_path: Path) -> Look:
    """Looks at that folder, without a station, at a time."""

    def at(now: datetime = NOW, **sections: Any) -> dict[str, Finding]:
        settings = settings_of("sqlite:///none", tmp_path, tmp_path, trust={"folder": str(folder)}, **sections)
        return by_probe(trust(Scene(settings, None, None, lambda: to_instant(now))))

    return at


def test_every_expected_certificate_is_told_with_its_date(look: Look) -> None:
    """M2: root, PCA, ICA and the bank's, each good until its own date."""
    found = look()
    for name in ("root", "pca", "ica", "bank"):
        assert found[f"anchor:{name}"].light == "good"
        assert "until" in found[f"anchor:{name}"].facts
        assert found[f"crl:{name}"].light == "good"


def test_a_missing_issuer_certificate_is_found_by_us(look: Look, folder: Path) -> None:
    """E3: not by the citizen: the one that is missing is red, and the folder is named."""
    next(folder.glob("ica.*")).unlink()
    found = look()
    assert (found["anchor:ica"].light, found["anchor:ica"].finding_key) == ("fault", "care.anchor.missing")
    assert str(folder) in found["anchor:ica"].words("en").advice
    assert found["anchor:pca"].light == "good"


def test_a_file_that_is_no_certificate_is_told(look: Look, folder: Path) -> None:
    """A renamed text in the trust folder is a fault, not silence."""
    (folder / "other.pem").write_text("no certificate", "ascii")
    unreadable = [finding for finding in look().values() if finding.finding_key == "care.anchor.unreadable"]
    assert len(unreadable) == 1


@pytest.mark.parametrize(
    ("years", "light", "key"),
    [
        (11.98, "warning", "care.anchor.soon"),
        (12.1, "fault", "care.anchor.expired"),
        (-6.0, "fault", "care.anchor.early"),
    ],
)
def test_a_certificate_out_of_its_time(look: Look, years: float, light: str, key: str) -> None:
    """M2: soon over, over, and "not yet valid", which is what a wrong clock makes of every certificate."""
    finding = look(NOW + timedelta(days=365.25 * years))["anchor:pca"]
    assert (finding.light, finding.finding_key) == (light, key)


def test_a_wrong_clock_is_advised_where_nothing_is_valid_yet(look: Look) -> None:
    """The clock is what is to be mended, not the certificates."""
    assert "clock" in look(NOW - timedelta(days=6 * 365))["anchor:root"].words("en").advice


@pytest.mark.parametrize(
    ("days", "light", "key"),
    [(0, "good", "care.crl.good"), (7.5, "warning", "care.crl.grace"), (9, "fault", "care.crl.expired")],
)
def test_an_expired_list_is_told_by_its_age(look: Look, days: float, light: str, key: str) -> None:
    """M2: fresh for a week, in its grace for a day, then worth nothing."""
    finding = look(NOW + timedelta(days=days))["crl:ica"]
    assert (finding.light, finding.finding_key) == (light, key)
    assert "moment" in finding.facts


@pytest.mark.parametrize(("ocsp", "light"), [(True, "warning"), (False, "fault")])
def test_a_missing_list_weighs_more_without_ocsp(look: Look, folder: Path, *, ocsp: bool, light: str) -> None:
    """With a responder to ask, a list that is not there is only a warning."""
    for file in (folder / "crl").iterdir():
        file.unlink()
    settings: dict[str, Any] = {"ocsp": ocsp, "folder": str(folder)}
    with_setting = settings_of("sqlite:///none", folder.parent, folder.parent, trust=settings)
    found = by_probe(trust(Scene(with_setting, None, None, lambda: to_instant(NOW))))
    assert found["crl:ica"].light == light


def test_example_certificates_are_red_in_production(look: Look) -> None:
    """K7: an invented root signs nobody's papers."""
    assert look(station={"name": "kiosk-1", "production": True})["trust"].light == "fault"
    assert "trust" not in look()


def test_nothing_expected_and_nothing_there_is_absent(tmp_path: Path) -> None:
    """A counter without cards needs no certificates."""
    settings = settings_of(
        "sqlite:///none", tmp_path, tmp_path, trust={"folder": str(tmp_path / "none"), "expected": ""}
    )
    found = by_probe(trust(Scene(settings, None, None, lambda: to_instant(NOW))))
    assert {finding.light for finding in found.values()} == {"absent"}


@dataclass
class _Trust:
    told: TrustCondition

    def condition(self) -> TrustCondition:
        return self.told


@dataclass
class _Station:
    trust: _Trust
    cards: object = True


def _told(tmp_path: Path, **changed: Any) -> dict[str, Finding]:
    nothing: dict[str, Any] = {
        "folder": "trust", "anchors": (), "missing": ("root",), "unreadable": (), "lists": (), "refused_lists": (),
        "fetches": (), "not_kept": None, "ocsp": None, "is_example": False,
    }  # fmt: skip
    station = _Station(_Trust(TrustCondition(**nothing | changed)))
    settings = settings_of("sqlite:///none", tmp_path, tmp_path)
    return by_probe(trust(Scene(settings, None, cast(Any, station), lambda: to_instant(NOW))))


def test_the_worst_part_of_a_list_counts(tmp_path: Path) -> None:
    """A list in parts is as good as its worst part; why it could not be fetched stands beside it."""
    lists = tuple(ListCondition("pca", state, NOW) for state in ("fresh", "dropped", "stale"))
    found = _told(tmp_path, lists=lists, fetches=(FetchCondition("http://x", fault="the server answered 503"),))
    assert found["crl:pca"].finding_key == "care.crl.expired"
    assert "503" in found["crl:pca"].words("en").advice


def test_a_list_from_the_future_blames_the_clock(tmp_path: Path) -> None:
    """A list that was told tomorrow means that somebody's clock is wrong."""
    found = _told(tmp_path, lists=(ListCondition("pca", "future", NOW + timedelta(days=1)),))
    assert "clock" in found["crl:pca"].words("en").advice


def test_a_refused_list_and_a_folder_that_keeps_none_are_told(tmp_path: Path) -> None:
    """Forged or damaged lists, and a disk that takes none, are warnings."""
    found = _told(tmp_path, refused_lists=(("old.crl", "its signature does not fit"),), not_kept="No space left")
    assert found["crl:old.crl"].light == "warning"
    assert found["trust"].light == "warning"


@pytest.mark.parametrize(
    ("ocsp", "light"),
    [
        (None, "absent"),
        (OcspCondition("http://x", NOW, 214), "good"),
        (OcspCondition("http://x", NOW, fault="no answer within 5.0 s"), "warning"),
    ],
)
def test_the_responder_is_told_by_its_last_answer(tmp_path: Path, ocsp: OcspCondition | None, light: str) -> None:
    """M2: OCSP's reach, as the last question went."""
    assert _told(tmp_path, ocsp=ocsp)["ocsp"].light == light
