"""The ways in which a citizen may sign in here, and what each gives (I1 to I8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol, cast

from kiosk.acts import Acts, Unit
from kiosk.clock import Clock
from kiosk.errors import BadRequest
from kiosk.identity.audited import note
from kiosk.identity.card_facts import CardFacts, CardSight
from kiosk.identity.e_gov import EGov
from kiosk.identity.fin import is_fin, tidy_fin
from kiosk.identity.password_way import PasswordWay
from kiosk.identity.refused import WrongCard
from kiosk.identity.sign_in import CitizenSession, SignIns
from kiosk.identity.signed_in import SignedIn, WayName
from kiosk.identity.typed_password import TypedPassword
from kiosk.settings import Settings
from kiosk.signature.certificate import Damaged, read

Service = Literal["new_consumer", "suspension", "statement"]
CardWay = Literal["card", "sima_token", "bank"]
CARD_WAYS: Final[tuple[CardWay, ...]] = ("card", "sima_token", "bank")
_NO_READER: Final = frozenset({"service_down", "access_denied", "no_reader"})
_NOT_HERE: Final = frozenset({"asan_imza", "sima_imza"})


@dataclass(frozen=True, slots=True)
class Way:
    """A way of a service: whether it can be used here and now, and else the message key that says why not."""

    name: WayName
    usable: bool
    why_key: str = ""


class Desk(Protocol):
    """What is asked of the card desk."""

    @property
    def sight(self) -> CardSight:
        """What stands in the reader."""


class Ways:
    """Who a citizen is, by each way that is offered here.

    Args:
        acts: how anything is changed.
        settings: which ways a service offers, and what each needs.
        clock: this machine's.
        sign_ins: citizens' sessions.
        desk: the card reader.
    """

    def __init__(self, acts: Acts, settings: Settings, clock: Clock, sign_ins: SignIns, desk: Desk) -> None:
        self._acts = acts
        self._settings = settings
        self._sign_ins = sign_ins
        self._desk = desk
        self._password = PasswordWay(acts, settings, sign_ins)
        self.e_gov: Final = EGov(acts, settings, clock, sign_ins)

    def offered(self, service: Service) -> tuple[Way, ...]:
        """The ways of a service, in the settings' order; never blocks."""
        return tuple(self._way(cast(WayName, name)) for name in self._settings.ways.of(service))

    def _way(self, name: WayName) -> Way:
        why = ""
        if name in _NOT_HERE:
            why = "ways.not_here"
        elif name in CARD_WAYS and self._desk.sight.state in _NO_READER:
            why = "reader.unavailable"
        elif (name == "e_gov" and not self.e_gov.is_set_up) or (name == "password" and not self._password.is_set_up):
            why = "ways.not_set_up"
        return Way(name, not why, why)

    def by_fin(self, fin: str) -> SignedIn:
        """Take somebody's word for their FİN: it proves little, and begins no session (I1). It is audited.

        Raises:
            BadRequest: it has not the form of one.
            Unavailable: the database is away.
        """
        tidied = tidy_fin(fin)
        if not is_fin(tidied):
            raise BadRequest("fin", "fin")

        def do(unit: Unit) -> None:
            unit.detail = "fin"

        self._acts.perform("citizen_sign_in", None, {}, do)
        return SignedIn("fin", tidied)

    def ways_of(self, card: CardFacts) -> frozenset[CardWay]:
        """Which ways a card may be for. Nothing on a card names its giver but the issuer of its certificate.

        An identity card is an e-signature card. Else the issuers that `[ways]` names decide; a card of none of these
        may be for any way that names no issuers; so may one whose certificate cannot be read, which signing in refuses.
        """
        if card.kind == "azedit":
            return frozenset({"card"})
        issuer = _issuer(card).casefold()
        named = {way: self._settings.ways.issuers(way) for way in CARD_WAYS}
        told = frozenset(way for way in CARD_WAYS if any(name.casefold() in issuer for name in named[way]))
        return told or frozenset(way for way in CARD_WAYS if not named[way])

    def check_card(self, card: CardFacts, way: CardWay) -> None:
        """Pass when a card may be for a way: before any PIN is spent on it.

        Raises:
            WrongCard: it is for another way; audited.
        """
        fitting = self.ways_of(card)
        if way not in fitting:
            refused = WrongCard(next(iter(fitting)) if len(fitting) == 1 else None)
            note(self._acts, "citizen_sign_in", refused, detail=way)
            raise refused

    def by_card(self, session: CitizenSession, way: CardWay) -> SignedIn:
        """The session that a card began, as the way that was chosen (I2, I3, I4)."""
        return SignedIn(way, session.fin, session.given_name, session.surname, session.patronymic, session)

    def by_password(self, user: str, password: TypedPassword) -> SignedIn:
        """By user name and password (I8); raises as `PasswordWay.sign_in`, and wipes the password."""
        return self._password.sign_in(user, password)


def _issuer(card: CardFacts) -> str:
    certificate = card.certificate("sign_in")
    if certificate is None:
        return ""
    try:
        return read(certificate.der).facts.issuer
    except Damaged:
        return ""
