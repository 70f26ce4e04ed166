"""Signing in with the user name and password that the electronic-government system gave (I8).

Another system holds the accounts (docs/openapi/password.json); there is none here that lets anybody in. A password is
sent once and never again by itself, and whoever tries one after another is slowed down by user name, whether it exists
or not.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any, Final

from db import wrong_tries
from hardware.secret import wipe
from kiosk.acts import Acts, Unit
from kiosk.errors import BadRequest, SlowDown
from kiosk.identity.audited import note, perform
from kiosk.identity.e_gov import name_of
from kiosk.identity.fin import is_fin, tidy_fin
from kiosk.identity.refused import AnswerNotGood, NoFin, PasswordLocked, PasswordWrong, ProviderAway, SignInRefused
from kiosk.identity.sign_in import Person, SignIns
from kiosk.identity.signed_in import SignedIn
from kiosk.identity.typed_password import TypedPassword
from kiosk.secret_files import SecretTooOpen, read_secret
from kiosk.settings import Settings
from kiosk.web_call import Answered, NotReached, Request, call, is_allowed
from kiosk.wrong_tries import check_wrong_tries, subject

_USER_SIGNS: Final = 100
_WAIT: Final = 30_000
"""How long the first wait after too many wrong passwords is, in milliseconds; it doubles."""
_PASSING: Final = frozenset({408, 429})
"""Statuses that say "not now", beside those of 500 and more."""


class PasswordWay:
    """Signs citizens in by user name and password at one station.

    Args:
        acts: how anything is changed.
        settings: where the accounts are, how many wrong tries.
        sign_ins: begins their sessions.
    """

    def __init__(self, acts: Acts, settings: Settings, sign_ins: SignIns) -> None:
        self._acts = acts
        self._settings = settings
        self._sign_ins = sign_ins

    @property
    def is_set_up(self) -> bool:
        """Whether there is a system that knows the accounts."""
        return is_allowed(self._settings.password.url, production=self._settings.station.production)

    def sign_in(self, user: str, password: TypedPassword) -> SignedIn:
        """Sign in whoever knows the pair; the password is wiped whatever comes of it.

        Raises:
            BadRequest: no user name or no password; nothing was sent.
            SlowDown: too many wrong tries with that user name; nothing was sent.
            PasswordWrong, PasswordLocked: what the other system says.
            ProviderAway: it did not answer. AnswerNotGood, NoFin: its answer cannot be used.
            SessionElsewhere: the person is signed in already (I12).
            Unavailable: the database is away.
        """
        with password:
            name = unicodedata.normalize("NFC", user).strip()
            if not name or len(name) > _USER_SIGNS:
                raise BadRequest("user_name", "empty")
            if not len(password):
                raise BadRequest("password", "empty")
            tried = subject("e-gov user", name.casefold())
            self._check_tries(tried)
            try:
                person = self._asked(name, password)
            except PasswordWrong as wrong:
                self._count(tried, wrong)
                raise
            except SignInRefused as refused:
                reason = f" {refused.reason}" if isinstance(refused, AnswerNotGood) else ""
                note(self._acts, "citizen_sign_in", refused, detail=f"password{reason}")
                raise
        self._acts.perform("password_right", None, {}, lambda unit: wrong_tries.forget(unit.connection, tried))
        session = self._sign_ins.begin(person, "password")
        return SignedIn("password", person.fin, person.given_name, person.surname, person.patronymic, session)

    def _check_tries(self, tried: str) -> None:
        most = self._settings.limits.wrong_passwords
        with self._acts.reading() as (connection, now):
            try:
                check_wrong_tries(connection, now, tried, most, _WAIT)
                return
            except SlowDown as slow:
                refusal = slow

        def do(unit: Unit) -> None:
            unit.detail = "password"
            raise refusal

        self._acts.perform("citizen_sign_in", None, {}, do)

    def _count(self, tried: str, wrong: PasswordWrong) -> None:
        def do(unit: Unit) -> None:
            unit.detail = "password"
            wrong_tries.count(unit.connection, tried, unit.now)
            raise wrong

        perform(self._acts, "citizen_sign_in", do)

    def _asked(self, name: str, password: TypedPassword) -> Person:
        settings = self._settings.password
        try:
            token = read_secret(self._settings, settings.token_file, "password-token")
        except (OSError, SecretTooOpen, UnicodeDecodeError):
            raise AnswerNotGood("token_file") from None
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        ca_file: Path | None = self._settings.path(settings.ca_file, "") if settings.ca_file else None
        url = f"{settings.url.rstrip('/')}/sign-ins"
        secret = password.json()
        body = bytearray(b'{"user_name":' + json.dumps(name).encode() + b',"password":')
        try:
            body += secret
            body += b"}"
            password.wipe()
            answered = call(Request("POST", url, headers, bytes(body)), settings.timeout_seconds, ca_file=ca_file)
        except NotReached:
            raise ProviderAway from None
        finally:
            wipe(secret)
            wipe(body)
        return _person(answered)


def _person(answered: Answered) -> Person:
    if answered.status >= 500 or answered.status in _PASSING:
        raise ProviderAway
    if answered.status not in (200, 403):
        raise AnswerNotGood("status")
    try:
        told: Any = json.loads(answered.body)
    except (ValueError, RecursionError):
        raise AnswerNotGood("form") from None
    if not isinstance(told, dict):
        raise AnswerNotGood("form")
    if answered.status == 403:
        match told.get("error"):
            case "wrong":
                raise PasswordWrong
            case "locked":
                raise PasswordLocked
        raise AnswerNotGood("error")
    fin = tidy_fin(told["fin"]) if isinstance(told.get("fin"), str) else ""
    if not is_fin(fin):
        raise NoFin
    return Person(fin, *(name_of(told.get(name)) for name in ("given_name", "surname", "patronymic")))
