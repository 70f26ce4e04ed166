"""Signing citizens in by card or token, and out again (I2, I3, I4, I9, I11, I12); other ways begin sessions here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hardware.errors import CardError, CardGone
from hardware.secret import Pin
from kiosk.acts import Acts
from kiosk.clock import to_datetime
from kiosk.identity.audited import note
from kiosk.identity.proof import Clock, Desk, Judge, judged, prove
from kiosk.identity.refused import SessionElsewhere, SignInRefused
from kiosk.identity.sessions import Sessions, seconds_passed
from kiosk.settings import Settings
from kiosk.signature.certificate import read
from kiosk.signature.facts import CertificateVerdict

PURPOSE: Final = "sign_in"


@dataclass(frozen=True, slots=True, repr=False)
class CitizenSession:
    """A citizen who is signed in here. By card it belongs to one insertion of one card, and ends with it."""

    token: str
    insertion: int | None
    """None: no card was needed; it ends when the person leaves, by idle, and with its lease."""
    given_name: str
    surname: str
    patronymic: str
    fin: str | None
    verdict: CertificateVerdict | None
    """What was made of the card's certificate; None without a card."""
    started_at: datetime
    ends_at: datetime
    """Aware, UTC; how long at most (S5: 500 minutes)."""

    def __repr__(self) -> str:
        return f"CitizenSession(insertion {self.insertion})"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who somebody is by the word of another system. Names may be empty."""

    fin: str
    given_name: str = ""
    surname: str = ""
    patronymic: str = ""

    def __repr__(self) -> str:
        return "Person(…)"


class SignIns:
    """Signs citizens in at one station.

    Args:
        acts: how anything is changed.
        settings: the station's name, leases.
        desk: reaches the card.
        trust: judges certificates.
        clock: how old a challenge is; the station's.
        elapsed: seconds that passed, from any beginning.
    """

    def __init__(
        self,
        acts: Acts,
        settings: Settings,
        desk: Desk,
        trust: Judge,
        clock: Clock,
        *,
        elapsed: Callable[[], float] = seconds_passed,
    ) -> None:
        self._acts = acts
        self._station = settings.station.name
        self._desk = desk
        self._trust = trust
        self._clock = clock
        self.sessions = Sessions(acts, settings, elapsed=elapsed)

    def by_card(self, insertion: int, pin: Pin | None) -> CitizenSession:
        """Sign in whoever holds the card; the PIN is wiped whatever comes of it.

        Judged first is what needs no PIN: the certificate, and whether the person is signed in elsewhere. Only then is
        the PIN sent, once.

        Args:
            insertion: which card.
            pin: PIN1 or the user PIN; None: typed at the reader's own pad.

        Raises:
            PinWrong, PinBlocked, PinFormat (not sent), CardError: what the card says.
            NoCertificate, NotTrusted, NotProved: the certificate or its proof is not good.
            SessionElsewhere: the person is signed in already.
            Unavailable: the database is away, so that nobody can tell.
        """
        try:
            return self._by_card(insertion, pin)
        except SessionElsewhere:
            raise  # it is in the audit already
        except (SignInRefused, CardError) as refused:
            note(self._acts, "citizen_sign_in", refused)
            raise
        finally:
            if pin is not None:
                pin.wipe()

    def _by_card(self, insertion: int, pin: Pin | None) -> CitizenSession:
        certificate, verdict = judged(self._desk, self._trust, insertion, "sign_in")
        facts = verdict.facts or read(certificate.der).facts
        person = facts.fin
        if person is None:  # reading a certificate anew takes some milliseconds, which a FİN saves
            known = read(certificate.der)
            person = person_key(None, known.subject_serial, known.issuer_der, facts.fingerprint)
        try:
            self.sessions.look(person)
        except SessionElsewhere as refused:
            note(self._acts, "citizen_sign_in", refused)
            raise
        prove(self._desk, self._clock, insertion, certificate, pin, (self._station, PURPOSE))
        begun = self.sessions.begin(person, verdict.state)
        try:
            self._desk.hold(insertion)
            patronymic = self._patronymic(insertion)
        except BaseException:  # whatever it is: nobody would end what nobody was given
            self._end(begun.token, insertion, "cancelled")
            raise
        return CitizenSession(
            token=begun.token,
            insertion=insertion,
            # some issuers write the patronymic behind the given name
            given_name=facts.given_name.removesuffix(f" {patronymic}"),
            surname=facts.surname,
            patronymic=patronymic,
            fin=facts.fin,
            verdict=verdict,
            started_at=to_datetime(begun.started_at),
            ends_at=to_datetime(begun.ends_at),
        )

    def begin(self, person: Person, way: str) -> CitizenSession:
        """Begin the session of somebody whom another system vouches for, without a card (I7, I8, I12).

        Args:
            person: who it is.
            way: how they signed in, for the audit.

        Raises:
            SessionElsewhere: the person is signed in already, by whatever way; it is audited.
            Unavailable: the database is away.
        """
        begun = self.sessions.begin(person.fin, way)
        return CitizenSession(
            token=begun.token,
            insertion=None,
            given_name=person.given_name,
            surname=person.surname,
            patronymic=person.patronymic,
            fin=person.fin,
            verdict=None,
            started_at=to_datetime(begun.started_at),
            ends_at=to_datetime(begun.ends_at),
        )

    def _patronymic(self, insertion: int) -> str:
        """Certificates name none; the card may. It is for people to read and decides nothing.

        Raises:
            CardGone: the card went after it had proved its key: no session outlives it.
        """
        try:
            with self._desk.using(insertion) as card:
                holder = card.holder()
        except CardGone:
            raise
        except CardError:
            return ""
        return holder.patronymic if holder is not None else ""

    def is_alive(self, session: CitizenSession) -> bool:
        """Whether the session still lives: not ended, its lease kept, its longest time not over. Never blocks."""
        return self.sessions.is_alive(session.token)

    def renew(self, session: CitizenSession) -> bool:
        """Renew the lease now; the station's own thread does so three times a lease. False: it has ended.

        Raises:
            Unavailable: the database is away; the session lives on until its lease runs out.
        """
        return self.sessions.renew(session.token)

    def end(self, session: CitizenSession, why: str) -> None:
        """End a session; twice is once.

        Args:
            session: which.
            why: for the audit: "left", "idle", "card_gone" …
        """
        self._end(session.token, session.insertion, why)

    def _end(self, token: str, insertion: int | None, why: str) -> None:
        try:
            self.sessions.end(token, why)
        finally:
            if insertion is not None:
                self._desk.let_go(insertion)

    def close(self) -> None:
        """End every session of this station, and the thread that renews them."""
        self.sessions.close()


def person_key(fin: str | None, subject_serial: str | None, issuer: bytes, fingerprint: str) -> str:
    """Whose session it is: the FİN; without one a digest of the certificate's subject within its issuer, or its own."""
    if fin is not None:
        return fin
    if subject_serial is None:
        return f"certificate {fingerprint}"
    return f"subject {hashlib.sha256(issuer + b'|' + subject_serial.encode()).hexdigest()}"
