"""What became of an application that was filed at the counter: in words, on the screen and on paper (W3, W5, W6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.errors import AlreadyApplied, Refusal, WrongServiceState
from kiosk.language import text
from kiosk.post.page import PageFacts
from kiosk.water.facts import AwaitingPayment, Registered
from screens.citizen.water.months import with_sign
from screens.citizen.water.subscriber_code import refusal_key
from screens.citizen.water.words import kind_words

if TYPE_CHECKING:
    from kiosk.names import Language
    from screens.app import KioskApp

_STATES: Final = {"suspended": "subscriber.already_suspended", "active": "subscriber.already_active"}


def refused_words(app: KioskApp, refusal: Refusal) -> str:
    """What stops an application."""
    if isinstance(refusal, AlreadyApplied):
        return app.text("desk.already_applied", number=refusal.number)
    if isinstance(refusal, WrongServiceState):
        return app.text(_STATES.get(refusal.state, "error.unexpected"))
    if refusal.error == "metered":
        return app.text("subscriber.metered")
    return app.text(refusal_key(refusal) or "error.unexpected")


def result_lines(app: KioskApp, outcome: Registered | AwaitingPayment | None) -> list[tuple[str, str]]:
    """The number, or the debt that holds it."""
    if isinstance(outcome, Registered):
        return [
            (app.text("application.fact.number"), outcome.number),
            (app.text("application.fact.kind"), kind_words(app, outcome.kind)),
        ]
    if isinstance(outcome, AwaitingPayment):
        return [
            (app.text("application.fact.state"), app.text("application.state.awaiting_payment")),
            (app.text("water.debt"), with_sign(app.language, outcome.amount)),
        ]
    return []


def registered_page(language: Language, outcome: Registered) -> PageFacts:
    """The slip with the number, as the kiosk prints it."""
    said = text(language, "application.registered", number=outcome.number).split("\n")
    label = text(language, "application.fact.number")
    facts = (
        (label, outcome.number),
        (text(language, "application.fact.kind"), text(language, f"application.kind.{outcome.kind}")),
    )
    return PageFacts(label, tuple(said), facts)
