"""PostgreSQL servers: one, or several of which one writes at a time, and how a connection to them is watched.

An address names several as libpq does: `postgresql://USER@HOST1:PORT,HOST2:PORT/NAME`. Without another wish the one
that takes writes is chosen; who is in recovery, as a standby is, is passed over.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError

from db.grants import COUNTER, KIOSK
from db.presented import KIOSK as KIOSK_MARK

_SEVERAL: Final = re.compile(r"(?P<before>[\w+]+://(?:[^/?#]*@)?)(?P<servers>[^/?#@]*,[^/?#@]*)(?P<after>[/?].*)?")
_SERVER: Final = re.compile(r"(?P<host>\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>[0-9]+))?")
_READ_ONLY: Final = "25006"
_NOT_PERMITTED: Final = "42501"
_UNSURE: Final = "asan unsure"
_MAY: Final = """
    SELECT coalesce(bool_or(rolname = %(kiosk)s), false) AND NOT coalesce(bool_or(rolname = %(counter)s), false)
    FROM pg_roles WHERE rolname IN (%(kiosk)s, %(counter)s) AND pg_has_role(oid, 'USAGE')
"""

PATIENCE: Final = {
    # a server that vanished without a word (no power, no network) is noticed in about half a minute
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""Connection parameters of libpq, in seconds but the last, which is in milliseconds."""


def read(address: str) -> URL:
    """The URL of an address, with several servers in its query, as SQLAlchemy and libpq both take them.

    Raises:
        ValueError: the list of servers cannot be read.
    """
    several = _SEVERAL.fullmatch(address)
    if several is None:
        return make_url(address)
    servers = [_SERVER.fullmatch(one) for one in several["servers"].split(",")]
    found = [one for one in servers if one is not None]
    if len(found) != len(servers):
        raise ValueError("HOST:PORT,HOST:PORT is expected")
    url = make_url(f"{several['before']}{several['after'] or ''}")
    named = {
        "host": ",".join(one["host"].strip("[]") for one in found),
        "port": ",".join(one["port"] or "5432" for one in found),
    }
    return url.set(query={"target_session_attrs": "read-write", **url.query, **named})


class LastGood:
    """Asks first the server that took the last connection.

    One that vanished without a word would cost each new connection its whole patience before the next is tried.

    Args:
        url: as `read` answers it.
    """

    def __init__(self, url: URL) -> None:
        hosts, ports = (str(url.query.get(name, "")).split(",") for name in ("host", "port"))
        self._servers = list(zip(hosts, ports, strict=False)) if len(hosts) > 1 else []
        self._good: tuple[str, str] | None = None

    def put_first(self, parameters: dict[str, Any]) -> None:
        """Order the servers in the driver's parameters; one alone stays as it is."""
        if self._good in self._servers:
            ordered = sorted(self._servers, key=lambda server: server != self._good)
            parameters["host"] = ",".join(host for host, _ in ordered)
            parameters["port"] = ",".join(port for _, port in ordered)

    def note(self, driver: Any) -> None:
        """This connection was taken."""
        self._good = (driver.info.host, str(driver.info.port))


def watch(driver: Any, marks: dict[Any, Any]) -> None:
    """Note on a new connection of psycopg whether its login is a kiosk's, and hear when a commit was not kept safe.

    Args:
        driver: the connection.
        marks: what goes with it for as long as it lives (`Connection.info`).
    """
    marks[KIOSK_MARK] = bool(driver.execute(_MAY, {"kiosk": KIOSK, "counter": COUNTER}).fetchone()[0])

    def hear(notice: Any) -> None:
        # told to a commit that gave up waiting for its standby: it stands on this server alone
        if notice.source_function == "SyncRepWaitForLSN":
            marks[_UNSURE] = True

    driver.add_notice_handler(hear)


def was_unsure(connection: Connection) -> bool:
    """Whether no synchronous standby confirmed the last commit, so that a failover may lose it; asked once."""
    return bool(connection.info.pop(_UNSURE, False))


def only_reads(error: Exception) -> bool:
    """Whether a server refused to write because it is, or became, a standby."""
    return _state(error) == _READ_ONLY


def not_permitted(error: Exception) -> bool:
    """Whether the login has no right to do it."""
    return _state(error) == _NOT_PERMITTED


def _state(error: Exception) -> str | None:
    state: str | None = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    return state
