"""Whether a person's e-signature is ready for its day (E3): a line for each thing it takes, each found out by itself.

The trials are real: the card proves its sign-in key over a fresh challenge, and its signature key signs a text that
says it signs nothing; both are checked with the certificates' keys, and nothing of them is kept.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from hardware.cards.card import Card, CardCertificate, PinName, PinState, Purpose
from hardware.errors import CardError, EntryCancelled, EntryTimeout, PinBlocked, PinFormat, PinMustChange, PinWrong
from hardware.readers import ServiceCondition
from hardware.secret import Pin
from kiosk.clock import baku, to_datetime
from kiosk.identity.card_facts import CardSight
from kiosk.identity.challenge import HASH
from kiosk.identity.proof import Clock, prove
from kiosk.identity.refused import NotProved
from kiosk.language.formats import day_figures
from kiosk.language.messages import text
from kiosk.names import Language
from kiosk.settings import Settings
from kiosk.signature.condition import TrustCondition
from kiosk.signature.facts import CertificateVerdict, Light, RevocationFacts, Use
from kiosk.signature.keys import fits_digest, key_of
from kiosk.signature.self_test import component_works

AUTHORITIES: Final = ("root", "pca", "ica")
SOON: Final = timedelta(days=30)
"""How long before its end a certificate is worth a warning."""
_PURPOSE: Final = "readiness"
_log = logging.getLogger(__name__)


class Desk(Protocol):
    """What readiness needs of the card desk."""

    @property
    def sight(self) -> CardSight:
        """What stands before the person."""

    def condition(self) -> ServiceCondition:
        """How the reader service stands."""

    def pins(self, insertion: int) -> tuple[PinState, ...]:
        """The card's PINs, with tries read anew."""

    def using(self, insertion: int, *, proves: bool = False) -> AbstractContextManager[Card]:
        """Use the card of that insertion, alone."""

    def hold(self, insertion: int) -> None:
        """Keep the card from other programs."""

    def let_go(self, insertion: int) -> None:
        """Let others use it."""


class Judge(Protocol):
    """What readiness needs of `Trust`."""

    def judge(self, der: bytes, use: Use, at: datetime | None = None, fresh: bool = False) -> CertificateVerdict:
        """What is made of a certificate for that use."""

    def condition(self) -> TrustCondition:
        """How trust stands here."""


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """One line. `needs` names the PIN that would let it be tried; `advice_key` is None where nothing is to be done."""

    name: str
    light: Light
    finding_key: str
    facts: Mapping[str, str | int | datetime] = field(default_factory=dict)
    advice_key: str | None = None
    needs: PinName | None = None

    def finding(self, language: Language) -> str:
        """What was found, in a language."""
        return text(language, self.finding_key, **self._written(language))

    def advice(self, language: Language) -> str:
        """What to do and whom to call; "" where nothing is to be done."""
        return text(language, self.advice_key, **self._written(language)) if self.advice_key is not None else ""

    def _written(self, language: Language) -> dict[str, object]:
        return {
            name: day_figures(language, value.astimezone(baku()).date()) if isinstance(value, datetime) else value
            for name, value in self.facts.items()
        }


@dataclass(slots=True)
class _Found:
    """What earlier lines found out for later ones."""

    certificates: dict[Purpose, CardCertificate] = field(default_factory=dict)
    verdicts: dict[Purpose, CertificateVerdict] = field(default_factory=dict)
    pins: tuple[PinState, ...] = ()


class Readiness:
    """Finds out line by line.

    Args:
        settings: the station's name.
        desk: reaches the card.
        trust: judges certificates.
        clock: how old a challenge is; the station's.
    """

    def __init__(self, settings: Settings, desk: Desk, trust: Judge, clock: Clock) -> None:
        self._station = settings.station.name
        self._desk = desk
        self._trust = trust
        self._clock = clock

    def lines(
        self,
        insertion: int | None,
        pin1: Pin | None,
        pin2: Pin | None,
        *,
        tried_only: bool = False,
        at_pad: Purpose | None = None,
    ) -> Iterator[ReadinessLine]:
        """Every line in its order, each as soon as it is found out. Blocks between them; the PINs are wiped.

        Args:
            insertion: which card; None: there is none.
            pin1: PIN1 or the user PIN; None: signing in is not tried.
            pin2: PIN2 or the user PIN; None: signing is not tried.
            tried_only: only the two trials, and the tries left after them.
            at_pad: the trial whose PIN is typed at the reader's own pad. The reader asks as soon as that line is come
                to; where nobody typed, the line's fact `error` says why (`entry_cancelled`, `entry_timeout`).
        """
        try:
            found = _Found()
            if not tried_only:
                yield from self._free(insertion, found)
            else:
                self._look(insertion, found)
            tried = at_pad is not None or pin1 is not None or pin2 is not None
            yield self._line(
                "sign_in", lambda: self._trial("sign_in", insertion, found, pin1, at_pad=at_pad == "sign_in")
            )
            yield self._line(
                "signature", lambda: self._trial("signature", insertion, found, pin2, at_pad=at_pad == "signature")
            )
            if tried:
                yield from self._tries(insertion, found)
        finally:
            for pin in (pin1, pin2):
                if pin is not None:
                    pin.wipe()

    def _free(self, insertion: int | None, found: _Found) -> Iterator[ReadinessLine]:
        yield self._line("reader", self._reader)
        yield self._line("driver", self._driver)
        yield self._line("component", _component)
        yield self._line("card", self._card)
        for name in AUTHORITIES:
            yield self._line(name, partial(self._authority, name))
        yield self._line("certificate_sign_in", lambda: self._certificate("sign_in", insertion, found))
        yield self._line("certificate_signature", lambda: self._certificate("signature", insertion, found))
        yield self._line("revocation", lambda: _revocation(found))
        yield from self._tries(insertion, found)

    def _line(self, name: str, find: Callable[[], ReadinessLine]) -> ReadinessLine:
        try:
            return replace(find(), name=name)
        except CardError as error:
            return ReadinessLine(name, "fault", "readiness.card_failed", {"error": error.error}, _STAFF)
        except Exception as error:  # one line that stumbles must not hide the others
            _log.error("readiness: %s stumbled over %s", name, type(error).__name__)
            return ReadinessLine(name, "fault", "readiness.stumbled", {}, _STAFF)

    def _reader(self) -> ReadinessLine:
        condition = self._desk.condition()
        if not condition.up:
            return _fault("readiness.reader.service", _STAFF)
        if not condition.readers and self._desk.sight.card is None:
            return _fault("readiness.reader.none", _STAFF)
        sight = self._desk.sight
        name = sight.card.reader if sight.card is not None else condition.readers[0].name
        return _good("readiness.reader.good", reader=name)

    def _driver(self) -> ReadinessLine:
        sight = self._desk.sight
        if sight.state == "unknown":
            return _fault("readiness.driver.missing", _CALL)
        if sight.card is None:
            return _absent("readiness.no_card")
        return _good("readiness.driver.good")

    def _card(self) -> ReadinessLine:
        sight = self._desk.sight
        if sight.card is not None:
            return _good("readiness.card.good")
        state = sight.state if sight.state in {"mute", "unknown", "busy", "faulty", "reading"} else "none"
        if state == "reading":
            return ReadinessLine("", "warning", "readiness.card.reading")
        return _fault(f"readiness.card.{state}", _INSERT if state in {"none", "mute", "busy"} else _CALL)

    def _authority(self, name: str) -> ReadinessLine:
        anchor = next((one for one in self._trust.condition().anchors if one.name.lower() == name), None)
        if anchor is None:
            return _fault("readiness.authority.missing", _STAFF)
        if anchor.state == "good":
            return _good("readiness.authority.good", date=anchor.facts.not_after)
        date = anchor.facts.not_after if anchor.state == "expired" else anchor.facts.not_before
        return _fault(f"readiness.authority.{anchor.state}", _STAFF, date=date)

    def _look(self, insertion: int | None, found: _Found) -> None:
        for purpose in _PURPOSES:
            self._line(f"certificate_{purpose}", partial(self._certificate, purpose, insertion, found))
        self._line("tries", lambda: self._read_pins(insertion, found))

    def _certificate(self, purpose: Purpose, insertion: int | None, found: _Found) -> ReadinessLine:
        if insertion is None:
            return _absent("readiness.no_card")
        with self._desk.using(insertion) as card:
            own = next((one for one in card.certificates() if one.purpose == purpose), None)
        if own is None:
            return _fault("readiness.certificate.none", _CALL)
        found.certificates[purpose] = own
        found.verdicts[purpose] = verdict = self._trust.judge(own.der, purpose, fresh=True)
        facts = verdict.facts
        if facts is None:
            return _fault("readiness.certificate.damaged", _CALL)
        if verdict.state == "unchecked":
            light: Light = "warning" if verdict.accepted else "fault"
            return ReadinessLine("", light, "readiness.certificate.unchecked", {}, _LATER)
        if verdict.state == "unknown_issuer":
            return _fault("readiness.certificate.unknown_issuer", _STAFF)
        if verdict.state != "good":
            date = facts.not_before if verdict.state == "not_yet_valid" else facts.not_after
            return _fault(f"readiness.certificate.{verdict.state}", _CALL, date=date)
        if facts.not_after - self._now() < SOON:
            return ReadinessLine("", "warning", "readiness.certificate.soon", {"date": facts.not_after}, _CALL)
        return _good("readiness.certificate.good", date=facts.not_after)

    def _now(self) -> datetime:
        return to_datetime(self._clock.now())

    def _tries(self, insertion: int | None, found: _Found) -> Iterator[ReadinessLine]:
        read = self._line("tries", lambda: self._read_pins(insertion, found))
        if read.light == "fault" or not found.pins:
            names = ("pin1", "pin2", "puk")
            yield from (replace(read, name=f"tries_{name}") for name in names)
            return
        for pin in found.pins:
            yield _tries(pin)

    def _read_pins(self, insertion: int | None, found: _Found) -> ReadinessLine:
        if insertion is None:
            return _absent("readiness.no_card")
        found.pins = ()
        found.pins = self._desk.pins(insertion)
        return _good("readiness.card.good") if found.pins else _absent("readiness.tries.none")

    def _trial(
        self, purpose: Purpose, insertion: int | None, found: _Found, pin: Pin | None, *, at_pad: bool
    ) -> ReadinessLine:
        own, verdict = found.certificates.get(purpose), found.verdicts.get(purpose)
        if insertion is None:
            return _absent("readiness.no_card")
        if own is None or verdict is None or not verdict.accepted:
            return _absent("readiness.trial.impossible")
        wanted = own.pin or ("pin1" if purpose == "sign_in" else "pin2")
        state = next((one for one in found.pins if one.name == wanted), None)
        if state is not None and state.tries.blocked:
            return _fault("readiness.trial.blocked", _UNBLOCK if state.can_unblock else _CALL)
        if state is not None and state.must_change:
            return _fault("readiness.trial.must_change", _CHANGE)
        if pin is None and not at_pad:
            return ReadinessLine("", "absent", "readiness.trial.untried", needs=wanted)
        try:
            if purpose == "sign_in":
                prove(self._desk, self._clock, insertion, own, pin, (self._station, _PURPOSE))
            else:
                self._sign(insertion, own, pin)
        except PinWrong:
            return _fault("readiness.trial.pin_wrong", None)
        except PinFormat:
            return ReadinessLine("", "absent", "readiness.trial.format", needs=wanted)
        except PinBlocked:
            return _fault("readiness.trial.blocked", _UNBLOCK if state is None or state.can_unblock else _CALL)
        except PinMustChange:
            return _fault("readiness.trial.must_change", _CHANGE)
        except (EntryCancelled, EntryTimeout) as error:
            return ReadinessLine("", "absent", "readiness.trial.untried", {"error": error.error}, needs=wanted)
        except NotProved:
            return _fault("readiness.trial.not_proved", _CALL)
        return _good("readiness.trial.good")

    def _sign(self, insertion: int, own: CardCertificate, pin: Pin | None) -> None:
        # a signature binds its person: what is signed says itself that it is nothing
        said = f"asan-kiosk {self._station}: a trial of the signature key; nothing is declared. {secrets.token_hex(32)}"
        digest = hashlib.sha256(said.encode()).digest()
        with self._desk.using(insertion, proves=True) as card:
            signature = card.sign(digest, HASH, pin)
        if not fits_digest(key_of(own.der), signature, digest, HASH):
            raise NotProved


_NOTHING: Final = RevocationFacts()
_PURPOSES: Final[tuple[Purpose, ...]] = ("sign_in", "signature")
_STAFF: Final = "readiness.advice.staff"
_CALL: Final = "readiness.advice.call"
_INSERT: Final = "readiness.advice.insert"
_LATER: Final = "readiness.advice.later"
_UNBLOCK: Final = "readiness.advice.unblock"
_CHANGE: Final = "readiness.advice.change"
_CAREFUL: Final = "readiness.advice.careful"


def _good(key: str, **facts: str | int | datetime) -> ReadinessLine:
    return ReadinessLine("", "good", key, facts)


def _absent(key: str) -> ReadinessLine:
    return ReadinessLine("", "absent", key)


def _fault(key: str, advice: str | None, **facts: str | int | datetime) -> ReadinessLine:
    return ReadinessLine("", "fault", key, facts, advice)


def _component() -> ReadinessLine:
    return _good("readiness.component.good") if component_works() else _fault("readiness.component.fault", _STAFF)


def _revocation(found: _Found) -> ReadinessLine:
    """The worse of the two certificates' checks, with the older news."""
    known = [verdict for verdict in found.verdicts.values() if verdict.revocation != _NOTHING]
    if not known:
        return _absent("readiness.revocation.unasked" if found.verdicts else "readiness.no_certificate")
    if any(verdict.state in {"revoked", "suspended"} for verdict in known):
        return _fault("readiness.revocation.revoked", _CALL)
    if (unchecked := next((one for one in known if one.revocation.source is None), None)) is not None:
        light: Light = "warning" if unchecked.accepted else "fault"
        return ReadinessLine("", light, "readiness.revocation.unchecked", {}, _LATER)
    told = [verdict.revocation.told_at for verdict in known if verdict.revocation.told_at is not None]
    facts = {"date": min(told)} if told else {}
    if any(verdict.revocation.stale for verdict in known):
        return ReadinessLine("", "warning", "readiness.revocation.stale", facts, _LATER)
    return ReadinessLine("", "good", "readiness.revocation.good", facts)


def _tries(pin: PinState) -> ReadinessLine:
    name, tries = f"tries_{pin.name}", pin.tries
    if tries.blocked:
        advice = _UNBLOCK if pin.can_unblock else _CALL
        return ReadinessLine(name, "fault", "readiness.tries.blocked", {}, advice)
    if tries.is_last:
        return ReadinessLine(name, "warning", "readiness.tries.last", {}, _CAREFUL)
    if tries.left is None:
        key = "few" if tries.few else "unknown"
        return ReadinessLine(name, "warning" if tries.few else "good", f"readiness.tries.{key}")
    if tries.most is None:
        return ReadinessLine(name, "good", "readiness.tries.left", {"left": tries.left})
    facts = {"left": tries.left, "most": tries.most}
    light: Light = "good" if tries.left >= tries.most else "warning"
    return ReadinessLine(name, light, "readiness.tries.of", facts)
