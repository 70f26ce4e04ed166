"""Documents are stored once and unchanged, by their digest, or not at all (W9)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from db import documents as rows
from db.engine import DatabaseAway
from kiosk.errors import DocumentRefused, NotFound, Unavailable
from kiosk.water.documents.documents import Documents
from kiosk.water.facts import Document
from tests.kiosk.water.documents import raw_pdf
from tests.kiosk.water.documents.good import jpeg, png
from tests.stations import Trial


@pytest.fixture
def documents(trial: Trial) -> Documents:
    return Documents(trial.station.acts, trial.station.settings.documents)


def test_a_document_is_kept_unchanged_with_its_digest(trial: Trial, documents: Documents, tmp_path: Path) -> None:
    """W9, K6: the very bytes, one row of audit without detail, no copy beside the database, no content in a repr."""
    kept = documents.keep(raw_pdf.pages(2), "SƏNƏD.PDF")
    assert kept == Document(hashlib.sha256(raw_pdf.pages(2)).hexdigest(), "application/pdf", len(raw_pdf.pages(2)), 2)
    assert documents.read(kept.digest) == raw_pdf.pages(2)
    assert trial.query("SELECT act, outcome, detail FROM audit") == [
        {"act": "keep_document", "outcome": "done", "detail": None}
    ]
    beside = [file for file in tmp_path.rglob("*") if file.is_file() and not file.name.startswith("ready.db")]
    assert not [file for file in beside if raw_pdf.pages(2)[:200] in file.read_bytes()]
    with trial.station.database.reading() as (connection, _):
        assert "PDF-" not in repr(rows.find(connection, kept.digest))


def test_the_same_bytes_twice_are_one_row(trial: Trial, documents: Documents) -> None:
    """W9: whatever they are called; and they are as young as the last time, so that no purge takes them."""
    first = documents.keep(png(), "a.png")
    trial.at("2026-11-20 10:00")
    assert documents.keep(png(), "b.PNG") == first
    stored = trial.query("SELECT digest, media_type, size, pages, stored_at FROM documents")
    assert [(row["digest"], row["media_type"], row["size"], row["pages"]) for row in stored] == [
        (first.digest, "image/png", len(png()), 1)
    ]
    assert stored[0]["stored_at"] == trial.station.database.now()


def test_nothing_is_kept_of_what_is_refused(trial: Trial, documents: Documents) -> None:
    """W9: no row, and no audit of a file that never came in."""
    with pytest.raises(DocumentRefused):
        documents.keep(jpeg()[:-9], "a.jpg")
    assert trial.query("SELECT digest FROM documents") == []
    assert trial.query("SELECT act FROM audit") == []


def test_what_is_not_there_is_not_found(documents: Documents) -> None:
    """W9: purged meanwhile, or never kept."""
    with pytest.raises(NotFound):
        documents.read("0" * 64)
    with pytest.raises(NotFound):
        documents.preview("0" * 64, 1, 10, 10)


def test_what_changed_in_the_store_is_not_shown(trial: Trial, documents: Documents) -> None:
    """W9: the digest is checked anew each time."""
    kept = documents.keep(jpeg(), "a.jpg")
    trial.change("UPDATE documents SET content = :other", other=png())
    with pytest.raises(DocumentRefused) as refused:
        documents.read(kept.digest)
    assert refused.value.why == "unreadable"
    with pytest.raises(DocumentRefused):
        documents.preview(kept.digest, 1, 10, 10)


def test_with_the_database_away_nothing_is_half_kept(
    trial: Trial, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K5: the same file later is kept as if nothing had been."""

    def away(*_: object, **__: object) -> None:
        raise DatabaseAway("away")

    with monkeypatch.context() as gone:
        gone.setattr(trial.station.database, "write", away)
        gone.setattr(trial.station.database, "reading", away)
        with pytest.raises(Unavailable):
            documents.keep(jpeg(), "a.jpg")
        with pytest.raises(Unavailable):
            documents.read("0" * 64)
    assert trial.query("SELECT digest FROM documents") == []
    assert documents.read(documents.keep(jpeg(), "a.jpg").digest) == jpeg()
