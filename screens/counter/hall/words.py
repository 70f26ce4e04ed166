"""How refusals of the hall's acts are said."""

from __future__ import annotations

from typing import Final

from kiosk.errors import BadRequest, NotAllowed, Refusal

OF_THE_LOGIN: Final = "database"
"""The right that a station's own database login has not, whoever works there."""
_BAD: Final = {
    ("number", "in use"): "hall.refused.number_in_use",
    ("number", ""): "hall.refused.number",
    ("direction", "all_languages"): "hall.refused.all_languages",
    ("direction", "not_printable"): "hall.refused.unusable",
    ("direction", ""): "hall.refused.too_long",
    ("reason", "all_languages"): "hall.refused.all_languages",
    ("reason", "not_printable"): "hall.refused.unusable",
    ("reason", ""): "hall.refused.too_long",
    ("day", "over"): "hall.refused.day_over",
    ("day", "too_far"): "hall.refused.day_too_far",
    ("day", "closed_already"): "hall.refused.closed_already",
    ("until", "over"): "hall.refused.day_over",
    ("until", ""): "hall.refused.before_from",
    ("name", "in use"): "hall.refused.name_in_use",
    ("name", ""): "hall.refused.name",
    ("display_name", ""): "hall.refused.display_name",
    ("password", ""): "hall.refused.password",
    ("role", "own_access"): "hall.refused.own_access",
    ("active", "own_access"): "hall.refused.own_access",
    ("role", "last_administrator"): "hall.refused.last_administrator",
    ("active", "last_administrator"): "hall.refused.last_administrator",
    ("capacity", "last_centre"): "hall.refused.last_centre",
    ("capacity", ""): "hall.refused.out_of_bounds",
    ("walk_in", ""): "hall.refused.out_of_bounds",
}
"""By field and reason; "" stands for every other reason of that field."""


def refused_key(refusal: Refusal) -> str:
    """The message key for a refusal."""
    if isinstance(refusal, BadRequest):
        known = _BAD.get((refusal.field, refusal.why)) or _BAD.get((refusal.field, ""))
        return known or "hall.refused.unusable"
    if isinstance(refusal, NotAllowed) and refusal.right == OF_THE_LOGIN:
        return "hall.refused.other_station"
    return {"not_allowed": "hall.refused.not_allowed", "not_found": "hall.refused.gone"}.get(
        refusal.error, "error.unexpected"
    )
