"""Signing in for a service: the way is chosen, then gone; one coroutine that shows its screens (I1 to I8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.identity.refused import WrongCard
from kiosk.identity.ways import CARD_WAYS, CardWay, Service, Way
from screens.base import Placed
from screens.citizen.card_words import Told
from screens.citizen.step import Answer, AnsweringScreen, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.signing import NotSignedIn, SignedInAs, hold, refused_notice
from screens.citizen.water.way_tiles import WayTile, WayTiles
from screens.frame import Frame
from screens.messages import CardSeen
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage


async def sign_in(app: KioskApp, stage: Stage, service: Service) -> SignedIn | None:
    """Sign in by one of the ways that the service offers. None: the person went back.

    Who signed in during this visit by a way that this service takes too is not asked again. A service with one way
    that can be gone shows no choice.
    """
    offered = app.station.ways.offered
    known = app.session.who
    if known is not None and known.way in {way.name for way in offered(service)}:
        return known
    notice: Notice | None = None
    while True:
        ways = offered(service)
        only = ways[0].name if len(ways) == 1 and ways[0].usable else ""
        if only:
            chosen: Answer = Chosen(only)
        else:
            chosen = await stage.show(ChooseWayScreen(service, notice))
        if not isinstance(chosen, Chosen):
            return None
        answer = await _by(app, stage, chosen.name, notice if only else None)
        match answer:
            case SignedInAs(who=who):
                return who
            case NotSignedIn(notice=told):
                notice = told
                if only:
                    # There is no choice to come back to, so it is told on a screen of its own.
                    await _tell(app, stage, told)
                    notice = None
            case _:
                notice = None
                if only:
                    return None


async def _by(app: KioskApp, stage: Stage, way: str, notice: Notice | None) -> Answer:
    """One way gone: its last answer."""
    if way in CARD_WAYS:
        return await _by_card(app, stage, way)
    if way == "e_gov":
        return await _by_phone(stage)
    from screens.citizen.water.sign_in_fields import FinScreen, PasswordScreen

    screen = FinScreen if way == "fin" else PasswordScreen
    return await stage.show(screen(app.session, notice))


async def _by_phone(stage: Stage) -> Answer:
    from screens.citizen.water.sign_in_phone import PhoneArrived, PhoneNumberScreen, PhoneScreen

    answer = await stage.show(PhoneScreen())
    return await stage.show(PhoneNumberScreen(answer.phone)) if isinstance(answer, PhoneArrived) else answer


async def _by_card(app: KioskApp, stage: Stage, way: CardWay) -> Answer:
    """By card or token: that it is one for this way is looked at before a PIN is spent on it."""
    from screens.citizen import signature_flow
    from screens.citizen.step import Back

    ways = app.station.ways
    card = await signature_flow.with_card(app, stage)
    if card is None:
        return Back()
    try:
        await app.ask(ways.check_card, card, way)
    except WrongCard as wrong:
        return NotSignedIn(refused_notice(wrong))
    session = await signature_flow.sign_in(app, stage)
    if session is None:
        return Back()
    if session.insertion != card.insertion and (now := app.card) is not None:
        # Another card was put in while the first one's PIN was asked for.
        try:
            await app.ask(ways.check_card, now, way)
        except WrongCard as wrong:
            app.session.identity = None
            app.end_session(session, "wrong_card")
            return NotSignedIn(refused_notice(wrong))
    who = ways.by_card(session, way)
    hold(app, who)
    return SignedInAs(who)


async def _tell(app: KioskApp, stage: Stage, notice: Notice) -> None:
    from screens.citizen.telling import TellingScreen, telling

    await stage.show(TellingScreen(telling(app, Told(notice.key, notice.values), "held")))


class ChooseWayScreen(AnsweringScreen):
    """Which way; ends with `Chosen`, or `Back`. One that is not at this kiosk says so when it is touched."""

    def __init__(self, service: Service, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self._service = service
        self.ways = WayTiles(self._tiles)

    def _offered(self) -> Sequence[Way]:
        return self.kiosk.station.ways.offered(self._service)

    def _tiles(self) -> Sequence[WayTile]:
        return [
            WayTile(
                way.name,
                lambda name=way.name: self.text(f"ways.name.{name}").replace("\n", " "),  # type: ignore[misc]
                lambda name=way.name: self.text(f"water.way.{name}"),  # type: ignore[misc]
                None if way.usable else lambda: self.text("ways.soft"),
            )
            for way in self._offered()
        ]

    def title_words(self) -> str:
        """What is asked."""
        return self.text("ways.title").partition("\n")[0]

    def help_words(self) -> str:
        """For what."""
        return self.text(f"water.service.short.{self._service}").partition("\n")[0]

    def compose_answer(self) -> Iterable[Widget]:
        """The ways."""
        return [self.ways]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """They have the whole area."""
        yield self.ways, area

    def on_mount(self) -> None:
        """A service for which no way is set can only be asked for at the counter."""
        if not self._offered():
            self.tell("ways.none", "warning")

    def on_key(self, event: events.Key) -> None:
        """A digit chooses its way."""
        if event.character and self.ways.choose_digit(event.character):
            event.stop()

    @on(CardSeen)
    def _card_seen(self) -> None:
        """A reader may have come or gone."""
        self.ways.refresh()

    @on(TouchArea.Touched, "#ways")
    def _way_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        way = next((way for way in self._offered() if way.name == event.name), None)
        if way is None:
            return
        if way.usable:
            self.answer(Chosen(way.name))
        else:
            self.tell(way.why_key, "warning")
