"""Why an application cannot be made, and the ways on: told whole, the number that matters large (W5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kiosk.errors import AlreadyApplied, Refusal, WrongServiceState
from screens.citizen.telling import Chosen, TellingScreen
from screens.widgets.verdict import Tone, View, Way

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
_ALREADY: Final = {"suspended": "subscriber.already_suspended", "active": "subscriber.already_active"}


def _view(app: KioskApp, refusal: Refusal) -> Callable[[], View]:
    """The first line is the sentence, the rest stands below."""

    def view() -> View:
        match refusal:
            case AlreadyApplied(number=applied):
                sentence, *lines = app.text("subscriber.already_applied").split("\n")
                label = app.text("application.fact.number")
                if app.large:
                    # The whole number is wider than a row of large figures here.
                    return View("held", sentence, (), (f"{label}: {applied}", *lines))
                return View("held", sentence, ((label, applied),), tuple(lines))
            case WrongServiceState(state=state):
                key = _ALREADY.get(state, "error.unexpected")
            case _:
                key = _KEYS.get(refusal.error, "error.unexpected")
        sentence, *lines = app.text(key).split("\n")
        return View("taken", sentence, (), tuple(lines))

    return view


async def tell_stopped(app: KioskApp, stage: Stage, refusal: Refusal) -> str:
    """Tell it; the way that was chosen: "status", "subscriber", "reason", or "" when the person is done here."""

    def way(act: str, key: str, *, main: bool = False) -> Way:
        return Way(lambda: app.text(key).split("\n"), act, main)

    code, staff = way("subscriber", "subscriber.other_code"), way("", "subscriber.ask_staff")
    match refusal:
        case AlreadyApplied():
            ways = [way("status", "subscriber.see_status", main=True), code, staff]
        case WrongServiceState():
            ways = [way("reason", "subscriber.other_reason", main=True), code, staff]
        case _:
            ways = [code, staff]
    answer = await stage.show(TellingScreen(_view(app, refusal), ways, clears=False))
    return answer.name if isinstance(answer, Chosen) else ""


async def tell_plainly(app: KioskApp, stage: Stage, key: str, tone: Tone) -> None:
    """Tell a message that leaves nothing to choose: its first line is the sentence, the rest stands below."""

    def view() -> View:
        sentence, *lines = app.text(key).split("\n")
        return View(tone, sentence, (), tuple(lines))

    await stage.show(TellingScreen(view, (), clears=False))
