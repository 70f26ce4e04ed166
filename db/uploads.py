"""The SQL of uploads from citizens' phones: one document by one one-time address (W9).

Of an address only the SHA-256 is kept, so that nobody who reads the table can use one. Every change is conditional on
the upload being alive: of two phones at one address one gives the document.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, select, update

from db.presented import present
from db.water_schema import documents, uploads

_U = uploads.c
_ALIVE: ColumnElement[bool] = and_(
    _U.token == bindparam("asked"), _U.state.in_(("open", "opened")), _U.ends_at > bindparam("now")
)
_DOCUMENT = select(documents.c.media_type, documents.c.size, documents.c.pages).where(
    documents.c.digest == bindparam("wanted")
)
_FIND = select(_U.state, _U.role, _U.language, _U.ends_at, _U.digest, _U.refused).where(_U.token == bindparam("asked"))
_OPEN = update(uploads).where(_ALIVE, _U.state == "open").values(state="opened")
_REFUSE = update(uploads).where(_ALIVE).values(refused=bindparam("why"))
_FINISH = update(uploads).where(_ALIVE).values(state="done", digest=bindparam("document"), refused=None)
_WITHDRAW = update(uploads).where(_ALIVE).values(state="ended")


class Upload(NamedTuple):
    """An upload as it is stored; `ends_at` in milliseconds of UTC."""

    state: str
    role: str
    language: str
    ends_at: int
    digest: str | None
    refused: str | None


def begin(
    connection: Connection, token: str, *, station: str, role: str, language: str, now: int, ends_at: int
) -> None:
    """Open an upload until `ends_at` (ms UTC); at exactly that instant it has ended."""
    values = {
        "token": _shown(connection, token),
        "station": station,
        "role": role,
        "language": language,
        "created_at": now,
        "ends_at": ends_at,
        "state": "open",
    }
    connection.execute(insert(uploads), values)


def find(connection: Connection, token: str) -> Upload | None:
    """An upload by its address's token, whatever became of it."""
    row = connection.execute(_FIND, {"asked": _shown(connection, token)}).one_or_none()
    return None if row is None else Upload(*row)


def document(connection: Connection, digest: str) -> tuple[str, int, int] | None:
    """Media type, size in bytes and pages of a document that came; None where it is kept no longer."""
    present(connection, "document", digest)
    row = connection.execute(_DOCUMENT, {"wanted": digest}).one_or_none()
    return None if row is None else (str(row[0]), int(row[1]), int(row[2]))


def mark_opened(connection: Connection, token: str, now: int) -> bool:
    """Its page is looked at; True the first time."""
    return connection.execute(_OPEN, {"asked": _shown(connection, token), "now": now}).rowcount == 1


def note_refusal(connection: Connection, token: str, now: int, why: str) -> bool:
    """A file was not taken; False where the upload is not alive any more."""
    return connection.execute(_REFUSE, {"asked": _shown(connection, token), "now": now, "why": why}).rowcount == 1


def finish(connection: Connection, token: str, now: int, digest: str) -> bool:
    """The document has come; of any number of them exactly one is told True."""
    return (
        connection.execute(_FINISH, {"asked": _shown(connection, token), "now": now, "document": digest}).rowcount == 1
    )


def withdraw(connection: Connection, token: str, now: int) -> bool:
    """End it; False where it is over already."""
    return connection.execute(_WITHDRAW, {"asked": _shown(connection, token), "now": now}).rowcount == 1


def purge(connection: Connection, before: int) -> int:
    """Forget uploads that were over at an instant (ms UTC); how many there were."""
    return connection.execute(delete(uploads).where(_U.ends_at < before)).rowcount


def _shown(connection: Connection, token: str) -> str:
    """The digest by which the row is known, presented: on a kiosk's connection the row can be seen from now on."""
    digest = _digest(token)
    present(connection, "upload", digest)
    return digest


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
