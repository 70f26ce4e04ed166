"""Signing in at a counter by card and PIN, beside name and password (C6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.errors import Unavailable
from kiosk.identity.card_facts import CardError, CardFacts, Pin
from kiosk.identity.refused import NotTrusted, SignInRefused
from screens.calls import in_thread
from screens.citizen.card_words import Told, blocked_told, error_told, left_told
from screens.citizen.pin import PinScreen
from screens.citizen.pin_task import CardWent, Done, Failed, PinTask

if TYPE_CHECKING:
    from kiosk.identity.staff import StaffMember
    from screens.app import KioskApp
    from screens.citizen.card_words import Text
    from screens.counter.lock import LockScreen
    from screens.counter.sign_in import SignInScreen

_REFUSED: Final = {
    "no_certificate": "sign_in.no_certificate",
    "not_proved": "sign_in.not_proved",
    "card_not_enrolled": "staff.card_not_enrolled",
    "card_taken": "enrol.taken",
    "wrong_role": "staff.wrong_role",
}


def refused_told(error: CardError | SignInRefused, card: CardFacts, text: Text) -> Told:
    """Why a card signs nobody in here, or cannot be enrolled."""
    pin = card.sign_in_pin
    name = pin.name if pin is not None else "pin1"
    if isinstance(error, NotTrusted):
        return Told("staff.not_trusted", {"state": text(f"certificate.state.{error.verdict.state}")})
    if isinstance(error, SignInRefused):
        return Told(_REFUSED.get(error.error, "sign_in.not_proved"))
    if error.error == "pin_blocked":
        return blocked_told(card, name)
    return error_told(error, card, name)


async def sign_in_by_card(app: KioskApp, first: SignInScreen, card: CardFacts) -> None:
    """Ask for the PIN of the card that was put in; then the workplace, or a word on the first screen of why not."""
    pin = card.sign_in_pin
    if pin is None:
        first.say(Told("sign_in.no_certificate"))
        return
    station = app.station

    def act(pins: list[Pin]) -> StaffMember:
        return station.staff_cards.sign_in(card.insertion, pins[0] if pins else None)

    def drop(member: StaffMember) -> None:
        app.run_worker(audit_sign_out(app, member), group="sign_out", exit_on_error=False)

    screen = PinScreen(PinTask(card, pin.name, act, "button.sign_in", drop=drop))
    await app.push_screen(screen)
    answer = await screen.outcome
    match answer:
        case Done(result=member):
            from screens.counter.workplace import WorkplaceScreen

            await app.switch_screen(WorkplaceScreen(member, app.settings, card.insertion))
            return
        case Failed(error=error):
            first.say_when_back(refused_told(error, card, app.text))
        case CardWent(why=why):
            first.say_when_back(left_told(why))
    await app.pop_screen()


async def unlock_by_card(app: KioskApp, lock: LockScreen, card: CardFacts) -> None:
    """Ask for the PIN of the card that was put in at a locked workplace; only its own operator's opens it."""
    pin = card.sign_in_pin
    if pin is None:
        lock.say(Told("sign_in.no_certificate"))
        return
    station = app.station

    def act(pins: list[Pin]) -> StaffMember:
        return station.staff_cards.sign_in(card.insertion, pins[0] if pins else None)

    def drop(member: StaffMember) -> None:
        app.run_worker(audit_sign_out(app, member), group="sign_out", exit_on_error=False)

    screen = PinScreen(PinTask(card, pin.name, act, "button.unlock", drop=drop))
    await app.push_screen(screen)
    answer = await screen.outcome
    await app.pop_screen()
    match answer:
        case Done(result=member) if member.id == lock.member.id:
            lock.open(card.insertion)
        case Done(result=member):
            drop(member)
            lock.say(Told("counter.lock.other", kind="warning"))
        case Failed(error=error):
            lock.say(refused_told(error, card, app.text))
        case CardWent(why=why):
            lock.say(left_told(why))


async def audit_sign_out(app: KioskApp, member: StaffMember) -> None:
    """Note in the audit that somebody left, if the database can be asked."""
    station = app.station
    try:
        await in_thread(lambda: station.staff.sign_out(member))
    except Unavailable:
        return


def end_when_gone(app: KioskApp, insertion: int | None) -> None:
    """Whoever signed in by that card is signed out when it goes, or when another is in its place; None: by password."""
    from screens.counter.sign_in import SignInScreen

    sight = app.sight
    if insertion is None or (sight is not None and sight.insertion == insertion):
        return
    if isinstance(first := app.screen_stack[0], SignInScreen):
        first.say_when_back(Told("staff.card_out", kind="warning"))
    app.end_visit()
