"""What a staff member may do, asked of the database in the act's own transaction (C6).

A screen that hides a key is a courtesy; whoever was demoted or left a minute ago is refused here.
"""

from __future__ import annotations

from typing import Any, Final

from db import staff as rows
from kiosk.errors import NotAllowed
from kiosk.identity.staff import StaffMember, member_of

SERVING: Final = frozenset({"operator", "supervisor", "administrator"})
"""The roles that serve people."""
_SERVE: Final = "serve"


def member_with(connection: Any, staff: int, right: str) -> StaffMember:
    """The active staff member of a row id, who has a right.

    Raises:
        NotAllowed: there is no such member, they left, or they have not that right.
    """
    row = rows.by_id(connection, staff)
    if row is None or not row.active:
        raise NotAllowed(right)
    member = member_of(row)
    if right not in member.rights:
        raise NotAllowed(right)
    return member


def check_serves(connection: Any, staff: int | None) -> None:
    """Pass an active staff member (row id) who serves people; None: nobody acts but a machine or another program.

    Raises:
        NotAllowed: there is no such member, they left, or their role serves nobody.
    """
    if staff is None:
        return
    row = rows.by_id(connection, staff)
    if row is None or not row.active or row.role not in SERVING:
        raise NotAllowed(_SERVE)
