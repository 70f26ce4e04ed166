"""How bookings, documents and refusals are called at the people's desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from kiosk.clock import baku
from kiosk.errors import Closed, LimitReached, Refusal
from kiosk.language import clock, day_long

if TYPE_CHECKING:
    from kiosk.hall.people import Document, FoundBooking
    from screens.app import KioskApp

_REFUSED: Final = {
    "slot_taken": "people.refused.taken",
    "same_hour": "people.refused.same_hour",
    "date_not_offered": "people.refused.date",
    "hold_ended": "people.refused.ended",
    "too_late_to_change": "people.refused.too_late",
    "not_found": "people.refused.gone",
    "not_allowed": "people.refused.not_allowed",
    "closed": "people.refused.closed",
}


def refused_words(app: KioskApp, refusal: Refusal) -> str:
    """Why the desk did not do it, and what to do."""
    if isinstance(refusal, LimitReached):
        return app.text("people.refused.limit", count=refusal.count)
    if isinstance(refusal, Closed) and refusal.name is not None:
        return app.text("people.refused.closed_as", reason=refusal.name.of(app.language))
    return app.text(_REFUSED.get(refusal.error, "error.unexpected"))


def document_words(app: KioskApp, document: Document | None) -> str:
    """Which document was shown; a dash before that was said."""
    return app.text(f"people.document.{document}") if document is not None else "–"


def day_of(moment: datetime) -> date:
    """The date in Baku."""
    return moment.astimezone(baku()).date()


def moment_words(app: KioskApp, moment: datetime) -> str:
    """23 noyabr, bazar ertəsi · 10:00."""
    return f"{day_long(app.language, day_of(moment))} · {clock(moment)}"


def centre_words(app: KioskApp, centre: str, *, short: bool = False) -> str:
    """A centre's name; its id where it left the reference data."""
    found = app.catalogue.centres.get(centre) if app.catalogue is not None else None
    if found is None:
        return centre
    return (found.short_name if short else found.name).of(app.language)


def state_words(app: KioskApp, one: FoundBooking) -> str:
    """A booking's state as it is called."""
    return app.text(f"booking.state.{one.state}")
