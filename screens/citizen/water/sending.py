"""Sending an application: the same act until it was answered, whatever happens to the connection (W2, W5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kiosk.errors import BadRequest, KeyReused, Refusal, RegistryAway, Unavailable
from kiosk.water.facts import AwaitingPayment, DocumentRole, Kind, Registered
from screens.citizen.step import Answer

if TYPE_CHECKING:
    from screens.screen import KioskScreen

_CLOCKS: Final = timedelta(minutes=1)
"""How far the time of an answer may lie before the time shown here when it was asked for."""


@dataclass(frozen=True)
class Sent(Answer):
    """It was registered, or a debt holds it."""

    outcome: Registered | AwaitingPayment


@dataclass(frozen=True)
class Stopped(Answer):
    """The rules refuse it; which of them."""

    refusal: Refusal


async def send(
    screen: KioskScreen,
    kind: Kind,
    fields: Mapping[str, str],
    documents: Sequence[tuple[DocumentRole, str]] = (),
    *,
    wait_for_payment: bool = False,
) -> Registered | AwaitingPayment:
    """Apply, from a screen that says when it takes long.

    A lost answer leaves open whether it was registered; asking again is the same act and gets the same number. Where
    the form was changed in between and the first one was registered after all, its number is the answer.

    Raises:
        Unavailable, RegistryAway: it is not known, or nothing was done; asking again is the same act.
        Refusal: what stops it.
    """
    app = screen.kiosk
    draft, applications = app.session.water, app.station.water.applications
    name = f"{kind}:held" if wait_for_payment else kind
    act = draft.act(name, app.now(), app.language)
    try:
        outcome = await screen.ask(
            applications.apply,
            act.key,
            kind,
            dict(fields),
            tuple(documents),
            source="kiosk",
            language=act.language,
            wait_for_payment=wait_for_payment,
        )
    except (Unavailable, RegistryAway):
        raise
    except KeyReused:
        found = [
            one
            for one in await screen.ask(applications.of_person, fields["fin"])
            if one.kind == kind
            and one.number
            and one.number not in draft.told
            and one.created_at >= act.since - _CLOCKS
        ]
        draft.answered(name)
        if not found:
            # What was refused then may be right now: it is another act.
            return await send(screen, kind, fields, documents, wait_for_payment=wait_for_payment)
        return Registered(found[0].number, found[0].kind, found[0].state)
    except Refusal:
        draft.answered(name)
        raise
    draft.answered(name)
    return outcome


STEP_OF: Final[Mapping[str, str]] = {
    "consumer_fin": "consumer",
    "district": "district",
    "place": "place",
    "place_text": "place",
    "house_type": "house",
    "house_number": "house",
    "flat_number": "house",
    "documents": "documents",
    "given_name": "contact",
    "surname": "contact",
    "patronymic": "contact",
    "phone": "contact",
    "email": "contact",
    "notes": "contact",
}
"""The step of a new consumer's application in which a field of the station's stands."""


def problem_key(bad: BadRequest) -> str:
    """The message of what is wrong with a field, as the forms' own problems are named."""
    known = {"empty", "name", "fin", "phone", "email", "choose", "house", "subscriber", "too_long"}
    if bad.field == "documents":
        return "document.missing"
    if bad.field == "subscriber" and bad.why == "format":
        return "field.subscriber"
    return f"field.{bad.why}" if bad.why in known else "error.unexpected"
