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
_OWNER, _KIOSK, _COUNTER = "asan_owner", "kiosk_baku2_1", "counter_baku2_7"


def _documented_sql(first: str) -> list[str]:
    """The statements of the block that begins so, as far as psycopg may run them."""
    block = re.search(rf"```\n({re.escape(first)}.*?)```", OPERATING.read_text("utf-8"), re.DOTALL)
    assert block
    return [" ".join(part.split()) for part in block[1].replace("\\connect asan", "").split(";") if part.strip()]


@pytest.fixture
def station(postgres: Server, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with a settings file for each login, and the environment with the server's own programs."""
    in_database = False
    for statement in _documented_sql("CREATE ROLE asan_owner"):
        with psycopg.connect(postgres.dsn("asan" if in_database else "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())
        in_database = in_database or statement.startswith("CREATE DATABASE")
    for login in (_OWNER, _KIOSK, _COUNTER):
        (tmp_path / f"{login}.toml").write_text(
            f'[database]\nurl = "postgresql://{login}@/asan?host={postgres.folder}"\n[mail]\npath = "mail"\n'
            '[secrets]\nfolder = "secrets"\n[log]\nfile = "kiosk.log"\n[example]\ndata = false\n'
        )
    return tmp_path, {**os.environ, "PATH": f"{postgres.programs}:{os.environ['PATH']}"}


def test_stations_work_and_are_kept_without_owning_the_database(
    station: tuple[Path, dict[str, str]], postgres: Server
) -> None:
    """K6 and the issue's rights: the owner makes and keeps the database, each machine has a login of its own."""
    folder, environment = station

    def run(login: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kiosk", *arguments, "--config", str(folder / f"{login}.toml")],
            input=stdin, check=False, capture_output=True, text=True, env=environment,
        )  # fmt: skip

    def works(login: str, *arguments: str) -> None:
        stdin = '{"id":1,"do":"services"}\n' if arguments == ("batch",) else "Nar-agaci-2026\n"
        done = run(login, *arguments, stdin=stdin)
        assert done.returncode == 0, (login, arguments, done.stderr)

    refused = run(_OWNER, "batch", stdin='{"id":1,"do":"services"}\n')
    assert refused.returncode == 1
    assert "init" in refused.stderr
    works(_OWNER, "init")
    with psycopg.connect(postgres.dsn("asan"), autocommit=True) as connection:
        for statement in _documented_sql("CREATE ROLE kiosk_baku2_1"):
            connection.execute(statement.encode())
    works(_OWNER, "staff", "add", "aysel", "--role", "administrator")
    for login in (_KIOSK, _COUNTER):
        works(login, "batch")
    works(_OWNER, "purge")
    works(_OWNER, "backup", str(folder / "copy"))
    works(_OWNER, "restore", str(folder / "copy"), "--yes")
    for login in (_KIOSK, _COUNTER):
        works(login, "batch")
        assert "✓ database" in run(login, "doctor").stdout
        for arguments in (["init"], ["purge"]):
            assert "may not do that" in run(login, *arguments).stderr, (login, arguments)
