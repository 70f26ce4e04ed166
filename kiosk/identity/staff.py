"""Staff: who they are, what they may do, and how they sign in by name and password (C3, C6)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from db import staff as rows
from db import wrong_tries
from db.staff import StaffFacts
from kiosk.acts import Acts, Unit
from kiosk.errors import BadRequest, NotFound
from kiosk.settings import Settings
from kiosk.wrong_tries import check_wrong_tries, subject

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["operator", "supervisor", "technician", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ACCEPT_LATE: Final = "accept_late"
MANAGE_HALL: Final = "manage_hall"
"""Counters, stations, closures and limits of the own centre."""
MANAGE_STAFF: Final = "manage_staff"
SEE_FIGURES: Final = "see_figures"
RIGHTS: Final = frozenset({ACCEPT_LATE, MANAGE_HALL, MANAGE_STAFF, SEE_FIGURES})
ROLE_RIGHTS: Final[dict[Role, frozenset[str]]] = {
    "operator": frozenset(),
    "supervisor": frozenset({ACCEPT_LATE, MANAGE_HALL, SEE_FIGURES}),
    "technician": frozenset(),
    "administrator": frozenset({ACCEPT_LATE, MANAGE_HALL, MANAGE_STAFF, SEE_FIGURES}),
}
"""What a role may do without a right of its own."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
SHORTEST_PASSWORD: Final = 8
LONGEST_DISPLAY_NAME: Final = 60
_WAIT: Final = 30_000
"""How long the first wait after too many wrong passwords is, in milliseconds; it doubles."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who is signed in at a station. `rights` hold the role's own too."""

    id: int
    name: str
    display_name: str
    role: Role
    rights: frozenset[str]


class StaffDesk:
    """Signs staff in by name and password, and enrols them; their cards are another desk's (`staff_cards.py`)."""

    def __init__(self, acts: Acts, settings: Settings) -> None:
        self._acts = acts
        self._settings = settings

    def sign_in(self, name: str, password: str) -> StaffMember:
        """The staff member of a name and password; every try is audited.

        Raises:
            NotFound: there is no such pair, whichever of the two is wrong; it takes as long either way.
            SlowDown: too many wrong tries with that name.
        """
        known_as = name.strip().lower() if name.isascii() else name
        with self._acts.reading() as (connection, _):
            # nobody has a name that could not be given, and no database takes every sign that can be typed
            form = rows.password_form(connection, known_as) if _NAME.fullmatch(known_as) else None
        # the hashing stands outside any transaction: it takes a tenth of a second and would hold everybody up
        computed = _computed(form or _hash_of_nobody(), password)

        def do(unit: Unit) -> StaffMember:
            tried = subject("staff", known_as)
            check_wrong_tries(unit.connection, unit.now, tried, self._settings.limits.wrong_passwords, _WAIT)
            now = rows.by_password(unit.connection, known_as, computed) if form is not None else None
            if now is None or not now.active:
                wrong_tries.count(unit.connection, tried, unit.now)
                raise NotFound
            wrong_tries.forget(unit.connection, tried)
            unit.staff = now.id
            return member_of(now)

        return self._acts.perform("sign_in", None, {}, do)

    def sign_out(self, member: StaffMember) -> None:
        """Note in the audit that a staff member left the workplace."""
        self._acts.perform("sign_out", None, {}, lambda _unit: None, staff=member.id)

    def add(self, name: str, display_name: str, role: Role, rights: frozenset[str], password: str) -> int:
        """Enrol a staff member; answers the row id.

        Raises:
            BadRequest: name, right or password cannot be used, or the name is in use.
        """
        shown = tidy_display_name(display_name)
        check_name(name)
        check_role(role, rights)
        hashed = hashed_password(password)

        def do(unit: Unit) -> int:
            member = rows.add(unit.connection, name, shown, role, rights, hashed, unit.now)
            if member is None:
                raise BadRequest("name", "in use")
            unit.detail = role
            return member

        return self._acts.perform("staff_add", None, {}, do)


def member_of(row: StaffFacts) -> StaffMember:
    """The staff member of a row, with the role's own rights."""
    role = cast(Role, row.role)
    return StaffMember(row.id, row.name, row.display_name, role, row.rights | ROLE_RIGHTS[role])


def check_name(name: str) -> None:
    """Pass what a staff member can sign in with.

    Raises:
        BadRequest: it cannot be used.
    """
    if _NAME.fullmatch(name) is None:
        raise BadRequest("name", "2 to 40 of a-z, 0-9, dot, hyphen, underscore")


def tidy_display_name(display_name: str) -> str:
    """How colleagues read a staff member's name, without needless spaces.

    Raises:
        BadRequest: nothing is left of it, it is too long, or holds what cannot be shown.
    """
    shown = " ".join(display_name.split())
    if not 0 < len(shown) <= LONGEST_DISPLAY_NAME:
        raise BadRequest("display_name", "empty" if not shown else f"at most {LONGEST_DISPLAY_NAME} signs")
    if not shown.isprintable():
        raise BadRequest("display_name", "not_printable")
    return shown


def check_role(role: str, rights: frozenset[str]) -> None:
    """Pass a role and rights that there are.

    Raises:
        BadRequest: one of them is unknown.
    """
    if role not in ROLES:
        raise BadRequest("role", f"one of {', '.join(ROLES)}")
    if not rights <= RIGHTS:
        raise BadRequest("rights", f"among {', '.join(sorted(RIGHTS))}")


def hashed_password(password: str) -> str:
    """A password as it is kept; takes a tenth of a second, so ask outside any transaction.

    Raises:
        BadRequest: it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise BadRequest("password", f"at least {SHORTEST_PASSWORD} signs")
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    """What an unknown name's password is compared with, so that its answer takes as long."""
    return _hasher().hash("nobody signs in with this")


def _computed(form: str, password: str) -> str:
    """The encoded hash of a typed password, computed as `form` was; the two are equal where the passwords are."""
    import argon2
    from argon2.exceptions import InvalidHashError
    from argon2.low_level import hash_secret

    try:
        how = argon2.extract_parameters(form)
    except InvalidHashError:
        return ""  # what stands there is no hash, and no password fits it
    salt = form.split("$")[-2]
    hashed = hash_secret(
        password.encode(errors="surrogatepass"),
        base64.b64decode(salt + "=" * (-len(salt) % 4)),
        time_cost=how.time_cost,
        memory_cost=how.memory_cost,
        parallelism=how.parallelism,
        hash_len=how.hash_len,
        type=how.type,
        version=how.version,
    )
    return hashed.decode()
