"""kiosk.toml: every key has a default, an unknown key or bad value is told with file, key, found and allowed."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from kiosk.settings import Settings, SettingsError, load, parse, state_folder

FILE = Path("/etc/asan-kiosk/kiosk.toml")


def told(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse(tomllib.loads(text), FILE)
    return str(caught.value)


def test_every_key_has_its_default() -> None:
    """Nothing has to be written; what the manual fixes stands in the defaults."""
    settings = parse({}, FILE)
    assert (settings.booking.days, settings.booking.hold_minutes, settings.booking.wrong_codes) == (7, 60, 5)
    assert (settings.arrival.late_minutes, settings.arrival.early, settings.arrival.accept_late) == (
        15,
        "opening",
        False,
    )
    limits = settings.limits
    assert (limits.open_bookings, limits.holds_per_email, limits.holds_per_station) == (3, 3, 60)
    assert not settings.station.production and not settings.clock.settable


def test_the_keys_that_others_rely_on_are_read() -> None:
    """Issue 2, section 4: by these names."""
    settings = parse(tomllib.loads("""
        [station]
        name = "portal"
        centre = "baku-1"
        production = true
        [database]
        url = "postgresql://kiosk@db/queue"
        [mail]
        transport = "maildir"
        path = "post"
        [clock]
        settable = true
        [example]
        data = false
        [secrets]
        folder = "keys"
        [limits]
        open_bookings = 0
        holds_per_email = 1
        holds_per_station = 2
    """), FILE)  # fmt: skip
    assert (settings.station.name, settings.station.centre, settings.station.production) == ("portal", "baku-1", True)
    assert settings.database_url == "postgresql+psycopg://kiosk@db/queue"
    assert (settings.mail.transport, settings.mail_folder) == ("maildir", FILE.parent / "post")
    assert settings.clock.settable and not settings.example.data
    assert settings.secrets_folder == FILE.parent / "keys"
    assert (settings.limits.open_bookings, settings.limits.holds_per_email, settings.limits.holds_per_station) == (
        0,
        1,
        2,
    )


@pytest.mark.parametrize(("text", "key", "found", "allowed"), [
    ("[booking]\nhold_minutes = 0", "[booking] hold_minutes", "0", "a whole number 1 to 1440"),
    ('[booking]\nhold_minutes = "60"', "[booking] hold_minutes", "'60'", "a whole number 1 to 1440"),
    ("[booking]\nhold_minutes = true", "[booking] hold_minutes", "True", "a whole number 1 to 1440"),
    ("[booking]\nhold_minutes = 1.5", "[booking] hold_minutes", "1.5", "a whole number 1 to 1440"),
    ("[limits]\nopen_bookings = -1", "[limits] open_bookings", "-1", "a whole number 0 to 1000"),
    ("[clock]\nsettable = 1", "[clock] settable", "1", "true or false"),
    ('[mail]\ntransport = "pigeon"', "[mail] transport", "'pigeon'", '"maildir" or "smtp"'),
    ('[database]\nurl = "mysql://x"', "[database] url", "'mysql://x'", "sqlite:///FILE"),
    ('[station]\nname = ""', "[station] name", "''", "1 to 40"),
    ('[station]\nname = "a\\nb"', "[station] name", "'a\\nb'", "1 to 40"),
    ('[arrival]\nearly = "soon"', "[arrival] early", "'soon'", '"opening"'),
    ('[arrival]\nearly = "٣"', "[arrival] early", "'٣'", '"opening"'),
    ("[booking]\ndays_ahead = 7", "[booking] days_ahead", "unknown key", "hold_minutes"),
])  # fmt: skip
def test_what_cannot_be_used_is_told(text: str, key: str, found: str, allowed: str) -> None:
    """File, key, what was found and what is allowed."""
    message = told(text)
    for part in (str(FILE), key, found, allowed):
        assert part in message


@pytest.mark.parametrize("text", ["[nothing]\nx = 1", "booking = 3", "station = []"])
def test_an_unknown_section_is_told(text: str) -> None:
    """With those that there are."""
    message = told(text)
    assert str(FILE) in message and ("allowed: station, database" in message or "a section [" in message)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Missing, no TOML, no UTF-8: by its name."""
    broken, foreign = tmp_path / "broken.toml", tmp_path / "foreign.toml"
    broken.write_text("[station")
    foreign.write_bytes(b"# \xff")
    for file in (tmp_path / "missing.toml", broken, foreign, tmp_path):
        with pytest.raises(SettingsError) as caught:
            load(file)
        assert str(file) in str(caught.value)
    assert load(None) == Settings()


def test_paths_start_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path in kiosk.toml means beside kiosk.toml, wherever the program is started; ~ is the home folder."""
    file = tmp_path / "kiosk.toml"
    file.write_text('[database]\nurl = "sqlite:///data/queue.db"\n[mail]\npath = "~/post"\n')
    monkeypatch.setenv("HOME", "/var/lib/kiosk")
    settings = load(file)
    assert settings.database_url == f"sqlite:///{tmp_path}/data/queue.db"
    assert settings.mail_folder == Path("/var/lib/kiosk/post")
    absolute = parse({"database": {"url": "sqlite:////srv/queue.db"}}, file)
    assert absolute.database_url == "sqlite:////srv/queue.db"


def test_the_state_folder_is_the_users(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_STATE_HOME; systemd's STATE_DIRECTORY goes before it."""
    assert state_folder() == own_state / "asan-kiosk"
    assert Settings().database_url == f"sqlite:///{own_state}/asan-kiosk/kiosk.db"
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/one:/var/lib/two")
    assert state_folder() == Path("/var/lib/one")


def _packaged() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).parents[2].joinpath("kiosk.toml").read_text("utf-8"))


def test_kiosk_toml_shows_every_key_with_its_default() -> None:
    """`kiosk.toml` with every key, its default and one line of comment."""
    written = _packaged()
    assert parse(written, FILE) == parse({}, FILE)
    for section in fields(Settings):
        if section.name != "file":
            kind = getattr(Settings(), section.name)
            assert set(written[section.name]) == {entry.name for entry in fields(kind)}, section.name
