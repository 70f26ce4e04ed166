"""`asan-kiosk figures` (C7): CSV on stdout and nothing else."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import commands
from kiosk.hall.figures_csv import COLUMNS

_TOML = """
[station]
name = "trial"
centre = "baku-2"
[database]
url = "{url}"
[secrets]
folder = "{secrets}"
[mail]
transport = "smtp"
[log]
file = "kiosk.log"
[example]
data = false
"""


@pytest.fixture
def config(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Path:
    """A kiosk.toml over a ready database."""
    file = tmp_path / "kiosk.toml"
    file.write_text(_TOML.format(url=ready_sqlite_url, secrets=secrets_folder), encoding="utf-8")
    return file


def test_a_range_is_written_as_csv(config: Path) -> None:
    """A row a day and one for all, of all centres; the lines end as RFC 4180 wants."""
    run = CliRunner().invoke(
        commands,
        ["figures", "--config", str(config), "--from", "2026-11-23", "--to", "2026-11-25", "--centre", "*"],
    )
    assert run.exit_code == 0, run.output
    lines = run.stdout_bytes.decode().split("\r\n")
    assert lines[0] == ",".join(COLUMNS) and lines[-1] == ""
    rows = list(csv.DictReader(io.StringIO(run.stdout_bytes.decode(), newline="")))
    assert [(row["from"], row["to"]) for row in rows] == [
        ("2026-11-23", "2026-11-23"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-25", "2026-11-25"),
        ("2026-11-23", "2026-11-25"),
    ]
    assert {row["centre"] for row in rows} == {"*"}


def test_without_a_range_it_is_today(config: Path) -> None:
    """The own centre's day."""
    run = CliRunner().invoke(commands, ["figures", "--config", str(config)])
    assert run.exit_code == 0, run.output
    (row,) = csv.DictReader(io.StringIO(run.stdout_bytes.decode(), newline=""))
    assert row["centre"] == "baku-2" and row["from"] == row["to"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "2026-11-23", "--to", "2026-11-22"], "to: before_from"),
        (["--centre", "atlantis"], "centre: unknown"),
        (["--from", "23.11.2026"], "2026"),
    ],
)
def test_what_cannot_be_counted_is_told_on_stderr(config: Path, words: list[str], said: str) -> None:
    """Nothing is on stdout then: a broken file is worse than none."""
    run = CliRunner().invoke(commands, ["figures", "--config", str(config), *words])
    assert run.exit_code != 0
    assert said in run.stderr and run.stdout_bytes == b""
