"""Why an application cannot be made, and the ways on: told whole, the number that matters large (W5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kiosk.errors import AlreadyApplied, Refusal, WrongServiceState
from screens.citizen.telling import Chosen, TellingScreen
from screens.widgets.verdict import View, Way

if TYPE_CHECKING:
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

_KEYS: Final = {
    "metered": "subscriber.metered",
    "closed_account": "subscriber.closed",
    "not_population": "subscriber.not_population",
    "not_yours": "subscriber.not_yours",
    "unknown_subscriber": "subscriber.unknown",
}


def _view(app: KioskApp, refusal: Refusal) -> Callable[[], View]:
    """The first line is the sentence, the rest stands below."""

    def view() -> View:
        match refusal:
            case AlreadyApplied(number=applied) if applied:
                sentence, *lines = app.text("subscriber.already_applied").split("\n")
                return View("held", sentence, ((app.text("application.fact.number"), applied),), tuple(lines))
            case WrongServiceState(state=state):
                key = f"subscriber.already_{state}"
            case _:
                key = _KEYS.get(refusal.error, "error.unexpected")
        sentence, *lines = app.text(key).split("\n")
        return View("taken", sentence, (), tuple(lines))

    return view


async def tell_stopped(app: KioskApp, stage: Stage, refusal: Refusal) -> str:
    """Tell it; the way that was chosen: "status", "code", or "" when the person is done here."""

    def way(act: str, key: str, *, main: bool = False) -> Way:
        return Way(lambda: app.text(key).split("\n"), act, main)

    if isinstance(refusal, AlreadyApplied):
        ways = [way("status", "subscriber.see_status", main=True), way("code", "subscriber.other_code")]
    else:
        ways = [way("code", "subscriber.other_code"), way("", "subscriber.ask_staff")]
    answer = await stage.show(TellingScreen(_view(app, refusal), ways, clears=False))
    return answer.name if isinstance(answer, Chosen) else ""


async def tell_awaiting(app: KioskApp, stage: Stage) -> None:
    """Nothing was paid, or what was paid did not come yet: the application goes on when the payment has come (W6)."""

    def view() -> View:
        sentence, *lines = app.text("application.awaiting").split("\n")
        return View("held", sentence, (), tuple(lines))

    await stage.show(TellingScreen(view, (), clears=False))
