"""Documents, stored once and unchanged by the SHA-256 of their bytes (W9)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from db.presented import present
from db.water_schema import documents


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is stored."""

    media_type: str
    pages: int
    content: bytes = field(repr=False)


def keep(connection: Connection, digest: str, media_type: str, pages: int, content: bytes, now: int) -> None:
    """Store a document; one that is there already stays as it is and is as young as this one.

    Its age matters to the purge alone: somebody is about to use it.
    """
    values = {
        "digest": digest,
        "media_type": media_type,
        "size": len(content),
        "pages": pages,
        "content": content,
        "stored_at": now,
    }
    present(connection, "document", digest)
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(documents).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_={"stored_at": now}))


def find(connection: Connection, digest: str) -> StoredDocument | None:
    """A document by its digest."""
    present(connection, "document", digest)
    row = connection.execute(
        select(documents.c.media_type, documents.c.pages, documents.c.content).where(documents.c.digest == digest)
    ).one_or_none()
    return None if row is None else StoredDocument(str(row[0]), int(row[1]), bytes(row[2]))
