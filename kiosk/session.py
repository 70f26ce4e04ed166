"""One citizen's visit: everything personal in one object, dropped whole (house.md, K1).

Nothing here is kept anywhere else: steps are built from the draft and write what is typed back into it as it stands, so
that GERİ, a change of language or size and a lost race lose nothing; and the end of the visit is forgetting one object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from kiosk.booking.facts import BookingFacts, Confirmed, Held
from kiosk.names import Language
from kiosk.water.draft import WaterDraft

if TYPE_CHECKING:
    from kiosk.identity.sign_in import CitizenSession
    from kiosk.identity.signed_in import SignedIn


@dataclass(slots=True, repr=False, eq=False, weakref_slot=True)
class Draft:
    """A booking in the making, as chosen and typed so far."""

    search: str = ""
    """What was typed into the search for a service."""
    agency: str | None = None
    service: str | None = None
    region: str | None = None
    centre: str | None = None
    date: date | None = None
    time: datetime | None = None
    """The chosen hour (aware, UTC). Before the person step sends the code, choosing does not hold it."""
    applicant: dict[str, str] = field(default_factory=dict)
    """What was typed, by field name, as typed."""
    from_card: set[str] = field(default_factory=set)
    """Which of these the card filled in and nobody has changed since."""
    hold_key: str | None = None
    """The key of a hold that was asked for and not yet answered, so that asking again is the same act."""
    held: Held | None = None
    held_as: dict[str, str] | None = None
    """The applicant's texts with which `held` was made, so that sending the same again is no new hold."""
    code: str = ""
    """The digits of the confirmation code typed so far."""
    confirmed: Confirmed | None = None
    moving: Moving | None = None
    """Set when the date and hour chosen are for moving a booking."""

    def __repr__(self) -> str:
        return "<Draft>"


@dataclass(frozen=True, slots=True, repr=False, eq=False, weakref_slot=True)
class Moving:
    """A booking whose hour is being moved, and what proves that it is this person's (Q10)."""

    order_code: str
    fin: str
    facts: BookingFacts

    def __repr__(self) -> str:
        return "<Moving>"


@dataclass(slots=True, repr=False, eq=False, weakref_slot=True)
class Session:
    """One visit, from the first touch to the end or to idle. The language belongs to it, never to the process."""

    language: Language
    draft: Draft = field(default_factory=Draft)
    water: WaterDraft = field(default_factory=WaterDraft)
    """What was chosen and typed at the water company's services."""
    typed: dict[str, str] = field(default_factory=dict)
    """What was typed outside the wizard: by `confirm`, `arrive` and `my_bookings`, under names of their own."""
    identity: CitizenSession | None = None
    """Who signed in with a card (I12). Whoever drops this object ends that session at the station first."""
    who: SignedIn | None = None
    """Who the citizen is, by whatever way they signed in; `identity` is the session of those ways that have one."""

    def __repr__(self) -> str:
        return "<Session>"
