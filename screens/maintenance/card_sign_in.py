"""The technician's card and PIN (M1, C6): the PIN is asked for and sent as everywhere (I9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.identity.card_facts import CardError, CardFacts, Pin
from kiosk.identity.refused import CardNotEnrolled, NotTrusted, SignInRefused, WrongRole
from kiosk.identity.staff import StaffMember
from screens.citizen.card_words import Told, error_told, left_told
from screens.citizen.pin import PinScreen
from screens.citizen.pin_task import CardWent, Done, Failed, PinTask
from screens.maintenance.duty import TECHNICAL

if TYPE_CHECKING:
    from screens.app import KioskApp

_REFUSED: Final[dict[type[SignInRefused], str]] = {
    CardNotEnrolled: "maintenance.card_not_enrolled",
    NotTrusted: "maintenance.card_not_trusted",
    WrongRole: "maintenance.not_for_operators",
}


async def ask_pin(app: KioskApp, card: CardFacts) -> tuple[StaffMember | None, Told | None]:
    """Ask for the card's PIN and sign its owner in; who it is, or what to tell instead (neither: cancelled)."""
    state = card.sign_in_pin
    if state is None:
        return None, Told("card.not_supported")

    def sign_in(pins: list[Pin]) -> StaffMember:
        return app.station.staff_cards.sign_in(card.insertion, pins[0] if pins else None, TECHNICAL)

    screen = PinScreen(PinTask(card, state.name, sign_in))
    await app.push_screen(screen)
    answer = await screen.outcome
    if app.screen is screen:
        await app.pop_screen()
    match answer:
        case Done(member):
            return member, None
        case CardWent(why):
            return None, left_told(why)
        case Failed(CardError() as error):
            return None, error_told(error, card, state.name)
        case Failed(SignInRefused() as error):
            return None, Told(_REFUSED.get(type(error), "card.fault"))
    return None, None
