"""Why a document was not taken, in the words of the catalogue (W9)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kiosk.language import number
from screens.citizen.step import Notice

if TYPE_CHECKING:
    from kiosk.errors import DocumentRefused
    from screens.visits import VisitApp

_KNOWN: Final = frozenset({"wrong_type", "unreadable", "unsafe"})
_MEGABYTE: Final = 1_000_000


def refused_notice(app: VisitApp, refusal: DocumentRefused) -> Notice:
    """What to say about it. A phone's refusal comes without its facts: then the limit alone is told."""
    why, found, limit = refusal.why, refusal.found, refusal.limit
    most = app.settings.documents
    if why == "too_big":
        if found is None or limit is None:
            return Notice("document.too_big", values={"limit": most.most_mb})
        return Notice("upload.too_big", values={"size": _megabytes(app, found), "limit": _megabytes(app, limit)})
    if why == "too_many_pages":
        if found is None or limit is None:
            return Notice("document.too_many_pages", values={"limit": most.most_pages})
        return Notice("upload.too_many_pages", values={"pages": found, "limit": limit})
    return Notice(f"upload.{why}" if why in _KNOWN else "upload.unreadable")


def _megabytes(app: VisitApp, size: int) -> str:
    megabytes = Decimal(size) / _MEGABYTE
    return number(app.language, megabytes, 0 if megabytes == megabytes.to_integral() else 1)
