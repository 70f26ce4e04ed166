"""Connections and stations by the logins of the group roles, on the ready PostgreSQL database of tests/stations.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import grants
from tests.logins import Connect, as_login, forget_looks, login_of, make_logins
from tests.postgres import Server
from tests.stations import START, Trial, open_station, person


@pytest.fixture
def by_login(postgres: Server, ready_postgres_url: str) -> Iterator[Connect]:
    """Plain connections to the ready database, by the login of a role; "postgres" is the owner."""
    make_logins(postgres)
    forget_looks(ready_postgres_url)
    database = ready_postgres_url.partition("@/")[2].partition("?")[0]
    with ExitStack() as opened:

        def connect(role: str) -> psycopg.Connection[Any]:
            name = role if role == "postgres" else login_of(role)
            dsn = f"postgresql://{name}@/{database}?host={postgres.folder}"
            return opened.enter_context(psycopg.connect(dsn, autocommit=True))

        yield connect


@pytest.fixture
def trial_of(
    by_login: Connect, ready_postgres_url: str, tmp_path: Path, secrets_folder: Path
) -> Iterator[Callable[..., Trial]]:
    """Stations on the ready database, by the login of a role."""
    with ExitStack() as opened:

        def make(role: str, **sections: Any) -> Trial:
            url = ready_postgres_url if role == "postgres" else as_login(ready_postgres_url, role)
            station = open_station(url, tmp_path, secrets_folder, **sections)
            opened.callback(station.close)
            trial = Trial(station, station.clock.set)
            trial.at(START)
            return trial

        yield make


@pytest.fixture
def kiosk(trial_of: Callable[..., Trial]) -> Trial:
    """A kiosk's station, by a kiosk's login."""
    return trial_of(grants.KIOSK)


@pytest.fixture
def counter(trial_of: Callable[..., Trial]) -> Trial:
    """A counter's station, by a counter's login."""
    return trial_of(grants.COUNTER)


@pytest.fixture
def filled(trial_of: Callable[..., Trial]) -> Trial:
    """The owner's station, with something in every table that tells of a person."""
    owner = trial_of("postgres")
    owner.confirmed()
    owner.hold("2026-11-23 11:00", person(2))
    owner.change(
        "INSERT INTO subscribers (code, category, fin, given_name, surname, patronymic, address, persons, water,"
        " waste_water, meter, service_state, words) VALUES ('1204587', 'population', '5AB1C2D', 'Aygün', 'Nümunəyeva',"
        " '', 'Nümunə küçəsi 1', 2, 1, 1, 'none', 'active', ' aygun'), ('1204588', 'population', '7ZZ0001', 'A', 'B',"
        " '', 'C', 1, 1, 1, 'none', 'active', ' a')"
    )
    owner.change("INSERT INTO subscriber_words (word, subscriber, mask) VALUES ('aygun', '1204587', 1)")
    owner.change("INSERT INTO invoices (subscriber, month, consumption, amount) VALUES ('1204587', '2026-10', 1, 2)")
    owner.change(
        "INSERT INTO applications (kind, state, source, station, language, created_at, registered_at, number,"
        " changed_at, fin, given_name, surname, patronymic, phone, email, subscriber, fields, searched) VALUES"
        " ('suspension', 'registered', 'kiosk', 'kiosk-9', 'az', 1, 1, '2026-000001', 1, '5AB1C2D', 'Aygün',"
        " 'Nümunəyeva', '', '+994501234567', 'aygun@example.az', '1204587', '{}', 'aygun')"
    )
    owner.change(
        "INSERT INTO application_steps (application, at, state, station) SELECT id, 1, state, station FROM applications"
    )
    owner.change(
        "INSERT INTO documents (digest, media_type, size, pages, content, stored_at) VALUES ('d', 'x', 1, 1, 'x', 1)"
    )
    owner.change("INSERT INTO application_documents SELECT id, 'ownership', 'd' FROM applications")
    owner.change("INSERT INTO sessions VALUES ('5AB1C2D', 'token', 'kiosk-9', 1, 9999999999999, 9999999999999)")
    owner.change("INSERT INTO wrong_tries VALUES ('subject', 1, 1)")
    owner.change("INSERT INTO uploads VALUES ('t', 'kiosk-9', 'ownership', 'az', 1, 2, 'open', NULL, NULL)")
    owner.change("INSERT INTO phone_sign_ins VALUES ('s', 'kiosk-9', 'a', 1, 2, NULL, NULL)")
    owner.change("INSERT INTO certificates VALUES ('1', '1204587', 1, 'kiosk-9', 'a', 'b', 1, 1, 0, 'c')")
    owner.change(
        "INSERT INTO payments (subscriber, amount, paid_on, paid_at, method, receipt, station) VALUES"
        " ('1204587', 1, '2026-11-20', 1, 'cash', 'r', 'kiosk-9')"
    )
    owner.change(
        "INSERT INTO registry_calls (reference, kind, subscriber, facts, created_at, due_at) VALUES"
        " ('x', 'payment', '1204587', '{}', 1, 1)"
    )
    return owner
