"""Uploads from a citizen's phone: offered, followed, taken once (W9); on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from db import uploads as rows
from kiosk.errors import DocumentRefused
from kiosk.water.facts import Document
from kiosk.water.uploads import NotOffered, UploadOver, Uploads, usable_token
from tests.stations import MakeTrial, Trial, moment

WEB = {"public_url": "https://asan.example.az/kiosk/"}


class Keeping:
    """Keeps everything but what is empty; as many pages as bytes."""

    largest = 1000

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self.kept: list[bytes] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def keep(self, data: bytes, name: str) -> Document:
        """Put it where documents lie."""
        self.meanwhile()
        if not data:
            raise DocumentRefused("unreadable")
        digest = hashlib.sha256(data).hexdigest()
        if data not in self.kept:
            self._trial.change(
                "INSERT INTO documents (digest, media_type, size, pages, content, stored_at)"
                " VALUES (:digest, 'application/pdf', :size, 1, :data, 0)",
                digest=digest,
                size=len(data),
                data=data,
            )
        self.kept.append(data)
        return Document(digest, "application/pdf", len(data), 1)


@pytest.fixture
def trial(make_trial: MakeTrial) -> Trial:
    """A station that phones can reach."""
    return make_trial(web=WEB)


@pytest.fixture
def keeping(trial: Trial) -> Keeping:
    """Who keeps the documents."""
    return Keeping(trial)


@pytest.fixture
def uploads(trial: Trial, keeping: Keeping) -> Uploads:
    """The rules under test."""
    return Uploads(trial.station.acts, trial.station.settings, keeping)


def test_without_a_public_address_nothing_is_offered(make_trial: MakeTrial) -> None:
    """Hidden when unset: a phone could not reach us."""
    station = make_trial().station
    uploads = Uploads(station.acts, station.settings, Keeping(make_trial()))
    assert not uploads.offered
    with pytest.raises(NotOffered):
        uploads.offer("other", "az")


def test_the_address_is_not_in_the_database(trial: Trial, uploads: Uploads) -> None:
    """128 random bits, of which only the SHA-256 is kept; neither repr shows it."""
    offer = uploads.offer("ownership_document", "ru")
    assert offer.url == f"https://asan.example.az/kiosk/u/{offer.token}"
    assert usable_token(offer.token)
    assert offer.token not in repr(offer)
    (row,) = trial.query("SELECT * FROM uploads")
    assert row["token"] == hashlib.sha256(offer.token.encode()).hexdigest()
    assert offer.token not in str(row)
    assert offer.token != uploads.offer("ownership_document", "ru").token


@pytest.mark.parametrize("typed", ["", "a", "a" * 21, "a" * 23, "ə" * 22, "a" * 20 + "%2", "../" * 7 + "a"])
def test_what_is_no_token_is_known_at_once(typed: str) -> None:
    """Guesses of another shape cost no look into the database."""
    assert not usable_token(typed)


def test_the_kiosk_follows_the_phone(uploads: Uploads, trial: Trial) -> None:
    """Open, opened, refused with the reason, done with the document."""
    offer = uploads.offer("residents_certificate", "en")
    assert uploads.state(offer.token).state == "open"
    page = uploads.look(offer.token)
    assert (page.role, page.language, page.refused) == ("residents_certificate", "en", None)
    assert uploads.state(offer.token).state == "opened"
    with pytest.raises(DocumentRefused):
        uploads.take(offer.token, b"", "a.pdf")
    assert (uploads.state(offer.token).state, uploads.state(offer.token).refused) == ("opened", "unreadable")
    document = uploads.take(offer.token, b"%PDF", "a.pdf")
    state = uploads.state(offer.token)
    assert (state.state, state.document, state.refused) == ("done", document, None)
    acts = [(row["act"], row["outcome"], row["detail"]) for row in trial.query("SELECT * FROM audit ORDER BY id")]
    assert acts == [
        ("offer_upload", "done", "residents_certificate"),
        ("open_upload", "done", None),
        ("refuse_upload", "done", "unreadable"),
        ("finish_upload", "done", None),
    ]


def test_the_address_is_good_for_one_document(uploads: Uploads) -> None:
    """After it nothing is shown and nothing taken, in the language in which it was offered."""
    offer = uploads.offer("other", "ru")
    uploads.take(offer.token, b"%PDF", "a.pdf")
    for again in (lambda: uploads.look(offer.token), lambda: uploads.take(offer.token, b"%PDF-2", "a.pdf")):
        with pytest.raises(UploadOver) as over:
            again()
        assert (over.value.state, over.value.language) == ("done", "ru")


def test_at_its_end_it_has_ended(uploads: Uploads, trial: Trial) -> None:
    """Ten minutes by the rule's clock, and at exactly that instant it is over."""
    offer = uploads.offer("other", "az")
    assert offer.ends_at == moment("2026-11-20 09:10")
    trial.at("2026-11-20 09:09:59.999")
    assert uploads.state(offer.token).state == "open"
    uploads.look(offer.token)
    trial.at("2026-11-20 09:10")
    assert uploads.state(offer.token).state == "ended"
    with pytest.raises(UploadOver) as over:
        uploads.take(offer.token, b"%PDF", "a.pdf")
    assert over.value.state == "ended"


def test_a_withdrawn_upload_takes_nothing(uploads: Uploads, keeping: Keeping) -> None:
    """The citizen left the kiosk: not even what is being checked at that moment is given."""
    offer = uploads.offer("other", "az")
    keeping.meanwhile = lambda: uploads.withdraw(offer.token)
    with pytest.raises(UploadOver) as over:
        uploads.take(offer.token, b"%PDF", "a.pdf")
    assert over.value.state == "ended"
    assert uploads.state(offer.token).state == "ended"


def test_a_document_that_came_stays_when_the_kiosk_withdraws_too_late(uploads: Uploads) -> None:
    """Withdrawing is told in the audit as over, and changes nothing."""
    offer = uploads.offer("other", "az")
    uploads.take(offer.token, b"%PDF", "a.pdf")
    uploads.withdraw(offer.token)
    assert uploads.state(offer.token).state == "done"


def test_nobody_knows_an_unknown_address(uploads: Uploads) -> None:
    """It is told as over, without saying of what."""
    assert uploads.state("a" * 22).state == "ended"
    with pytest.raises(UploadOver) as over:
        uploads.look("a" * 22)
    assert (over.value.state, over.value.language) == ("unknown", None)


def test_of_two_phones_one_gives_the_document(uploads: Uploads, keeping: Keeping) -> None:
    """Both are at the address, both files are good; one counts, the other phone is told that one came."""
    offer = uploads.offer("other", "az")
    both = threading.Barrier(2)
    keeping.meanwhile = lambda: both.wait(30)

    def phone(data: bytes) -> str:
        try:
            return uploads.take(offer.token, data, "a.pdf").digest
        except UploadOver as over:
            return over.state

    with ThreadPoolExecutor(2) as phones:
        told = list(phones.map(phone, [b"%PDF-1", b"%PDF-2"]))
    document = uploads.state(offer.token).document
    assert document is not None
    assert sorted(told) == sorted(["done", document.digest])


def test_uploads_that_are_over_are_forgotten(uploads: Uploads, trial: Trial) -> None:
    """K6: nothing of them is kept but the document, which has its own time."""
    first = uploads.offer("other", "az")
    trial.at("2026-11-21 09:10")
    second = uploads.offer("other", "az")
    now = trial.station.database.now()
    assert trial.station.database.write(lambda connection, _: rows.purge(connection, now)) == 1
    assert uploads.state(first.token).ends_at is None
    assert uploads.state(second.token).state == "open"
