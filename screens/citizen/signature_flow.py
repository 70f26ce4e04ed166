"""What is done with a card, each as one coroutine that shows its screens one after another (I2, I9, E4).

No step knows another; what comes after a wrong PIN, a blocked one or a card that was taken out is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kiosk.clock import in_baku, to_instant
from kiosk.identity.card_facts import CardError, CardFacts, Pin, PinBlocked, PinName
from kiosk.identity.refused import NotTrusted, SessionElsewhere, SignInRefused
from kiosk.language import day_figures
from screens.citizen.card_wait import CardReady, CardWaitScreen
from screens.citizen.card_words import Told, blocked_told, error_told, left_told, pin_words, tries_words
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.pin import PinScreen
from screens.citizen.pin_task import CHANGE, UNBLOCK, CardWent, Done, Failed, PinTask
from screens.citizen.step import Answer, Back, GoTo, Next
from screens.citizen.telling import Chosen, TellingScreen, telling
from screens.widgets.verdict import Tone, Way

if TYPE_CHECKING:
    from kiosk.identity.sign_in import CitizenSession
    from kiosk.signature.facts import CertificateVerdict
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

_REFUSED: Final = {
    "no_certificate": "sign_in.no_certificate",
    "not_proved": "sign_in.not_proved",
}
_VERDICTS: Final = {
    "revoked": "certificate.revoked",
    "suspended": "certificate.revoked",
    "unchecked": "certificate.unchecked",
}


async def with_card(app: KioskApp, stage: Stage, told: Told | None = None) -> CardFacts | None:
    """The card in the reader, once it was read; asks for one until then. None: the person went back."""
    sight = app.sight
    if told is None and app.card is not None and sight is not None and sight.state == "ready":
        return app.card
    answer = await stage.show(CardWaitScreen(told))
    return answer.card if isinstance(answer, CardReady) else None


async def sign_in(app: KioskApp, stage: Stage) -> CitizenSession | None:
    """Sign in by card and PIN1, or the token's one PIN. None: the person went back, or it cannot be done.

    The session belongs to the visit from then on: it ends with it, and at once when the card goes.
    """
    told: Told | None = None
    while True:
        card = await with_card(app, stage, told)
        if card is None:
            return None
        told = None
        pin = card.sign_in_pin
        if pin is None:
            await _tell(app, stage, Told("sign_in.no_certificate"))
            return None
        if pin.must_change and not await _change_first(app, stage, card, pin.name):
            return None
        answer = await stage.show(PinScreen(sign_in_task(app, card, pin.name)))
        match answer:
            case Done(result=session):
                return _signed_in(app, session)
            case CardWent(why=why):
                told = left_told(why)
            case Failed(error=error):
                if not await _failed(app, stage, card, pin.name, error):
                    return None
            case _:
                return None


def sign_in_task(app: KioskApp, card: CardFacts, pin: PinName) -> PinTask[CitizenSession]:
    """Asking for the PIN that signs in. A session that begins after the person has left is ended again."""
    sign_ins = app.station.sign_ins

    def act(pins: list[Pin]) -> CitizenSession:
        return sign_ins.by_card(card.insertion, pins[0] if pins else None)

    return PinTask(card, pin, act, "button.sign_in", drop=lambda session: app.end_session(session, "cancelled"))


def _signed_in(app: KioskApp, session: CitizenSession) -> CitizenSession | None:
    app.hold_session(session)
    sight = app.sight
    if sight is None or sight.insertion != session.insertion:
        # It went while the card's last answer was on its way.
        app.sign_out((sight.ended if sight is not None else None) or "card_gone")
        return None
    return session


async def _change_first(app: KioskApp, stage: Stage, card: CardFacts, pin: PinName) -> bool:
    """A transport PIN: nothing works before it was changed. Whether it was."""
    answer = await _tell(
        app, stage, Told("pin.must_change", {"pin": pin}, "warning"), _way(app, "change", "e_signature.change")
    )
    return answer == "change" and await change_pin(app, stage, card, pin)


def _way(app: KioskApp, act: str, key: str, *, main: bool = True) -> Way:
    return Way(lambda: app.text(key).split("\n"), act, main)


async def _tell(app: KioskApp, stage: Stage, told: Told, *ways: Way) -> str:
    """Tell why it does not go on; the way that was chosen, or ""."""
    ask = Way(lambda: app.text("arrival.ask_staff").split("\n"))
    tone: Tone = "held" if told.kind == "warning" else "taken"
    answer = await stage.show(TellingScreen(telling(app, told, tone), (*ways, ask)))
    return answer.name if isinstance(answer, Chosen) else ""


async def _failed(app: KioskApp, stage: Stage, card: CardFacts, pin: PinName, error: CardError | SignInRefused) -> bool:
    """Say why a PIN led nowhere, and unblock it where that can be done. Whether it is worth trying again."""
    told = failure_told(app, card, pin, error)
    now = app.card or card
    state = now.pin(pin)
    if isinstance(error, PinBlocked) and pin != "puk" and state is not None and state.can_unblock:
        chosen = await _tell(app, stage, told, _way(app, "unblock", "e_signature.unblock"))
        return chosen == "unblock" and await unblock_pin(app, stage, now, pin)
    await _tell(app, stage, told)
    return False


def failure_told(app: KioskApp, card: CardFacts, pin: PinName, error: CardError | SignInRefused) -> Told:
    """Why a PIN led nowhere, in words for the citizen."""
    match error:
        case NotTrusted(verdict=verdict):
            return certificate_told(app, verdict)
        case SessionElsewhere():
            return Told("session.elsewhere", kind="warning")
        case SignInRefused():
            return Told(_REFUSED.get(error.error, "sign_in.not_proved"))
        case PinBlocked():
            return blocked_told(app.card or card, pin)
    return error_told(error, app.card or card, pin)


def certificate_told(app: KioskApp, verdict: CertificateVerdict) -> Told:
    """Why a certificate does not sign in."""
    facts = verdict.facts
    if facts is not None and verdict.state in ("expired", "not_yet_valid"):
        moment = facts.not_after if verdict.state == "expired" else facts.not_before
        day = day_figures(app.language, in_baku(to_instant(moment)).date())
        key = "certificate.expired" if verdict.state == "expired" else "certificate.not_yet_valid"
        return Told(key, {"date": day})
    return Told(_VERDICTS.get(verdict.state, "certificate.not_trusted"))


async def change_pin(app: KioskApp, stage: Stage, card: CardFacts, pin: PinName) -> bool:
    """Old, new, new again; then what came of it (E4). Whether it was changed."""
    desk = app.station.cards
    if desk is None:
        return False

    def act(pins: list[Pin]) -> None:
        desk.change_pin(card.insertion, pin, pins[0], pins[1])

    return await _change(app, stage, PinTask(card, pin, act, "button.change_pin", CHANGE), "pin.changed")


async def unblock_pin(app: KioskApp, stage: Stage, card: CardFacts, pin: PinName) -> bool:
    """PUK, new, new again; then what came of it (E4). Whether it was unblocked."""
    desk = app.station.cards
    if desk is None:
        return False

    def act(pins: list[Pin]) -> None:
        desk.unblock_pin(card.insertion, pin, pins[0], pins[1])

    return await _change(app, stage, PinTask(card, pin, act, "button.unblock", UNBLOCK), "pin.unblocked")


async def _change(app: KioskApp, stage: Stage, asked: PinTask[None], done: str) -> bool:
    card, pin = asked.card, asked.pin
    typed: PinName = "puk" if asked.stages == UNBLOCK else pin
    answer = await stage.show(PinScreen(asked))
    match answer:
        case Done():
            await stage.show(TellingScreen(telling(app, Told(done, {"pin": pin}), "good", "pin.new_counts")))
            return True
        case CardWent(why=why):
            # What was begun is over; who puts the card in again is back where it can be begun anew.
            await stage.show(CardWaitScreen(left_told(why)))
        case Failed(error=error):
            await _failed(app, stage, card, typed, error)
    return False


def _pins_words(app: KioskApp, card: CardFacts, pin: PinName) -> str:
    state = card.pin(pin)
    return f"{pin_words(app.text, pin)}\n{tries_words(app.text, state)}" if state is not None else ""


async def which_pin(app: KioskApp, stage: Stage, card: CardFacts, *, unblock: bool) -> PinName | None:
    """Which PIN is to be changed or unblocked; None: the person went back, or there is none."""
    pins: Sequence[PinName] = [
        state.name
        for state in card.pins
        if state.name != "puk" and (state.can_unblock if unblock else state.can_change)
    ]
    if not pins:
        await _tell(app, stage, Told("pin.no_unblock" if unblock else "card.not_supported"))
        return None
    if len(pins) == 1:
        return pins[0]
    title = "pin.which_unblock" if unblock else "pin.which_change"
    tiles = [(str(name), lambda name=name: _pins_words(app, card, name)) for name in pins]
    answer = await stage.show(ChoosingScreen(lambda: app.text(title), tiles, insertion=card.insertion))
    return next((name for name in pins if isinstance(answer, Chosen) and answer.name == name), None)


async def manage_pin(app: KioskApp, stage: Stage, *, unblock: bool) -> None:
    """Change or unblock a PIN: which one, then its questions."""
    card = await with_card(app, stage)
    if card is None:
        return
    pin = await which_pin(app, stage, card, unblock=unblock)
    if pin is not None:
        do = unblock_pin if unblock else change_pin
        await do(app, stage, card, pin)


async def e_signature(app: KioskApp, stage: Stage) -> Answer:
    """“My e-signature”: sign in, check it, change or unblock a PIN."""
    while True:
        card = await with_card(app, stage)
        if card is None:
            return Back()
        tiles = [
            (name, lambda name=name: app.text(f"e_signature.{name}" if name != "readiness" else "home.readiness"))
            for name in ("sign_in", "readiness", "change", "unblock")
        ]
        answer = await stage.show(
            ChoosingScreen(lambda: app.text("e_signature.title"), tiles, main="sign_in", insertion=card.insertion)
        )
        match answer:
            case Chosen(name="sign_in"):
                if (session := await sign_in(app, stage)) is not None:
                    from screens.citizen.signed_in import SignedInScreen

                    await stage.show(SignedInScreen(session))
                    return Next()
            case Chosen(name="readiness"):
                return GoTo("readiness")
            case Chosen(name="change" | "unblock" as name):
                await manage_pin(app, stage, unblock=name == "unblock")
            case Chosen():
                pass  # the card went: one is asked for again
            case _:
                return Back()
