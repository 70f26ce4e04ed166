"""What the whole database says of itself, by name: reference_version, confirmed_until, example_data."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from db.prepared import Prepared
from db.schema import facts

_VALUE = Prepared(select(facts.c.value).where(facts.c.name == bindparam("name")))


def value(connection: Connection, name: str) -> str | None:
    """The value of a fact, or None while it is not known."""
    found: str | None = (_VALUE.row(connection, {"name": name}) or (None,))[0]
    return found


def keep(connection: Connection, name: str, text: str) -> None:
    """Set a fact."""
    if connection.execute(update(facts).where(facts.c.name == name).values(value=text)).rowcount == 0:
        connection.execute(insert(facts).values(name=name, value=text))
