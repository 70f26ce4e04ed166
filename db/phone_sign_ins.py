"""The SQL of sign-ins on a citizen's own phone: what came back to our public address, once for each of them (I7).

Of OpenID Connect's state only the SHA-256 is kept, so that nobody who reads the table can answer for a phone.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from db.presented import present
from db.water_schema import phone_sign_ins

_P = phone_sign_ins.c
_STORE = (
    update(phone_sign_ins)
    .where(
        _P.state == bindparam("asked"),
        _P.ends_at > bindparam("now"),
        _P.code.is_(None),
        _P.error.is_(None),
    )
    .values(code=bindparam("new_code"), error=bindparam("new_error"))
)
_ADDRESS = select(_P.address).where(
    _P.state == bindparam("asked"), _P.ends_at > bindparam("now"), _P.code.is_(None), _P.error.is_(None)
)
_FIND = select(_P.ends_at, _P.code, _P.error).where(_P.state == bindparam("asked"))
_TAKE = (
    update(phone_sign_ins)
    .where(_P.state == bindparam("asked"), _P.code.is_not(None), _P.code != "")
    .values(code="", ends_at=bindparam("until"))
)
_IS_ANSWERED = select(_P.state).where(
    _P.state == bindparam("asked"), _P.ends_at > bindparam("now"), _P.code.is_not(None)
)
_DROP = delete(phone_sign_ins).where(_P.state == bindparam("asked"))


class PhoneAnswer(NamedTuple):
    """What came back for one sign-in; while both are None nothing has yet. `ends_at`: milliseconds of UTC.

    A code that was taken is "".
    """

    ends_at: int
    code: str | None
    error: str | None


def begin(connection: Connection, state: str, station: str, address: str, now: int, ends_at: int) -> None:
    """Wait for an answer to `state` until `ends_at` (ms UTC); at exactly that instant it has ended.

    Args:
        connection: a write's.
        state: OpenID Connect's state; not kept.
        station: where the person stands.
        address: where the phone is sent to, without the state.
        now: ms UTC.
        ends_at: ms UTC.
    """
    row = {
        "state": _shown(connection, state),
        "station": station,
        "address": address,
        "created_at": now,
        "ends_at": ends_at,
    }
    connection.execute(insert(phone_sign_ins), row)


def address(connection: Connection, state: str, now: int) -> str | None:
    """Where the phone of a sign-in that waits is sent to, without the state; None where nobody waits."""
    found = connection.execute(_ADDRESS, {"asked": _shown(connection, state), "now": now}).scalar_one_or_none()
    return None if found is None else str(found)


def store(connection: Connection, state: str, now: int, *, code: str | None = None, error: str | None = None) -> bool:
    """Keep what a phone brought; False where nobody waits for it: unknown, ended, or answered before.

    Args:
        connection: a write's.
        state: OpenID Connect's state, as it came.
        now: ms UTC.
        code: the authorization code.
        error: or why there is none.
    """
    given = {"asked": _shown(connection, state), "now": now, "new_code": code, "new_error": error}
    return connection.execute(_STORE, given).rowcount == 1


def find(connection: Connection, state: str) -> PhoneAnswer | None:
    """What came back so far; None where nobody waits any more."""
    row = connection.execute(_FIND, {"asked": _shown(connection, state)}).one_or_none()
    return None if row is None else PhoneAnswer(row[0], row[1], row[2])


def take(connection: Connection, state: str, ends_at: int) -> bool:
    """Take the code out; of any number of takers exactly one is told True, and the code is that one's.

    Args:
        connection: a write's.
        state: OpenID Connect's state.
        ends_at: until when the phone may be shown its number again (ms UTC), if nobody drops the sign-in before.
    """
    return connection.execute(_TAKE, {"asked": _shown(connection, state), "until": ends_at}).rowcount == 1


def is_answered(connection: Connection, state: str, now: int) -> bool:
    """Whether a code came for a sign-in that is not over at `now` (ms UTC)."""
    return connection.execute(_IS_ANSWERED, {"asked": _shown(connection, state), "now": now}).one_or_none() is not None


def drop(connection: Connection, state: str) -> bool:
    """Forget a sign-in; False where it was forgotten before."""
    return connection.execute(_DROP, {"asked": _shown(connection, state)}).rowcount == 1


def purge(connection: Connection, now: int) -> int:
    """Delete sign-ins that have ended (ms UTC); how many there were."""
    return connection.execute(delete(phone_sign_ins).where(_P.ends_at <= now)).rowcount


def _shown(connection: Connection, state: str) -> str:
    """The digest by which the row is known, presented: on a kiosk's connection the row can be seen from now on."""
    digest = _digest(state)
    present(connection, "sign_in", digest)
    return digest


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode(errors="surrogatepass")).hexdigest()
