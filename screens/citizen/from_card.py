"""What a card tells without a PIN fills the person's fields in: it proves nothing, and nothing typed is overwritten."""

from __future__ import annotations

from typing import Final

from kiosk.identity.applicant import problem
from kiosk.identity.card_facts import Holder
from kiosk.session import Draft
from screens.citizen.card_words import printable

FROM_CARD: Final = ("given_name", "surname", "patronymic", "fin")


def fill_in(draft: Draft, holder: Holder) -> dict[str, str]:
    """Put the holder's data into empty fields, and into those that another card filled in.

    Returns:
        the fields that are others now.
    """
    told = {name: printable(str(getattr(holder, name) or "")) for name in FROM_CARD}
    changed: dict[str, str] = {}
    for name, value in told.items():
        now = draft.applicant.get(name, "")
        if now and name not in draft.from_card:
            continue
        if value and problem(name, value) is not None:
            value = ""  # the person types it, rather than mend what a card told
        if value:
            draft.from_card.add(name)
        else:
            draft.from_card.discard(name)
        if value != now:
            draft.applicant[name] = changed[name] = value
    if changed:
        draft.hold_key = None
    return changed
