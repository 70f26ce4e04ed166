"""The errand “Su xidmətləri”: the company's three services, each after signing in as its manual says (W1, W5, W8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from screens.citizen.choosing import ChoosingScreen
from screens.citizen.step import Answer, Back
from screens.citizen.telling import Chosen
from screens.citizen.water.menu import Service, WaterMenuScreen

if TYPE_CHECKING:
    from kiosk.identity.signed_in import SignedIn
    from kiosk.water.facts import Kind
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

_KINDS: Final[dict[Service, Sequence[Kind]]] = {
    "new_consumer": ("new_consumer",),
    "suspension": ("suspension", "restoration"),
}
"""Which applications the list of a service shows."""


async def water(app: KioskApp, stage: Stage) -> Answer:
    """One service after another, until the person goes home or is done."""
    from screens.citizen.water.sign_in import sign_in

    while True:
        answer = await stage.show(WaterMenuScreen())
        if not isinstance(answer, Chosen):
            return answer
        service = cast(Service, answer.name)
        who = await sign_in(app, stage, service)
        if who is None:
            continue
        if service == "statement":
            from screens.citizen.water.statement_flow import statement

            done = await statement(app, stage, who)
        else:
            done = await _application(app, stage, service, who)
        if not isinstance(done, Back):
            return done


async def _application(app: KioskApp, stage: Stage, service: Service, who: SignedIn) -> Answer:
    """“Yeni müraciət yarat” or “Müraciətin statusunu yoxla”, as often as the person comes back (W4, W5)."""
    from screens.citizen.water.applications import new_consumer, status, suspension

    while True:
        tiles = [(name, lambda name=name: app.text(f"water.do.{name}")) for name in ("create", "status")]
        answer = await stage.show(ChoosingScreen(lambda: _question(app, service), tiles, main="create"))
        match answer:
            case Chosen(name="create"):
                create = new_consumer if service == "new_consumer" else suspension
                done = await create(app, stage, who)
            case Chosen():
                done = await status(app, stage, who, _KINDS[service])
            case _:
                return answer
        if not isinstance(done, Back):
            return done


def _question(app: KioskApp, service: Service) -> str:
    """The service's short name, and what is asked."""
    return f"{app.text(f'water.service.short.{service}')}\n{app.text('water.do.question')}"
