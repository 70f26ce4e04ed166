"""Staff members' cards: enrolling them, and signing in by card and PIN (C6, M1)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from db import staff as staff_rows
from db import staff_cards as rows
from hardware.errors import CardError
from hardware.secret import Pin
from kiosk.acts import Acts, Unit
from kiosk.clock import to_datetime
from kiosk.errors import NotFound
from kiosk.identity.audited import note, perform
from kiosk.identity.proof import Clock, Desk, Judge, judged, prove
from kiosk.identity.refused import CardNotEnrolled, CardTaken, SignInRefused, WrongRole
from kiosk.identity.staff import ROLE_RIGHTS, Role, StaffMember
from kiosk.settings import Settings
from kiosk.signature.certificate import read

PURPOSE: Final = "staff"


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A card of a staff member. `label` begins with the fingerprint's first signs, and names nobody."""

    id: int
    label: str
    enrolled_at: datetime
    withdrawn_at: datetime | None


class StaffCards:
    """Enrols staff members' cards and signs their holders in.

    A card is known by the SHA-256 of its certificate's public key: the key is what is proved, and a certificate that
    is renewed for the same key needs no new enrolling.

    Args:
        acts: how anything is changed.
        settings: the station's name.
        desk: reaches the card.
        trust: judges certificates.
        clock: how old a challenge is; the station's.
    """

    def __init__(self, acts: Acts, settings: Settings, desk: Desk, trust: Judge, clock: Clock) -> None:
        self._acts = acts
        self._station = settings.station.name
        self._desk = desk
        self._trust = trust
        self._clock = clock

    def sign_in(self, insertion: int, pin: Pin | None, roles: Collection[Role] | None = None) -> StaffMember:
        """The staff member who holds the card; every try is audited, and the PIN is wiped.

        Judged first is what needs no PIN: the certificate, whose card it is, and the role.

        Args:
            insertion: which card.
            pin: PIN1 or the user PIN; None: typed at the reader's own pad.
            roles: who may sign in here; None: everybody.

        Raises:
            PinWrong, PinBlocked, PinFormat (not sent), CardError: what the card says.
            NoCertificate, NotTrusted, NotProved: the certificate or its proof is not good.
            CardNotEnrolled, WrongRole: nobody's card, or somebody's who may not.
            Unavailable: the database is away.
        """
        try:
            certificate, _ = judged(self._desk, self._trust, insertion, "staff")
            fingerprint = _fingerprint(certificate.der)
            with self._acts.reading() as (connection, _now):
                _allowed(rows.holder(connection, fingerprint), roles)
            prove(self._desk, self._clock, insertion, certificate, pin, (self._station, PURPOSE))
        except (SignInRefused, CardError) as refused:
            note(self._acts, "sign_in_by_card", refused)
            raise
        finally:
            if pin is not None:
                pin.wipe()

        def do(unit: Unit) -> StaffMember:
            # looked up anew: the card may have been withdrawn while the PIN was typed
            member = _allowed(rows.holder(unit.connection, fingerprint), roles)
            unit.staff = member.id
            return member

        return perform(self._acts, "sign_in_by_card", do)

    def enrol(self, by: StaffMember, name: str, insertion: int, pin: Pin | None = None) -> StaffCard:
        """Enrol the card in the reader for a staff member; the same card for the same member again changes nothing.

        Args:
            by: who enrols: an administrator, who still is one by the database.
            name: whose card it becomes.
            insertion: which card.
            pin: when given, the card proves its key too; it is wiped.

        Raises:
            WrongRole: `by` is no administrator.
            NotFound: there is no such active staff member.
            CardTaken: it is another's card.
            NoCertificate, NotTrusted, NotProved: the certificate or its proof is not good.
            PinWrong, PinBlocked, PinFormat (not sent), CardError: what the card says.
            Unavailable: the database is away.
        """
        try:
            with self._acts.reading() as (connection, _now):
                _administrator(connection, by)
            certificate, _ = judged(self._desk, self._trust, insertion, "staff")
            if pin is not None:
                prove(self._desk, self._clock, insertion, certificate, pin, (self._station, PURPOSE))
        except (SignInRefused, CardError) as refused:
            note(self._acts, "staff_card_enrol", refused, by.id)
            raise
        finally:
            if pin is not None:
                pin.wipe()
        fingerprint = _fingerprint(certificate.der)
        label = f"{fingerprint[:4]} {fingerprint[4:8]}".upper()

        def do(unit: Unit) -> StaffCard:
            _administrator(unit.connection, by)
            member = _member(unit.connection, name)
            unit.detail = f"staff {member}, card {label}"
            if rows.enrol(unit.connection, member, fingerprint, label, by.id, unit.now) is None:
                holder = rows.holder(unit.connection, fingerprint)
                if holder is None or holder.staff != member:
                    raise CardTaken
                unit.outcome = "was_enrolled"
            live = (row for row in rows.of(unit.connection, member) if row.withdrawn_at is None)
            return _told(next(row for row in live if row.fingerprint == fingerprint))

        return perform(self._acts, "staff_card_enrol", do, by.id)

    def of(self, name: str) -> tuple[StaffCard, ...]:
        """A staff member's cards, withdrawn ones too, the newest first.

        Raises:
            NotFound: there is no such staff member.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            member = staff_rows.by_name(connection, name)
            if member is None:
                raise NotFound
            return tuple(_told(row) for row in rows.of(connection, member.id))

    def withdraw(self, by: StaffMember, card: int) -> None:
        """Withdraw a card: nobody signs in by it from now on.

        Raises:
            WrongRole: `by` is no administrator.
            NotFound: there is no such live card.
            Unavailable: the database is away.
        """

        def do(unit: Unit) -> None:
            _administrator(unit.connection, by)
            unit.detail = f"card row {card}"
            if rows.withdraw(unit.connection, card, unit.now) is None:
                raise NotFound

        perform(self._acts, "staff_card_withdraw", do, by.id)


def _allowed(holder: rows.HolderRow | None, roles: Collection[Role] | None) -> StaffMember:
    if holder is None or not holder.active:
        raise CardNotEnrolled
    role = cast(Role, holder.role)
    if roles is not None and role not in roles:
        raise WrongRole(role)
    return StaffMember(holder.staff, holder.name, holder.display_name, role, holder.rights | ROLE_RIGHTS[role])


def _administrator(connection: Any, by: StaffMember) -> None:
    row = staff_rows.by_name(connection, by.name)
    if row is None or row.id != by.id or not row.active or row.role != "administrator":
        raise WrongRole(row.role if row is not None else by.role)


def _member(connection: Any, name: str) -> int:
    row = staff_rows.by_name(connection, name)
    if row is None or not row.active:
        raise NotFound
    return row.id


def _told(row: rows.StaffCardRow) -> StaffCard:
    withdrawn_at = None if row.withdrawn_at is None else to_datetime(row.withdrawn_at)
    return StaffCard(row.id, row.label, to_datetime(row.enrolled_at), withdrawn_at)


def _fingerprint(der: bytes) -> str:
    return hashlib.sha256(read(der).key).hexdigest()
