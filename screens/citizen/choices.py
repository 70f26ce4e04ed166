"""The choices made so far, in words: they stand on top of every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.clock import in_baku, to_instant
from kiosk.language import clock, day_long
from kiosk.session import Draft

if TYPE_CHECKING:
    from screens.app import KioskApp


def street(address: str) -> str:
    """The part of an address that tells the street: up to the second comma at most, and not over 32 letters."""
    parts = address.split(",")
    first = parts[0].strip()
    with_next = ", ".join(part.strip() for part in parts[:2])
    return with_next if len(with_next) <= 32 else first


def chosen_words(app: KioskApp, draft: Draft, step: int) -> list[str]:
    """Service; centre and street; date and hour: of the steps before number `step` (0 is the service)."""
    catalogue = app.catalogue
    if catalogue is None:
        return []
    language = app.language
    words: list[str] = []
    if step > 0 and (service := catalogue.services.get(draft.service or "")):
        words.append(service.name.of(language))
    if step > 1 and (centre := catalogue.centres.get(draft.centre or "")):
        short = centre.short_name.of(language)
        words.append(short if app.large else f"{short}, {street(centre.address.of(language))}")
    if step > 2 and draft.date is not None:
        day = day_long(language, draft.date)
        if step > 3 and draft.time is not None:
            day = f"{day}, {clock(in_baku(to_instant(draft.time)))}"
        words.append(day)
    return words
