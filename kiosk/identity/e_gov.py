"""Signing in with e-gov identity on the citizen's own phone, by a QR on the screen (I7).

The flow crosses two devices, so the provider alone proves less than it seems: a QR can be photographed in the hall, or
passed on to somebody elsewhere who signs in in good faith. So the phone that signed in is shown a number, and only who
types it here is signed in: phone and person stand at one place. Who photographed the QR sees a number and has no
screen to type it on; who was sent the QR would have to tell the number to a stranger, which the phone's page warns of.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from db import phone_sign_ins as rows
from kiosk.acts import Acts, Unit
from kiosk.clock import MINUTE, Clock, to_datetime
from kiosk.errors import Unavailable
from kiosk.identity.audited import note
from kiosk.identity.fin import is_fin, tidy_fin
from kiosk.identity.open_id import Asked, Client, Provider
from kiosk.identity.phone_answer import PATH, number_of
from kiosk.identity.refused import (
    AnswerNotGood,
    NoFin,
    PhoneCancelled,
    PhoneRanOut,
    SessionElsewhere,
    SignInRefused,
    WrongNumber,
)
from kiosk.identity.sign_in import Person, SignIns
from kiosk.identity.signed_in import SignedIn
from kiosk.secret_files import SecretTooOpen, read_secret
from kiosk.settings import Settings
from kiosk.web_call import is_allowed

if TYPE_CHECKING:
    from db.phone_sign_ins import PhoneAnswer

TRIES: Final = 3
"""How often the phone's number may be typed."""
_NAME_SIGNS: Final = 60
_GIVEN_UP: Final = frozenset({"access_denied", "login_required", "consent_required", "interaction_required"})
"""Errors that mean that the person did not go on (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6)."""


@dataclass(slots=True, repr=False, eq=False)
class PhoneSignIn:
    """One sign-in on a phone. It lives as long as its screen does."""

    url: str
    """What the QR holds."""
    ends_at: datetime
    """Until when an answer is waited for (aware, UTC)."""
    asked: Asked
    person: Person | None = None
    """Who signed in on the phone; nobody is told before the number was typed."""
    number: str = ""
    tries_left: int = TRIES
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __repr__(self) -> str:
        return "PhoneSignIn(…)"


class EGov:
    """Signs citizens in by e-gov identity at one station.

    Args:
        acts: how anything is changed.
        settings: the provider, our public address.
        clock: by which the provider's tokens are judged: this machine's.
        sign_ins: begins their sessions.
    """

    def __init__(self, acts: Acts, settings: Settings, clock: Clock, sign_ins: SignIns) -> None:
        self._acts = acts
        self._settings = settings
        self._sign_ins = sign_ins
        self._provider = Provider(
            settings.e_gov.issuer,
            settings.e_gov.timeout_seconds,
            production=settings.station.production,
            now=lambda: clock.now() / 1000,
        )

    @property
    def is_set_up(self) -> bool:
        """Whether a provider is named, and phones can come back to us."""
        e_gov, production = self._settings.e_gov, self._settings.station.production
        return bool(
            e_gov.client_id and self._settings.web.public_url and is_allowed(e_gov.issuer, production=production)
        )

    def begin(self) -> PhoneSignIn:
        """Begin a sign-in: what the QR shows, and until when.

        Raises:
            ProviderAway, AnswerNotGood: the provider cannot be asked; it is audited.
            Unavailable: the database is away.
        """
        e_gov = self._settings.e_gov
        asked = Asked(secrets.token_urlsafe(16), secrets.token_urlsafe(16), secrets.token_urlsafe(48))
        try:
            address = self._provider.address(self._client(), asked, _scope(e_gov.scope))
        except SignInRefused as refused:
            self._note(refused)
            raise

        def do(unit: Unit) -> int:
            ends_at = unit.now + e_gov.minutes * MINUTE
            rows.begin(unit.connection, asked.state, unit.station, address, unit.now, ends_at)
            return ends_at

        ends_at = self._acts.perform("phone_sign_in", None, {}, do)
        return PhoneSignIn(f"{self._public}{PATH}/{asked.state}", to_datetime(ends_at), asked)

    def arrived(self, phone: PhoneSignIn) -> bool:
        """Whether somebody signed in on the phone; then its number is to be typed. Asks the provider when it is time.

        Raises:
            PhoneCancelled, PhoneRanOut: on the phone it was given up; nothing came in time.
            ProviderAway, AnswerNotGood, NoFin: nobody can tell who it is. The sign-in is over; all are audited.
            Unavailable: the database is away; ask again.
        """
        with phone.lock:
            if phone.person is not None:
                return True
            with self._acts.reading() as (connection, now):
                answer = rows.find(connection, phone.asked.state)
            try:
                return self._look(phone, answer, now)
            except SignInRefused as refused:
                self._forget(phone)
                self._note(refused)
                raise

    def _look(self, phone: PhoneSignIn, answer: PhoneAnswer | None, now: int) -> bool:
        if answer is None:
            raise PhoneRanOut
        if answer.code is None and answer.error is None:
            if now < answer.ends_at:
                return False
            raise PhoneRanOut
        if answer.code is None:
            raise PhoneCancelled if answer.error in _GIVEN_UP else AnswerNotGood("phone_error")
        # from here on the code is this one's alone, and it is presented once
        if not self._take(phone):
            raise PhoneRanOut
        client = self._client()
        claims = self._provider.claims(client, phone.asked, answer.code, self._settings.e_gov.fin_claim)
        phone.person = _person(claims, self._settings.e_gov.fin_claim)
        phone.number = number_of(answer.code)
        return True

    def finish(self, phone: PhoneSignIn, number: str) -> SignedIn:
        """Sign in whoever holds the phone, when the number is the one that it shows.

        Raises:
            WrongNumber: it is another; with no tries left the sign-in is over.
            PhoneRanOut: nobody signed in on the phone, or the sign-in is over.
            SessionElsewhere: the person is signed in already (I12).
            Unavailable: the database is away; the number may be typed again.
        """
        with phone.lock:
            person = phone.person
            try:
                if person is None or phone.tries_left <= 0:
                    raise PhoneRanOut
                if not hmac.compare_digest(number.encode(errors="surrogatepass"), phone.number.encode()):
                    phone.tries_left -= 1
                    raise WrongNumber(phone.tries_left)
                session = self._sign_ins.begin(person, "e_gov")
            except SessionElsewhere:
                raise  # it is in the audit already
            except SignInRefused as refused:
                if phone.tries_left <= 0:
                    phone.person = None
                    self._forget(phone)
                self._note(refused)
                raise
            phone.person = None
            self._forget(phone)
        return SignedIn("e_gov", person.fin, person.given_name, person.surname, person.patronymic, session)

    def cancel(self, phone: PhoneSignIn) -> None:
        """Give a sign-in up: what still comes from the phone is worth nothing. Twice is once.

        Raises:
            Unavailable: the database is away; it runs out by itself.
        """

        def do(unit: Unit) -> None:
            unit.outcome, unit.detail = "cancelled", "e_gov"
            rows.drop(unit.connection, phone.asked.state)

        with phone.lock:
            phone.person, phone.tries_left = None, 0
        self._acts.perform("citizen_sign_in", None, {}, do)

    @property
    def _public(self) -> str:
        return self._settings.web.public_url.rstrip("/")

    def _client(self) -> Client:
        e_gov = self._settings.e_gov
        try:
            secret = read_secret(self._settings, e_gov.client_secret_file, "e-gov-secret")
        except (OSError, SecretTooOpen, UnicodeDecodeError):
            raise AnswerNotGood("client_secret_file") from None
        return Client(e_gov.issuer, e_gov.client_id, f"{self._public}{PATH}", secret)

    def _take(self, phone: PhoneSignIn) -> bool:
        lifetime = self._settings.e_gov.minutes * MINUTE
        return self._acts.perform(
            "phone_sign_in_taken",
            None,
            {},
            lambda unit: rows.take(unit.connection, phone.asked.state, unit.now + lifetime),
        )

    def _forget(self, phone: PhoneSignIn) -> None:
        """The phone is shown its number no longer; with the database away that ends by itself."""
        with contextlib.suppress(Unavailable):
            self._acts.perform(
                "phone_sign_in_end", None, {}, lambda unit: rows.drop(unit.connection, phone.asked.state)
            )

    def _note(self, refused: SignInRefused) -> None:
        reason = f" {refused.reason}" if isinstance(refused, AnswerNotGood) else ""
        note(self._acts, "citizen_sign_in", refused, detail=f"e_gov{reason}")


def _scope(told: str) -> str:
    """With "openid" in it, or it is no OpenID Connect (Core 1.0, 3.1.2.1)."""
    return told if "openid" in told.split() else f"openid {told}"


def _person(claims: Mapping[str, Any], fin_claim: str) -> Person:
    """Whom the claims tell of.

    Raises:
        NoFin: no FİN, or something that is none.
    """
    told = claims.get(fin_claim)
    fin = tidy_fin(told) if isinstance(told, str) else ""
    if not is_fin(fin):
        raise NoFin
    names = (name_of(claims.get(claim)) for claim in ("given_name", "family_name", "middle_name"))
    return Person(fin, *names)


def name_of(told: Any) -> str:
    """A name as another system tells it: one line of printable signs, bounded; "" where it is none."""
    if not isinstance(told, str):
        return ""
    kept = "".join(
        sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", told[: 4 * _NAME_SIGNS])
    )
    return " ".join(kept.split())[:_NAME_SIGNS]
