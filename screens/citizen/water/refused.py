"""Why a document was not taken, in the words of the catalogue (W9)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kiosk.language import number
from screens.citizen.step import Notice

if TYPE_CHECKING:
    from kiosk.errors import DocumentRefused
    from screens.visits import VisitApp

_KNOWN: Final = frozenset({"wrong_type", "too_big", "too_many_pages", "unreadable", "unsafe"})
_MEGABYTE: Final = 1024 * 1024


def refused_notice(app: VisitApp, refusal: DocumentRefused) -> Notice:
    """What to say about it. A refusal without its facts is told as one without numbers."""
    why, found, limit = refusal.why, refusal.found, refusal.limit
    if why == "too_big" and found is not None and limit is not None:
        values = {"size": _megabytes(app, found), "limit": _megabytes(app, limit)}
        return Notice("upload.too_big", values=values)
    if why == "too_many_pages" and found is not None and limit is not None:
        return Notice("upload.too_many_pages", values={"pages": found, "limit": limit})
    return Notice(f"upload.{why}" if why in _KNOWN - {"too_big", "too_many_pages"} else "upload.unreadable")


def _megabytes(app: VisitApp, size: int) -> str:
    megabytes = Decimal(size) / _MEGABYTE
    return number(app.language, megabytes, 0 if megabytes == megabytes.to_integral() else 1)
