"""Settings that do nothing together are told before somebody stands before a kiosk that cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.care.probes import storage
from kiosk.contradictions import contradictions
from kiosk.settings import Settings, parse
from tests.kiosk.care.scenes import scene

FILE = Path("/etc/asan-kiosk/kiosk.toml")
APART: list[tuple[dict[str, Any], str]] = [
    ({"water": {"code_digits": "9-4"}}, "[water] code_digits: MIN over MAX"),
    ({"registry": {"source": "http"}}, '[registry] source = "http" without an https url'),
    ({"e_gov": {"issuer": "https://id.example.az"}, "web": {"public_url": "https://su.example.az"}},
     "[e_gov] issuer without client_id"),
    ({"e_gov": {"issuer": "https://id.example.az", "client_id": "kiosk"}}, "[e_gov] issuer without [web] public_url"),
    ({"web": {"key": "web.key"}}, "[web] key without certificate"),
    ({"payments": {"qr_scheme": "AZ.EXAMPLE"}}, "[payments] qr_scheme or qr_merchant alone"),
    ({"payments": {"qr_merchant": "00012345"}}, "[payments] qr_scheme or qr_merchant alone"),
    ({"station": {"production": True}, "sms": {"transport": "smpp", "tls": False}}, "[sms] tls = false"),
]  # fmt: skip


@pytest.mark.parametrize(("sections", "what"), APART)
def test_each_is_told_alone(sections: dict[str, Any], what: str) -> None:
    assert contradictions(parse(sections, FILE)) == (what,)


def test_what_goes_together_is_none() -> None:
    """The defaults, and everything set up."""
    whole = {
        "water": {"code_digits": "7-7"},
        "registry": {"source": "http", "url": "https://registry.example.az/v1"},
        "e_gov": {"issuer": "https://id.example.az", "client_id": "kiosk"},
        "web": {"public_url": "https://su.example.az", "certificate": "web.pem", "key": "web.key"},
        "payments": {"qr_scheme": "AZ.EXAMPLE", "qr_merchant": "00012345"},
        "sms": {"transport": "smpp", "tls": False},
    }
    assert contradictions(Settings()) == contradictions(parse(whole, FILE)) == ()


def test_the_page_of_health_tells_them(tmp_path: Path) -> None:
    """M2: what stands beside what, and in which file."""
    told = parse({"payments": {"qr_scheme": "AZ.EXAMPLE"}, "example": {"data": False}}, FILE)
    found = storage.settings(scene(told, tmp_path))
    assert (found.light, found.finding_key) == ("warning", "care.settings.apart")
    assert found.facts["what"] == "[payments] qr_scheme or qr_merchant alone"


def test_a_secret_that_the_settings_name_is_looked_at_too(tmp_path: Path) -> None:
    """Wherever it lies; one that is not there is told where it is needed."""
    token = tmp_path / "registry.token"
    token.write_text("x", encoding="utf-8")
    token.chmod(0o640)
    files = {"registry": {"token_file": str(token)}, "sms": {"password_file": str(tmp_path / "none")}}
    told = parse({"secrets": {"folder": str(tmp_path / "secrets")}, **files}, FILE)
    found = storage.secrets(scene(told, tmp_path))
    assert (found.light, found.facts["what"]) == ("fault", "registry.token")
    token.chmod(0o600)
    assert storage.secrets(scene(told, tmp_path)).light == "good"
