"""`asan-kiosk carry`: letters leave where no counter is running (Q6)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from db import grants
from kiosk.place import NotReady
from kiosk.post.carrying import carry
from kiosk.post.page import PageFacts
from kiosk.settings import parse
from tests.logins import as_login, make_logins
from tests.postgres import Server
from tests.standby import until
from tests.stations import MakeTrial, written_settings


def test_a_letter_that_a_station_wrote_is_carried(
    make_trial: MakeTrial, ready_url: str, tmp_path: Path, secrets_folder: Path
) -> None:
    """What was written while nobody carried leaves; it ends when it is told to."""
    trial = make_trial()
    trial.station.mail_page("readiness", "aygun@example.az", PageFacts("Nümunə"), "az")
    written = written_settings(ready_url, tmp_path, secrets_folder, mail={"transport": "maildir"})
    stopped, told = threading.Event(), list[str]()
    carrying = threading.Thread(target=carry, args=(parse(written, tmp_path / "kiosk.toml"), told.append, stopped))
    carrying.start()
    try:
        until(lambda: trial.letters() == [], "the letter has left")
    finally:
        stopped.set()
        carrying.join(30)
    assert not carrying.is_alive() and told == ["letters are carried"]
    assert len(list((tmp_path / "mail" / "new").glob("*"))) == 1


def test_a_kiosks_login_cannot(postgres: Server, ready_postgres_url: str, tmp_path: Path, secrets_folder: Path) -> None:
    """K6: it says which login it wants."""
    make_logins(postgres)
    written = written_settings(as_login(ready_postgres_url, grants.KIOSK), tmp_path, secrets_folder)
    with pytest.raises(NotReady, match="use a counter's"):
        carry(parse(written, tmp_path / "kiosk.toml"), lambda _: None, threading.Event())
