"""The service “son 12 ay”: the subscriber code, the statement, and what is done with it (W8, W6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import Refusal, Unavailable
from screens.citizen.step import Answer, Back, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.statement import StatementScreen
from screens.citizen.water.subscriber_code import Found, SubscriberCodeScreen, refusal_key

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn
    from kiosk.water.facts import Statement
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage


async def statement(app: KioskApp, stage: Stage, who: SignedIn) -> Answer:
    """One code after another, until the person goes back or is done."""
    longest = int(app.settings.water.code_digits.partition("-")[2])
    notice: Notice | None = None
    while True:
        found = await stage.show(SubscriberCodeScreen(app.session.water, who, longest, notice))
        notice = None
        if not isinstance(found, Found):
            return found
        done = await _shown(app, stage, who, found.statement)
        if isinstance(done, Notice):
            notice = done
        elif not isinstance(done, Back):
            return done


async def _shown(app: KioskApp, stage: Stage, who: SignedIn, shown: Statement) -> Answer | Notice:
    """The statement with its certificate and the way to pay.

    Returns:
        `Back` to another code, `Next` when the person is done, or what to say beside the code.
    """
    notice: Notice | None = None
    keys: dict[str, str] = {}
    while True:
        answer = await stage.show(StatementScreen(shown, notice))
        notice = None
        match answer:
            case Chosen(name="certificate"):
                from screens.citizen.water.certificate import certificate

                done = await certificate(app, stage, shown, keys)
                if isinstance(done, Notice):
                    notice = done
                elif not isinstance(done, Back):
                    return done
            case Chosen(name="pay"):
                from screens.citizen.water.payments import pay

                await pay(app, stage, shown.subscriber.code, shown.debt)
                keys.clear()
                # What was paid, here or meanwhile elsewhere, belongs on the statement.
                try:
                    shown = await app.ask(app.station.water.statements.statement, who, shown.subscriber.code)
                except Unavailable:
                    notice = Notice("database.away", "warning")
                except Refusal as refusal:
                    return Notice(refusal_key(refusal) or "error.unexpected", "warning")
            case _:
                return answer
