"""The applications to the water company, each one coroutine that shows its steps one after another (W1 to W7).

What was chosen and typed stands in the session's water draft, so that no way through the steps loses anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kiosk.errors import InDebt, Refusal
from kiosk.language import phone
from kiosk.water.facts import AwaitingPayment, DocumentRole, Kind, Registered
from screens.citizen.step import Answer, AnsweringScreen, Back, Next, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.sending import Sent, Stopped
from screens.citizen.water.steps import SUSPENSION, ToStep

if TYPE_CHECKING:
    from decimal import Decimal

    from kiosk.identity.signed_in import SignedIn
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

    _ScreenOf = Callable[[KioskApp, str, SignedIn, Notice | None], AnsweringScreen]

_NEW_CONSUMER_PAGES: Final = (
    "consumer",
    "district",
    "place",
    "house",
    "house_numbers",
    "documents",
    "contact",
    "check",
)
"""The screens of a new consumer's application in order; each step begins with the first of its name."""
_KINDS: Final[tuple[Kind, ...]] = ("suspension", "restoration")


def _new_consumer_screen(app: KioskApp, page: str, who: SignedIn, notice: Notice | None) -> AnsweringScreen:
    """The screen of a page; they are imported when somebody comes so far."""
    session = app.session
    if page in ("consumer", "contact"):
        from screens.citizen.water.consumer import ConsumerScreen, ContactScreen

        return (ConsumerScreen if page == "consumer" else ContactScreen)(session, who, notice)
    if page in ("district", "place"):
        from screens.citizen.water.address import DistrictScreen, PlaceScreen, PlaceTextScreen

        if page == "district":
            return DistrictScreen(session, notice)
        return (PlaceTextScreen if session.water.unlisted else PlaceScreen)(session, notice)
    if page in ("house", "house_numbers"):
        from screens.citizen.water.house import HouseNumbersScreen, HouseTypeScreen

        return (HouseTypeScreen if page == "house" else HouseNumbersScreen)(session, notice)
    if page == "documents":
        from screens.citizen.water.documents import DocumentsScreen

        return DocumentsScreen(session, notice)
    from screens.citizen.water.summary import SummaryScreen

    return SummaryScreen(session, who, notice)


async def _is_known(app: KioskApp, stage: Stage, who: SignedIn) -> bool:
    """Whether the sign-in told a FİN, by which an application is found again; else that is told.

    What another person typed in this visit is forgotten.
    """
    app.session.water.belongs_to(who.fin or "")
    if who.fin is None:
        from screens.citizen.water.stopped import tell_plainly

        await tell_plainly(app, stage, "application.no_fin", "taken")
    return who.fin is not None


def _suspension_screen(app: KioskApp, page: str, who: SignedIn, notice: Notice | None) -> AnsweringScreen:
    """The screen of a step."""
    from screens.citizen.water.suspend import DetailsScreen, ReasonScreen, SubscriberScreen

    if page == "subscriber":
        longest = int(app.settings.water.code_digits.partition("-")[2])
        return SubscriberScreen(app.session.water, who, longest, notice)
    return (ReasonScreen if page == "reason" else DetailsScreen)(app.session, who, notice)


async def new_consumer(app: KioskApp, stage: Stage, who: SignedIn) -> Answer:
    """Register a new consumer. Back() when the person went back from the first step, Next() when it is done (W1-W3)."""
    return await _application(app, stage, who, _NEW_CONSUMER_PAGES, _new_consumer_screen)


async def suspension(app: KioskApp, stage: Stage, who: SignedIn) -> Answer:
    """Have the service suspended or restored. Back() and Next() as for a new consumer (W5 to W7)."""
    return await _application(app, stage, who, SUSPENSION, _suspension_screen)


async def _application(app: KioskApp, stage: Stage, who: SignedIn, pages: Sequence[str], screen: _ScreenOf) -> Answer:
    """The pages one after another, until the application is registered or given up."""
    if not await _is_known(app, stage, who):
        return Back()
    at = 0
    notice: Notice | None = None
    while True:
        answer = await stage.show(screen(app, pages[at], who, notice))
        notice = None
        if isinstance(answer, Stopped):
            answer = await _stopped(app, stage, who, answer.refusal, pages[at])
            if not isinstance(answer, ToStep):
                return answer
        match answer:
            case Back() if at == 0:
                return answer
            case Back():
                at -= 1
            case ToStep(step, told):
                at, notice = pages.index(step), told
            case Chosen(name="ownership_document" | "residents_certificate" as name):
                from screens.citizen.water.document_flow import add_document

                role: DocumentRole = "ownership_document" if name == "ownership_document" else "residents_certificate"
                await add_document(app, stage, role)
            case Sent(Registered() as registered):
                return await _registered(app, stage, who, registered)
            case _:
                at += 1


async def _stopped(app: KioskApp, stage: Stage, who: SignedIn, refusal: Refusal, page: str) -> Answer:
    """Tell what stops it, and go the way that was chosen: how the errand ends, or `ToStep` to go on with."""
    from screens.citizen.water.stopped import tell_stopped

    if isinstance(refusal, InDebt):
        return await _in_debt(app, stage, who, refusal, page)
    chosen = await tell_stopped(app, stage, refusal)
    if chosen == "status":
        return await status(app, stage, who, _KINDS)
    return ToStep(chosen) if chosen else Back()


async def _in_debt(app: KioskApp, stage: Stage, who: SignedIn, debt: InDebt, page: str) -> Answer:
    """Have the debt paid, and show the application registered; or back to the form (W6)."""
    from screens.citizen.water.debt import DebtScreen

    match await stage.show(DebtScreen(app.session, who, debt)):
        case Sent(Registered() as registered):
            return await _registered(app, stage, who, registered)
        case Sent(AwaitingPayment(application, amount)):
            return await _pay(app, stage, who, application, amount)
        case Stopped(refusal):
            return await _stopped(app, stage, who, refusal, page)
    return ToStep(page)


async def _pay(app: KioskApp, stage: Stage, who: SignedIn, application: int, amount: Decimal) -> Answer:
    """The payment lets the application go on by itself; without it the person is told that it waits."""
    from screens.citizen.water.payments import pay

    payment = await pay(app, stage, app.session.water.subscriber, amount, application)
    for registered in payment.registered if payment is not None else ():
        if registered.kind in _KINDS:
            return await _registered(app, stage, who, registered)
    from screens.citizen.water.stopped import tell_plainly

    await tell_plainly(app, stage, "application.awaiting", "held")
    return Next()


async def _registered(app: KioskApp, stage: Stage, who: SignedIn, registered: Registered) -> Answer:
    """The number, then the visit ends."""
    from screens.citizen.water.registered import RegisteredScreen
    from screens.citizen.water.words import applicant_fields

    draft = app.session.water
    fields = applicant_fields(draft, who)
    draft.told.add(registered.number)
    name = " ".join(filter(None, (fields["surname"], fields["given_name"], fields["patronymic"])))
    screen = RegisteredScreen(registered, name, fields["email"], phone(fields["phone"]))
    draft.begin_anew()
    return await stage.show(screen)


async def status(app: KioskApp, stage: Stage, who: SignedIn, kinds: Sequence[Kind]) -> Answer:
    """The person's applications of these kinds, each with its details. Ends with Back() (W4)."""
    from screens.citizen.water.status import ApplicationScreen, StatusScreen

    if not await _is_known(app, stage, who):
        return Back()
    draft = app.session.water
    while True:
        answer = await stage.show(StatusScreen(who, kinds))
        if not isinstance(answer, Chosen) or draft.looked_at is None:
            return answer
        await stage.show(ApplicationScreen(draft.looked_at))
        draft.looked_at = None
