"""Administration of staff: who works here, in which role, with which rights (C6).

All of it is one at a time: each act first locks the administrators, so that two of them cannot take each other away.
Nobody takes away their own access, nobody who is no administrator touches one or gives what they have not themselves,
and the last administrator stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from db import counters, wrong_tries
from db import staff as rows
from db.staff import StaffFacts
from kiosk.acts import Acts, Unit
from kiosk.errors import CHANGED_MEANWHILE, BadRequest, NotAllowed, NotFound
from kiosk.identity.rights import member_with
from kiosk.identity.staff import (
    MANAGE_STAFF,
    ROLE_RIGHTS,
    Role,
    StaffMember,
    check_name,
    check_role,
    hashed_password,
    tidy_display_name,
)
from kiosk.wrong_tries import subject


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A staff member in the list. `rights` are those beside the role's own; without `active` nobody signs in by it."""

    id: int
    name: str
    display_name: str
    role: Role
    rights: frozenset[str]
    active: bool

    @property
    def all_rights(self) -> frozenset[str]:
        """The role's own too."""
        return self.rights | ROLE_RIGHTS[self.role]


class EntryForm:
    """Stores which staff member it was; the person is read anew."""

    def store(self, result: StaffEntry) -> dict[str, Any]:
        """The row id."""
        return {"id": result.id}

    def read(self, unit: Unit, stored: dict[str, Any]) -> StaffEntry:
        """The staff member as the database has them now."""
        return _entry(_member(unit, stored["id"]))


_FORM: Final = EntryForm()


class StaffOffice:
    """What an administrator does with staff; `by` is the row id of who acts, and needs the right to manage staff.

    Args:
        acts: runs what changes something.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    def all(self, by: int) -> tuple[StaffEntry, ...]:
        """Everybody, those who left last.

        Raises:
            NotAllowed: `by` has not the right.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            member_with(connection, by, MANAGE_STAFF)
            return tuple(_entry(row) for row in rows.everybody(connection))

    def add(
        self, key: str, by: int, name: str, display_name: str, role: Role, rights: frozenset[str], password: str
    ) -> StaffEntry:
        """Enrol a staff member.

        Raises:
            NotAllowed: `by` has not the right, or has not what they would give.
            BadRequest: name, role, right or password cannot be used, or the name is in use.
        """
        shown = tidy_display_name(display_name)
        check_name(name)
        check_role(role, rights)
        hashed = hashed_password(password)
        # the password is no part of what the key stands for: no digest of it is kept
        request = {"by": by, "name": name, "display_name": shown, "role": role, "rights": sorted(rights)}

        def do(unit: Unit, actor: StaffMember, _: frozenset[int]) -> StaffEntry:
            _may_give(actor, role, rights)
            member = rows.add(unit.connection, name, shown, role, rights, hashed, unit.now)
            if member is None:
                raise BadRequest("name", "in use")
            unit.detail = f"staff {member}, {role}"
            return StaffEntry(member, name, shown, role, rights, active=True)

        return self._perform("staff_add", key, by, request, do)

    def rename(self, key: str, by: int, member: int, display_name: str, *, was: StaffEntry | None = None) -> StaffEntry:
        """Change how colleagues read a staff member's name; what they sign in with stays.

        Args:
            key: names this act; a repeat gets the same answer.
            by: who acts.
            member: whose name it is.
            display_name: as typed.
            was: what the form showed before anything was typed; None: whatever it is now is replaced.

        Raises:
            NotAllowed: `by` has not the right, or it is an administrator and `by` is none.
            NotFound: there is no such staff member.
            BadRequest: the name cannot be used; "changed_meanwhile": it is neither what was shown nor what is wanted.
        """
        shown = tidy_display_name(display_name)

        def do(unit: Unit, actor: StaffMember, _: frozenset[int]) -> StaffEntry:
            row = _touched(unit, actor, member)
            if was is not None and row.display_name not in (was.display_name, shown):
                raise BadRequest("display_name", CHANGED_MEANWHILE)
            rows.change(unit.connection, member, display_name=shown)
            unit.detail = f"staff {member}"
            return _entry(row._replace(display_name=shown))

        return self._perform("staff_rename", key, by, {"by": by, "member": member, "display_name": shown}, do)

    def set_role(
        self, key: str, by: int, member: int, role: Role, rights: frozenset[str], *, was: StaffEntry | None = None
    ) -> StaffEntry:
        """Give a staff member another role, and the rights beside the role's own.

        Args:
            key: names this act; a repeat gets the same answer.
            by: who acts.
            member: who gets them.
            role: the role.
            rights: those beside the role's own.
            was: what the form showed before anything was chosen; None: whatever it is now is replaced.

        Raises:
            NotAllowed: `by` has not the right, or has not what they would give.
            NotFound: there is no such staff member.
            BadRequest: `role` "own_access": it would take away the actor's own right to manage staff;
                "last_administrator": nobody would be one any more; "changed_meanwhile": both are neither what was
                shown nor what is wanted; a role or right is unknown.
        """
        check_role(role, rights)
        request = {"by": by, "member": member, "role": role, "rights": sorted(rights)}

        def do(unit: Unit, actor: StaffMember, administrators: frozenset[int]) -> StaffEntry:
            row = _touched(unit, actor, member)
            if was is not None and (row.role, row.rights) not in ((was.role, was.rights), (role, rights)):
                raise BadRequest("role", CHANGED_MEANWHILE)
            _may_give(actor, role, rights - row.rights)
            if member == by and MANAGE_STAFF not in rights | ROLE_RIGHTS[role]:
                raise BadRequest("role", "own_access")
            if role != "administrator":
                _not_the_last(administrators, member)
            rows.change(unit.connection, member, role=role, rights=" ".join(sorted(rights)))
            unit.detail = " ".join((f"staff {member}, {role}", *sorted(rights)))
            return _entry(row._replace(role=role, rights=rights))

        return self._perform("staff_role", key, by, request, do)

    def set_active(self, key: str, by: int, member: int, *, active: bool) -> StaffEntry:
        """Let a staff member sign in no more, or again. Who leaves, leaves their counter too; their history stays.

        Raises:
            NotAllowed: as for `rename`.
            NotFound: there is no such staff member.
            BadRequest: `active` "own_access": it is the actor; "last_administrator": nobody would be one any more.
        """

        def do(unit: Unit, actor: StaffMember, administrators: frozenset[int]) -> StaffEntry:
            row = _touched(unit, actor, member)
            if not active:
                if member == by:
                    raise BadRequest("active", "own_access")
                _not_the_last(administrators, member, "active")
                counters.leave(unit.connection, member)
            rows.change(unit.connection, member, active=int(active))
            unit.detail = f"staff {member}, {'back' if active else 'left'}"
            return _entry(row._replace(active=active))

        return self._perform("staff_active", key, by, {"by": by, "member": member, "active": active}, do)

    def set_password(self, by: int, member: int, password: str) -> StaffEntry:
        """Give a staff member a new password; whoever waited after wrong ones may try it at once. Safe to repeat.

        Raises:
            NotAllowed: as for `rename`, or the staff member may do what `by` may not: who gives a password can use it.
            NotFound: there is no such staff member.
            BadRequest: the password cannot be used.
        """
        hashed = hashed_password(password)

        def do(unit: Unit, actor: StaffMember, _: frozenset[int]) -> StaffEntry:
            row = _touched(unit, actor, member)
            _may_give(actor, cast(Role, row.role), row.rights)
            rows.change(unit.connection, member, password_hash=hashed)
            wrong_tries.forget(unit.connection, subject("staff", row.name))
            unit.detail = f"staff {member}"
            return _entry(row)

        return self._perform("staff_password", None, by, {}, do)

    def _perform(
        self,
        name: str,
        key: str | None,
        by: int,
        request: dict[str, Any],
        do: Callable[[Unit, StaffMember, frozenset[int]], StaffEntry],
    ) -> StaffEntry:
        def alone(unit: Unit) -> StaffEntry:
            administrators = rows.lock_administrators(unit.connection)
            return do(unit, member_with(unit.connection, by, MANAGE_STAFF), administrators)

        return self._acts.perform(name, key, request, alone, _FORM, staff=by)


def _entry(row: StaffFacts) -> StaffEntry:
    return StaffEntry(row.id, row.name, row.display_name, cast(Role, row.role), row.rights, row.active)


def _member(unit: Unit, member: int) -> StaffFacts:
    row = rows.by_id(unit.connection, member)
    if row is None:
        raise NotFound
    return row


def _touched(unit: Unit, actor: StaffMember, member: int) -> StaffFacts:
    """The staff member who is changed.

    Raises:
        NotFound: there is none.
        NotAllowed: it is an administrator, and the actor is none.
    """
    row = _member(unit, member)
    if row.role == "administrator" and actor.role != "administrator":
        raise NotAllowed(MANAGE_STAFF)
    return row


def _may_give(actor: StaffMember, role: Role, rights: frozenset[str]) -> None:
    """Pass a role and new rights that the actor has too: a right to manage staff is none to become administrator."""
    if actor.role != "administrator" and (role == "administrator" or not rights | ROLE_RIGHTS[role] <= actor.rights):
        raise NotAllowed(MANAGE_STAFF)


def _not_the_last(administrators: frozenset[int], member: int, field: str = "role") -> None:
    if administrators == {member}:
        raise BadRequest(field, "last_administrator")
