"""How much one address may ask, and small things that pages say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.errors import DocumentRefused
from kiosk.names import LANGUAGES, Language
from kiosk.settings import SettingsError, parse
from kiosk.web.limits import Rate, RateLimit, client_address
from kiosk.web.pages import language_of, megabytes
from kiosk.web.upload import why


def test_a_bucket_fills_again() -> None:
    """So many at once, then as many as come again with time; each address has its own."""
    seconds = [0.0]
    limit = RateLimit(Rate(burst=3, per_second=0.5), lambda: seconds[0])
    assert [limit.allows("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("192.0.2.2")
    seconds[0] = 1.9
    assert not limit.allows("192.0.2.1")
    seconds[0] = 4.1
    assert [limit.allows("192.0.2.1") for _ in range(3)] == [True, True, False]


def test_limits_are_settings_with_bounds(tmp_path: Path) -> None:
    """The largest together leave a process of 1,024 file descriptors some for itself."""
    written = {"requests": 10, "connections": 800, "connections_per_address": 4, "files": 32}
    told = parse({"web": written}, tmp_path / "kiosk.toml").web
    assert (told.requests, told.connections, told.connections_per_address, told.files) == (10, 800, 4, 32)
    for key, wrong in {"requests": 0, "service_requests_per_second": 0, "connections": 801, "files": 33}.items():
        with pytest.raises(SettingsError, match=key):
            parse({"web": {key: wrong}}, tmp_path / "kiosk.toml")


def test_a_network_of_ipv6_is_one_address() -> None:
    """A provider gives each subscriber a /64: who has one has no million buckets."""
    limit = RateLimit(Rate(burst=1, per_second=0), lambda: 0.0)
    assert limit.allows("2001:db8:1:2::1")
    assert not limit.allows("2001:db8:1:2:ffff::9")
    assert limit.allows("2001:db8:1:3::1")
    assert limit.allows("::ffff:192.0.2.1")
    assert limit.allows("::ffff:192.0.2.2")


def test_memory_of_addresses_is_bounded() -> None:
    """Of very many the oldest is forgotten, not the newest."""
    limit = RateLimit(Rate(burst=1, per_second=0), lambda: 0.0)
    for number in range(10_001):
        assert limit.allows(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert limit.allows("10.0.0.0")
    assert not limit.allows("10.0.39.16")


@pytest.mark.parametrize(
    ("forwarded", "behind_proxy", "address"),
    [
        (None, True, "127.0.0.1"),
        ("192.0.2.1", True, "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1", True, "192.0.2.1"),
        ("not an address", True, "127.0.0.1"),
        ("192.0.2.1", False, "127.0.0.1"),
    ],
)
def test_only_our_own_proxy_is_believed(forwarded: str | None, behind_proxy: bool, address: str) -> None:
    """What it wrote is the last entry; without one the header is anybody's invention."""
    assert client_address("127.0.0.1", forwarded, behind_proxy=behind_proxy) == address


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "az"),
        ("", "az"),
        ("de-DE,de;q=0.9", "az"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de,en;q=0.5,ru;q=0.7", "ru"),
        ("EN-gb", "en"),
        ("ru;q=0, en;q=x, az;q=0.1", "az"),
        ("en," * 1000, "en"),
    ],
)
def test_the_browser_s_language_is_followed(accepted: str | None, language: Language) -> None:
    """RFC 9110, 12.5.4: where a page has no language of its own; the kiosk's first language where none of ours fits."""
    assert language_of(accepted, "az") == language


def test_sizes_never_look_as_if_they_fitted() -> None:
    """A file of one byte more than 10 MB is 10,1 MB, as the language writes it."""
    assert [megabytes(language, 10_000_001, up=True) for language in LANGUAGES] == ["10,1", "10,1", "10.1"]
    assert megabytes("az", 10_000_000) == "10"


@pytest.mark.parametrize("reason", ["wrong_type", "too_big", "too_many_pages", "unreadable", "unsafe"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(reason: str, language: Language) -> None:
    """W9: with the fact it is about."""
    told = why(language, DocumentRefused(reason, 30_000_000, 20_000_000))
    assert ("30" in told) == (reason in {"too_big", "too_many_pages"})
