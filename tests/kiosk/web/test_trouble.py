"""What a phone reads when the database is away or the disk is full: clear words, and nothing half taken (W9, K4)."""

from __future__ import annotations

import re
import resource
import signal
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from kiosk.language import text
from tests.kiosk.web.phones import file, kiosk_of, png, running
from tests.postgres import Server
from tests.tls import Certificates, issue


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """The certificate of the server under test."""
    return issue(tmp_path / "good", "127.0.0.1")


@pytest.mark.long
def test_a_database_that_is_away_is_told_and_waited_for(
    postgres: Server, ready_postgres_url: str, tmp_path: Path, secrets_folder: Path, certificates: Certificates
) -> None:
    """K4: the page comes back by itself, and the same address takes the document then."""
    database = ready_postgres_url.partition("@/")[2].partition("?")[0]
    name = sql.Identifier(database)
    with running(ready_postgres_url, tmp_path, secrets_folder, certificates) as web, kiosk_of(web) as kiosk:
        offer = kiosk.water.uploads.offer("other", "ru")
        with web.phone("ru") as phone, psycopg.connect(postgres.dsn(), autocommit=True) as admin:
            assert phone.get("/healthz").status_code == 200
            admin.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(name))
            try:
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
                assert phone.get("/healthz").status_code == 503
                for answer in (phone.get(offer.url), phone.post(offer.url, files=file(png(), "a.png"))):
                    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
                    assert text("ru", "web.away.title") in answer.text
            finally:
                admin.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(name))
            assert phone.get(offer.url).status_code == 200
            assert phone.post(offer.url, files=file(png(), "a.png")).status_code == 200


def test_a_full_disk_is_told_and_another_try_is_possible(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path, certificates: Certificates
) -> None:
    """Nothing is half taken: the form stays with the words, and the document comes once there is room."""
    with running(ready_sqlite_url, tmp_path, secrets_folder, certificates) as web, kiosk_of(web) as kiosk:
        offer = kiosk.water.uploads.offer("other", "en")
        assert web.process is not None
        with web.phone() as phone:
            assert phone.get(offer.url).status_code == 200
            before = resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            refused = phone.post(offer.url, files=file(png(), "a.png"))
            assert refused.status_code == 503
            assert text("en", "web.upload.away").split("\n")[1] in refused.text
            assert 'type="file"' in refused.text
            assert kiosk.water.uploads.state(offer.token).document is None
            resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE, before)
            assert phone.post(offer.url, files=file(png(), "a.png")).status_code == 200
        assert kiosk.water.uploads.state(offer.token).state == "done"


def test_a_renewed_certificate_that_does_not_fit_its_key_leaves_the_old_one_in_use(
    ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path, certificates: Certificates
) -> None:
    """SIGHUP in the middle of a renewal: it is told, and phones still come; the whole one counts afterwards."""
    renewed = issue(tmp_path / "renewed", "127.0.0.1")
    whole = renewed.server.read_text()
    with running(ready_sqlite_url, tmp_path, secrets_folder, certificates) as web:

        def reload(pem: str, told: str) -> None:
            certificates.server.write_text(pem)
            assert web.process is not None
            web.process.send_signal(signal.SIGHUP)
            web.hear(told)

        key = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----\n", re.DOTALL)
        old_key = key.search(certificates.server.read_text())
        assert old_key is not None
        reload(key.sub(old_key[0], whole), "the old one stays in use")
        with web.phone() as phone:
            assert phone.get("/healthz").status_code == 200
        reload(whole, "read anew")
        web.certificates = renewed
        with web.phone() as phone:
            assert phone.get("/healthz").status_code == 200
