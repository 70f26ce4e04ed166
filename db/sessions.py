"""The SQL of citizens' sessions: one row a person, for as long as the session lives (I12)."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from db.presented import is_kiosk, present
from db.schema import sessions

_S = sessions.c
_HAS_ENDED = or_(_S.lease_until <= bindparam("now"), _S.ends_at <= bindparam("now"))
_OVER: dict[str, Any] = {
    "index_elements": ["person"],
    "set_": {name: text(f"excluded.{name}") for name in ("token", "station", "started_at", "lease_until", "ends_at")},
    # the station's own: it died and came back, or a visit there ended while its card was still at work
    "where": or_(_HAS_ENDED, _S.station == text("excluded.station")),
}
_BEGIN = {
    "sqlite": sqlite.insert(sessions).on_conflict_do_update(**_OVER).returning(_S.token),
    "postgresql": postgresql.insert(sessions).on_conflict_do_update(**_OVER).returning(_S.token),
}
_RENEW = (
    update(sessions)
    .where(_S.token == bindparam("held"), _S.lease_until > bindparam("now"), _S.ends_at > bindparam("now"))
    .values(lease_until=bindparam("until"))
)
_LIVE = select(_S.station).where(
    _S.person == bindparam("person"), _S.lease_until > bindparam("now"), _S.ends_at > bindparam("now")
)


class SessionRow(NamedTuple):
    """A session: whose, and until when. Instants are milliseconds of UTC; at exactly one it has ended."""

    person: str
    token: str
    station: str
    started_at: int
    lease_until: int
    ends_at: int


def begin(connection: Connection, row: SessionRow, now: int) -> bool:
    """Begin a session, in the place of one that has ended or is this station's; False where it lives elsewhere.

    One statement: of any number at once exactly one begins.
    """
    present(connection, "person", row.person)
    found = connection.execute(_BEGIN[connection.dialect.name], {**row._asdict(), "now": now}).scalar_one_or_none()
    return found is not None


def station_of_live(connection: Connection, person: str, now: int) -> str | None:
    """Where the person's session lives; None where there is none."""
    present(connection, "person", person)
    found = connection.execute(_LIVE, {"person": person, "now": now}).scalar_one_or_none()
    return None if found is None else str(found)


def renew(connection: Connection, token: str, now: int, until: int) -> bool:
    """Renew a session's lease; False where it has ended or was ended."""
    present(connection, "session", token)
    return connection.execute(_RENEW, {"held": token, "now": now, "until": until}).rowcount == 1


def end(connection: Connection, token: str) -> bool:
    """End a session; False where it was not there any more."""
    present(connection, "session", token)
    return connection.execute(delete(sessions).where(_S.token == token)).rowcount == 1


def purge(connection: Connection, now: int) -> int:
    """Delete sessions that have ended (ms UTC); how many there were."""
    return connection.execute(delete(sessions).where(or_(_S.lease_until <= now, _S.ends_at <= now))).rowcount


def count_live(connection: Connection, now: int) -> int:
    """How many sessions live (ms UTC)."""
    if is_kiosk(connection):
        return int(connection.execute(select(func.asan.live_sessions(now))).scalar_one())
    live = select(func.count()).select_from(sessions).where(_S.lease_until > now, _S.ends_at > now)
    return int(connection.execute(live).scalar_one())
