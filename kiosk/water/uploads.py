"""Documents from a citizen's own phone, by a one-time address that the kiosk shows as a QR (W9).

The kiosk offers and follows; `asan-kiosk web` serves the page. Both know only the database. The address holds 128
random bits, and the database their SHA-256.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol, cast

from db import changes
from db import uploads as rows
from kiosk.acts import Acts, Unit
from kiosk.clock import MINUTE, to_datetime
from kiosk.errors import DocumentRefused
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.water.facts import Document, DocumentRole, MediaType

PATH: Final = "/u/"
"""Where upload pages are, under `[web] public_url`."""
_TOKEN_BYTES: Final = 16
_TOKEN_SIGNS: Final = 22
"""How many signs 16 bytes make in URL-safe base64 without padding."""

State = Literal["open", "opened", "done", "ended"]


class UploadOver(Exception):
    """The address is none (any more): `state` is "done", "ended" or "unknown"."""

    def __init__(self, state: Literal["done", "ended", "unknown"], language: Language | None) -> None:
        super().__init__(state)
        self.state = state
        self.language = language
        """In which it was offered; None where it is unknown."""


class NotOffered(Exception):
    """There is no public address, so phones cannot reach us."""


class Keeps(Protocol):
    """Who checks and keeps documents."""

    @property
    def largest(self) -> int:
        """How many bytes one may have."""

    def keep(self, data: bytes, name: str) -> Document:
        """Check and keep one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An upload that waits for a phone. Whoever knows the address can give the document: no repr shows it."""

    url: str = field(repr=False)
    token: str = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class UploadState:
    """How far an upload is. `opened`: the page was looked at; `refused`: why the last file was not taken."""

    state: State
    ends_at: datetime | None
    """None where nothing is known of it (any more)."""
    document: Document | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class UploadPage:
    """What the page of a living upload is about."""

    role: DocumentRole
    language: Language
    ends_at: datetime
    refused: str | None


class Uploads:
    """Uploads from phones.

    Args:
        acts: performs what changes.
        settings: the public address, and how long a page stays open.
        documents: checks and keeps what comes.
    """

    def __init__(self, acts: Acts, settings: Settings, documents: Keeps) -> None:
        self._acts = acts
        self._public_url = settings.web.public_url.rstrip("/")
        self._lifetime = settings.web.upload_minutes * MINUTE
        self._documents = documents

    @property
    def offered(self) -> bool:
        """Whether phones can reach us."""
        return bool(self._public_url)

    @property
    def largest(self) -> int:
        """How many bytes a document may have."""
        return self._documents.largest

    def offer(self, role: DocumentRole, language: Language) -> Offer:
        """Open a page for one document.

        Raises:
            NotOffered: there is no public address.
            Unavailable: the database is away.
        """
        if not self.offered:
            raise NotOffered
        token = secrets.token_urlsafe(_TOKEN_BYTES)

        def do(unit: Unit) -> int:
            ends_at = unit.now + self._lifetime
            rows.begin(
                unit.connection,
                token,
                station=unit.station,
                role=role,
                language=language,
                now=unit.now,
                ends_at=ends_at,
            )
            unit.detail = role
            return ends_at

        ends_at = self._acts.perform("offer_upload", None, {}, do)
        return Offer(f"{self._public_url}{PATH}{token}", token, to_datetime(ends_at))

    def state(self, token: str) -> UploadState:
        """How far it is, for the kiosk that offered it.

        Raises:
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            found = rows.find(connection, token)
            if found is None:
                return UploadState("ended", None)
            ends_at = to_datetime(found.ends_at)
            if found.state == "done":
                return UploadState("done", ends_at, _document(connection, found.digest))
            if found.ends_at <= now:
                return UploadState("ended", ends_at, refused=found.refused)
            return UploadState(cast(State, found.state), ends_at, refused=found.refused)

    def withdraw(self, token: str) -> None:
        """End it; whatever comes later is not taken. A document that has come stays.

        Raises:
            Unavailable: the database is away.
        """

        def do(unit: Unit) -> None:
            if not rows.withdraw(unit.connection, token, unit.now):
                unit.outcome = "over"
            changes.announce(unit.connection)

        self._acts.perform("withdraw_upload", None, {}, do)

    def look(self, token: str) -> UploadPage:
        """What a phone that comes to the address gets to see; the kiosk learns that it came.

        Raises:
            UploadOver: the address is none (any more).
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, now):
            found = _alive(connection, token, now)
        if found.state == "open":
            self._acts.perform("open_upload", None, {}, lambda unit: self._mark_opened(unit, token))
        return UploadPage(
            cast(DocumentRole, found.role), cast(Language, found.language), to_datetime(found.ends_at), found.refused
        )

    def take(self, token: str, data: bytes, name: str) -> Document:
        """Take the document: check it, keep it, tell the kiosk. Blocks while it is checked.

        Args:
            token: of the address.
            data: the file's bytes.
            name: what the phone calls it; only its ending is looked at.

        Raises:
            UploadOver: the address is none (any more), be it since the check began; nothing was given.
            DocumentRefused: it cannot be taken; another file may be.
            Unavailable: the database is away; nothing was given.
        """
        with self._acts.reading() as (connection, now):
            _alive(connection, token, now)
        try:
            document = self._documents.keep(data, name)
        except DocumentRefused as refused:
            why = refused.why
            self._acts.perform("refuse_upload", None, {}, lambda unit: self._note_refusal(unit, token, why))
            raise

        def do(unit: Unit) -> None:
            if not rows.finish(unit.connection, token, unit.now, document.digest):
                _alive(unit.connection, token, unit.now)
            changes.announce(unit.connection)

        self._acts.perform("finish_upload", None, {}, do)
        return document

    @staticmethod
    def _mark_opened(unit: Unit, token: str) -> None:
        if rows.mark_opened(unit.connection, token, unit.now):
            changes.announce(unit.connection)
        else:
            unit.outcome = "over"

    @staticmethod
    def _note_refusal(unit: Unit, token: str, why: str) -> None:
        unit.detail = why
        if rows.note_refusal(unit.connection, token, unit.now, why):
            changes.announce(unit.connection)
        else:
            unit.outcome = "over"


def usable_token(token: str) -> bool:
    """Whether something can be a token of ours: what is none needs no look into the database."""
    return len(token) == _TOKEN_SIGNS and token.isascii() and token.replace("-", "").replace("_", "").isalnum()


def _alive(connection: Any, token: str, now: int) -> rows.Upload:
    found = rows.find(connection, token)
    if found is None:
        raise UploadOver("unknown", None)
    language = cast(Language, found.language)
    if found.state == "done":
        raise UploadOver("done", language)
    if found.state == "ended" or found.ends_at <= now:
        raise UploadOver("ended", language)
    return found


def _document(connection: Any, digest: str | None) -> Document | None:
    found = rows.document(connection, digest) if digest is not None else None
    if found is None or digest is None:
        return None
    media_type, size, pages = found
    return Document(digest, cast(MediaType, media_type), size, pages)
