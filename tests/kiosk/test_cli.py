"""The command `asan-kiosk`: what a newcomer types, and what is said when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from db import migrate
from db.engine import Database
from kiosk.booking.signing_keys import load_keys
from kiosk.cli import commands
from kiosk.secret_files import SecretTooOpen, text_of
from kiosk.settings import load
from kiosk.water.lists import COLUMNS
from tests.postgres import Server

_TRIAL = """
[station]
name = "trial"
[database]
url = "{url}"
[secrets]
folder = "secrets"
[mail]
path = "mail"
[log]
file = "kiosk.log"
[clock]
settable = true
[example]
data = {example}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A kiosk.toml over an SQLite file that is not made yet."""
    return _config(tmp_path, f"sqlite:///{tmp_path / 'kiosk.db'}")


def _config(folder: Path, url: str, *, example: bool = False) -> Path:
    file = folder / "kiosk.toml"
    file.write_text(_TRIAL.format(url=url.replace("+psycopg", ""), example=str(example).lower()), encoding="utf-8")
    return file


def _run(*words: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(commands, [str(word) for word in words], input=stdin)


def _every_command(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found.append((*before, name))
        if isinstance(command, click.Group):
            found += _every_command(command, (*before, name))
    return found


@pytest.mark.parametrize("words", _every_command(commands), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    """Every command has help of more than its name."""
    result = _run(*words, "--help")
    assert result.exit_code == 0
    assert len(result.output.split()) > 15


def test_import_names_the_lists_of_the_water_forms() -> None:
    """They come by the same command as centres and services."""
    told = _run("import", "--help").output
    assert [name for name in COLUMNS if name not in told] == []


@pytest.mark.parametrize(
    "words",
    [w for w in _every_command(commands) if w not in {("staff",), ("clock",), ("key",), ("card",), ("water",)}],
    ids=" ".join,
)
def test_every_command_takes_a_config(words: tuple[str, ...]) -> None:
    """Every command can be told which kiosk.toml to read."""
    assert "--config FILE" in _run(*words, "--help").output


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[station]\nnmae = 'x'", ("[station] nmae", "unknown key", "name, centre, production")),
        ("[staton]\nname = 'x'", ("[staton]", "unknown section", "station, database")),
        ("[mail]\ntransport = 'pigeon'", ("[mail] transport", "'pigeon'", '"maildir" or "smtp"')),
        ("[mail]\nport = 'x'", ("[mail] port", "'x'", "a whole number 1 to 65535")),
        ("[clock]\nsettable = 1", ("[clock] settable", "1", "true or false")),
        ("[station", ("is not TOML",)),
    ],
)
def test_a_bad_setting_is_told_and_ends_with_2(tmp_path: Path, written: str, told: tuple[str, ...]) -> None:
    """An unknown key or a bad value: file, key, what was found, what is allowed; exit status 2."""
    file = tmp_path / "kiosk.toml"
    file.write_text(written, encoding="utf-8")
    result = _run("init", "--config", file)
    assert result.exit_code == 2
    assert all(words in result.stderr for words in (str(file), *told))
    assert "Traceback" not in result.output


def test_init_twice_does_nothing_the_second_time(config: Path) -> None:
    """`init` is safe to repeat, and makes the signing key once."""
    first = _run("init", "--config", config)
    assert first.exit_code == 0
    assert "28 centres" in first.stderr
    key = load_keys(config.parent / "secrets").signing
    second = _run("init", "--config", config)
    assert (second.exit_code, second.output) == (0, "")
    again = load_keys(config.parent / "secrets").signing
    assert key is not None
    assert again is not None
    assert key.private.private_bytes_raw() == again.private.private_bytes_raw()


def test_example_data_are_loaded_once(tmp_path: Path) -> None:
    """A few hundred invented bookings, and not twice as many after a second start."""
    config = _config(tmp_path, f"sqlite:///{tmp_path / 'kiosk.db'}", example=True)
    assert "all of them invented" in _run("init", "--config", config).stderr
    assert _run("init", "--config", config).stderr == ""


def test_a_batch_alone_makes_its_sqlite_database(config: Path) -> None:
    """K5: one machine runs on SQLite with no preparation."""
    result = _run("batch", "--config", config, stdin='{"id":1,"do":"services"}\n')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["ok"] is True


def test_a_bad_import_names_line_and_reason_and_changes_nothing(config: Path, tmp_path: Path) -> None:
    """Bad rows are refused with line and reason, nothing half loaded."""
    _run("init", "--config", config)
    bad = tmp_path / "hours.csv"
    bad.write_text("centre,weekday,opens,closes,default\n*,1,09:00,18:00,\nnowhere,8,18:00,09:00,\n", encoding="utf-8")
    result = _run("import", "--config", config, bad)
    assert result.exit_code == 1
    assert "hours.csv" in result.stderr
    assert "3" in result.stderr
    dates = _run("batch", "--config", config, stdin='{"id":1,"do":"centres","service":"identity-card-issue"}\n')
    assert json.loads(dates.stdout)["ok"] is True


def test_an_older_postgresql_names_the_command_and_is_not_touched(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K5: on PostgreSQL only `init` changes the schema; a station on an older database names it."""
    with postgres.database() as name:
        config = _config(tmp_path, postgres.url(name))
        before = _run("batch", "--config", config, stdin="")
        assert before.exit_code == 1
        assert "asan-kiosk init" in before.stderr
        assert _run("init", "--config", config).exit_code == 0
        assert _run("batch", "--config", config, stdin="").exit_code == 0
        monkeypatch.setattr(migrate, "HEAD", "9999")
        older = _run("batch", "--config", config, stdin="")
        assert "asan-kiosk init" in older.stderr


@pytest.mark.parametrize("command", ["init", "batch"])
def test_a_newer_database_is_refused(config: Path, command: str) -> None:
    """A database of a newer version is left alone, with a clear message."""
    _run("init", "--config", config)
    database = Database(load(config).database_url, lambda: 0)
    with database.connected() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    result = _run(command, "--config", config, stdin="")
    assert result.exit_code == 1
    assert "newer version" in result.stderr


def test_a_password_never_stands_in_the_command(config: Path) -> None:
    """`staff add` reads the password from stdin, and the name can sign in with it."""
    _run("init", "--config", config)
    added = _run("staff", "add", "--config", config, "leyla", "--role", "administrator", stdin="correct horse\n")
    assert added.exit_code == 0
    twice = _run("staff", "add", "--config", config, "leyla", stdin="correct horse\n")
    assert twice.exit_code == 1
    assert "in use" in twice.stderr
    short = _run("staff", "add", "--config", config, "murad", stdin="short\n")
    assert "at least 8" in short.stderr


def test_a_face_without_a_terminal_says_so(config: Path) -> None:
    """A face that cannot be seen does not start (an input at its end would keep a core busy)."""
    result = _run("kiosk", "--config", config)
    assert result.exit_code == 1
    assert "needs a terminal" in result.stderr


def test_a_new_key_signs_and_the_old_one_still_checks(config: Path) -> None:
    """Rotation: `key add` makes the next number; nothing is overwritten."""
    _run("init", "--config", config)
    assert _run("key", "add", "--config", config).exit_code == 0
    keys = load_keys(config.parent / "secrets")
    assert keys.signing is not None
    assert keys.signing.number == 2
    assert set(keys.checking) == {1, 2}


def test_time_goes_back_on_a_persons_word_only(config: Path) -> None:
    """On SQLite time never goes back by itself; `clock reset` does it and the audit says so."""
    _run("init", "--config", config)
    _run("batch", "--config", config, stdin='{"id":1,"do":"clock","now":"2099-01-01T00:00:00+04:00"}\n')
    ask = '{"id":1,"do":"clock"}\n'
    assert "2099" in _run("batch", "--config", config, stdin=ask).stdout
    assert _run("clock", "reset", "--config", config).exit_code == 0
    assert "2099" not in _run("batch", "--config", config, stdin=ask).stdout
    database = Database(load(config).database_url, lambda: 0)
    with database.connected() as connection:
        acts = connection.exec_driver_sql("SELECT act FROM audit").scalars().all()
    database.close()
    assert "clock_reset" in acts


def test_production_refuses_a_trials_settings(config: Path) -> None:
    """K7: example data, a settable clock, a Maildir: refused at the start, each named."""
    text = config.read_text(encoding="utf-8").replace('name = "trial"', 'name = "trial"\nproduction = true')
    config.write_text(text, encoding="utf-8")
    result = _run("batch", "--config", config, stdin="")
    assert result.exit_code == 2
    assert "settable" in result.stderr
    assert "maildir" in result.stderr


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Secrets lie in files readable by the service user alone."""
    config = _config(tmp_path, f"sqlite:///{tmp_path / 'kiosk.db'}")
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "database-password"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)
    result = _run("init", "--config", config)
    assert result.exit_code == 1
    assert "chmod 600" in result.stderr


def test_a_credential_of_systemd_opens_no_other_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What systemd lays into its own folder is its business; every other file is looked at as always."""
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    for folder in (credentials, tmp_path):
        (folder / "secret").write_text("x\n", encoding="utf-8")
        (folder / "secret").chmod(0o644)
    assert text_of(credentials / "secret") == "x"
    with pytest.raises(SecretTooOpen):
        text_of(tmp_path / "secret")
