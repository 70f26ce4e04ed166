"""What a kiosk presents to see a row that names a person: its code, its reference, its FİN.

On PostgreSQL a kiosk's login sees such a row only in a transaction that presented what the row is looked up by
(`db/rights.py` holds the policies). Every other connection sees its rows anyway, and presents nothing.
"""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import Connection

Kind = Literal[
    "answer",
    "certificate",
    "document",
    "fin",
    "order",
    "order_code",
    "person",
    "receipt",
    "reference",
    "session",
    "sign_in",
    "subscriber",
    "subject",
    "terminal",
    "upload",
]
"""By what a row is looked up; `db/rights.py` says which rows each kind shows."""

KIOSK: Final = "asan kiosk"
"""The mark on a pooled connection whose login is a kiosk's."""

_LOOKED_AT: Final = frozenset({"fin", "order_code", "person", "receipt", "subscriber", "terminal"})
"""What could be tried out, one after the other: the database counts each, and refuses too many in an hour."""

_LOOK: Final = "SELECT asan.look(%s, %s::text)"
_PRESENT: Final = "SELECT set_config(%s, concat_ws(E'\\n', nullif(current_setting(%s, true), ''), %s::text), true)"


def is_kiosk(connection: Connection) -> bool:
    """Whether this connection has no more rights than a kiosk."""
    return bool(connection.info.get(KIOSK))


def present(connection: Connection, kind: Kind, *values: str) -> None:
    """Show, until the transaction ends, the rows that have one of these values, besides those shown before."""
    if not values or not is_kiosk(connection):
        return
    if kind in _LOOKED_AT:
        for value in values:
            connection.exec_driver_sql(_LOOK, (kind, value))
        return
    name = f"asan.{kind}"
    connection.exec_driver_sql(_PRESENT, (name, name, "\n".join(values)))
