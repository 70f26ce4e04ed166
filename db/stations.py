"""The SQL of stations: which machines work on this database, and which of them were closed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.hall_schema import stations

_S = stations.c
_SEEN = {
    name: into(stations)
    .values(
        name=bindparam("name_"),
        centre=bindparam("centre_"),
        face=bindparam("face_"),
        version=bindparam("version_"),
        first_seen_at=bindparam("now"),
        seen_at=bindparam("now"),
        clock_off=bindparam("clock_off_"),
    )
    .on_conflict_do_update(
        index_elements=["name", "face"],
        set_={
            "centre": bindparam("centre_"),
            "version": bindparam("version_"),
            "seen_at": bindparam("now"),
            "clock_off": bindparam("clock_off_"),
        },
    )
    .returning(_S.closed_at)
    for name, into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


class StationRow(NamedTuple):
    """A machine with one of its faces. Instants are milliseconds of UTC, `clock_off` milliseconds."""

    name: str
    centre: str
    face: str
    version: str
    seen_at: int
    clock_off: int
    closed_at: int | None


def seen(
    connection: Connection, name: str, face: str, *, centre: str, version: str, clock_off: int, now: int
) -> int | None:
    """Note that a machine is there; since when (ms UTC) its face is closed, or None while it is not."""
    values = {"name_": name, "face_": face, "centre_": centre, "version_": version, "clock_off_": clock_off, "now": now}
    closed_at: int | None = connection.execute(_SEEN[connection.dialect.name], values).scalar_one()
    return closed_at


def closed_since(connection: Connection, name: str, face: str) -> int | None:
    """Since when (ms UTC) a machine's face is closed, or None."""
    wanted = select(_S.closed_at).where(_S.name == name, _S.face == face)
    closed_at: int | None = connection.execute(wanted).scalar_one_or_none()
    return closed_at


def listed(connection: Connection, centre: str, since: int) -> list[StationRow]:
    """The machines of a centre that were seen since an instant (ms UTC), by name."""
    columns = (_S.name, _S.centre, _S.face, _S.version, _S.seen_at, _S.clock_off, _S.closed_at)
    wanted = select(*columns).where(_S.centre == centre, _S.seen_at >= since).order_by(_S.name, _S.face)
    return [StationRow(*row) for row in connection.execute(wanted)]


def set_closed(connection: Connection, centre: str, name: str, face: str, closed_at: int | None, by: int) -> bool:
    """Close a machine's face from an instant (ms UTC) on, or open it (None); whether there is such a machine."""
    values: dict[str, Any] = {"closed_at": closed_at, "closed_by": None if closed_at is None else by}
    wanted = update(stations).where(_S.centre == centre, _S.name == name, _S.face == face)
    return connection.execute(wanted.values(**values)).rowcount == 1
