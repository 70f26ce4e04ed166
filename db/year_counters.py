"""Numbers that begin anew each year: of applications, of certificates, of receipts for cash."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from db.prepared import Prepared
from db.water_schema import year_counters

_C = year_counters.c
_VALUES = {"what": bindparam("what"), "year": bindparam("year"), "last": 1}
_KEY = ("what", "year")
_MORE = {"last": _C.last + 1}
_SQLITE = sqlite.insert(year_counters).values(_VALUES)
_POSTGRES = postgresql.insert(year_counters).values(_VALUES)
_NEXT = Prepared(
    {
        "sqlite": _SQLITE.on_conflict_do_update(index_elements=_KEY, set_=_MORE).returning(_C.last),
        "postgresql": _POSTGRES.on_conflict_do_update(index_elements=_KEY, set_=_MORE).returning(_C.last),
    }
)


def next_number(connection: Connection, what: Literal["application", "certificate", "receipt"], year: int) -> int:
    """The next number of a year, from 1 on.

    It belongs to the caller's transaction: the next one waits for its end, and what is rolled back leaves no gap.
    """
    return int(_NEXT.value(connection, {"what": what, "year": year}))
