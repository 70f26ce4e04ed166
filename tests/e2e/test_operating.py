"""docs/operating.md, tried: its SQL makes a PostgreSQL on which stations work without owning anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.architecture.tree import ROOT
from tests.postgres import Server

OPERATING = ROOT / "docs" / "operating.md"


def _documented_sql() -> list[str]:
    """The statements of the block that makes roles and database, as far as psycopg may run them."""
    block = re.search(r"```\n(CREATE ROLE asan_owner.*?)```", OPERATING.read_text("utf-8"), re.DOTALL)
    assert block
    return [" ".join(part.split()) for part in block[1].replace("\\connect asan", "").split(";") if part.strip()]


@pytest.fixture
def station(postgres: Server, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with a settings file for each role, and the environment with the server's own programs."""
    in_database = False
    for statement in _documented_sql():
        with psycopg.connect(postgres.dsn("asan" if in_database else "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())
        in_database = in_database or statement.startswith("CREATE DATABASE")
    for role in ("asan_owner", "asan_station"):
        (tmp_path / f"{role}.toml").write_text(
            f'[database]\nurl = "postgresql://{role}@/asan?host={postgres.folder}"\n[mail]\npath = "mail"\n'
            '[secrets]\nfolder = "secrets"\n[log]\nfile = "kiosk.log"\n[example]\ndata = false\n'
        )
    return tmp_path, {**os.environ, "PATH": f"{postgres.programs}:{os.environ['PATH']}"}


def test_a_station_works_and_is_kept_without_owning_the_database(station: tuple[Path, dict[str, str]]) -> None:
    folder, environment = station

    def run(role: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kiosk", *arguments, "--config", str(folder / f"{role}.toml")],
            input=stdin, check=False, capture_output=True, text=True, env=environment,
        )  # fmt: skip

    refused = run("asan_station", "batch", stdin='{"id":1,"do":"services"}\n')
    assert refused.returncode == 1
    assert "init" in refused.stderr
    for role, *arguments in (
        ("asan_owner", "init"),
        ("asan_station", "staff", "add", "aysel", "--role", "administrator"),
        ("asan_station", "batch"),
        ("asan_station", "purge"),
        ("asan_station", "backup", str(folder / "copy")),
        ("asan_owner", "restore", str(folder / "copy"), "--yes"),
        ("asan_station", "batch"),
    ):
        stdin = '{"id":1,"do":"services"}\n' if arguments == ["batch"] else "Nar-agaci-2026\n"
        done = run(role, *arguments, stdin=stdin)
        assert done.returncode == 0, (arguments, done.stderr)
    doctor = run("asan_station", "doctor")
    assert "✓ database" in doctor.stdout
    assert run("asan_station", "init").returncode == 0, "there is nothing to do, so it needs no right"
